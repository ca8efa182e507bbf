/** Statements of the lake's bucket policies, beside TLS only. */
import type * as aws from "@pulumi/aws";
import { bucketArn, iamArn, type AwsContext } from "../context";
import type { DataSet } from "../../contract/model";
import { DELIVERY, importerRole, pseudonymiserRole, redriverRole } from "../foundation/crossing-roles";
import type { Network } from "../foundation/network";
import { ERRORS_PREFIX, IMPORTS_PREFIX, LINEAGE_PREFIX, SPARK_LOGS_PREFIX } from "./folders";
import { INVENTORY_FOLDER } from "./zone-bucket";

/** Role that drops files into landing. */
export const LOADER = "loader" as const;

/** What gives out an object's bytes; S3 asks a replication rule's role for the last (S3 User Guide, "Setting up permissions"). */
const READ = ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectVersionForReplication"];
/** What puts an object: a replica comes by an action of its own. */
const WRITE = ["s3:PutObject", "s3:ReplicateObject"];

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

/** Roles of the stack, by their names. */
export interface Named {
  readonly readers: readonly string[];
  readonly writers: readonly string[];
}

/**
 * Closes a bucket with clear values to all but some roles of the stack, whatever IAM grants to others. Anybody whom IAM lets may
 * still delete: it tells nobody anything, and a person's data must be able to go.
 */
export function closedBut(
  { identity, names }: AwsContext,
  part: string,
  { readers, writers }: Named,
): aws.iam.PolicyStatement[] {
  const denied = (Sid: string, Action: string[], roles: readonly string[]): aws.iam.PolicyStatement => ({
    Sid,
    Effect: "Deny",
    Principal: "*",
    Action,
    Resource: `${bucketArn(identity, names.of("bucket", part))}/*`,
    Condition: {
      ArnNotEquals: { "aws:PrincipalArn": roles.map((role) => iamArn(identity, `role/${role}`)) },
    },
  });
  return [denied("ReadByNamedRoles", READ, readers), denied("WrittenByNamedRoles", WRITE, writers)];
}

/**
 * Landing answers two roles, whatever IAM grants to others: the loader writes, the pseudonymiser reads and writes. A set that
 * is imported from a table has a third: its job writes that set's drops, and reads nothing but what it is about to join.
 */
export function landingPolicy(
  { identity, names }: AwsContext,
  imported: readonly DataSet[],
): aws.iam.PolicyStatement[] {
  const role = (name: string) => iamArn(identity, `role/${name}`);
  const pseudonymiser = role(pseudonymiserRole(names));
  const bucket = bucketArn(identity, names.of("bucket", "landing"));
  const denied = (
    Sid: string,
    Action: string[],
    roles: string[],
    where: Pick<aws.iam.PolicyStatement, "Resource" | "NotResource"> = { Resource: `${bucket}/*` },
  ): aws.iam.PolicyStatement => ({
    Sid,
    Effect: "Deny",
    Principal: "*",
    Action,
    ...(where as Pick<aws.iam.PolicyStatement, "Resource">),
    Condition: { ArnNotEquals: { "aws:PrincipalArn": roles } },
  });
  const importers = imported.map((dataSet) => ({
    role: role(importerRole(names, dataSet)),
    rows: `${bucket}/${IMPORTS_PREFIX}${dataSet.domain}/${dataSet.name}/*`,
  }));
  const reads =
    importers.length === 0
      ? [denied("ReadByThePseudonymiser", READ, [pseudonymiser])]
      : [
          denied("ReadByThePseudonymiser", READ, [pseudonymiser], {
            NotResource: importers.map(({ rows }) => rows),
          }),
          ...importers.map((importer, at) =>
            denied(`ImportReadByItsJob${at + 1}`, READ, [importer.role], { Resource: importer.rows }),
          ),
        ];
  return [
    ...reads,
    denied("WrittenByNamedRoles", WRITE, [
      role(names.of("role", LOADER)),
      pseudonymiser,
      ...importers.map((one) => one.role),
    ]),
  ];
}

/**
 * Firehose keeps a record that its transform refused untransformed, in the bucket that it delivers to. That prefix is
 * closed to everybody, administrators included: the pseudonymiser and who puts such records back read it, deliveries and the
 * latter write it.
 */
