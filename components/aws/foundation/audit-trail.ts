import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnOf, bucketArn, TAG, type AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import { ERRORS_PREFIX } from "../data-lake/folders";
import { FAILURES } from "../database/failure-folders";
import { COURSE_EVENTS } from "../glue-etl/stream-names";
import { ZoneBucket } from "../data-lake/zone-bucket";
import { reidentificationPlaces } from "../reidentification/places";
import type { EncryptionKeys } from "./encryption-keys";

export interface AuditTrailArgs {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  /** Makes the trail; without, only the bucket for records, because the account has a trail that sees the same. @default true */
  readonly trail?: boolean;
}

const TRAIL_FOLDER = "cloudtrail";

/**
 * Who used a key, took a role, changed a policy or touched an object with clear values: a bucket whose objects nobody
 * changes, and a CloudTrail trail that writes there, with digests that show a missing or altered file.
 *
 * Idle cost: none but the objects. The first trail of an account has management events for nothing, a further one 2.00 USD
 * for 100,000; object events are 0.10 USD for 100,000 (CloudTrail pricing, 2026-11).
 */
export class AuditTrail extends pulumi.ComponentResource {
  readonly bucket: ZoneBucket;

  constructor(
    name: string,
    context: AwsContext,
    args: AuditTrailArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:AuditTrail", name, {}, opts);
    const trailName = context.names.of("trail", "audit");
    this.bucket = new ZoneBucket(
      `${name}-records`,
      context,
      {
        part: "audit",
        openness: "closed",
        dataClass: "logs",
        keyArn: args.keys.arn("logs"),
        accessLogs: args.lake.nodes.buckets.logs.bucket,
        lockDays: context.logRetentionDays,
        denials: acceptTrail(context, trailName),
      },
      { parent: this },
    );
    if (args.trail ?? true) this.createTrail(name, trailName, context, args);
    this.registerOutputs({ bucket: this.bucket.bucket.bucket });
  }

  private createTrail(name: string, trailName: string, context: AwsContext, args: AuditTrailArgs): void {
    const watched = [
      `${context.names.of("bucket", "landing")}/`,
      `${reidentificationPlaces(context.names).bucket}/`,
      // Events that delivery could not transform.
      `${context.names.of("bucket", "raw")}/${ERRORS_PREFIX}`,
      // Events that a database refused, in clear; a bucket that a stack does not have costs no event.
      `${context.names.of("bucket", FAILURES)}/`,
      `${context.names.of("bucket", COURSE_EVENTS)}/`,
    ];
    new aws.cloudtrail.Trail(
      name,
      {
        name: trailName,
        s3BucketName: this.bucket.ready,
        s3KeyPrefix: TRAIL_FOLDER,
        kmsKeyId: args.keys.arn("logs"),
        enableLogFileValidation: true,
        // Roles and policies are changed in us-east-1, whatever the stack's region.
        isMultiRegionTrail: true,
        includeGlobalServiceEvents: true,
        advancedEventSelectors: [
          {
            name: "Keys, roles and policies",
            fieldSelectors: [{ field: "eventCategory", equals: ["Management"] }],
          },
          {
            name: "Objects with clear values",
            fieldSelectors: [
              { field: "eventCategory", equals: ["Data"] },
              { field: "resources.type", equals: ["AWS::S3::Object"] },
              {
                field: "resources.ARN",
                startsWiths: watched.map((folder) => bucketArn(context.identity, folder)),
              },
            ],
          },
        ],
        tags: { ...context.tags, [TAG.role]: "audit" },
      },
      { parent: this, protect: context.protectData },
    );
  }
}

/** CloudTrail writes as its own service, and only for this stack's trail. */
function acceptTrail({ identity, names }: AwsContext, trailName: string): aws.iam.PolicyStatement[] {
  const bucket = bucketArn(identity, names.of("bucket", "audit"));
  const Principal = { Service: "cloudtrail.amazonaws.com" };
  const ofTrail = { "aws:SourceArn": arnOf(identity, "cloudtrail", `trail/${trailName}`) };
  return [
    {
      Sid: "TrailLooksForItsBucket",
      Effect: "Allow",
      Principal,
      Action: "s3:GetBucketAcl",
      Resource: bucket,
      Condition: { StringEquals: ofTrail },
    },
    {
      Sid: "TrailWritesItsFolder",
      Effect: "Allow",
      Principal,
      Action: "s3:PutObject",
      Resource: `${bucket}/${TRAIL_FOLDER}/AWSLogs/${identity.accountId}/*`,
      Condition: { StringEquals: { ...ofTrail, "s3:x-amz-acl": "bucket-owner-full-control" } },
    },
  ];
}
