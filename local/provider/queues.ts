import type { LocalEndpoints } from "../endpoints";
import { policyHere, policyTold } from "./policy-here";
import { type Inputs, type ResourceTypes } from "./resource-type";
import { callJson } from "./signed-json";
import { changeTags, differ, told } from "./told";

/** SQS' names of attributes by those of inputs. */
const NUMBERS = {
  messageRetentionSeconds: "MessageRetentionPeriod",
  visibilityTimeoutSeconds: "VisibilityTimeout",
  delaySeconds: "DelaySeconds",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
} as const;
const TEXTS = { kmsMasterKeyId: "KmsMasterKeyId", redrivePolicy: "RedrivePolicy" } as const;

/** SQS' own, by names of inputs. */
const DEFAULTS = {
  messageRetentionSeconds: 345_600,
  visibilityTimeoutSeconds: 30,
  delaySeconds: 0,
  receiveWaitTimeSeconds: 0,
};

/** SQS. */
export const queueTypes: ResourceTypes = {
  "aws:sqs/queue:Queue": {
    create: async (inputs, { endpoints }) => {
      const { name, tags } = inputs;
      const { QueueUrl } = await call(endpoints, "CreateQueue", {
        QueueName: name,
        Attributes: attributes(inputs),
        tags,
      });
      const arn = `arn:aws:sqs:${endpoints.region}:${endpoints.accountId}:${name}`;
      return { id: String(QueueUrl), outputs: { arn, url: QueueUrl } };
    },
    read: async (QueueUrl, state, { endpoints }) => {
      const has = await attributesOf(QueueUrl, endpoints);
      const { Tags } = await call(endpoints, "ListQueueTags", { QueueUrl });
      const numbers = Object.entries(NUMBERS).map(([input, name]) => [input, Number(has[name])] as const);
      const found = {
        name: QueueUrl.slice(QueueUrl.lastIndexOf("/") + 1),
        ...Object.fromEntries(numbers),
        ...Object.fromEntries(Object.entries(TEXTS).map(([input, name]) => [input, has[name] || undefined])),
        tags: (Tags ?? {}) as Record<string, string>,
      };
      return {
        inputs: told(state, found, DEFAULTS),
        outputs: { arn: has.QueueArn, url: QueueUrl },
      };
    },
    update: async (QueueUrl, state, inputs, { endpoints }) => {
      if (differ(state, inputs, ...Object.keys(NUMBERS), ...Object.keys(TEXTS))) {
        // Those that are asked for no more go back to what SQS does by itself.
        const Attributes = attributes({ ...DEFAULTS, kmsMasterKeyId: "", redrivePolicy: "", ...inputs });
        await call(endpoints, "SetQueueAttributes", { QueueUrl, Attributes });
      }
      await changeTags(
        state,
        inputs,
        (Tags) => call(endpoints, "TagQueue", { QueueUrl, Tags }),
        (TagKeys) => call(endpoints, "UntagQueue", { QueueUrl, TagKeys }),
      );
    },
    delete: async (QueueUrl, _state, { endpoints }) => {
      await call(endpoints, "DeleteQueue", { QueueUrl });
    },
  },
  "aws:sqs/queuePolicy:QueuePolicy": {
    create: async ({ queueUrl, policy }, { endpoints }) => {
      await setPolicy(queueUrl, policyHere(policy), endpoints);
      return { id: queueUrl };
    },
    read: async (QueueUrl, state, { endpoints }) => {
      const { Policy } = await attributesOf(QueueUrl, endpoints);
      // A queue without one has an empty policy.
      if (!Policy) return undefined;
      return { inputs: { queueUrl: QueueUrl, policy: policyTold(state.policy, Policy) } };
    },
    update: async (QueueUrl, _state, { policy }, { endpoints }) => {
      await setPolicy(QueueUrl, policyHere(policy), endpoints);
    },
    delete: async (QueueUrl, _state, { endpoints }) => {
      await setPolicy(QueueUrl, "", endpoints);
    },
  },
};

function attributes(inputs: Inputs): Record<string, string> {
  const given = Object.entries({ ...NUMBERS, ...TEXTS }).filter(([input]) => inputs[input] !== undefined);
  return Object.fromEntries(given.map(([input, name]) => [name, String(inputs[input])]));
}

async function attributesOf(QueueUrl: string, endpoints: LocalEndpoints): Promise<Record<string, string>> {
  const asked = { QueueUrl, AttributeNames: ["All"] };
  const { Attributes } = await call(endpoints, "GetQueueAttributes", asked);
  return Attributes as Record<string, string>;
}

function setPolicy(QueueUrl: string, Policy: string, endpoints: LocalEndpoints): Promise<unknown> {
  return call(endpoints, "SetQueueAttributes", { QueueUrl, Attributes: { Policy } });
}

function call(endpoints: LocalEndpoints, operation: string, input: object) {
  return callJson(endpoints, { service: "sqs", target: `AmazonSQS.${operation}`, version: "1.0" }, input);
}
