import { show } from "../model/expectation";
import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import type { Stack, StackResource } from "../model/stack";
import { KEY } from "../model/types";
import { BUCKET_KEY, ENCRYPTED_PLACES } from "./encrypted-resources";

const FIX =
  "Name a `aws.kms.Key` of this stack (its `arn`, or its alias), not an AWS-managed or a foreign key.";

/** Wherever a key is named, it is one that this stack made: it has the platform's policy, rotation and audit. */
export const platformKey: StackRule = {
  name: "platform-key",
  group: "encryption",
  scope: "stack",
  severity: "high",
  description: "Data is encrypted with the platform's own KMS keys.",
  framework: ismsP("2.7.2", "Keys are made, kept and used by set procedures (암호키 관리)"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html",
  check(stack) {
    return [...ENCRYPTED_PLACES, BUCKET_KEY].flatMap((place) =>
      stack
        .ofType(place.type)
        .filter((resource) => place.applies?.(resource) ?? true)
        .flatMap((resource) => checkKey(stack, resource, place.key)),
    );
  },
};

/** An unknown value that comes from a key of the stack is that key; one that comes from no key is not. */
function checkKey(stack: Stack, resource: StackResource, path: readonly (string | number)[]): Finding[] {
  const link = stack.link(resource, path, KEY);
  if (link.state === "absent") return [];
  if (link.resources.length === 0) {
    const anything = (resource.propertyDependencies[String(path[0])] ?? []).length > 0;
    return link.state === "possible" && anything
      ? [undecided(resource, `The key at ${show(path)}`, FIX)]
      : [violation(resource, `${show(path)} names no KMS key of this stack.`, FIX)];
  }
  return [];
}
