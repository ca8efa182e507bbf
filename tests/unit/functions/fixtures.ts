/** What the function tests share: the example stream's spec, keys without KMS, requests, and a log that is kept. */
import { join } from "node:path";
import type { APIGatewayProxyEvent, FirehoseTransformationEvent } from "aws-lambda";
import {
  type FunctionColumn,
  functionSpec,
  type FunctionSpec,
  loadContracts,
} from "../../../components/contract";
import type { DeliveryEvent } from "../../../functions/pseudonymise/delivery-record";
import { epochKeyMessage, type EpochKeys } from "../../../functions/pseudonym/epoch-keys";
import { hmacSha256, testKmsKeyHex } from "../../golden/make";

export function requestsSpec(): FunctionSpec {
  const found = loadContracts([join(__dirname, "../../../contracts")]).find(
    ({ id }) => id === "lms.requests",
  );
  if (found === undefined) throw new Error("contracts/ has no lms.requests");
  return functionSpec(found);
}

/** The example stream's spec with one column changed. */
export function specWith(name: string, change: Partial<FunctionColumn>): FunctionSpec {
  const spec = requestsSpec();
  const columns = spec.columns.map((column) => (column.name === name ? { ...column, ...change } : column));
  return { ...spec, columns };
}

/** The keys of the golden vectors. */
export const goldenKeys: EpochKeys = {
  key: async (kind, epoch) =>
    hmacSha256(Buffer.from(testKmsKeyHex, "hex"), Buffer.from(epochKeyMessage(kind, epoch), "utf8")),
};

export const EVENT = {
  id: "event-1",
  occurred_at: "2026-11-21T00:00:00+09:00",
  user_id: "u00012345",
  email: "HongGilDong@Example.AC.KR",
  user_name: "홍길동뷁",
  remote_ip: "2001:db8::aaaa",
  course_id: "CSE101",
  page: "/courses/CSE101",
  http_method: "GET",
  session_id: "session-1",
  duration_ms: 1200,
};

export function post(body: unknown, change: Partial<APIGatewayProxyEvent> = {}): APIGatewayProxyEvent {
  return {
    pathParameters: { domain: "lms", name: "requests" },
    headers: { "Content-Type": "application/json; charset=utf-8" },
    body: typeof body === "string" ? body : JSON.stringify(body),
    isBase64Encoded: false,
    ...change,
  } as APIGatewayProxyEvent;
}

export const ARRIVAL = Date.parse("2026-11-21T03:00:00Z");

export function batch(...records: (Buffer | unknown)[]): FirehoseTransformationEvent {
  return {
    invocationId: "invocation",
    deliveryStreamArn: "arn:aws:firehose:ap-northeast-2:000000000000:deliverystream/test",
    region: "ap-northeast-2",
    records: records.map((record, place) => ({
      recordId: `record-${place}`,
      approximateArrivalTimestamp: ARRIVAL,
      data: (Buffer.isBuffer(record) ? record : Buffer.from(JSON.stringify(record), "utf8")).toString(
        "base64",
      ),
    })),
  };
}

/** The same records as Firehose hands them over from a topic. */
export function topicBatch(...records: (Buffer | unknown)[]): DeliveryEvent {
  const { records: plain, ...event } = batch(...records);
  return {
    ...event,
    sourceMSKArn: "arn:aws:kafka:ap-northeast-2:000000000000:cluster/test/1",
    records: plain.map(({ recordId, data }, offset) => ({
      recordId,
      approximateArrivalTimestamp: ARRIVAL + 86_400_000,
      mskRecordMetadata: {
        partitionId: "1",
        offset: String(offset),
        approximateArrivalTimestamp: String(ARRIVAL),
      },
      kafkaRecordValue: data,
    })),
  };
}

/** Keeps what is logged, as text. */
export class KeptLog {
  readonly lines: string[] = [];
  private readonly keep = (message: string, details: Record<string, unknown>): void => {
    this.lines.push(JSON.stringify({ message, ...details }));
  };
  readonly info = this.keep;
  readonly warn = this.keep;
  readonly error = this.keep;
}

/** A stream that takes all records, or answers as `verdict` says for each call and record. */
export class FakeKinesis {
  readonly taken: { data: Buffer; partitionKey: string }[] = [];
  calls = 0;

  /** @param verdict error code of a record, or `undefined` when it is taken; may throw. */
  constructor(
    private readonly verdict: (call: number, data: Buffer) => string | undefined = () => undefined,
  ) {}

  readonly send = async (command: unknown): Promise<never> => {
    const { Records } = (command as { input: { Records: { Data: Buffer; PartitionKey: string }[] } }).input;
    this.calls++;
    const results = Records.map(({ Data, PartitionKey }) => {
      const code = this.verdict(this.calls, Data);
      if (code === undefined) this.taken.push({ data: Data, partitionKey: PartitionKey });
      return code === undefined ? { SequenceNumber: "1" } : { ErrorCode: code };
    });
    return { Records: results } as never;
  };
}
