import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments, checkNumber } from "../../arguments";
import { LIMITS } from "../../limits";
import type { Openness } from "../../platform";
import { bucketArn, TAG, type AwsContext, type DataClass } from "../context";
import type { Statement } from "../foundation/service-role";
import { tlsOnly } from "../foundation/tls-only";
import { claimBucketName } from "./bucket-names";
import { lifecycleProblems, lifecycleRules, type FolderLifecycle } from "./lifecycle";
import {
  readObjects,
  writeObjects,
  type ObjectPlace,
  type ReadOptions,
  type WriteOptions,
} from "./object-rights";

export interface ZoneBucketArgs {
  /** Last part of the bucket's name, e.g. `landing`. */
  readonly part: string;
  readonly openness: Openness;
  readonly dataClass: DataClass;
  /** Whether objects hold unique identifying information, such as resident numbers; a tag says so. @default false */
  readonly uniqueIdentifiers?: boolean;
  /** KMS key of the objects; absent only for the access-log bucket, where S3 accepts no KMS key. */
  readonly keyArn?: pulumi.Input<string>;
  /** Bucket that takes the access logs; absent only for the log bucket itself. */
  readonly accessLogs?: aws.s3.Bucket;
  /** When objects below a folder move to a cheaper class, and when they expire. @default [] */
  readonly lifecycle?: readonly FolderLifecycle[];
  /** Days after which all objects expire, whatever the folder. Absent: never. */
  readonly expireAfterDays?: number;
  /** Further rules of the bucket policy, beside TLS only. */
  readonly denials?: readonly pulumi.Input<aws.iam.PolicyStatement>[];
  /** Where a weekly list of the bucket's objects and versions goes, and the key it is under. Absent: none is made. */
  readonly inventory?: Inventory;
  /** Sends the bucket's events to EventBridge. @default false */
  readonly events?: boolean;
  /** Keeps overwritten and deleted versions; without, what is deleted is gone at once. @default true */
  readonly versioned?: boolean;
  /** Days that overwritten and deleted versions stay restorable. @default 30 */
  readonly oldVersionDays?: number;
  /** Days in which nobody deletes or changes an object (Object Lock, governance mode). Absent: no lock. */
  readonly lockDays?: number;
}

export interface Inventory {
  readonly bucket: ZoneBucket;
  readonly keyArn: pulumi.Input<string>;
}

