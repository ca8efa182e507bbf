import {
  AssociateKmsKeyCommand,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DisassociateKmsKeyCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { CloudClients } from "../endpoints";
import { asAsked } from "./as-asked";
import { completed } from "./partly-made";
import type { ResourceTypes } from "./resource-type";
import { changeTags } from "./told";

/** CloudWatch Logs. */
export const logTypes: ResourceTypes = {
  "aws:cloudwatch/logGroup:LogGroup": {
    create: async (inputs, cloud) => {
      const { name, kmsKeyId, retentionInDays, tags } = inputs;
      await cloud.logs.send(new CreateLogGroupCommand({ logGroupName: name, kmsKeyId, tags }));
      const made = { id: name, outputs: { arn: arnOf(name, cloud) } };
      return completed(made, () => keepFor(name, retentionInDays, cloud));
    },
    read: async (id, { tags }, cloud) => {
      const { logGroups = [] } = await cloud.logs.send(
        new DescribeLogGroupsCommand({ logGroupNamePrefix: id }),
      );
      const group = logGroups.find(({ logGroupName }) => logGroupName === id);
      if (group === undefined) return undefined;
      const { tags: held } = await cloud.logs.send(
        new ListTagsForResourceCommand({ resourceArn: arnOf(id, cloud) }),
      );
      return {
        inputs: {
          name: id,
          kmsKeyId: group.kmsKeyId,
          retentionInDays: group.retentionInDays,
          tags: asAsked(tags, tags, held),
        },
        outputs: { arn: arnOf(id, cloud) },
      };
    },
    update: async (id, state, inputs, cloud) => {
      const { kmsKeyId, retentionInDays } = inputs;
      await keepFor(id, retentionInDays, cloud);
      if (kmsKeyId !== state.kmsKeyId) {
        await (kmsKeyId === undefined
          ? cloud.logs.send(new DisassociateKmsKeyCommand({ logGroupName: id }))
          : cloud.logs.send(new AssociateKmsKeyCommand({ logGroupName: id, kmsKeyId })));
      }
      const resourceArn = arnOf(id, cloud);
      await changeTags(
        state,
        inputs,
        (tags) => cloud.logs.send(new TagResourceCommand({ resourceArn, tags })),
        (tagKeys) => cloud.logs.send(new UntagResourceCommand({ resourceArn, tagKeys })),
      );
    },
    delete: async (logGroupName, _state, { logs }) => {
      await logs.send(new DeleteLogGroupCommand({ logGroupName }));
    },
  },
  "aws:cloudwatch/logStream:LogStream": {
    create: async ({ name, logGroupName }, { logs }) => {
      await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: name }));
      return { id: `${logGroupName}:${name}` };
    },
    read: async (id, _state, { logs }) => {
      const { logGroupName, logStreamName } = placeOf(id);
      const { logStreams = [] } = await logs.send(
        new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix: logStreamName }),
      );
      const stands = logStreams.some((stream) => stream.logStreamName === logStreamName);
      return stands ? { inputs: { logGroupName, name: logStreamName } } : undefined;
    },
    delete: async (id, _state, { logs }) => {
      await logs.send(new DeleteLogStreamCommand(placeOf(id)));
    },
  },
};

/** For ever, where no days are said. */
async function keepFor(
  logGroupName: string,
  days: number | undefined,
  { logs }: CloudClients,
): Promise<void> {
  await (days === undefined
    ? logs.send(new DeleteRetentionPolicyCommand({ logGroupName }))
    : logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: days })));
}

/** `group:stream`; a group's name holds no colon. */
function placeOf(id: string): { logGroupName: string; logStreamName: string } {
  const at = id.indexOf(":");
  return { logGroupName: id.slice(0, at), logStreamName: id.slice(at + 1) };
}

function arnOf(name: string, { endpoints: { region, accountId } }: CloudClients): string {
  return `arn:aws:logs:${region}:${accountId}:log-group:${name}`;
}
