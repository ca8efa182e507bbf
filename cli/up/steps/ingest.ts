import { PutObjectCommand } from "@aws-sdk/client-s3";
import { waitForDelivery } from "../../../local/pipeline/delivery";
import { putRecords, sendEvents } from "../../../local/pipeline/events";
import { parseS3Uri } from "../../../local/pipeline/outputs";
import { refusals } from "../../../local/rights";
import { StackDatabase } from "../../../local/database/stack-database";
import { generateSample } from "../../../samples";
import type { Deployed, Run, Step } from "../run";
import { sampleSize } from "../sample-size";

/** The sample's stream. */
export const STREAM_SET = "lms.requests";

export const makeSample: Step = {
  title: "Sample data",
  run: async (run, { note }) => {
    run.sample = generateSample(sampleSize(run.options));
    const { requests } = run.sample.expected;
    note(
      `seed ${run.sample.seed}: ${requests.sent} events (${requests.duplicates} repeated, ${requests.late} late, ` +
        `${requests.refused} malformed), ${run.sample.files.length} CSV files, ${run.sample.people.length} synthetic people`,
    );
  },
};

/** Files go in as the loader, which can write landing and read nothing. */
export const dropFiles: Step = {
  title: "CSV files into landing (closed zone)",
  run: async (run, { note }) => {
    const { sample, clients, outputs, ownCsv } = run as Deployed;
    const { s3 } = await clients.assume(outputs.roles.loader, "loader");
    const { bucket } = parseS3Uri(outputs.zones.landing);
    const files = [
      ...sample.files.map(({ key, content, encoding }) => ({ key, content, encoding })),
      ...(ownCsv === undefined ? [] : [{ key: ownKey(run), content: ownCsv.content, encoding: "as it is" }]),
    ];
    for (const { key, content, encoding } of files) {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }));
      note(`${key} (${content.length.toLocaleString("en")} bytes, ${encoding})`);
    }
  },
};

/** A file without an event time belongs to the day on which it is dropped, in its contract's time zone. */
function ownKey({ ownCsv }: Run): string {
  const { domain, name, timeZone } = ownCsv!.dataSet;
  const dt = new Intl.DateTimeFormat("sv-SE", { timeZone }).format(new Date());
  return `${domain}/${name}/dt=${dt}/${name}.csv`;
}

export const ingestEvents: Step = {
  title: "Events through collector, Kinesis and Firehose into raw",
  run: async (run, { say, note }) => {
    const { sample, clients, outputs } = run as Deployed;
    say("posting events");
    const begun = Date.now();
    const totals = await sendEvents(
      outputs,
      STREAM_SET,
      sample.events.map(({ body }) => body),
    );
    note(`sent ${totals.sent}, accepted ${totals.accepted}, refused ${totals.refused}`);
    const direct = sample.poison.map(({ data }, at) => ({ partitionKey: String(at), data }));
    await putRecords(clients.kinesis, outputs.streams[STREAM_SET]!, direct);
    note(`put ${direct.length} broken records on the stream past the collector`);
    const records = totals.accepted + direct.length;
    const { landed, landedByDate, failed, files } = await waitForDelivery(
      clients.s3,
      outputs,
      STREAM_SET,
      records,
      (delivered) => say(`delivered ${delivered} of ${records}`),
      { hindrances: () => refusals(begun) },
    );
    const inDatabase = await rowsInDatabase(run as Deployed, say);
    if (inDatabase !== undefined) note(`${inDatabase} events are rows of the database`);
    run.report.events = {
      ...{ ...totals, direct: direct.length, landed, landedByDate, failed },
      ...(inDatabase !== undefined && { inDatabase }),
    };
    note(
      `landed ${landed} rows in ${files} Parquet files; ${failed} records failed, kept in the closed error output`,
    );
  },
};

/** Waits until the database has each event of the sample, or no more come; undefined where the stack has none. */
async function rowsInDatabase(
  { outputs, clients, sample }: Deployed,
  say: (text: string) => void,
): Promise<number | undefined> {
  if ((outputs.database ?? null) === null) return undefined;
  const database = await StackDatabase.open(clients.endpoints, outputs.database!);
  try {
    return await database.waitForRows(STREAM_SET, sample.expected.requests.distinct, (rows) =>
      say(`${rows} rows in the database`),
    );
  } finally {
    await database.close();
  }
}
