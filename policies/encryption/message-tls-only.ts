import { readPolicyDocument } from "../model/policy-document";
import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import { refuseClear } from "../model/tls-only";
import { QUEUE, QUEUE_POLICY, TOPIC, TOPIC_POLICY } from "../model/types";

const FIX =
  'Add to the policy of the queue or topic a Deny of `sqs:*` (of `sns:Publish` for a topic) for `Principal: "*"`, under the condition ' +
  '`Bool: { "aws:SecureTransport": "false" }`.';

/** What takes messages, the resource that holds its policy, and what comes with a message over the wire. */
const PLACES = [
  {
    type: QUEUE,
    policy: QUEUE_POLICY,
    property: "queueUrl",
    actions: ["sqs:SendMessage", "sqs:ReceiveMessage"],
  },
  { type: TOPIC, policy: TOPIC_POLICY, property: "arn", actions: ["sns:Publish"] },
] as const;

/** Names of objects, and what alarms say, are read by nobody on the way. Services of AWS send over TLS and are not hindered. */
export const messageTlsOnly: StackRule = {
  name: "message-tls-only",
  group: "encryption",
  scope: "stack",
  severity: "medium",
  description: "Queues and topics refuse messages without TLS.",
  framework: ismsP("2.7.1", "Encryption: personal data and passwords are encrypted in transit and at rest"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
  check(stack) {
    return PLACES.flatMap(({ type, policy, property, actions }) =>
      stack.ofType(type).flatMap((place): Finding[] => {
        const documents = [place, ...stack.attached(place, policy, property)].map((each) =>
          readPolicyDocument(each, ["policy"]),
        );
        switch (refuseClear(documents, actions)) {
          case "yes":
            return [];
          case "unknown":
            return [undecided(place, "Its policy", FIX)];
          case "no":
            return [violation(place, "No policy of it denies messages without TLS.", FIX)];
        }
      }),
    );
  },
};
