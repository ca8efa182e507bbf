import { policyText, tagList, type ResourceTypes } from "./resource-type";
import { callQuery } from "./signed-json";

/** SNS: topics take messages and pass them on to queues. Nothing here sends e-mail. */
export const notificationTypes: ResourceTypes = {
  "aws:sns/topic:Topic": {
    create: async ({ name, kmsMasterKeyId, tags }, { endpoints }) => {
      const input: Record<string, string> = {
        Name: name,
        "Attributes.entry.1.key": "KmsMasterKeyId",
        "Attributes.entry.1.value": kmsMasterKeyId,
      };
      tagList(tags).forEach(({ Key, Value }, at) => {
        input[`Tags.member.${at + 1}.Key`] = Key;
        input[`Tags.member.${at + 1}.Value`] = Value;
      });
      await callQuery(endpoints, sns("CreateTopic"), input);
      const arn = `arn:aws:sns:${endpoints.region}:${endpoints.accountId}:${name}`;
      return { id: arn, outputs: { arn } };
    },
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    create: async ({ arn, policy }, { endpoints }) => {
      await callQuery(endpoints, sns("SetTopicAttributes"), {
        TopicArn: arn,
        AttributeName: "Policy",
        AttributeValue: policyText(policy),
      });
      return { id: arn };
    },
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    create: async ({ topic, protocol, endpoint, filterPolicy }, { endpoints }) => {
      const answer = await callQuery(endpoints, sns("Subscribe"), {
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
  },
};

function sns(action: string) {
  return { service: "sns", action, version: "2010-03-31" } as const;
}
