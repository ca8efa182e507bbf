import type { LocalEndpoints } from "../endpoints";
import { policyHere, policyTold } from "./policy-here";
import { policyText, tagList, type Inputs, type ResourceTypes } from "./resource-type";
import { callQuery } from "./signed-json";
import { changeTags, told } from "./told";

/** SNS: topics take messages and pass them on to queues. Nothing here sends e-mail. */
export const notificationTypes: ResourceTypes = {
  "aws:sns/topic:Topic": {
    create: async ({ name, tags, ...inputs }, { endpoints }) => {
      const given = Object.entries(TOPIC_ATTRIBUTES).filter(([input]) => inputs[input] !== undefined);
      const attributes = given.flatMap(([input, attribute], at) => [
        [`Attributes.entry.${at + 1}.key`, attribute] as const,
        [`Attributes.entry.${at + 1}.value`, String(inputs[input])] as const,
      ]);
      await call(endpoints, "CreateTopic", {
        Name: name,
        ...Object.fromEntries(attributes),
        ...tagMembers(tags),
      });
      const arn = `arn:aws:sns:${endpoints.region}:${endpoints.accountId}:${name}`;
      return { id: arn, outputs: { arn } };
    },
    read: async (TopicArn, state, { endpoints }) => {
      const has = entries(await call(endpoints, "GetTopicAttributes", { TopicArn }));
      const tags = await call(endpoints, "ListTagsForResource", { ResourceArn: TopicArn });
      const found = {
        name: TopicArn.slice(TopicArn.lastIndexOf(":") + 1),
        // Taken away, it stays as an empty text.
        kmsMasterKeyId: has.KmsMasterKeyId || undefined,
        displayName: has.DisplayName ?? "",
        tags: entries(tags, "Key", "Value"),
      };
      return { inputs: told(state, found, { displayName: "" }), outputs: { arn: TopicArn } };
    },
    update: async (TopicArn, state, inputs, { endpoints }) => {
      for (const [input, AttributeName] of Object.entries(TOPIC_ATTRIBUTES)) {
        if (state[input] === inputs[input]) continue;
        const AttributeValue = String(inputs[input] ?? "");
        await call(endpoints, "SetTopicAttributes", { TopicArn, AttributeName, AttributeValue });
      }
      await changeTags(
        state,
        inputs,
        (tags) => call(endpoints, "TagResource", { ResourceArn: TopicArn, ...tagMembers(tags) }),
        (keys) => call(endpoints, "UntagResource", { ResourceArn: TopicArn, ...members("TagKeys", keys) }),
      );
    },
    delete: async (TopicArn, _state, { endpoints }) => {
      await call(endpoints, "DeleteTopic", { TopicArn });
    },
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    create: async ({ arn, policy }, { endpoints }) => {
      await setPolicy(arn, policyHere(policy), endpoints);
      return { id: arn };
    },
    read: async (TopicArn, state, { endpoints }) => {
      const { Policy } = entries(await call(endpoints, "GetTopicAttributes", { TopicArn }));
      if (Policy?.includes(OWNERS_POLICY) === true) return undefined;
      return { inputs: { arn: TopicArn, policy: policyTold(state.policy, Policy) } };
    },
    update: async (arn, _state, { policy }, { endpoints }) => {
      await setPolicy(arn, policyHere(policy), endpoints);
    },
    // A topic is never without one: the owner's own takes its place, as when a topic is new.
    delete: async (arn, _state, { endpoints }) => {
      await setPolicy(arn, JSON.stringify(ownersPolicy(arn, endpoints.accountId)), endpoints);
    },
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    create: async ({ topic, protocol, endpoint, filterPolicy }, { endpoints }) => {
      const answer = await call(endpoints, "Subscribe", {
        TopicArn: topic,
        Protocol: protocol,
        Endpoint: endpoint,
        ReturnSubscriptionArn: "true",
        ...(filterPolicy !== undefined && {
          "Attributes.entry.1.key": "FilterPolicy",
          "Attributes.entry.1.value": policyText(filterPolicy),
        }),
      });
      const arn = /<SubscriptionArn>([^<]+)</.exec(answer)![1]!;
      return { id: arn, outputs: { arn } };
    },
    read: async (SubscriptionArn, state, { endpoints }) => {
      const has = entries(await call(endpoints, "GetSubscriptionAttributes", { SubscriptionArn }));
      const found = {
        topic: has.TopicArn,
        protocol: has.Protocol,
        endpoint: has.Endpoint,
        // Taken away, it stays as an empty document.
        filterPolicy: has.FilterPolicy === "{}" ? undefined : has.FilterPolicy,
      };
      return { inputs: told(state, found), outputs: { arn: SubscriptionArn } };
    },
    update: async (SubscriptionArn, _state, { filterPolicy }, { endpoints }) => {
      await call(endpoints, "SetSubscriptionAttributes", {
        SubscriptionArn,
        AttributeName: "FilterPolicy",
        AttributeValue: policyText(filterPolicy ?? {}),
      });
    },
    delete: async (SubscriptionArn, _state, { endpoints }) => {
      await call(endpoints, "Unsubscribe", { SubscriptionArn });
    },
  },
};

/** Attributes of a topic by names of inputs. */
const TOPIC_ATTRIBUTES = { kmsMasterKeyId: "KmsMasterKeyId", displayName: "DisplayName" } as const;

function setPolicy(TopicArn: string, AttributeValue: string, endpoints: LocalEndpoints): Promise<unknown> {
  return call(endpoints, "SetTopicAttributes", { TopicArn, AttributeName: "Policy", AttributeValue });
}

/** What SNS itself calls the policy of a topic that nobody gave one. */
const OWNERS_POLICY = "__default_policy_ID";

function ownersPolicy(arn: string, accountId: string): Inputs {
  const statement = {
    Sid: "__default_statement_ID",
    Effect: "Allow",
    Principal: { AWS: "*" },
    Action: ["SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:Publish", "SNS:Subscribe"],
    Resource: arn,
    Condition: { StringEquals: { "AWS:SourceOwner": accountId } },
  };
  return { Version: "2008-10-17", Id: OWNERS_POLICY, Statement: [statement] };
}

/** Lists as the query protocol writes them. */
function members(name: string, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(values.map((value, at) => [`${name}.member.${at + 1}`, value]));
}

function tagMembers(tags: Readonly<Record<string, string>> | undefined): Record<string, string> {
  const pairs = tagList(tags).flatMap(({ Key, Value }, at) => [
    [`Tags.member.${at + 1}.Key`, Key] as const,
    [`Tags.member.${at + 1}.Value`, Value] as const,
  ]);
  return Object.fromEntries(pairs);
}

/** Pairs of an answer, whose elements are named so. */
function entries(answer: string, key = "key", value = "value"): Record<string, string> {
  const pair = new RegExp(`<${key}>([^<]*)</${key}>\\s*(?:<${value}>([^<]*)</${value}>|<${value}/>)`, "g");
  return Object.fromEntries(
    [...answer.matchAll(pair)].map(([, name, text]) => [name!, unescaped(text ?? "")]),
  );
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function unescaped(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (hex !== undefined) return String.fromCodePoint(parseInt(hex as string, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return ENTITIES[name as string] ?? whole;
  });
}

function call(endpoints: LocalEndpoints, action: string, input: Readonly<Record<string, string>>) {
  return callQuery(endpoints, { service: "sns", action, version: "2010-03-31" }, input);
}
