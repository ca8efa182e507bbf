import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  UpdateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
} from "@aws-sdk/client-lambda";
import { pascal, type Inputs, type ResourceTypes } from "./resource-type";
import { camel, told } from "./told";

/** Inputs that Lambda tells by their own names. */
const SETTINGS = [
  ...["eventSourceArn", "startingPosition", "batchSize", "maximumBatchingWindowInSeconds"],
  ...["maximumRetryAttempts", "maximumRecordAgeInSeconds", "bisectBatchOnFunctionError"],
  ...["parallelizationFactor", "functionResponseTypes", "filterCriteria", "scalingConfig"],
];

export const eventSourceMappingTypes: ResourceTypes = {
  "aws:lambda/eventSourceMapping:EventSourceMapping": {
    create: async (inputs, { lambda }) => {
      const { UUID, EventSourceMappingArn, FunctionArn } = await lambda.send(
        new CreateEventSourceMappingCommand(eventSourceMapping(inputs)),
      );
      return {
        id: UUID!,
        outputs: { arn: EventSourceMappingArn, functionArn: FunctionArn, uuid: UUID },
      };
    },
    // Its tags are believed: Lambda keeps them where this service is not asked.
    read: async (id, state, { lambda }) => {
      const mapping = await lambda.send(new GetEventSourceMappingCommand({ UUID: id }));
      const { functionArn, destinationConfig, state: running, ...rest } = camel(mapping);
      const settings = SETTINGS.map((name) => [name, rest[name] as unknown]);
      const asked = state.functionName as string | undefined;
      const destination = destinationConfig?.onFailure?.destination;
      const found = {
        ...Object.fromEntries(settings),
        functionName: asked !== undefined && String(functionArn).endsWith(asked) ? asked : functionArn,
        enabled: running !== "Disabled",
        destinationConfig: destination && { onFailure: { destinationArn: destination } },
        startingPositionTimestamp: (state.startingPositionTimestamp as unknown) ?? undefined,
      };
      return {
        inputs: told(state, found, { enabled: true }),
        outputs: { arn: mapping.EventSourceMappingArn, functionArn, uuid: id },
      };
    },
    update: async (UUID, _state, inputs, { lambda }) => {
      const {
        EventSourceArn: _source,
        StartingPosition: _position,
        StartingPositionTimestamp: _moment,
        Tags: _tags,
        ...changes
      } = eventSourceMapping(inputs);
      // Said, since a change that names it not leaves it as it is.
      const Enabled = changes.Enabled ?? true;
      await lambda.send(new UpdateEventSourceMappingCommand({ UUID, ...changes, Enabled }));
    },
    delete: async (UUID, _state, { lambda }) => {
      await lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
    },
  },
};

/** Pulumi's names of a mapping's settings to the API's. */
export function eventSourceMapping(inputs: Inputs): CreateEventSourceMappingCommandInput {
  const { startingPositionTimestamp, destinationConfig, kmsKeyArn: KMSKeyArn, ...rest } = inputs;
  const destination = destinationConfig?.onFailure?.destinationArn;
  return {
    ...(pascal(rest, new Set(["tags"])) as Omit<CreateEventSourceMappingCommandInput, "FunctionName">),
    FunctionName: inputs.functionName,
    KMSKeyArn,
    StartingPositionTimestamp:
      startingPositionTimestamp === undefined ? undefined : new Date(startingPositionTimestamp),
    DestinationConfig: destination === undefined ? undefined : { OnFailure: { Destination: destination } },
  };
}
