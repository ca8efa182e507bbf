import {
  CreateDeliveryStreamCommand,
  DeleteDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  ListTagsForDeliveryStreamCommand,
  TagDeliveryStreamCommand,
  UntagDeliveryStreamCommand,
  UpdateDestinationCommand,
} from "@aws-sdk/client-firehose";
import type { CloudClients } from "../endpoints";
import { deliveryDestination, deliverySource } from "./firehose-configuration";
import { destinationFound, sourceFound } from "./firehose-found";
import { tagList, type ResourceTypes } from "./resource-type";
import { changeTags, differ, tagMap, told } from "./told";

/** Most tags that a stream may have. */
const MOST_TAGS = 50;

export const firehoseTypes: ResourceTypes = {
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": {
    create: async (inputs, { firehose }) => {
      const { DeliveryStreamARN } = await firehose.send(
        new CreateDeliveryStreamCommand({
          DeliveryStreamName: inputs.name,
          ...deliverySource(inputs),
          ...deliveryDestination(inputs),
          Tags: tagList(inputs.tags),
        }),
      );
      return { id: DeliveryStreamARN!, outputs: { arn: DeliveryStreamARN } };
    },
    read: async (id, state, cloud) => {
      const stream = await describe(id, cloud);
      const DeliveryStreamName = stream.DeliveryStreamName;
      const { Tags } = await cloud.firehose.send(
        new ListTagsForDeliveryStreamCommand({ DeliveryStreamName, Limit: MOST_TAGS }),
      );
      const found = {
        name: DeliveryStreamName,
        ...sourceFound(stream, state),
        ...destinationFound(stream.Destinations![0]!),
        tags: tagMap(Tags),
      };
      return { inputs: told(state, found), outputs: { arn: stream.DeliveryStreamARN } };
    },
    update: async (id, state, inputs, cloud) => {
      const { firehose } = cloud;
      const { DeliveryStreamName, VersionId, Destinations } = await describe(id, cloud);
      if (differ(state, inputs, "extendedS3Configuration", "httpEndpointConfiguration")) {
        const { ExtendedS3DestinationConfiguration: s3, HttpEndpointDestinationConfiguration: http } =
          deliveryDestination(inputs);
        const { S3Configuration: S3Update, ...endpoint } = http ?? {};
        await firehose.send(
          new UpdateDestinationCommand({
            DeliveryStreamName,
            CurrentDeliveryStreamVersionId: VersionId,
            DestinationId: Destinations![0]!.DestinationId,
            ...(s3 && { ExtendedS3DestinationUpdate: s3 }),
            ...(http && { HttpEndpointDestinationUpdate: { ...endpoint, S3Update } }),
          }),
        );
      }
      await changeTags(
        state,
        inputs,
        (tags) => firehose.send(new TagDeliveryStreamCommand({ DeliveryStreamName, Tags: tagList(tags) })),
        (TagKeys) => firehose.send(new UntagDeliveryStreamCommand({ DeliveryStreamName, TagKeys })),
      );
    },
    delete: async (id, _state, { firehose }) => {
      await firehose.send(new DeleteDeliveryStreamCommand({ DeliveryStreamName: nameIn(id) }));
    },
  },
};

async function describe(id: string, { firehose }: CloudClients) {
  const { DeliveryStreamDescription } = await firehose.send(
    new DescribeDeliveryStreamCommand({ DeliveryStreamName: nameIn(id) }),
  );
  return DeliveryStreamDescription!;
}

/** Of its ARN, which is its id. */
function nameIn(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}
