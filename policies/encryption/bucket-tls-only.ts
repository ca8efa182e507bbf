import { concernsAction, deniesUnknown, readPolicyDocument, type Statement } from "../model/policy-document";
import { fsbp } from "../model/references";
import { undecided, violation, type StackRule } from "../model/rule";
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
    return stack.ofType(BUCKET).flatMap((bucket) => {
      const documents = stack
        .attached(bucket, BUCKET_POLICY, "bucket")
        .map((policy) => readPolicyDocument(policy, ["policy"]));
      const refuses = documents.some(
        (document) => document.state === "known" && document.statements.some(deniesClear),
      );
      if (refuses) return [];
      const open = documents.some(
        (document) =>
          document.state === "unknown" ||
          (document.state === "known" && document.statements.some(deniesUnknown)),
      );
      return open
        ? [undecided(bucket, "The bucket's policy", FIX)]
        : [violation(bucket, "No policy of the bucket denies requests without TLS.", FIX)];
    });
  },
};

/** Resources are not compared: a policy of a bucket may name no other bucket. */
function deniesClear(statement: Statement): boolean {
  const [condition, ...others] = statement.conditions;
  return (
    statement.effect === "Deny" &&
    statement.principals.includes("*") &&
    concernsAction(statement, "s3:GetObject") &&
    concernsAction(statement, "s3:PutObject") &&
    others.length === 0 &&
    condition !== undefined &&
    condition.operator.toLowerCase() === "bool" &&
    condition.key.toLowerCase() === "aws:securetransport" &&
    condition.values.includes("false")
  );
}