export function closeErrors({ identity, names }: AwsContext): aws.iam.PolicyStatement[] {
  const role = (name: string) => iamArn(identity, `role/${name}`);
  const denied = (Sid: string, Action: string[], roles: string[]): aws.iam.PolicyStatement => ({
    Sid,
    Effect: "Deny",
    Principal: "*",
    Action,
    Resource: `${bucketArn(identity, names.of("bucket", "raw"))}/${ERRORS_PREFIX}*`,
    Condition: { ArnNotEquals: { "aws:PrincipalArn": roles.map(role) } },
  });
  const redriver = redriverRole(names);
  return [
    denied("ErrorsAreClosed", READ, [pseudonymiserRole(names), redriver]),
    // A role for each set and way; all of them would outgrow the 20 KB of a policy.
    denied("ErrorsAreWrittenByDelivery", WRITE, [`${names.startOf("role", DELIVERY)}*`, redriver]),
  ];
}

/**
 * What says where rows come from is written by those who curate, and by nobody who builds tables: administrators included,
 * as a record that may be rewritten proves nothing.
 */
export function keepLineage({ identity, names }: AwsContext): aws.iam.PolicyStatement {
  return {
    Sid: "LineageIsKept",
    Effect: "Deny",
    Principal: "*",
    Action: [...WRITE, "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:ReplicateDelete"],
    Resource: `${bucketArn(identity, names.of("bucket", "curated"))}/${LINEAGE_PREFIX}*`,
    Condition: {
      ArnNotEquals: { "aws:PrincipalArn": iamArn(identity, `role/${pseudonymiserRole(names)}`) },
    },
  };
}

export interface LandingWays {
  /** Null: any way. */
  readonly network: Network | null;
  /** Endpoints of other networks through which files are written and listed. */
  readonly endpoints: readonly string[];
  /** Who administers keys, and so deploys; none: it is not known who does. */
  readonly admins: readonly string[];
}

/**
 * Rights are not enough for clear values: the request must come through an endpoint of the network too. A service that acts
 * for somebody comes as itself. Left out, so that nobody locks themselves out: what configures the bucket, and deleting,
 * which tells nobody anything.
 */
export function onlyIn(
  { identity, names }: AwsContext,
  { network, endpoints, admins }: LandingWays,
): aws.iam.PolicyStatement[] {
  if (network === null) return [];
  const bucket = bucketArn(identity, names.of("bucket", "landing"));
  const byItself = { "aws:ViaAWSService": "false" };
  const elsewhere = {
    "aws:SourceVpc": network.vpcId,
    ...(endpoints.length > 0 && { "aws:SourceVpce": [...endpoints] }),
  };
  const denied = (
    Sid: string,
    Action: string[],
    Condition: NonNullable<aws.iam.PolicyStatement["Condition"]>,
  ): Omit<aws.iam.PolicyStatement, "Resource"> => ({
    Sid,
    Effect: "Deny",
    Principal: "*",
    Action,
    Condition,
  });
  return [
    {
      ...denied("ReadInTheNetworkOnly", READ, {
        StringNotEquals: { "aws:SourceVpc": network.vpcId },
        Bool: byItself,
      }),
      Resource: `${bucket}/*`,
    },
    {
      ...denied("WrittenInTheNetworkOnly", WRITE, { StringNotEquals: elsewhere, Bool: byItself }),
      // EMR Serverless brings a run's logs here by itself, and does not say from where.
      NotResource: `${bucket}/${SPARK_LOGS_PREFIX}*`,
    },
    {
      ...denied(
        "VersionsListedInTheNetworkOnly",
        ["s3:ListBucketVersions", "s3:ListBucketMultipartUploads"],
        {
          StringNotEquals: elsewhere,
          Bool: byItself,
        },
      ),
      Resource: bucket,
    },
    {
      // HeadBucket asks for the same right, and a deployment asks that of every bucket: it needs it from where it runs.
      ...denied("ListedInTheNetworkOnly", ["s3:ListBucket"], {
        StringNotEquals: elsewhere,
        Bool: byItself,
        ...(admins.length > 0
          ? { ArnNotEquals: { "aws:PrincipalArn": [...admins] } }
          : { ArnLike: { "aws:PrincipalArn": iamArn(identity, `role/${names.of("role")}-*`) } }),
      }),
      Resource: bucket,
    },
  ];
}
