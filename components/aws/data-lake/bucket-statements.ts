/** Statements of the lake's bucket policies, beside TLS only. */
import type * as aws from "@pulumi/aws";
import { bucketArn, iamArn, type AwsContext } from "../context";
import { pseudonymiserRole } from "../foundation/crossing-roles";
import type { Network } from "../foundation/network";
import { ERRORS_PREFIX } from "./errors-prefix";

/** S3 writes access logs as its own service, and only for buckets of this account. */
export function acceptAccessLogs({ identity, names }: AwsContext): aws.iam.PolicyStatement {
  return {
    Sid: "AccessLogsOfThisAccount",
    Effect: "Allow",
    Principal: { Service: "logging.s3.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: `${bucketArn(identity, names.of("bucket", "logs"))}/s3/*`,
    Condition: { StringEquals: { "aws:SourceAccount": identity.accountId } },
  };
}

/**
 * Firehose keeps a record that its transform refused untransformed, in the bucket that it delivers to. That prefix is
 * closed to everybody but the pseudonymiser, administrators included.
 */
export function closeErrors({ identity, names }: AwsContext): aws.iam.PolicyStatement {
  return {
    Sid: "ErrorsAreClosed",
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:GetObject", "s3:GetObjectVersion"],
    Resource: `${bucketArn(identity, names.of("bucket", "raw"))}/${ERRORS_PREFIX}*`,
    Condition: {
      ArnNotEquals: { "aws:PrincipalArn": iamArn(identity, `role/${pseudonymiserRole(names)}`) },
    },
  };
}

/**
 * Rights are not enough to read clear values: the request must come through an endpoint of the network too. What arrives is
 * written from anywhere, and a service that acts for somebody comes as itself.
 */
export function readOnlyIn(
  network: Network | null,
  { identity, names }: AwsContext,
): aws.iam.PolicyStatement[] {
  if (network === null) return [];
  return [
    {
      Sid: "ReadInTheNetworkOnly",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: `${bucketArn(identity, names.of("bucket", "landing"))}/*`,
      Condition: {
        StringNotEquals: { "aws:SourceVpc": network.vpcId },
        Bool: { "aws:ViaAWSService": "false" },
      },
    },
  ];
}
