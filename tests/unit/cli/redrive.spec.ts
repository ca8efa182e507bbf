import { createHash } from "node:crypto";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { expect } from "chai";
import { redrive, redriveIn, type RedriveOptions } from "../../../cli/redrive";
import { placesOf, type RedriveStack } from "../../../cli/redrive/places";
import type { RedriveReport } from "../../../cli/redrive/report";
import { sendBack } from "../../../cli/redrive/send";
import { Names } from "../../../components/naming";
import { partitionKey } from "../../../functions/collector/put-events";
import { RefusedRecordsInS3 } from "../../../functions/to-database/refused-records";
import { EVENT, requestsSpec } from "../functions/fixtures";

const names = new Names({
  ...{ project: "naru", stack: "test", accountId: "123456789012", region: "ap-northeast-2" },
});
const [RAW, FAILURES] = [names.of("bucket", "raw"), names.of("bucket", "database-failures")];
const STREAM = names.of("stream", "lms", "requests");
const ERRORS = "errors/lms/requests/processing-failed/dt=2026-11-21/a";
const REFUSED = "refused/lms/requests/dt=2026-11-22/7.jsonl";
const BATCH = "aws/lambda/3c0e3b1a/shardId-000000000000/2026/11/23/2026-11-23T09.00.00-0a1b2c3d";

const SPEC = requestsSpec();

/** A personal value that nothing may tell again. */
const EMAIL = "who@naru.example";

const event = (id: string, own: object = {}) => ({ ...EVENT, id, email: EMAIL, ...own });
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value), "utf8");

/** A line as Firehose writes it of a record that its transform failed. */
const failed = (data: Buffer) =>
  JSON.stringify({
    ...{ attemptsMade: 1, arrivalTimestamp: 1763683200000, errorCode: "Lambda.ProcessingFailedStatus" },
    errorMessage: "ProcessingFailed status set for record",
    ...{ attemptEndingTimestamp: 1763683260000, rawData: data.toString("base64"), lambdaArn: "arn:aws:x" },
  });

/** A line as Firehose writes it of a row that did not fit the table. */
const unconverted = (data: Buffer) =>
  JSON.stringify({
    ...{ attemptsMade: 1, arrivalTimestamp: 1763683200000, lastErrorCode: "DataFormatConversion.ParseError" },
    ...{ lastErrorMessage: "no", rawData: data.toString("base64"), dataCatalogTable: {} },
  });

const kinesisRecord = (data: Buffer) => ({
  eventSourceARN: `arn:aws:kinesis:ap-northeast-2:123456789012:stream/${STREAM}`,
  kinesis: {
    ...{ sequenceNumber: "7", partitionKey: "p", kinesisSchemaVersion: "1.0" },
    ...{ data: data.toString("base64"), approximateArrivalTimestamp: 1763683200 },
  },
});

/** S3 with conditional writes, and a stream that takes records until it is told not to. */
class Cloud {
  readonly objects = new Map<string, string>();
  readonly taken: { readonly data: string; readonly key: string }[] = [];
  /** Codes of the next records, one for each; undefined: taken. */
  codes: (string | undefined)[] = [];
  /** Called before each write to S3; throws where the process is killed. */
  beforeWrite: () => void = () => {};

  readonly s3 = {
    send: async (command: unknown): Promise<unknown> => {
      if (command instanceof ListObjectsV2Command) {
        const { Bucket, Prefix } = command.input;
        const keys = [...this.objects.keys()].filter((key) => key.startsWith(`${Bucket}/${Prefix}`)).sort();
        return { Contents: keys.map((key) => ({ Key: key.slice(Bucket!.length + 1) })) };
      }
      const { Bucket, Key } = (command as GetObjectCommand).input;
      const at = `${Bucket}/${Key}`;
      const text = this.objects.get(at);
      if (command instanceof GetObjectCommand) {
        if (text === undefined) throw Object.assign(new Error("none"), { name: "NoSuchKey" });
        return { ETag: etag(text), Body: { transformToString: async () => text } };
      }
      this.beforeWrite();
      const { IfMatch } = (command as PutObjectCommand).input;
      if (IfMatch !== undefined && (text === undefined || etag(text) !== IfMatch)) {
        throw Object.assign(new Error("changed"), { name: "PreconditionFailed" });
      }
      if (command instanceof DeleteObjectCommand) this.objects.delete(at);
      else this.objects.set(at, String((command as PutObjectCommand).input.Body));
      return {};
    },
  };

