import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments, checkNumber } from "../../arguments";
import { LIMITS } from "../../limits";
import type { Openness } from "../../platform";
import { bucketArn, TAG, type AwsContext, type DataClass } from "../context";
import type { Statement } from "../foundation/service-role";

export interface ZoneBucketArgs {
  /** Last part of the bucket's name, e.g. `landing`. */
  readonly part: string;
  readonly openness: Openness;
  readonly dataClass: DataClass;
  /** KMS key of the objects; absent only for the access-log bucket, where S3 accepts no KMS key. */
  readonly keyArn?: pulumi.Input<string>;
  /** Bucket that takes the access logs; absent only for the log bucket itself. */
  readonly accessLogs?: aws.s3.Bucket;
  /** Days after which objects move to Infrequent Access (S3: 30 or more). Absent: never. */
  readonly infrequentAccessAfterDays?: number;
  /** Days after which objects expire. Absent: never. */
  readonly expireAfterDays?: number;
  /** Further rules of the bucket policy, beside TLS only. */
  readonly denials?: readonly pulumi.Input<aws.iam.PolicyStatement>[];
  /** Sends the bucket's events to EventBridge. @default false */
  readonly events?: boolean;
  /** Keeps overwritten and deleted versions for 30 days; without, what is deleted is gone at once. @default true */
  readonly versioned?: boolean;
  /** Days in which nobody deletes or changes an object (Object Lock, governance mode). Absent: no lock. */
  readonly lockDays?: number;
}

/** Days that an overwritten or deleted version stays restorable. */
const NONCURRENT_DAYS = 30;

/**
 * A bucket with all its side-cars: public access block, ownership, KMS with bucket key, versioning, lifecycle, access
 * logs, and a policy that refuses plain HTTP.
 *
 * Idle cost: none but the objects (S3 Standard in Seoul: 0.025 USD a GB and month, 2026-11).
 *
 * @throws ArgumentError with every wrong argument.
 */
