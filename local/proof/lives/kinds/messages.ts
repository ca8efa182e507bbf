import { allow, one, policy, tags, tlsOnly, type Kind, type Kinds } from "./kind";

const encrypted: Kind["vary"][number] = ({ random, other }) => {
  const key = random.chance(0.6) ? other("key") : undefined;
  return { kmsMasterKeyId: key === undefined ? undefined : `\${${key}.arn}` };
};

/** Queues, topics, rules, streams and logs. */
export const messageKinds: Kinds = {
  queue: {
    type: "aws:sqs/queue:Queue",
    named: "name",
    make: ({ called }) => ({ name: called }),
    vary: [
      one("visibilityTimeoutSeconds", undefined, 30, 45, 600),
      one("messageRetentionSeconds", undefined, 345_600, 86_400),
      one("delaySeconds", undefined, 0, 5),
      one("receiveWaitTimeSeconds", undefined, 20),
      encrypted,
      ({ random, other }) => {
        const dead = random.chance(0.6) ? other("queue") : undefined;
        const wanted = { deadLetterTargetArn: `\${${dead}.arn}`, maxReceiveCount: random.integer(2, 4) };
        return { redrivePolicy: dead === undefined ? undefined : JSON.stringify(wanted) };
      },
      tags,
    ],
  },
  queuePolicy: {
    type: "aws:sqs/queuePolicy:QueuePolicy",
    needs: ["queue"],
    only: ({ queueUrl }) => String(queueUrl),
    make: ({ need }) => ({
      queueUrl: `\${${need("queue")}.url}`,
      policy: allow("events.amazonaws.com", "sqs:SendMessage", `\${${need("queue")}.arn}`),
    }),
    vary: [
      ({ random, need }) => {
        const arn = `\${${need("queue")}.arn}`;
        const service = random.pick(["events.amazonaws.com", "s3.amazonaws.com", "sns.amazonaws.com"]);
        const statement = { Effect: "Allow", Action: "sqs:SendMessage", Resource: arn };
        const statements = [{ ...statement, Principal: { Service: service } }];
        return { policy: policy(...statements, ...(random.chance(0.5) ? [tlsOnly("sqs:*", arn)] : [])) };
      },
    ],
  },
  topic: {
    type: "aws:sns/topic:Topic",
    named: "name",
    make: ({ called }) => ({ name: called }),
    vary: [one("displayName", undefined, "Alarms", "Alarms & more"), encrypted, tags],
  },
  topicPolicy: {
    type: "aws:sns/topicPolicy:TopicPolicy",
    needs: ["topic"],
    only: ({ arn }) => String(arn),
    make: ({ need }) => ({
      arn: `\${${need("topic")}.arn}`,
      policy: allow("events.amazonaws.com", "sns:Publish", `\${${need("topic")}.arn}`),
    }),
    vary: [
      ({ random, need }) => {
        const service = random.pick(["events.amazonaws.com", "s3.amazonaws.com", "cloudwatch.amazonaws.com"]);
        return { policy: allow(service, "sns:Publish", `\${${need("topic")}.arn}`) };
      },
    ],
  },
  subscription: {
    type: "aws:sns/topicSubscription:TopicSubscription",
    needs: ["topic", "queue"],
    only: ({ topic, endpoint }) => `${String(topic)} ${String(endpoint)}`,
    make: ({ need }) => ({
      ...{ topic: `\${${need("topic")}.arn}`, protocol: "sqs" },
      endpoint: `\${${need("queue")}.arn}`,
    }),
    vary: [one("filterPolicy", undefined, '{"level":["error"]}', '{"level":["error","warning"]}')],
  },
  rule: {
    type: "aws:cloudwatch/eventRule:EventRule",
    named: "name",
    make: ({ called }) => ({ name: called, eventPattern: '{"source":["aws.s3"]}' }),
    vary: [
      ({ random }) =>
        random.pick([
          { eventPattern: '{"source":["aws.s3"]}', scheduleExpression: undefined },
          { eventPattern: '{"source":["aws.glue","aws.s3"]}', scheduleExpression: undefined },
          { eventPattern: undefined, scheduleExpression: "rate(1 day)" },
        ]),
      one("description", undefined, "Files that arrive", "Files, at last"),
      one("state", undefined, "ENABLED", "DISABLED"),
      tags,
    ],
  },
  target: {
    type: "aws:cloudwatch/eventTarget:EventTarget",
    needs: ["rule", "queue"],
    imports: false,
    only: ({ rule, targetId }) => `${String(rule)} ${String(targetId)}`,
    make: ({ need, called }) => ({
      ...{ rule: `\${${need("rule")}.name}`, targetId: called },
      arn: `\${${need("queue")}.arn}`,
    }),
    vary: [
      one("input", undefined, '{"one":1}', '{"two":[2]}'),
      one(
        "retryPolicy",
        undefined,
        { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 60 },
        { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 120 },
      ),
      ({ random, other }) => {
        const dead = random.chance(0.5) ? other("queue") : undefined;
        return { deadLetterConfig: dead === undefined ? undefined : { arn: `\${${dead}.arn}` } };
      },
    ],
  },
  stream: {
    type: "aws:kinesis/stream:Stream",
    named: "name",
    make: ({ called }) => ({ name: called, shardCount: 1 }),
    vary: [
      one("shardCount", 1, 2),
      one("retentionPeriod", undefined, 24, 48, 100),
      ({ random, other }) => {
        const key = random.chance(0.6) ? other("key") : undefined;
        return key === undefined
          ? { encryptionType: undefined, kmsKeyId: undefined }
          : { encryptionType: "KMS", kmsKeyId: `\${${key}.arn}` };
      },
      tags,
    ],
  },
  logGroup: {
    type: "aws:cloudwatch/logGroup:LogGroup",
    named: "name",
    make: ({ called }) => ({ name: called }),
    vary: [one("retentionInDays", undefined, 7, 30), tags],
  },
  logStream: {
    type: "aws:cloudwatch/logStream:LogStream",
    needs: ["logGroup"],
    named: "name",
    make: ({ need, called }) => ({ name: called, logGroupName: `\${${need("logGroup")}.name}` }),
    vary: [],
  },
};
