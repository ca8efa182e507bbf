/** What failure files hold: Firehose's error output, records that a consumer refused, batches that Lambda gave up. */

/** A record that failed. */
export interface FailedRecord {
  /** As the producer wrote it; of what could not be read in the file: nothing. */
  readonly data: Buffer;
  /** When the stream took it, milliseconds since 1970. */
  readonly arrival: number;
  /** Why it failed then, without a value of the event. */
  readonly why: string;
  /** Why it can't go back, whatever its contract says; undefined where it may. */
  readonly stuck?: string;
}

export interface FailureFile {
  readonly records: readonly FailedRecord[];
  /** Records of a stream by its name; undefined: the folder says whose they are. */
  readonly stream?: string;
  /** The file as it would be with only the records at these places. */
  only(places: ReadonlySet<number>): string;
}

const NOTHING = Buffer.alloc(0);
const UNREADABLE: FailedRecord = {
  ...{ data: NOTHING, arrival: 0, why: "unknown" },
  stuck: "the file's line is not one of a failed record",
};

/** Firehose's error output, a line a record (Firehose developer guide, "Data transformation failure handling"). */
export function readErrorOutput(text: string): FailureFile {
  return readLines(text, (line) => {
    const { rawData, errorCode, ErrorCode, lastErrorCode, arrivalTimestamp, dataCatalogTable } = line;
    if (typeof rawData !== "string") return UNREADABLE;
    const code = errorCode ?? ErrorCode ?? lastErrorCode;
    const record = {
      data: Buffer.from(rawData, "base64"),
      arrival: typeof arrivalTimestamp === "number" ? arrivalTimestamp : 0,
      // A code is words and dots; anything else might quote the record.
      why: typeof code === "string" && /^[\w.-]{1,100}$/.test(code) ? code : "unknown",
    };
    // Converted is what the transform made: its rows hold pseudonyms, of which the transform would make others.
    return dataCatalogTable === undefined
      ? record
      : { ...record, stuck: "is a row with its pseudonyms made already, which did not fit the raw table" };
  });
}

/** What `functions/to-database/refused-records.ts` writes. */
export function readRefusedRecords(text: string): FailureFile {
  return readLines(text, ({ data, arrival, reason }) => {
    if (typeof data !== "string") return UNREADABLE;
    return {
      data: Buffer.from(data, "base64"),
      arrival: typeof arrival === "string" ? Date.parse(arrival) : 0,
      why: typeof reason === "string" ? reason : "unknown",
    };
  });
}

interface InvocationRecord {
  readonly requestContext?: { readonly condition?: unknown };
  readonly payload: string;
}

interface KinesisRecord {
  readonly kinesis: { readonly data: string; readonly approximateArrivalTimestamp: number };
  readonly eventSourceARN: string;
}

/**
 * A batch that Lambda gave up: an invocation record whose `payload` is the event that the function got, as text (Lambda
 * developer guide, "Retain records of failed invocations").
 */
export function readGivenUpBatch(text: string): FailureFile {
  const found = invocationOf(text);
  if (found === undefined) return { records: [UNREADABLE], only: (places) => (places.has(0) ? text : "") };
  const { invocation, records } = found;
  const condition = invocation.requestContext?.condition;
  return {
    stream: records[0]?.eventSourceARN.split("/").at(-1),
    records: records.map(({ kinesis }) => ({
      data: Buffer.from(kinesis.data, "base64"),
      arrival: kinesis.approximateArrivalTimestamp * 1000,
      why: typeof condition === "string" && /^\w{1,100}$/.test(condition) ? condition : "batch given up",
    })),
    only: (places) =>
      JSON.stringify({
        ...invocation,
        payload: JSON.stringify({ Records: records.filter((_, place) => places.has(place)) }),
      }),
  };
}

function invocationOf(text: string): { invocation: InvocationRecord; records: KinesisRecord[] } | undefined {
  try {
    const invocation = JSON.parse(text) as InvocationRecord;
    const { Records: records } = JSON.parse(invocation.payload) as { Records: KinesisRecord[] };
    const whole = records.every(
      ({ kinesis, eventSourceARN }) => typeof kinesis.data === "string" && typeof eventSourceARN === "string",
    );
    return whole ? { invocation, records } : undefined;
  } catch {
    return undefined;
  }
}

function readLines(text: string, read: (line: Record<string, unknown>) => FailedRecord): FailureFile {
  const lines = text.split("\n").filter((line) => line !== "");
  return {
    records: lines.map((line) => {
      const parsed = objectOf(line);
      return parsed === undefined ? UNREADABLE : read(parsed);
    }),
    only: (places) =>
      lines
        .filter((_, place) => places.has(place))
        .map((line) => `${line}\n`)
        .join(""),
  };
}

function objectOf(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
