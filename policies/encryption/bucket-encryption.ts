import { examine, oneOf, type Expectation } from "../model/expectation";
import { readIndices } from "../model/reading";
import { fsbp } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import { isTagged, type Stack, type StackResource } from "../model/stack";
import { DATA_CLASS } from "../model/tags";
import { BUCKET, BUCKET_ENCRYPTION, BUCKET_LOGGING } from "../model/types";

const FIX =
  'Add a `BucketServerSideEncryptionConfiguration` for the bucket with `sseAlgorithm: "aws:kms"`, the platform\'s key as ' +
  "`kmsMasterKeyId`, and `bucketKeyEnabled: true`.";
const BY_DEFAULT = ["rules", 0, "applyServerSideEncryptionByDefault"] as const;

const WITH_KMS: readonly Expectation[] = [
  {
    path: [...BY_DEFAULT, "sseAlgorithm"],
    accepts: oneOf("aws:kms", "aws:kms:dsse"),
    must: "must be aws:kms",
    fix: FIX,
  },
  {
    path: ["rules", 0, "bucketKeyEnabled"],
    accepts: (value) => value === true,
    must: "must be true (it saves a KMS call for every object)",
    fix: FIX,
  },
];

/** The log delivery of S3 can't use KMS keys (S3 user guide, "Enabling server access logging"). */
const LOGS: Expectation = {
  path: [...BY_DEFAULT, "sseAlgorithm"],
  accepts: oneOf("AES256", "aws:kms"),
  must: "must be AES256 or aws:kms",
  fix: FIX,
};

/** Every bucket has its encryption beside it, by KMS with a bucket key; where S3 puts its access logs, S3's own keys may do. */
export const bucketEncryption: StackRule = {
  name: "bucket-encryption",
  group: "encryption",
  scope: "stack",
  severity: "high",
  description: "Buckets are encrypted by default with KMS, the platform's key and a bucket key.",
  framework: fsbp("S3.17", "S3 general purpose buckets are encrypted at rest with KMS keys"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html",
  check(stack) {
    return stack.ofType(BUCKET).flatMap((bucket) => {
      const sideCars = stack.attached(bucket, BUCKET_ENCRYPTION, "bucket");
      if (sideCars.length === 0)
        return [violation(bucket, "It has no server-side encryption configuration.", FIX)];
      return sideCars.flatMap((sideCar) => checkSideCar(sideCar, takesAccessLogs(stack, bucket)));
    });
  },
};

/** A bucket of logs that the log delivery of S3 writes to; another one, such as that of a trail, may have a key. */
function takesAccessLogs(stack: Stack, bucket: StackResource): boolean {
  return (
    isTagged(bucket, DATA_CLASS, "logs") && stack.attached(bucket, BUCKET_LOGGING, "targetBucket").length > 0
  );
}

function checkSideCar(sideCar: StackResource, logs: boolean): Finding[] {
  const rules = readIndices(sideCar.props, ["rules"]);
  if (rules.state === "unknown") return [undecided(sideCar, "rules", FIX)];
  if (rules.state !== "known" || rules.value.length === 0)
    return [violation(sideCar, "rules is missing or empty.", FIX)];
  if (logs) return examine(sideCar, LOGS);
  // Whose key it is, `platform-key` asks: here an unknown key is a key.
  const key = examine(sideCar, {
    path: [...BY_DEFAULT, "kmsMasterKeyId"],
    accepts: (value) => typeof value === "string" && value !== "",
    must: "must name a key",
    fix: FIX,
  }).filter((finding) => finding.outcome === "violation");
  return [...WITH_KMS.flatMap((expectation) => examine(sideCar, expectation)), ...key];
}
