import {
  AddTagsToStreamCommand,
  CreateStreamCommand,
  DecreaseStreamRetentionPeriodCommand,
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  IncreaseStreamRetentionPeriodCommand,
  ListTagsForStreamCommand,
  RemoveTagsFromStreamCommand,
  StartStreamEncryptionCommand,
  StopStreamEncryptionCommand,
  UpdateShardCountCommand,
  UpdateStreamModeCommand,
  waitUntilStreamExists,
  type KinesisClient,
} from "@aws-sdk/client-kinesis";
import { completed } from "./partly-made";
import type { Inputs, ResourceTypes } from "./resource-type";
import { changeTags, differ, tagMap, told } from "./told";

/** Kinesis' own default; a longer retention is set after the stream stands. */
const DEFAULT_RETENTION_HOURS = 24;
const DEFAULT_MODE = "PROVISIONED";

export const kinesisTypes: ResourceTypes = {
  "aws:kinesis/stream:Stream": {
    create: async (inputs, { kinesis, endpoints }) => {
      const { name: StreamName, kmsKeyId: KeyId } = inputs;
      await kinesis.send(
        new CreateStreamCommand({
          StreamName,
          ShardCount: inputs.shardCount,
          StreamModeDetails: { StreamMode: inputs.streamModeDetails?.streamMode ?? DEFAULT_MODE },
        }),
      );
      const arn = `arn:aws:kinesis:${endpoints.region}:${endpoints.accountId}:stream/${StreamName}`;
      return completed({ id: arn, outputs: { arn } }, async () => {
        await waitUntilStreamExists({ client: kinesis, minDelay: 1, maxWaitTime: 30 }, { StreamName });
        if (KeyId !== undefined) {
          await kinesis.send(new StartStreamEncryptionCommand({ StreamName, EncryptionType: "KMS", KeyId }));
        }
        await changeRetention(StreamName, {}, inputs, kinesis);
        await setTags(StreamName, {}, inputs, kinesis);
      });
    },
    read: async (id, state, { kinesis }) => {
      const StreamName = nameIn(id);
      const { StreamDescriptionSummary: stream } = await kinesis.send(
        new DescribeStreamSummaryCommand({ StreamName }),
      );
      const { Tags } = await kinesis.send(new ListTagsForStreamCommand({ StreamName }));
      const mode = stream!.StreamModeDetails?.StreamMode;
      const found = {
        name: StreamName,
        retentionPeriod: stream!.RetentionPeriodHours,
        streamModeDetails: { streamMode: mode },
        ...(mode === "PROVISIONED" && { shardCount: stream!.OpenShardCount }),
        encryptionType: stream!.EncryptionType,
        kmsKeyId: stream!.KeyId,
        tags: tagMap(Tags),
      };
      return {
        inputs: told(state, found, { retentionPeriod: DEFAULT_RETENTION_HOURS }),
        outputs: { arn: stream!.StreamARN },
      };
    },
    update: async (id, state, inputs, { kinesis }) => {
      const StreamName = nameIn(id);
      await changeCapacity(id, state, inputs, kinesis);
      await changeRetention(StreamName, state, inputs, kinesis);
      await changeEncryption(StreamName, state, inputs, kinesis);
      await setTags(StreamName, state, inputs, kinesis);
    },
    delete: async (id, _state, { kinesis }) => {
      await kinesis.send(new DeleteStreamCommand({ StreamName: nameIn(id), EnforceConsumerDeletion: true }));
    },
  },
};

/** Of its ARN, which is its id. */
function nameIn(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

/** The emulator refuses a change of the mode, in its own words. */
async function changeCapacity(
  StreamARN: string,
  state: Inputs,
  inputs: Inputs,
  kinesis: KinesisClient,
): Promise<void> {
  if (differ(state, inputs, "streamModeDetails")) {
    const StreamModeDetails = { StreamMode: inputs.streamModeDetails?.streamMode ?? DEFAULT_MODE };
    await kinesis.send(new UpdateStreamModeCommand({ StreamARN, StreamModeDetails }));
  }
  if (inputs.shardCount === undefined || !differ(state, inputs, "shardCount")) return;
  await kinesis.send(
    new UpdateShardCountCommand({
      StreamName: nameIn(StreamARN),
      TargetShardCount: inputs.shardCount,
      ScalingType: "UNIFORM_SCALING",
    }),
  );
}

async function changeRetention(
  StreamName: string,
  { retentionPeriod: before = DEFAULT_RETENTION_HOURS }: Inputs,
  { retentionPeriod: RetentionPeriodHours = DEFAULT_RETENTION_HOURS }: Inputs,
  kinesis: KinesisClient,
): Promise<void> {
  const change = { StreamName, RetentionPeriodHours };
  if (RetentionPeriodHours > before) await kinesis.send(new IncreaseStreamRetentionPeriodCommand(change));
  if (RetentionPeriodHours < before) await kinesis.send(new DecreaseStreamRetentionPeriodCommand(change));
}

async function changeEncryption(
  StreamName: string,
  state: Inputs,
  inputs: Inputs,
  kinesis: KinesisClient,
): Promise<void> {
  if (!differ(state, inputs, "encryptionType", "kmsKeyId")) return;
  const { encryptionType: EncryptionType, kmsKeyId: KeyId } = inputs;
  if (EncryptionType === "KMS") {
    await kinesis.send(new StartStreamEncryptionCommand({ StreamName, EncryptionType, KeyId }));
  } else {
    const before = { StreamName, EncryptionType: "KMS", KeyId: state.kmsKeyId } as const;
    await kinesis.send(new StopStreamEncryptionCommand(before));
  }
}

/** By themselves: the emulator passes over those that a stream is made with. */
async function setTags(
  StreamName: string,
  state: Inputs,
  inputs: Inputs,
  kinesis: KinesisClient,
): Promise<void> {
  await changeTags(
    state,
    inputs,
    (Tags) => kinesis.send(new AddTagsToStreamCommand({ StreamName, Tags })),
    (TagKeys) => kinesis.send(new RemoveTagsFromStreamCommand({ StreamName, TagKeys })),
  );
}
