/** Statements of the lake's bucket policies, beside TLS only. */
import type * as aws from "@pulumi/aws";
import { bucketArn, iamArn, type AwsContext } from "../context";
import { pseudonymiserRole } from "../foundation/crossing-roles";
import type { Network } from "../foundation/network";
import { ERRORS_PREFIX } from "./errors-prefix";
import { INVENTORY_FOLDER } from "./zone-bucket";

/** Role that drops files into landing. */
export const LOADER = "loader" as const;

/**
 * S3 writes access logs and inventories as its own services, only for buckets of this account. What it wrote stays: S3
 * allows no Object Lock on a bucket of access logs (S3 User Guide, "Object Lock considerations"), so in a protected stack
 * the policy refuses deletion to everybody; the lifecycle, which no policy binds, still ends it.
 */
export function logsPolicy({ identity, names, protectData }: AwsContext): aws.iam.PolicyStatement[] {
  const bucket = bucketArn(identity, names.of("bucket", "logs"));
  const ofThisAccount = { "aws:SourceAccount": identity.accountId };
  return [
    {
      Sid: "AccessLogsOfThisAccount",
      Effect: "Allow",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${bucket}/s3/*`,
      Condition: { StringEquals: ofThisAccount },
    },
    {
      Sid: "InventoriesOfThisStack",
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${bucket}/${INVENTORY_FOLDER}*`,
      // S3 User Guide, "Grant permissions for S3 Inventory and S3 analytics".
      Condition: {
        ArnLike: { "aws:SourceArn": bucketArn(identity, `${names.bucketPrefix()}*`) },
        StringEquals: { ...ofThisAccount, "s3:x-amz-acl": "bucket-owner-full-control" },
      },
    },
    ...(protectData
      ? [
          {
            Sid: "LogsAreKept",
            Effect: "Deny" as const,
            Principal: "*",
            Action: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
            Resource: `${bucket}/*`,
          },
        ]
      : []),
  ];
}

/** Landing answers two roles, whatever IAM grants to others: the loader writes, the pseudonymiser reads and writes. */
export function landingPolicy({ identity, names }: AwsContext): aws.iam.PolicyStatement[] {
  const role = (name: string) => iamArn(identity, `role/${name}`);
  const pseudonymiser = role(pseudonymiserRole(names));
  const denied = (Sid: string, Action: string[], roles: string[]): aws.iam.PolicyStatement => ({
    Sid,
    Effect: "Deny",
    Principal: "*",
    Action,
    Resource: `${bucketArn(identity, names.of("bucket", "landing"))}/*`,
    Condition: { ArnNotEquals: { "aws:PrincipalArn": roles } },
  });
  return [
    denied("ReadByThePseudonymiser", ["s3:GetObject", "s3:GetObjectVersion"], [pseudonymiser]),
    denied("WrittenByNamedRoles", ["s3:PutObject"], [role(names.of("role", LOADER)), pseudonymiser]),
  ];
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
