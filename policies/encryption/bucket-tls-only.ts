import { readPolicyDocument } from "../model/policy-document";
import { fsbp } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import { refuseClear } from "../model/tls-only";
import { BUCKET, BUCKET_POLICY } from "../model/types";

const FIX =
  'Add to the bucket\'s policy a Deny of `s3:*` for `Principal: "*"` on the bucket and its objects, under the condition ' +
  '`Bool: { "aws:SecureTransport": "false" }`.';

/** Every bucket refuses requests that come without TLS. */
export const bucketTlsOnly: StackRule = {
  name: "bucket-tls-only",
  group: "encryption",
  scope: "stack",
  severity: "high",
  description: "Buckets refuse requests without TLS.",
  framework: fsbp("S3.5", "S3 general purpose buckets require requests to use SSL"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
  check(stack) {
    return stack.ofType(BUCKET).flatMap((bucket): Finding[] => {
      const documents = stack
        .attached(bucket, BUCKET_POLICY, "bucket")
        .map((policy) => readPolicyDocument(policy, ["policy"]));
      switch (refuseClear(documents, ["s3:GetObject", "s3:PutObject"])) {
        case "yes":
          return [];
        case "unknown":
          return [undecided(bucket, "The bucket's policy", FIX)];
        case "no":
          return [violation(bucket, "No policy of the bucket denies requests without TLS.", FIX)];
      }
    });
  },
};
