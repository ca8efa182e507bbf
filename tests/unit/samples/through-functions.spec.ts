/** The whole sample through both functions: the totals that the pipeline is held to, and not one personal value. */
import { expect } from "chai";
import { Collector, type CollectorAnswer } from "../../../functions/collector/collect";
import { transformBatch } from "../../../functions/pseudonymise/firehose";
import { canaries, generateSample, normalisedCanaries } from "../../../samples";
import { batch, FakeKinesis, goldenKeys, KeptLog, post, requestsSpec } from "../functions/fixtures";

const REQUEST_SIZE = 100;

describe("the sample through collector and transform", () => {
  const sample = generateSample();
  const expected = sample.expected.requests;
  const spec = requestsSpec();
  const log = new KeptLog();
  const kinesis = new FakeKinesis();
  const answers: CollectorAnswer[] = [];
  const rows: Record<string, unknown>[] = [];
  const dates: Record<string, number> = {};
  let failed = 0;

  before(async () => {
    const specs = new Map([[spec.id, spec]]);
    const collector = new Collector({ specs, streams: { [spec.id]: "stream" }, kinesis, log });
    for (let start = 0; start < sample.events.length; start += REQUEST_SIZE) {
      const bodies = sample.events.slice(start, start + REQUEST_SIZE).map(({ body }) => body);
      answers.push(JSON.parse((await collector.handle(post(bodies))).body));
    }
    const records = [...kinesis.taken.map(({ data }) => data), ...sample.poison.map(({ data }) => data)];
    const result = await transformBatch(batch(...records), () => ({ spec, keys: goldenKeys, epoch: 1 }), log);
    for (const { data, metadata } of result.records) {
      const dt = metadata?.partitionKeys.dt;
      if (data === undefined || dt === undefined) failed++;
      else {
        rows.push(JSON.parse(Buffer.from(data, "base64").toString("utf8")));
        dates[dt] = (dates[dt] ?? 0) + 1;
      }
    }
  });

  it("accepts and refuses exactly what the sample says", () => {
    const refused = answers.flatMap((answer, request) =>
      answer.refused.map(({ index }) => request * REQUEST_SIZE + index),
    );
    const malformed = sample.events.flatMap(({ dt }, place) => (dt === null ? [place] : []));
    expect(refused).to.deep.equal(malformed);
    expect(answers.reduce((sum, { accepted }) => sum + accepted, 0)).to.equal(expected.accepted);
  });

  it("fails the poison only, and lands each event on its own day", () => {
    expect(failed).to.equal(expected.poison);
    expect(rows).to.have.length(expected.accepted);
    expect(new Set(rows.map(({ id }) => id)).size).to.equal(expected.distinct);
    expect(dates).to.deep.equal(expected.landedByDate);
  });

  it("gives one pseudonym to a person, however the id is spelled", () => {
    const users = sample.events.flatMap(({ dt, body }) =>
      dt === null ? [] : [(body as { user_id: string }).user_id],
    );
    const people = new Set(users.map((user) => user.toUpperCase())).size;
    expect(new Set(users).size).to.be.greaterThan(people);
    expect(new Set(rows.map(({ user_id }) => user_id)).size).to.equal(people);
  });

  it("shows no personal value in rows, answers, logs or partition keys", () => {
    const open = JSON.stringify([
      rows,
      answers,
      log.lines,
      kinesis.taken.map(({ partitionKey }) => partitionKey),
    ]);
    const clear = Buffer.concat(kinesis.taken.map(({ data }) => data)).toString("utf8");
    const values = [...canaries(sample), ...normalisedCanaries(sample)];
    expect(values.filter((value) => clear.includes(value)).length).to.be.greaterThan(500);
    expect(values.filter((value) => open.includes(value)).length).to.equal(0);
  });
});
