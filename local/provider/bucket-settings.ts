/** Side-cars of a bucket: each sets one thing of it, and has the bucket's name as its id. */
import {
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
  type LifecycleRule,
  type S3Client,
  type ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import { asAsked } from "./as-asked";
import { policyHere, policyTold } from "./policy-here";
import { isImport, pascal, type Inputs, type ResourceType, type ResourceTypes } from "./resource-type";
import { camel } from "./told";

interface Setting {
  set(s3: S3Client, Bucket: string, inputs: Inputs): Promise<unknown>;
  /** The inputs beside the bucket, as the service has them; undefined when it is not set. */
  get(s3: S3Client, Bucket: string): Promise<Inputs | undefined>;
  clear(s3: S3Client, Bucket: string): Promise<unknown>;
  /** Inputs as `get` would tell them, where the service has more or less than was asked. @default as asked */
  readonly sent?: (inputs: Inputs) => Inputs;
  /** Inputs as the program would write them, of what `get` tells. @default what was asked, where `sent` is the same */
  readonly told?: (held: Inputs, state: Inputs) => Inputs;
}

function sideCar({ set, get, clear, sent = (inputs) => inputs, told = toldAs(sent) }: Setting): ResourceType {
  return {
    create: async (inputs, { s3 }) => {
      await set(s3, inputs.bucket, inputs);
      return { id: inputs.bucket };
    },
    read: async (bucket, state, { s3 }) => {
      const held = await get(s3, bucket);
      return held && { inputs: { bucket, ...told(held, state) } };
    },
    update: async (bucket, _state, inputs, { s3 }) => void (await set(s3, bucket, inputs)),
    delete: async (bucket, _state, { s3 }) => void (await clear(s3, bucket)),
  };
}

function toldAs(sent: (inputs: Inputs) => Inputs) {
  return (held: Inputs, state: Inputs): Inputs => {
    const expected = isImport(state) ? {} : sent(state);
    const inputs = Object.keys(held).map((input) => [
      input,
      asAsked(state[input], expected[input], held[input]),
    ]);
    return Object.fromEntries(inputs);
  };
}

export const bucketSettings: ResourceTypes = {
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": sideCar({
    set: (s3, Bucket, block) =>
      s3.send(
        new PutPublicAccessBlockCommand({
          Bucket,
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: block.blockPublicAcls,
            BlockPublicPolicy: block.blockPublicPolicy,
            IgnorePublicAcls: block.ignorePublicAcls,
            RestrictPublicBuckets: block.restrictPublicBuckets,
          },
        }),
      ),
    get: async (s3, Bucket) => {
      const { PublicAccessBlockConfiguration: held } = await s3.send(
        new GetPublicAccessBlockCommand({ Bucket }),
      );
      return camel(held);
    },
    clear: (s3, Bucket) => s3.send(new DeletePublicAccessBlockCommand({ Bucket })),
  }),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": sideCar({
    set: (s3, Bucket, { rule }) =>
      s3.send(
        new PutBucketOwnershipControlsCommand({
          Bucket,
          OwnershipControls: { Rules: [{ ObjectOwnership: rule.objectOwnership }] },
        }),
      ),
    get: async (s3, Bucket) => {
      const { OwnershipControls } = await s3.send(new GetBucketOwnershipControlsCommand({ Bucket }));
      return { rule: camel(OwnershipControls?.Rules?.[0]) };
    },
    clear: (s3, Bucket) => s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket })),
  }),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": sideCar({
    set: (s3, Bucket, { rules }) =>
      s3.send(
        new PutBucketEncryptionCommand({
          Bucket,
          ServerSideEncryptionConfiguration: { Rules: (rules as Inputs[]).map(encryptionRule) },
        }),
      ),
    get: async (s3, Bucket) => {
      const { ServerSideEncryptionConfiguration: held } = await s3.send(
        new GetBucketEncryptionCommand({ Bucket }),
      );
      return { rules: held?.Rules?.map(encryptionTold) };
    },
    clear: (s3, Bucket) => s3.send(new DeleteBucketEncryptionCommand({ Bucket })),
    sent: ({ rules }) => ({ rules: (rules as Inputs[]).map((rule) => encryptionTold(encryptionRule(rule))) }),
  }),
  "aws:s3/bucketPolicy:BucketPolicy": sideCar({
    set: (s3, Bucket, { policy }) =>
      s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policyHere(policy) })),
    get: async (s3, Bucket) => ({ policy: (await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy }),
    clear: (s3, Bucket) => s3.send(new DeleteBucketPolicyCommand({ Bucket })),
    told: (held, { policy }) => ({ policy: policyTold(policy, held.policy) }),
  }),
  "aws:s3/bucketVersioning:BucketVersioning": sideCar({
    set: (s3, Bucket, { versioningConfiguration: { status } }) =>
      s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: status } })),
    get: async (s3, Bucket) => {
      const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
      return Status && { versioningConfiguration: { status: Status } };
    },
    // What was versioned once stays so, or is suspended; where objects are locked it can't be.
    clear: (s3, Bucket) =>
      s3
        .send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } }))
        .catch(() => undefined),
  }),
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": sideCar({
    set: (s3, Bucket, { rule }) =>
      s3.send(
        new PutObjectLockConfigurationCommand({
          Bucket,
          ObjectLockConfiguration: {
            ObjectLockEnabled: "Enabled",
            Rule: {
              DefaultRetention: { Mode: rule.defaultRetention.mode, Days: rule.defaultRetention.days },
            },
          },
        }),
      ),
    get: async (s3, Bucket) => {
      const { ObjectLockConfiguration: held } = await s3.send(
        new GetObjectLockConfigurationCommand({ Bucket }),
      );
      return held?.Rule && { rule: camel(held.Rule) };
    },
    clear: (s3, Bucket) =>
      s3.send(
        new PutObjectLockConfigurationCommand({
          Bucket,
          ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" },
        }),
      ),
  }),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": sideCar({
    set: (s3, Bucket, { rules }) =>
      s3.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket,
          LifecycleConfiguration: { Rules: (rules as Inputs[]).map(lifecycleRule) },
        }),
      ),
    get: async (s3, Bucket) => {
      const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
      return { rules: Rules.map(({ ID, ...rule }) => ({ id: ID, ...camel(rule) })) };
    },
    clear: (s3, Bucket) => s3.send(new DeleteBucketLifecycleCommand({ Bucket })),
  }),
  "aws:s3/bucketLogging:BucketLogging": sideCar({
    set: (s3, Bucket, { targetBucket, targetPrefix }) =>
      s3.send(
        new PutBucketLoggingCommand({
          Bucket,
          BucketLoggingStatus: { LoggingEnabled: { TargetBucket: targetBucket, TargetPrefix: targetPrefix } },
        }),
      ),
    get: async (s3, Bucket) => {
      const { LoggingEnabled: held } = await s3.send(new GetBucketLoggingCommand({ Bucket }));
      return held && { targetBucket: held.TargetBucket, targetPrefix: held.TargetPrefix };
    },
    clear: (s3, Bucket) => s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: {} })),
  }),
  "aws:s3/bucketNotification:BucketNotification": sideCar({
    set: (s3, Bucket, inputs) =>
      s3.send(
        new PutBucketNotificationConfigurationCommand({
          Bucket,
          NotificationConfiguration: {
            ...(inputs.eventbridge === true && { EventBridgeConfiguration: {} }),
            QueueConfigurations: ((inputs.queues ?? []) as Inputs[]).map(
              ({ id, queueArn, events, filterPrefix }) => ({
                Id: id,
                QueueArn: queueArn,
                Events: events,
                Filter: { Key: { FilterRules: [{ Name: "prefix", Value: filterPrefix }] } },
              }),
            ),
          },
        }),
      ),
    get: async (s3, Bucket) => {
      const held = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
      const queues = (held.QueueConfigurations ?? []).map(({ Id, QueueArn, Events, Filter }) => ({
        id: Id,
        queueArn: QueueArn,
        events: Events,
        filterPrefix: Filter?.Key?.FilterRules?.[0]?.Value,
      }));
      return { eventbridge: held.EventBridgeConfiguration !== undefined, queues };
    },
    clear: (s3, Bucket) =>
      s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} })),
    sent: ({ eventbridge, queues }) => ({ eventbridge: eventbridge ?? false, queues }),
  }),
};

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

function encryptionTold(rule: ServerSideEncryptionRule): Inputs {
  const { SSEAlgorithm, KMSMasterKeyID } = rule.ApplyServerSideEncryptionByDefault ?? {};
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm: SSEAlgorithm, kmsMasterKeyId: KMSMasterKeyID },
    bucketKeyEnabled: rule.BucketKeyEnabled ?? false,
  };
}

/** The API writes `ID` where Pulumi writes `id`. */
function lifecycleRule({ id, ...rule }: Inputs): LifecycleRule {
  return { ID: id, ...(pascal(rule) as Omit<LifecycleRule, "ID">) };
}
