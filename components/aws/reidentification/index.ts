import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments, checkNumber } from "../../arguments";
import { LIMITS } from "../../limits";
import { principalProblems } from "../../principal";
import { bucketArn, iamArn, type AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import { ZoneBucket } from "../data-lake/zone-bucket";
import type { AuditTrail } from "../foundation/audit-trail";
import { pseudonymiserRole, reidentifierRole } from "../foundation/crossing-roles";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { ServiceRole, type Statement } from "../foundation/service-role";
import { REASON_TAG, RECORDS, reidentificationPlaces } from "./places";

export interface ReidentificationArgs {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  readonly audit: AuditTrail;
  /** ARNs of the roles and users who may turn pseudonyms back; without any, the account's IAM decides. @default [] */
  readonly people?: readonly string[];
  /** Oldest key epoch whose pseudonyms can be turned back and bridged to the newest. @default 1 */
  readonly oldestEpoch?: number;
}

/**
 * The way back from pseudonym to person, inside the closed zone: a bucket that the Spark jobs fill with the source key of
 * each pseudonym, for as long as landing holds the clear value; and a role that reads it, only with a reason, and leaves a
 * record that it can't take back.
 *
 * The bucket keeps no versions: what is deleted is gone. Its policy and its key refuse everybody but those two roles,
 * administrators included.
 * Idle cost: none but the objects.
 * Break glass: an administrator changes bucket and key policy, which shows in the audit trail.
 *
 * @throws ArgumentError with every wrong argument.
 */
export class Reidentification extends pulumi.ComponentResource {
  readonly bucket: ZoneBucket;
  readonly role: ServiceRole;
  readonly oldestEpoch: number;
  /** Root of the bucket, `s3://bucket/`. */
  readonly uri: pulumi.Output<string>;

  private readonly keys: EncryptionKeys;

  constructor(
    name: string,
    context: AwsContext,
    args: ReidentificationArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:Reidentification", name, {}, opts);
    const people = args.people ?? [];
    checkArguments("Reidentification", name, [
      ...principalProblems("people", people),
      checkNumber("oldestEpoch", args.oldestEpoch, LIMITS.pseudonymEpoch),
    ]);
    this.keys = args.keys;
    this.oldestEpoch = args.oldestEpoch ?? 1;
    this.bucket = new ZoneBucket(
      `${name}-bucket`,
      context,
      {
        part: "reidentification",
        openness: "closed",
        dataClass: "raw-pii",
        keyArn: args.keys.arn("reidentification"),
        accessLogs: args.lake.nodes.buckets.logs.bucket,
        expireAfterDays: args.lake.landingDays,
        versioned: false,
        denials: closedToOthers(context),
      },
      { parent: this },
    );
    this.role = new ServiceRole(
      name,
      context,
      {
        roleName: reidentifierRole(context.names),
        assumedBy: people.length === 0 ? "account" : people,
        purpose: "reidentifier",
        sessionTag: REASON_TAG,
        statements: [
          ...this.bucket.readStatements(args.keys.arn("reidentification")),
          ...recordStatements(args, context),
        ],
      },
      { parent: this },
    );
    this.uri = pulumi.interpolate`s3://${this.bucket.ready}/`;
    this.registerOutputs({ bucket: this.bucket.bucket.bucket, role: this.role.readyArn });
  }

  /**
   * Statements for the Spark jobs: write and replace. Reading is among them because Spark moves a file to its place by
   * copying it, and asks what is there before; the jobs read the same values in landing anyway.
   */
  writeStatements(): Statement[] {
    const key = this.keys.arn("reidentification");
    return [...this.bucket.readStatements(key), ...this.bucket.writeStatements(key, "", { replace: true })];
  }
}

/** Two roles read, one writes; anybody whom IAM lets may still delete, since deleting tells nobody anything. */
function closedToOthers({ identity, names }: AwsContext): aws.iam.PolicyStatement[] {
  const [jobs, reidentifier] = [pseudonymiserRole(names), reidentifierRole(names)].map((role) =>
    iamArn(identity, `role/${role}`),
  ) as [string, string];
  const Resource = `${bucketArn(identity, reidentificationPlaces(names).bucket)}/*`;
  const denied = (Sid: string, Action: string[], roles: string[]): aws.iam.PolicyStatement => ({
    Sid,
    Effect: "Deny",
    Principal: "*",
    Action,
    Resource,
    Condition: { ArnNotEquals: { "aws:PrincipalArn": roles } },
  });
  return [
    denied("ReadByNamedRoles", ["s3:GetObject*"], [jobs, reidentifier]),
    denied("WrittenByTheJobs", ["s3:PutObject*", "s3:ReplicateObject"], [jobs]),
  ];
}

/** A record is put, under a name that only its writer knows: not listed, not read, not deleted. */
function recordStatements({ audit, keys }: ReidentificationArgs, { identity }: AwsContext): Statement[] {
  return [
    { Effect: "Allow", Action: "s3:PutObject", Resource: `${audit.bucket.arn}/${RECORDS}*` },
    {
      Effect: "Allow",
      Action: "kms:GenerateDataKey",
      Resource: keys.arn("logs"),
      Condition: { StringEquals: { "kms:ViaService": `s3.${identity.region}.amazonaws.com` } },
    },
  ];
}