export class ZoneBucket extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;
  /** Known in a preview. */
  readonly name: string;
  /** Known in a preview. */
  readonly arn: string;
  /** The bucket's name once its policy and encryption stand: what writers wait for. */
  readonly ready: pulumi.Output<string>;

  constructor(
    name: string,
    private readonly context: AwsContext,
    args: ZoneBucketArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:ZoneBucket", name, {}, opts);
    const { infrequentAccessAfterDays, expireAfterDays } = args;
    checkArguments("ZoneBucket", name, [
      checkNumber("infrequentAccessAfterDays", infrequentAccessAfterDays, LIMITS.infrequentAccessAfter),
      checkNumber("expireAfterDays", expireAfterDays, LIMITS.expireAfter),
      checkNumber("lockDays", args.lockDays, LIMITS.expireAfter),
      args.lockDays !== undefined && args.versioned === false
        ? "versioned: is false; S3 locks versions, so leave it out, or lockDays"
        : undefined,
      // S3 refuses a rule set whose objects would expire before they move (PutBucketLifecycleConfiguration).
      infrequentAccessAfterDays !== undefined && (expireAfterDays ?? Infinity) <= infrequentAccessAfterDays
        ? `expireAfterDays: is ${expireAfterDays}; write more than infrequentAccessAfterDays (${infrequentAccessAfterDays})`
        : undefined,
    ]);
    this.name = context.names.of("bucket", args.part);
    this.arn = bucketArn(context.identity, this.name);
    this.bucket = new aws.s3.Bucket(
      name,
      {
        bucket: this.name,
        // A development stack leaves nothing behind; a protected one is never emptied by Pulumi.
        forceDestroy: !context.protectData,
        ...(args.lockDays !== undefined && { objectLockEnabled: true }),
        tags: { ...context.tags, [TAG.dataClass]: args.dataClass, [TAG.zone]: args.openness },
      },
      { parent: this, protect: context.protectData, retainOnDelete: context.protectData },
    );
    this.ready = pulumi
      .all([this.bucket.bucket, ...this.guard(name, args).map((sideCar) => sideCar.id)])
      .apply(([bucket]) => bucket);
    this.keep(name, args);
    this.registerOutputs({ bucket: this.bucket.bucket, arn: this.bucket.arn });
  }

  /** Side-cars that must stand before the first object is written. */
  private guard(name: string, args: ZoneBucketArgs): pulumi.CustomResource[] {
    const child = { parent: this };
    const publicAccess = new aws.s3.BucketPublicAccessBlock(
      name,
      {
        bucket: this.bucket.bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      child,
    );
    const ownership = new aws.s3.BucketOwnershipControls(
      name,
      { bucket: this.bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      child,
    );
    const encryption = new aws.s3.BucketServerSideEncryptionConfiguration(
      name,
      {
        bucket: this.bucket.bucket,
        rules: [
          args.keyArn === undefined
            ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
            : {
                applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: args.keyArn },
                bucketKeyEnabled: true,
              },
        ],
      },
      child,
    );
    const policy = new aws.s3.BucketPolicy(
      name,
      {
        bucket: this.bucket.bucket,
        policy: { Version: "2012-10-17", Statement: [tlsOnly(this.arn), ...(args.denials ?? [])] },
      },
      { parent: this, dependsOn: publicAccess },
    );
    return [publicAccess, ownership, encryption, policy];
  }

  /** Side-cars that look after objects once they are there. */
  private keep(name: string, args: ZoneBucketArgs): void {
    const versioning = (args.versioned ?? true) ? [this.version(name)] : [];
    new aws.s3.BucketLifecycleConfiguration(
      name,
      { bucket: this.bucket.bucket, rules: lifecycle(args) },
      { parent: this, dependsOn: versioning },
    );
    if (args.lockDays !== undefined) {
      new aws.s3.BucketObjectLockConfiguration(
        name,
        {
          bucket: this.bucket.bucket,
          rule: { defaultRetention: { mode: "GOVERNANCE", days: args.lockDays } },
        },
        { parent: this, dependsOn: versioning },
      );
    }
    if (args.accessLogs !== undefined) {
      new aws.s3.BucketLogging(
        name,
        {
          bucket: this.bucket.bucket,
          targetBucket: args.accessLogs.bucket,
          targetPrefix: `s3/${args.part}/`,
        },
        { parent: this },
      );
    }
    if (args.events ?? false) {
      new aws.s3.BucketNotification(
        name,
        { bucket: this.bucket.bucket, eventbridge: true },
        { parent: this },
      );
    }
  }

  private version(name: string): aws.s3.BucketVersioning {
    return new aws.s3.BucketVersioning(
      name,
      { bucket: this.bucket.bucket, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
  }

  /** Rights to list and read objects under a prefix, the key's included. */
  readStatements(keyArn: pulumi.Input<string>, prefix = ""): Statement[] {
    return [
      this.list(prefix),
      { Effect: "Allow", Action: "s3:GetObject", Resource: `${this.arn}/${prefix}*` },
      { Effect: "Allow", Action: "kms:Decrypt", Resource: keyArn, Condition: this.throughS3() },
    ];
  }

  /** Rights to write objects under a prefix; without `s3:DeleteObject` unless asked for. */
  writeStatements(keyArn: pulumi.Input<string>, prefix = "", { replace = false } = {}): Statement[] {
    const actions = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"];
    return [
      this.list(prefix),
      {
        Effect: "Allow",
        Action: replace ? [...actions, "s3:DeleteObject"] : actions,
        Resource: `${this.arn}/${prefix}*`,
      },
      {
        Effect: "Allow",
        // Multipart uploads decrypt the parts that they join.
        Action: ["kms:GenerateDataKey", "kms:Decrypt"],
        Resource: keyArn,
        Condition: this.throughS3(),
      },
    ];
  }

  private list(prefix: string): Statement {
    return {
      Effect: "Allow",
      Action: ["s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"],
      Resource: this.arn,
      ...(prefix !== "" && { Condition: { StringLikeIfExists: { "s3:prefix": [`${prefix}*`] } } }),
    };
  }

  private throughS3(): Statement["Condition"] {
    return { StringEquals: { "kms:ViaService": `s3.${this.context.identity.region}.amazonaws.com` } };
  }
}

function tlsOnly(arn: string): aws.iam.PolicyStatement {
  return {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

function lifecycle(args: ZoneBucketArgs): aws.types.input.s3.BucketLifecycleConfigurationRule[] {
  const everything = { filter: { prefix: "" }, status: "Enabled" };
  const rules: aws.types.input.s3.BucketLifecycleConfigurationRule[] = [
    {
      id: "tidy",
      ...everything,
      // A week is longer than any upload of ours; parts that were never joined cost like objects.
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      ...((args.versioned ?? true) && {
        noncurrentVersionExpiration: { noncurrentDays: NONCURRENT_DAYS },
      }),
    },
  ];
  if (args.infrequentAccessAfterDays !== undefined) {
    const transition = { days: args.infrequentAccessAfterDays, storageClass: "STANDARD_IA" };
    rules.push({ id: "infrequent-access", ...everything, transitions: [transition] });
  }
  if (args.expireAfterDays !== undefined) {
    rules.push({ id: "expire", ...everything, expiration: { days: args.expireAfterDays } });
  }
  return rules;
}