  readonly kinesis = {
    send: async (command: unknown): Promise<unknown> => {
      const { StreamName, Records } = (command as PutRecordsCommand).input;
      expect(StreamName).to.equal(STREAM);
      return {
        Records: Records!.map(({ Data, PartitionKey }) => {
          const ErrorCode = this.codes.shift();
          if (ErrorCode === undefined) {
            this.taken.push({ data: Buffer.from(Data!).toString("utf8"), key: PartitionKey! });
          }
          return { ErrorCode };
        }),
      };
    },
  };

  readonly stack = {
    s3: this.s3,
    kinesis: this.kinesis,
    places: placesOf(names, [{ id: "lms.requests", domain: "lms", name: "requests" }], ["lms.requests"]),
    streams: new Map([["lms.requests", { name: STREAM, spec: SPEC }]]),
  } as unknown as RedriveStack;

  put(bucket: string, key: string, text: string): void {
    this.objects.set(`${bucket}/${key}`, text);
  }

  ids(): string[] {
    return this.taken.map(({ data }) => (JSON.parse(data) as { id: string }).id);
  }

  run(options: Partial<RedriveOptions> = {}): Promise<RedriveReport> {
    return redriveIn(this.stack, { stack: "test", ...options });
  }
}

function etag(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

describe("naru redrive", () => {
  let cloud: Cloud;

  beforeEach(() => {
    cloud = new Cloud();
  });

  it("leaves alone what a destination beside the lake did not take", async () => {
    const key = "errors/_destinations/lms/requests/search/processing-failed/dt=2026-11-21/a";
    cloud.put(RAW, key, `${failed(Buffer.from(JSON.stringify(event("e-1"))))}\n`);
    const { back, kept } = await cloud.run();
    expect({ back, kept }).to.deep.equal({ back: 0, kept: 0 });
    expect(cloud.taken).to.deep.equal([]);
    expect(cloud.objects.has(`${RAW}/${key}`)).to.equal(true);
  });

  it("puts back what its contract takes now, as it came, under the collector's partition key", async () => {
    const good = event("e-1");
    // Not as this program would write it: numbers and spaces stay.
    const text = JSON.stringify(good, null, 1);
    cloud.put(RAW, ERRORS, `${failed(Buffer.from(text))}\n`);
    const { back, kept, rows } = await cloud.run();
    expect({ back, kept }).to.deep.equal({ back: 1, kept: 0 });
    expect(cloud.taken).to.deep.equal([{ data: text, key: partitionKey(SPEC, good) }]);
    expect(rows).to.deep.equal([
      {
        ...{ dataSet: "lms.requests", failedIn: "delivery", outcome: "back", records: 1 },
        reason: "Lambda.ProcessingFailedStatus",
      },
    ]);
  });

  it("keeps what is still wrong, counted by reason, without a value", async () => {
    const lines = [
      failed(bytes(event("e-1"))),
      failed(bytes(event("e-2", { http_method: EMAIL }))),
      failed(Buffer.from(`not JSON ${EMAIL}`)),
      failed(bytes(event("e-3", { [EMAIL]: 1 }))),
      unconverted(bytes({ id: "e-4" })),
      "torn",
    ];
    cloud.put(RAW, ERRORS, `${lines.join("\n")}\n`);
    const report = await cloud.run();
    expect(report).to.include({ back: 1, kept: 5, refused: 0, files: 1 });
    const reasons = report.rows.filter(({ outcome }) => outcome === "kept").map(({ reason }) => reason);
    expect(reasons).to.have.length(5);
    expect(reasons.join("\n"))
      .to.contain("is not JSON in UTF-8")
      .and.contain("http_method: must be one of")
      .and.contain("pseudonyms made already")
      .and.contain("a key that the contract does not name");
    expect(JSON.stringify(report)).not.to.contain(EMAIL);
    expect(cloud.objects.get(`${RAW}/${ERRORS}`)).to.equal(`${lines.slice(1).join("\n")}\n`);
    const [moved] = [...cloud.objects].filter(([key]) => key.includes("/_redriven/"));
    expect(moved![0]).to.match(new RegExp(`^${RAW}/errors/_redriven/lms/requests/.*/a-[0-9a-f]{16}$`));
    expect(moved![1]).to.equal(`${lines[0]}\n`);
  });

  it("takes away a file of which all went back, and finds nothing the next time", async () => {
    cloud.put(RAW, ERRORS, `${failed(bytes(event("e-1")))}\n${failed(bytes(event("e-2")))}\n`);
    await cloud.run();
    expect(cloud.objects.has(`${RAW}/${ERRORS}`)).to.equal(false);
    expect(await cloud.run()).to.include({ back: 0, kept: 0, files: 0 });
    expect(cloud.ids()).to.deep.equal(["e-1", "e-2"]);
  });

  it("puts back what a database's consumer refused, as the consumer wrote it", async () => {
    const kept = new RefusedRecordsInS3(cloud.s3 as never, {
      bucket: FAILURES,
      prefix: "refused/lms/requests/",
    });
    const record = kinesisRecord(bytes(event("e-1"))) as never;
    await kept.keep([{ record, reason: "the table has no column" }]);
    const { rows } = await cloud.run();
    expect(rows).to.deep.equal([
      {
        ...{ dataSet: "lms.requests", failedIn: "database", outcome: "back", records: 1 },
        reason: "the table has no column",
      },
    ]);
    expect(cloud.ids()).to.deep.equal(["e-1"]);
    expect(
      [...cloud.objects.keys()].every((key) => key.startsWith(`${FAILURES}/_redriven/refused/`)),
    ).to.equal(true);
  });

  it("puts back batches that Lambda gave up, and leaves of them what is wrong in the same form", async () => {
    const payload = { Records: [event("e-1"), { id: 1 }, event("e-2")].map((e) => kinesisRecord(bytes(e))) };
    const invocation = {
      requestContext: { condition: "RetryAttemptsExhausted" },
      payload: JSON.stringify(payload),
    };
    cloud.put(FAILURES, BATCH, JSON.stringify(invocation));
    expect(await cloud.run()).to.include({ back: 2, kept: 1 });
    const rest = JSON.parse(cloud.objects.get(`${FAILURES}/${BATCH}`)!) as typeof invocation;
    expect(rest.requestContext).to.deep.equal(invocation.requestContext);
    expect(JSON.parse(rest.payload)).to.deep.equal({ Records: [payload.Records[1]] });
    expect(await cloud.run()).to.include({ back: 0, kept: 1 });
    expect(cloud.ids()).to.deep.equal(["e-1", "e-2"]);
  });

  it("leaves alone batches of streams that it was not asked for, or that are no more", async () => {
    const other = kinesisRecord(bytes(event("e-1")));
    const gone = { ...other, eventSourceARN: other.eventSourceARN.replace(/[^/]+$/, "gone") };
    cloud.put(FAILURES, BATCH, JSON.stringify({ payload: JSON.stringify({ Records: [gone] }) }));
    expect(await cloud.run()).to.include({ back: 0, kept: 1 });
    expect(await cloud.run({ dataSet: "lms.requests" })).to.include({ back: 0, kept: 0 });
    expect(cloud.objects.size).to.equal(1);
  });

  it("takes the days that it is asked for, the last among them, by each writer's folders", async () => {
    cloud.put(RAW, ERRORS, `${failed(bytes(event("e-21")))}\n`);
    const refused = { reason: "r", data: bytes(event("e-22")).toString("base64") };
    cloud.put(FAILURES, REFUSED, `${JSON.stringify(refused)}\n`);
    const given = { payload: JSON.stringify({ Records: [kinesisRecord(bytes(event("e-23")))] }) };
    cloud.put(FAILURES, BATCH, JSON.stringify(given));
    await cloud.run({ from: "2026-11-22", to: "2026-11-22" });
    expect(cloud.ids()).to.deep.equal(["e-22"]);
    await cloud.run({ from: "2026-11-22" });
    expect(cloud.ids()).to.deep.equal(["e-22", "e-23"]);
    await cloud.run({ to: "2026-11-20" });
    expect(cloud.ids()).to.deep.equal(["e-22", "e-23"]);
    await cloud.run({ to: "2026-11-21" });
    expect(cloud.ids()).to.deep.equal(["e-22", "e-23", "e-21"]);
  });

  it("sends and changes nothing in a dry run, and counts the same", async () => {
    cloud.put(RAW, ERRORS, `${failed(bytes(event("e-1")))}\n${failed(bytes({}))}\n`);
    const before = new Map(cloud.objects);
    const { rows, ...dry } = await cloud.run({ dryRun: true });
    expect(cloud.taken).to.deep.equal([]);
    expect(cloud.objects).to.deep.equal(before);
    expect(await cloud.run()).to.deep.equal({ ...dry, rows, dryRun: false });
  });

  it("loses nothing wherever it is killed: what is not marked goes again", async () => {
    const lines = Array.from({ length: 6 }, (_, at) => failed(bytes(event(`e-${at}`))));
    lines.push(failed(bytes({})));
    for (const writes of [0, 1]) {
      cloud = new Cloud();
      cloud.put(RAW, ERRORS, `${lines.join("\n")}\n`);
      let left = writes;
      cloud.beforeWrite = () => {
        if (left-- === 0) throw new Error("killed");
      };
      const killed = await cloud.run().then(
        () => false,
        () => true,
      );
      expect(killed).to.equal(true);
      expect(cloud.objects.get(`${RAW}/${ERRORS}`)).to.equal(`${lines.join("\n")}\n`);
      cloud.beforeWrite = () => {};
      expect(await cloud.run()).to.include({ back: 6, kept: 1 });
      expect(new Set(cloud.ids()).size).to.equal(6);
      expect(cloud.objects.get(`${RAW}/${ERRORS}`)).to.equal(`${lines[6]}\n`);
      // The copy of the first time and that of the second are one.
      expect([...cloud.objects.keys()].filter((key) => key.includes("_redriven"))).to.have.length(1);
    }
  });

  it("leaves a file alone that was written anew while its records were sent", async () => {
    cloud.put(RAW, ERRORS, `${failed(bytes(event("e-1")))}\n`);
    const anew = `${failed(bytes(event("e-1")))}\n${failed(bytes(event("e-2")))}\n`;
    cloud.beforeWrite = () => void cloud.put(RAW, ERRORS, anew);
    await cloud.run();
    expect(cloud.objects.get(`${RAW}/${ERRORS}`)).to.equal(anew);
  });

  it("marks what the stream took and keeps the rest, where it does not take all", async () => {
    const events = Array.from({ length: 501 }, (_, at) => failed(bytes(event(`e-${at}`))));
    cloud.put(RAW, ERRORS, `${events.join("\n")}\n`);
    cloud.put(RAW, `${ERRORS}-behind`, `${events[0]}\n`);
    const send = cloud.kinesis.send;
    let calls = 0;
    Object.assign(cloud.kinesis, {
      send: async (command: unknown) => {
        calls += 1;
        if (calls === 1) return send(command);
        throw Object.assign(new Error(`may quote ${EMAIL}`), { $fault: "client", name: "AccessDenied" });
      },
    });
    const report = await cloud.run();
    expect(report).to.include({ back: 500, refused: 1, files: 1 });
    expect(report.rows.find(({ outcome }) => outcome === "refused")!.reason).to.equal("AccessDenied");
    expect(cloud.objects.get(`${RAW}/${ERRORS}`)).to.equal(`${events[500]}\n`);
  });

  it("sends again what a full stream refuses, and no more than that", async () => {
    cloud.codes = [undefined, "ProvisionedThroughputExceededException", undefined, undefined];
    const waits: number[] = [];
    const records = ["a", "b", "c"].map((data) => ({ data: Buffer.from(data), partitionKey: data }));
    const sent = await sendBack(cloud.kinesis as never, STREAM, records, async (ms) => waits.push(ms));
    expect(sent).to.deep.equal({ accepted: 3 });
    expect(cloud.taken.map(({ data }) => data)).to.deep.equal(["a", "c", "b"]);
    expect(waits).to.have.length(1);
  });

  it("puts no more into a request than Kinesis takes", async () => {
    const sizes: number[] = [];
    const kinesis = {
      send: async ({ input }: PutRecordsCommand) => {
        sizes.push(input.Records!.length);
        return { Records: input.Records!.map(() => ({})) };
      },
    };
    const large = Array.from({ length: 9 }, () => ({ data: Buffer.alloc(2 ** 20), partitionKey: "p" }));
    const small = Array.from({ length: 1001 }, () => ({ data: Buffer.alloc(1), partitionKey: "p" }));
    await sendBack(kinesis as never, STREAM, large);
    await sendBack(kinesis as never, STREAM, small);
    expect(sizes).to.deep.equal([4, 4, 1, 500, 500, 1]);
  });

  describe("on the command line", () => {
    let said: string[];
    const command = (options: Partial<RedriveOptions>) => {
      said = [];
      const output = { out: (text: string) => said.push(text), err: (text: string) => said.push(text) };
      return redrive({ stack: "test", output, find: async () => cloud.stack, ...options });
    };

    it("tells counts by data set and reason, or as JSON", async () => {
      cloud.put(RAW, ERRORS, `${failed(bytes(event("e-1")))}\n${failed(Buffer.from("{"))}\n`);
      expect(await command({ dryRun: true, json: true })).to.equal(0);
      expect(JSON.parse(said[0]!)).to.include({ stack: "test", dryRun: true, back: 1, kept: 1 });
      expect(await command({})).to.equal(0);
      expect(said[0]!.split("\n")).to.deep.equal([
        "data set      failed in  now        records  reason",
        "lms.requests  delivery   went back        1  Lambda.ProcessingFailedStatus",
        "lms.requests  delivery   stay             1  is not JSON in UTF-8",
        "test: 1 files; 1 records went back, 1 stay",
      ]);
    });

    it("refuses days that are none, and streams that there are not, before anything is sent", async () => {
      expect(await command({ from: "yesterday", to: "2026-13-01" })).to.equal(2);
      expect(said).to.have.length(2);
      expect(await command({ from: "2026-11-22", to: "2026-11-21" })).to.equal(2);
      expect(said[0]).to.contain("exchange them");
      expect(await command({ dataSet: "lms.courses" })).to.equal(2);
      expect(said[0]).to.contain("write lms.requests");
    });

    it("ends with 1 where the stream did not take all", async () => {
      cloud.put(RAW, ERRORS, `${failed(bytes(event("e-1")))}\n`);
      Object.assign(cloud.kinesis, {
        send: async () => {
          throw Object.assign(new Error("no"), { $fault: "client", name: "ResourceNotFoundException" });
        },
      });
      expect(await command({})).to.equal(1);
      expect(said[0]).to.contain("run it again");
      expect(cloud.objects.size).to.equal(1);
    });
  });
});
