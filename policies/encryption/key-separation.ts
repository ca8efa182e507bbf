import { pipa } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import { isTagged, type Stack, type StackResource } from "../model/stack";
import { DATA_CLASS, ZONE } from "../model/tags";
import { BUCKET, BUCKET_ENCRYPTION, KEY, STREAM } from "../model/types";

const BUCKET_KEY = ["rules", 0, "applyServerSideEncryptionByDefault", "kmsMasterKeyId"] as const;
const STREAM_KEY = ["kmsKeyId"] as const;

const FIX =
  "Give clear personal data, and what leads from a pseudonym to a person, a key of its own: whoever may use the key of the open " +
  "zone must not be able to read them.";

/** Something encrypted, and the keys that it may be encrypted with. */
interface Use {
  readonly owner: StackResource;
  readonly keys: readonly StackResource[];
  /** Whether `keys` holds exactly the one. */
  readonly isCertain: boolean;
}

/** Clear personal data and the additional information of pseudonyms lie under other keys than the open zone's data. */
export const keySeparation: StackRule = {
  name: "key-separation",
  group: "encryption",
  scope: "stack",
  severity: "high",
  description: "Clear personal data and what leads back to people have other keys than the open zone.",
  framework: pipa(
    "28-4",
    "Additional information is kept apart from pseudonymised data (추가정보의 분리 보관)",
  ),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/prescriptive-guidance/latest/encryption-best-practices/welcome.html",
  check(stack) {
    const uses = usesOf(stack);
    const open = uses.filter(({ owner }) => isTagged(owner, ZONE, "open"));
    return uses
      .filter(({ owner }) => isTagged(owner, DATA_CLASS, "raw-pii"))
      .flatMap(({ owner, keys, isCertain }): Finding[] => {
        const shared = open.filter((each) =>
          each.keys.some(({ urn }) => keys.some((key) => key.urn === urn)),
        );
        if (shared.length === 0) return [];
        return isCertain && shared.some((each) => each.isCertain)
          ? [violation(owner, "Its key is also that of data in the open zone.", FIX)]
          : [undecided(owner, "Which key it and the data of the open zone have", FIX)];
      });
  },
};

function usesOf(stack: Stack): Use[] {
  const buckets = stack
    .ofType(BUCKET)
    .flatMap((bucket) =>
      stack
        .attached(bucket, BUCKET_ENCRYPTION, "bucket")
        .map((sideCar) => ({ owner: bucket, link: stack.link(sideCar, BUCKET_KEY, KEY) })),
    );
  const streams = stack
    .ofType(STREAM)
    .map((stream) => ({ owner: stream, link: stack.link(stream, STREAM_KEY, KEY) }));
  return [...buckets, ...streams].flatMap(({ owner, link }) =>
    link.state === "absent" ? [] : [{ owner, keys: link.resources, isCertain: link.state === "certain" }],
  );
}
