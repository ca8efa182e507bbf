import type { MadeResources } from "./made-resources";

/** Of types that the program makes only beside a database, a network or a source of its own. */
export async function makeOthers(made: MadeResources): Promise<void> {
  const stream = made.the("aws:kinesis/stream:Stream");
  const consumer = made.the("aws:lambda/function:Function", "collector");
  const actions = ["DescribeStream", "GetRecords", "GetShardIterator", "ListShards"];
  const statement = {
    Effect: "Allow",
    Action: actions.map((action) => `kinesis:${action}`),
    Resource: stream.id,
  };
  await made.make("aws:iam/rolePolicy:RolePolicy", "consumer", {
    name: "consumer",
    role: consumer.inputs.role.split("/").pop(),
    policy: { Version: "2012-10-17", Statement: [statement] },
  });
  await made.make("aws:lambda/eventSourceMapping:EventSourceMapping", "consumer", {
    eventSourceArn: stream.id,
    functionName: consumer.id,
    startingPosition: "TRIM_HORIZON",
    batchSize: 100,
    maximumBatchingWindowInSeconds: 1,
  });
  await made.make("aws:sns/topicSubscription:TopicSubscription", "alarms", {
    topic: made.the("aws:sns/topic:Topic").id,
    protocol: "sqs",
    endpoint: made.the("aws:sqs/queue:Queue").state.arn,
    filterPolicy: JSON.stringify({ level: ["error"] }),
  });
  await made.make("aws:glue/connection:Connection", "music", {
    name: "music",
    connectionType: "JDBC",
    connectionProperties: { JDBC_CONNECTION_URL: "jdbc:postgresql://music.example.com:5432/music" },
  });
  await made.make("aws:sns/topic:Topic", "named", {
    ...{ name: "named", displayName: "Alarms & more" },
    kmsMasterKeyId: made.the("aws:kms/key:Key", "logs").state.arn,
  });
}
