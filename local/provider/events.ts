import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type EventBridgeClient,
  type Target,
} from "@aws-sdk/client-eventbridge";
import { pascal, tagList, type Inputs, type ResourceTypes } from "./resource-type";
import { camel, changeTags, differ, tagMap, told } from "./told";

export const eventTypes: ResourceTypes = {
  "aws:cloudwatch/eventRule:EventRule": {
    create: async (inputs, { eventBridge }) => {
      const RuleArn = await putRule(inputs, eventBridge, inputs.tags);
      return { id: inputs.name, outputs: { arn: RuleArn } };
    },
    read: async (Name, state, { eventBridge }) => {
      const rule = await eventBridge.send(new DescribeRuleCommand({ Name }));
      const { Tags } = await eventBridge.send(new ListTagsForResourceCommand({ ResourceARN: rule.Arn }));
      const found = {
        name: rule.Name,
        description: rule.Description ?? "",
        eventPattern: rule.EventPattern,
        scheduleExpression: rule.ScheduleExpression,
        state: rule.State,
        tags: tagMap(Tags),
      };
      return {
        inputs: told(state, found, { description: "", state: "ENABLED" }),
        outputs: { arn: rule.Arn },
      };
    },
    update: async (_id, state, inputs, { eventBridge }) => {
      if (differ(state, inputs, "description", "eventPattern", "scheduleExpression", "state")) {
        await putRule({ description: "", ...inputs }, eventBridge);
      }
      const ResourceARN = state.arn as string;
      await changeTags(
        state,
        inputs,
        (tags) => eventBridge.send(new TagResourceCommand({ ResourceARN, Tags: tagList(tags) })),
        (TagKeys) => eventBridge.send(new UntagResourceCommand({ ResourceARN, TagKeys })),
      );
    },
    delete: async (Name, _state, { eventBridge }) => {
      await eventBridge.send(new DeleteRuleCommand({ Name }));
    },
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    create: async (inputs, { eventBridge }) => {
      await putTarget(inputs, eventBridge);
      return { id: `${inputs.rule}-${inputs.targetId}` };
    },
    read: async (id, state, { eventBridge }) => {
      const { rule, targetId } = placeOf(id, state);
      const { Targets = [] } = await eventBridge.send(new ListTargetsByRuleCommand({ Rule: rule }));
      const target = Targets.find(({ Id }) => Id === targetId);
      if (target === undefined) return undefined;
      const found = {
        rule,
        targetId,
        arn: target.Arn,
        roleArn: target.RoleArn,
        input: target.Input,
        retryPolicy: camel(target.RetryPolicy),
        deadLetterConfig: camel(target.DeadLetterConfig),
      };
      return { inputs: told(state, found) };
    },
    update: async (_id, _state, inputs, { eventBridge }) => {
      await putTarget(inputs, eventBridge);
    },
    delete: async (id, state, { eventBridge }) => {
      const { rule: Rule, targetId } = placeOf(id, state);
      await eventBridge.send(new RemoveTargetsCommand({ Rule, Ids: [targetId] }));
    },
  },
};

/** @param tags of a new rule; those of one that is there are changed by themselves. */
async function putRule(
  { name, description, eventPattern, scheduleExpression, state }: Inputs,
  eventBridge: EventBridgeClient,
  tags?: Record<string, string>,
): Promise<string> {
  const { RuleArn } = await eventBridge.send(
    new PutRuleCommand({
      Name: name,
      Description: description,
      EventPattern: eventPattern,
      ScheduleExpression: scheduleExpression,
      State: state ?? "ENABLED",
      ...(tags !== undefined && { Tags: tagList(tags) }),
    }),
  );
  return RuleArn!;
}

/** Put again, a target takes the place of the one of its id. */
async function putTarget(
  { rule, targetId, arn, roleArn, input, retryPolicy, deadLetterConfig }: Inputs,
  eventBridge: EventBridgeClient,
): Promise<void> {
  const target: Target = {
    Id: targetId,
    Arn: arn,
    RoleArn: roleArn,
    Input: input,
    ...(retryPolicy !== undefined && { RetryPolicy: pascal(retryPolicy) as object }),
    ...(deadLetterConfig !== undefined && { DeadLetterConfig: { Arn: deadLetterConfig.arn } }),
  };
  const { FailedEntries = [] } = await eventBridge.send(
    new PutTargetsCommand({ Rule: rule, Targets: [target] }),
  );
  if (FailedEntries.length > 0)
    throw new Error(`${FailedEntries[0]!.ErrorCode}: ${FailedEntries[0]!.ErrorMessage}`);
}

/** Its id joins the names of its rule and its own; where the state is not known, at the last hyphen. */
function placeOf(id: string, { rule, targetId }: Inputs): { rule: string; targetId: string } {
  if (rule !== undefined) return { rule, targetId };
  const at = id.lastIndexOf("-");
  return { rule: id.slice(0, at), targetId: id.slice(at + 1) };
}
