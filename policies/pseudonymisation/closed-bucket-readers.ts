import { isClosed } from "../model/closed-prefix";
import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import { isTagged } from "../model/stack";
import { DATA_CLASS } from "../model/tags";
import { BUCKET } from "../model/types";

const WEBSITE = "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration";

const FIX =
  "Add a statement to the bucket's policy that denies `s3:GetObject` on all of its objects to everybody (`Principal: *`) but named " +
  "roles (`ArnNotEquals` with `aws:PrincipalArn`), and serve no website from it.";

/**
 * IAM alone decides nothing here: a role that somebody gives too much later is refused by the bucket all the same. Where a stack
 * has a network, its program also asks for the endpoint; a bucket that is read from elsewhere too can't.
 */
export const closedBucketReaders: StackRule = {
  name: "closed-bucket-readers",
  group: "pseudonymisation",
  scope: "stack",
  severity: "high",
  description:
    "Buckets with clear personal data are read by the roles that their policy names, and nobody else.",
  framework: ismsP(
    "2.6.4",
    "Access to databases of personal data is limited to named subjects (데이터베이스 접근)",
  ),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html",
  check(stack) {
    return stack
      .ofType(BUCKET)
      .filter((bucket) => isTagged(bucket, DATA_CLASS, "raw-pii"))
      .flatMap((bucket): Finding[] => {
        const website = stack
          .attached(bucket, WEBSITE, "bucket")
          .map((each) => violation(each, "It serves clear personal data as a website.", FIX));
        const closed = isClosed(stack, bucket);
        if (closed === "yes") return website;
        return [
          ...website,
          closed === "no"
            ? violation(bucket, "Its policy names nobody who alone may read it.", FIX)
            : undecided(bucket, "Its policy", FIX),
        ];
      });
  },
};
