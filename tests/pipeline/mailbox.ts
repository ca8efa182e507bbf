/** What the owner of some data sets gets, in a queue instead of by e-mail. */
import type { CloudClients } from "../../local/endpoints";
import { LOCAL_ACCOUNT } from "../../local/local-cloud";
import { callJson, callQuery } from "../../local/provider/signed-json";

export interface Told {
  readonly subject: string;
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A queue that gets what an owner of some sets would by e-mail: the topic's messages through the same filter. */
export class Mailbox {
  private constructor(
    private readonly root: CloudClients,
    private readonly url: string,
  ) {}

  static async of(root: CloudClients, topic: string, dataSets: readonly string[]): Promise<Mailbox> {
    const { endpoints } = root;
    const name = "test-mailbox";
    const [queueArn, topicArn] = [
      `sqs:${endpoints.region}:${LOCAL_ACCOUNT}:${name}`,
      `sns:${endpoints.region}:${LOCAL_ACCOUNT}:${topic}`,
    ].map((part) => `arn:aws:${part}`);
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "sns.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: queueArn,
          Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
        },
      ],
    });
    const made = await callJson(endpoints, sqs("CreateQueue"), { QueueName: name, Attributes: { Policy } });
    await callQuery(
      endpoints,
      { service: "sns", action: "Subscribe", version: "2010-03-31" },
      {
        TopicArn: topicArn!,
        Protocol: "sqs",
        Endpoint: queueArn!,
        "Attributes.entry.1.key": "FilterPolicy",
        "Attributes.entry.1.value": JSON.stringify({ data_set: dataSets }),
      },
    );
    return new Mailbox(root, String(made.QueueUrl));
  }

  /** What has come since it was asked last; nothing: undefined. */
  async messages(): Promise<Told[] | undefined> {
    const QueueUrl = this.url;
    const ask = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 };
    const { Messages } = await callJson(this.root.endpoints, sqs("ReceiveMessage"), ask);
    const found = (Messages ?? []) as { readonly Body: string; readonly ReceiptHandle: string }[];
    for (const { ReceiptHandle } of found) {
      await callJson(this.root.endpoints, sqs("DeleteMessage"), { QueueUrl, ReceiptHandle });
    }
    if (found.length === 0) return undefined;
    return found.map(({ Body }) => {
      const { Subject, Message, MessageAttributes } = JSON.parse(Body);
      const attributes = Object.entries(MessageAttributes as Record<string, { Value: string }>);
      return {
        subject: Subject,
        message: Message,
        attributes: Object.fromEntries(attributes.map(([key, { Value }]) => [key, Value])),
      };
    });
  }
}

function sqs(operation: string) {
  return { service: "sqs", target: `AmazonSQS.${operation}`, version: "1.0" } as const;
}