/** Folder of the log bucket that takes inventories. */
export const INVENTORY_FOLDER = "inventory/";

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
    this.name = context.names.of("bucket", args.part);
    checkArguments("ZoneBucket", name, [
      claimBucketName(context, this.name),
      ...lifecycleProblems(args.lifecycle ?? []),
      checkNumber("expireAfterDays", args.expireAfterDays, LIMITS.expireAfter),
      checkNumber("lockDays", args.lockDays, LIMITS.expireAfter),
      checkNumber("oldVersionDays", args.oldVersionDays, LIMITS.expireAfter),
      args.oldVersionDays !== undefined && args.versioned === false
        ? "oldVersionDays: is set, but versioned is false, so that there are none; leave one of them out"
        : undefined,
      args.lockDays !== undefined && args.versioned === false
        ? "versioned: is false; S3 locks versions, so leave it out, or lockDays"
        : undefined,
    ]);
    this.arn = bucketArn(context.identity, this.name);
    this.bucket = new aws.s3.Bucket(
      name,
      {
        bucket: this.name,
        // A development stack leaves nothing behind; a protected one is never emptied by Pulumi.
        forceDestroy: !context.protectData,
        ...(args.lockDays !== undefined && { objectLockEnabled: true }),
        tags: {
          ...context.tags,
          ...{ [TAG.dataClass]: args.dataClass, [TAG.zone]: args.openness },
          ...((args.uniqueIdentifiers ?? false) && { [TAG.identifiers]: "resident-number" }),
        },
      },
      this.guarded(),
    );
    this.ready = pulumi
      .all([this.bucket.bucket, ...this.guard(name, args).map((sideCar) => sideCar.id)])
      .apply(([bucket]) => bucket);
    this.keep(name, args);
    this.registerOutputs({ bucket: this.bucket.bucket, arn: this.bucket.arn });
  }

  /** Protected data keeps what protects it: a bucket that stays behind must not lose its policy, key or versions. */
  private guarded(): pulumi.CustomResourceOptions {
    const { protectData } = this.context;
    return { parent: this, protect: protectData, retainOnDelete: protectData };
  }

  /** Side-cars that must stand before the first object is written. */
  private guard(name: string, args: ZoneBucketArgs): pulumi.CustomResource[] {
    const child = this.guarded();
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
        policy: {
          Version: "2012-10-17",
          Statement: [tlsOnly("s3:*", [this.arn, `${this.arn}/*`]), ...(args.denials ?? [])],
        },
      },
      { ...child, dependsOn: publicAccess },
    );
    return [publicAccess, ownership, encryption, policy];
  }

  /** Side-cars that look after objects once they are there. */
  private keep(name: string, args: ZoneBucketArgs): void {
    const versioning = (args.versioned ?? true) ? [this.version(name)] : [];
    new aws.s3.BucketLifecycleConfiguration(
      name,
      {
        bucket: this.bucket.bucket,
        rules: allRules(args),
        // Smaller objects cost more in a cheaper class than in Standard: S3 leaves them where they are.
        transitionDefaultMinimumObjectSize: "all_storage_classes_128K",
      },
      { parent: this, dependsOn: versioning },
    );
    if (args.lockDays !== undefined) {
      new aws.s3.BucketObjectLockConfiguration(
        name,
        {
          bucket: this.bucket.bucket,
          rule: { defaultRetention: { mode: "GOVERNANCE", days: args.lockDays } },
        },
        { ...this.guarded(), dependsOn: versioning },
      );
    }
    if (args.inventory !== undefined) this.takeStock(name, args.part, args.inventory);
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
      this.guarded(),
    );
  }

  /** Every version with size, class and encryption; Parquet, so that Athena can ask it. */
  private takeStock(name: string, part: string, { bucket, keyArn }: Inventory): void {
    new aws.s3.Inventory(
      name,
      {
        bucket: this.bucket.bucket,
        name: "weekly",
        includedObjectVersions: "All",
        schedule: { frequency: "Weekly" },
        optionalFields: [
          "Size",
          "LastModifiedDate",
          "StorageClass",
          "ETag",
          "EncryptionStatus",
          "BucketKeyStatus",
        ],
        destination: {
          bucket: {
            accountId: this.context.identity.accountId,
            bucketArn: bucket.arn,
            prefix: `${INVENTORY_FOLDER}${part}`,
            format: "Parquet",
            encryption: { sseKms: { keyId: keyArn } },
          },
        },
      },
      // S3 tries the log bucket's policy when the inventory is made.
      { parent: this, dependsOn: bucket },
    );
  }

  /** Rights to list and read objects under prefixes, the key's included. */
  readStatements(
    keyArn: pulumi.Input<string>,
    prefix: string | readonly string[] = "",
    options?: ReadOptions,
  ): Statement[] {
    return readObjects(this.place(keyArn), [prefix].flat(), options);
  }

  /** Rights to write objects under prefixes; without `s3:DeleteObject` unless asked for. */
  writeStatements(
    keyArn: pulumi.Input<string>,
    prefix: string | readonly string[] = "",
    options?: WriteOptions,
  ): Statement[] {
    return writeObjects(this.place(keyArn), [prefix].flat(), options);
  }

  private place(keyArn: pulumi.Input<string>): ObjectPlace {
    return { bucketArn: this.arn, keyArn, region: this.context.identity.region };
  }
}

/** The platform's own rule, then what the arguments say. */
function allRules(args: ZoneBucketArgs): aws.types.input.s3.BucketLifecycleConfigurationRule[] {
  const { expireAfterDays } = args;
  return [
    {
      id: "tidy",
      filter: { prefix: "" },
      status: "Enabled",
      // A week is longer than any upload of ours; parts that were never joined cost like objects.
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      ...((args.versioned ?? true) && {
        noncurrentVersionExpiration: { noncurrentDays: args.oldVersionDays ?? 30 },
        // A delete marker without versions behind it only slows listings down.
        expiration: { expiredObjectDeleteMarker: true },
      }),
    },
    ...lifecycleRules(args.lifecycle ?? []),
    ...(expireAfterDays === undefined
      ? []
      : lifecycleRules([{ id: "expire", live: false, expireAfterDays }])),
  ];
}
