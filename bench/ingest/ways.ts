/** The two ways that are compared: the platform's, and the least that a consumer of a stream can do. */
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListShardsCommand,
  PutRecordsCommand,
  waitUntilStreamExists,
  type KinesisClient,
} from "@aws-sdk/client-kinesis";
import type { CloudClients } from "../../local/endpoints";
import { sendEvents } from "../../local/pipeline/events";
import { listKeys, readObject } from "../../local/pipeline/objects";
import { parseS3Uri, type PlatformOutputs } from "../../local/pipeline/outputs";
import { parquetColumn } from "../../local/proof/parquet";
import type { LoadEvent, Way } from "./load";

/**
 * HTTP -> collector -> Kinesis -> pseudonymising function -> Parquet. An event is readable as soon as its file stands in the
 * raw zone: the table finds its days by projection, so no statement is needed before a query.
 */
export class PlatformWay implements Way {
  private readonly seen = new Set<string>();
  private readonly bucket: string;

  constructor(
    private readonly clients: CloudClients,
    private readonly outputs: PlatformOutputs,
    private readonly dataSet: string,
  ) {
    this.bucket = parseS3Uri(outputs.zones.raw).bucket;
  }

  /** @throws Error when the collector refuses an event. */
  async send(batch: readonly LoadEvent[]): Promise<void> {
    const { refused } = await sendEvents(this.outputs, this.dataSet, batch);
    if (refused > 0) throw new Error(`The collector refused ${refused} of ${batch.length} events`);
  }

  async arrived(): Promise<string[]> {
    const keys = await listKeys(this.clients.s3, this.bucket, `${this.dataSet.replace(".", "/")}/`);
    const ids: string[] = [];
    for (const key of keys.filter((found) => !this.seen.has(found))) {
      this.seen.add(key);
      ids.push(...(await parquetColumn(await readObject(this.clients.s3, this.bucket, key), "id")));
    }
    return ids;
  }
}

/** PutRecords -> Kinesis -> GetRecords -> JSON.parse: nothing is checked, treated or kept. */
export class PlainConsumerWay implements Way {
  private constructor(
    private readonly kinesis: KinesisClient,
    private readonly stream: string,
    private iterators: readonly string[],
  ) {}

  static async create(kinesis: KinesisClient, stream: string, shards: number): Promise<PlainConsumerWay> {
    await kinesis.send(new CreateStreamCommand({ StreamName: stream, ShardCount: shards }));
    await waitUntilStreamExists({ client: kinesis, maxWaitTime: 30 }, { StreamName: stream });
    const { Shards } = await kinesis.send(new ListShardsCommand({ StreamName: stream }));
    const iterators = Shards!.map(async ({ ShardId }) => {
      const { ShardIterator } = await kinesis.send(
        new GetShardIteratorCommand({ StreamName: stream, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
      );
      return ShardIterator!;
    });
    return new PlainConsumerWay(kinesis, stream, await Promise.all(iterators));
  }

  /** @throws Error when the stream refuses an event. */
  async send(batch: readonly LoadEvent[]): Promise<void> {
    const { FailedRecordCount } = await this.kinesis.send(
      new PutRecordsCommand({
        StreamName: this.stream,
        Records: batch.map((event) => ({ PartitionKey: event.id, Data: Buffer.from(JSON.stringify(event)) })),
      }),
    );
    if (FailedRecordCount !== 0) throw new Error(`The stream refused ${FailedRecordCount} events`);
  }

  async arrived(): Promise<string[]> {
    const answers = await Promise.all(
      this.iterators.map((ShardIterator) => this.kinesis.send(new GetRecordsCommand({ ShardIterator }))),
    );
    this.iterators = answers.map(({ NextShardIterator }) => NextShardIterator!);
    return answers.flatMap(({ Records }) =>
      Records!.map(({ Data }) => (JSON.parse(Buffer.from(Data!).toString("utf8")) as LoadEvent).id),
    );
  }
}
