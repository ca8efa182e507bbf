import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeStateMachineCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateStateMachineCommand,
  type LoggingConfiguration,
} from "@aws-sdk/client-sfn";
import type { Inputs, ResourceTypes } from "./resource-type";
import { changeTags, differ, told } from "./told";

export const stepFunctionsTypes: ResourceTypes = {
  "aws:sfn/stateMachine:StateMachine": {
    create: async (inputs, { sfn }) => {
      const { name, tags } = inputs;
      const { stateMachineArn } = await sfn.send(
        new CreateStateMachineCommand({ name, ...settings(inputs), tags: tagsAsTaken(tags) }),
      );
      return { id: stateMachineArn!, outputs: { arn: stateMachineArn } };
    },
    read: async (stateMachineArn, state, { sfn }) => {
      const machine = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
      const { tags = [] } = await sfn.send(new ListTagsForResourceCommand({ resourceArn: stateMachineArn }));
      const { name, roleArn, definition, type, loggingConfiguration: logging } = machine;
      const destination = logging?.destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
      const found = {
        ...{ name, roleArn, definition, type },
        loggingConfiguration: {
          level: logging?.level,
          includeExecutionData: logging?.includeExecutionData,
          logDestination: destination,
        },
        tags: Object.fromEntries(tags.map(({ key, value }) => [key!, value ?? ""])),
      };
      return {
        inputs: told(state, found, { type: "STANDARD" }),
        outputs: { arn: machine.stateMachineArn },
      };
    },
    update: async (stateMachineArn, state, inputs, { sfn }) => {
      if (differ(state, inputs, "definition", "roleArn", "loggingConfiguration")) {
        await sfn.send(new UpdateStateMachineCommand({ stateMachineArn, ...settings(inputs) }));
      }
      await changeTags(
        state,
        inputs,
        (tags) => sfn.send(new TagResourceCommand({ resourceArn: stateMachineArn, tags: tagsAsTaken(tags) })),
        (tagKeys) => sfn.send(new UntagResourceCommand({ resourceArn: stateMachineArn, tagKeys })),
      );
    },
    delete: async (stateMachineArn, _state, { sfn }) => {
      await sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
    },
  },
};

function settings({ roleArn, definition, loggingConfiguration }: Inputs) {
  return {
    roleArn: roleArn as string,
    definition: definition as string,
    loggingConfiguration: loggingConfiguration && logging(loggingConfiguration),
  };
}

function logging({ level, includeExecutionData, logDestination }: Inputs): LoggingConfiguration {
  return {
    level,
    includeExecutionData,
    ...(logDestination !== undefined && {
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logDestination } }],
    }),
  };
}

/** In this API's small letters. */
function tagsAsTaken(tags: Readonly<Record<string, string>> | undefined) {
  return Object.entries(tags ?? {}).map(([key, value]) => ({ key, value }));
}
