import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
  type LifecycleRule,
  type ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import { bucketArn } from "../../components/aws/context";
import type { CloudClients } from "../endpoints";
import { assetBytes } from "./archive";
import { withSessionArns } from "./principal-arns";
import { pascal, tagList, type Inputs, type Made, type ResourceTypes } from "./resource-type";

/** A side-car sets one thing of a bucket and has the bucket's name as its id. */
function sideCar(set: (inputs: Inputs, cloud: CloudClients) => Promise<unknown>) {
  return {
    create: async (inputs: Inputs, cloud: CloudClients): Promise<Made> => {
      await set(inputs, cloud);
      return { id: inputs.bucket };
    },
  };
}

export const s3Types: ResourceTypes = {
  "aws:s3/bucket:Bucket": {
    create: async (inputs, { s3, endpoints }) => {
      const { bucket, tags, objectLockEnabled } = inputs;
      const { region, accountId } = endpoints;
      await s3.send(
        new CreateBucketCommand({
          Bucket: bucket,
          ObjectLockEnabledForBucket: objectLockEnabled,
          CreateBucketConfiguration: { LocationConstraint: region as "ap-northeast-2" },
        }),
      );
      await s3.send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet: tagList(tags) } }));
      const arn = bucketArn({ region, accountId, project: "", stack: "" }, bucket);
      return { id: bucket, outputs: { arn, bucketDomainName: `${bucket}.s3.amazonaws.com`, region } };
    },
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": sideCar(({ bucket, ...block }, { s3 }) =>
    s3.send(
      new PutPublicAccessBlockCommand({
        Bucket: bucket,
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: block.blockPublicAcls,
          BlockPublicPolicy: block.blockPublicPolicy,
          IgnorePublicAcls: block.ignorePublicAcls,
          RestrictPublicBuckets: block.restrictPublicBuckets,
        },
      }),
    ),
  ),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": sideCar(({ bucket, rule }, { s3 }) =>
    s3.send(
      new PutBucketOwnershipControlsCommand({
        Bucket: bucket,
        OwnershipControls: { Rules: [{ ObjectOwnership: rule.objectOwnership }] },
      }),
    ),
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": sideCar(
    ({ bucket, rules }, { s3 }) =>
      s3.send(
        new PutBucketEncryptionCommand({
          Bucket: bucket,
          ServerSideEncryptionConfiguration: { Rules: (rules as Inputs[]).map(encryptionRule) },
        }),
      ),
  ),
  "aws:s3/bucketPolicy:BucketPolicy": sideCar(({ bucket, policy }, { s3 }) =>
    s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: withSessionArns(overPlainHttp(policy)) })),
  ),
  "aws:s3/bucketVersioning:BucketVersioning": sideCar(({ bucket, versioningConfiguration }, { s3 }) =>
    s3.send(
      new PutBucketVersioningCommand({
        Bucket: bucket,
        VersioningConfiguration: { Status: versioningConfiguration.status },
      }),
    ),
  ),
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": sideCar(({ bucket, rule }, { s3 }) =>
    s3.send(
      new PutObjectLockConfigurationCommand({
        Bucket: bucket,
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: {
            DefaultRetention: { Mode: rule.defaultRetention.mode, Days: rule.defaultRetention.days },
          },
        },
      }),
    ),
  ),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": sideCar(({ bucket, rules }, { s3 }) =>
    s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket: bucket,
        LifecycleConfiguration: { Rules: (rules as Inputs[]).map(lifecycleRule) },
      }),
    ),
  ),
  "aws:s3/bucketLogging:BucketLogging": sideCar(({ bucket, targetBucket, targetPrefix }, { s3 }) =>
    s3.send(
      new PutBucketLoggingCommand({
        Bucket: bucket,
        BucketLoggingStatus: { LoggingEnabled: { TargetBucket: targetBucket, TargetPrefix: targetPrefix } },
      }),
    ),
  ),
  "aws:s3/bucketNotification:BucketNotification": sideCar(({ bucket, eventbridge, queues }, { s3 }) =>
    s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: bucket,
        NotificationConfiguration: {
          ...(eventbridge === true && { EventBridgeConfiguration: {} }),
          QueueConfigurations: ((queues ?? []) as Inputs[]).map(({ id, queueArn, events, filterPrefix }) => ({
            Id: id,
            QueueArn: queueArn,
            Events: events,
            Filter: { Key: { FilterRules: [{ Name: "prefix", Value: filterPrefix }] } },
          })),
        },
      }),
    ),
  ),
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    create: async (inputs, { s3 }) => {
      const { ETag } = await s3.send(
        new PutObjectCommand({
          Bucket: inputs.bucket,
          Key: inputs.key,
          Body: await assetBytes(inputs.source),
          ServerSideEncryption: inputs.serverSideEncryption,
          SSEKMSKeyId: inputs.kmsKeyId,
        }),
      );
      return { id: `${inputs.bucket}/${inputs.key}`, outputs: { etag: ETag } };
    },
  },
};

/**
 * The emulator speaks plain HTTP on the loopback address and enforces policies: the statement that refuses plain HTTP
 * would refuse everything. Every other statement stays.
 */
function overPlainHttp(policy: Inputs): Inputs {
  const statements = policy.Statement as Inputs[];
  return {
    ...policy,
    Statement: statements.filter(({ Condition }) => !("aws:SecureTransport" in (Condition?.Bool ?? {}))),
  };
}

function encryptionRule({
  applyServerSideEncryptionByDefault,
  bucketKeyEnabled,
}: Inputs): ServerSideEncryptionRule {
  const { sseAlgorithm, kmsMasterKeyId } = applyServerSideEncryptionByDefault;
  return {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: sseAlgorithm, KMSMasterKeyID: kmsMasterKeyId },
    BucketKeyEnabled: bucketKeyEnabled ?? false,
  };
}

/** The API writes `ID` where Pulumi writes `id`. */
function lifecycleRule({ id, ...rule }: Inputs): LifecycleRule {
  return { ID: id, ...(pascal(rule) as Omit<LifecycleRule, "ID">) };
}
