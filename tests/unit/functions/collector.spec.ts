import { expect } from "chai";
import { Collector, type CollectorAnswer } from "../../../functions/collector/collect";
import { partitionKey } from "../../../functions/collector/put-events";
import { EVENT, FakeKinesis, KeptLog, post, requestsSpec, specWith } from "./fixtures";

const spec = requestsSpec();

/** Values that stand in the events below; none may come back or be logged. */
const SECRETS = ["u00012345", "HongGilDong", "홍길동뷁", "2001:db8::aaaa", "secret-value"];

function collector(kinesis = new FakeKinesis(), using = spec) {
  const log = new KeptLog();
  const waits: number[] = [];
  const made = new Collector({
    specs: new Map([[using.id, using]]),
    streams: { "lms.requests": "requests-stream" },
    kinesis,
    log,
    wait: async (milliseconds) => void waits.push(milliseconds),
  });
  const send = async (...request: Parameters<typeof post>) => {
    const answer = await made.handle(post(...request));
    for (const text of [answer.body, ...log.lines])
      for (const secret of SECRETS) expect(text).not.to.include(secret);
    return { ...answer, body: JSON.parse(answer.body) as CollectorAnswer & { message?: string } };
  };
  return { send, kinesis, log, waits };
}

describe("collector", () => {
  it("202: takes one event", async () => {
    const { send, kinesis } = collector();
    const { statusCode, body, headers } = await send(EVENT);
    expect(statusCode).to.equal(202);
    expect(body).to.deep.equal({ accepted: 1, refused: [] });
    expect(headers).to.deep.equal({ "content-type": "application/json" });
    expect(kinesis.taken.map(({ data }) => JSON.parse(data.toString("utf8")))).to.deep.equal([EVENT]);
  });

  it("202: takes a batch in base64, absent and null optional keys too", async () => {
    const { send, kinesis } = collector();
    const { duration_ms: _, ...short } = EVENT;
    const body = Buffer.from(JSON.stringify([short, { ...EVENT, id: "event-2", email: null }])).toString(
      "base64",
    );
    expect((await send(body, { isBase64Encoded: true })).body).to.deep.equal({ accepted: 2, refused: [] });
    expect(kinesis.calls).to.equal(1);
  });

  it("207: takes the good ones and says why not the others", async () => {
    const { send, kinesis } = collector();
    const { statusCode, body } = await send([{ ...EVENT, http_method: "secret-value" }, EVENT]);
    expect(statusCode).to.equal(207);
    expect(body).to.deep.equal({
      accepted: 1,
      refused: [{ index: 0, reasons: ["http_method: must be one of GET, POST, PUT, DELETE"] }],
    });
    expect(kinesis.taken).to.have.length(1);
  });

  const { id: _, ...withoutId } = EVENT;
  const REFUSED: [why: string, event: unknown, reason: string][] = [
    ["a missing key", withoutId, "id: is required"],
    ["an empty primary key", { ...EVENT, id: "" }, "id: must NOT have fewer than 1 characters"],
    ["a wrong type", { ...EVENT, duration_ms: "secret-value" }, "duration_ms: must be integer or null"],
    ["a number out of range", { ...EVENT, duration_ms: -5 }, "duration_ms: must be >= 0"],
    [
      "a moment without offset",
      { ...EVENT, occurred_at: "2026-11-21T00:00:00" },
      "occurred_at: must be a moment like 2026-11-21T09:00:00+09:00",
    ],
    [
      "a text that is too long",
      { ...EVENT, user_id: "secret-value".repeat(9) },
      "user_id: must NOT have more than 64 characters",
    ],
    ["something else than an object", "secret-value", "event: must be object"],
    [
      "decomposed text in a pseudonymised key",
      { ...EVENT, email: "jose\u0301@example.kr" },
      "email: must be in composed form (NFC)",
    ],
    ["a nested value", { ...EVENT, page: { "secret-value": 1 } }, "page: must be string"],
  ];
  for (const [why, event, reason] of REFUSED) {
    it(`400: refuses ${why}`, async () => {
      const { send, kinesis } = collector();
      const { statusCode, body } = await send([event]);
      expect(statusCode).to.equal(400);
      expect(body).to.deep.equal({ accepted: 0, refused: [{ index: 0, reasons: [reason] }] });
      expect(kinesis.calls).to.equal(0);
    });
  }

  it("takes decomposed text where nothing is hashed", async () => {
    expect((await collector().send({ ...EVENT, page: "/jose\u0301" })).statusCode).to.equal(202);
  });

  it("400: refuses what can't be generalised, beside other reasons", async () => {
    const { send } = collector(undefined, specWith("remote_ip", { treatment: "generalise" }));
    expect((await send({ ...EVENT, remote_ip: "2001:db8::aaaa" })).statusCode).to.equal(202);
    const { statusCode, body } = await send({ ...EVENT, remote_ip: "secret-value", duration_ms: -5 });
    expect(statusCode).to.equal(400);
    expect(body.refused[0].reasons).to.deep.equal([
      "duration_ms: must be >= 0",
      "remote_ip: must be an IPv4 or IPv6 address",
    ]);
  });

  describe("personal data in keys that the contract keeps in clear", () => {
    const LOOKS: [kind: string, page: string][] = [
      ["email", "/reset?to=secret-value%40example.org"],
      ["phone", "call 010-0000-0001"],
      ["resident-number", "900101-1000000"],
      ["card-number", "4111 1111 1111 1111"],
    ];
    for (const [kind, page] of LOOKS) {
      it(`400: refuses what looks like ${kind}, says which key, and counts it`, async () => {
        const { send, kinesis, log } = collector();
        const { statusCode, body } = await send([{ ...EVENT, page }, EVENT, { ...EVENT, page }]);
        expect(statusCode).to.equal(207);
        const reasons = [`page: looks like ${kind}; mark it in the contract or say notPersonal`];
        expect(body.refused).to.deep.equal([
          { index: 0, reasons },
          { index: 2, reasons },
        ]);
        expect(kinesis.taken).to.have.length(1);
        expect(JSON.parse(log.lines[0])).to.deep.include({
          dataSet: "lms.requests",
          unmarked: { [`page ${kind}`]: 2 },
        });
        for (const text of [JSON.stringify(body), ...log.lines]) expect(text).not.to.include(page);
      });
    }

    it("takes what the contract says is none, and what it marks", async () => {
      const said = specWith("page", { unmarked: false });
      expect(
        (await collector(undefined, said).send({ ...EVENT, page: "010-0000-0001" })).statusCode,
      ).to.equal(202);
      // Of the e-mail address of every event nothing is said: it is pseudonymised.
      expect((await collector().send(EVENT)).statusCode).to.equal(202);
    });

    it("looks into numbers, and tells other faults of the event beside", async () => {
      const { send } = collector();
      const { body } = await send({ ...EVENT, duration_ms: 4111111111111111 });
      expect(body.refused[0].reasons).to.deep.equal([
        "duration_ms: must be <= 3600000",
        "duration_ms: looks like card-number; mark it in the contract or say notPersonal",
      ]);
    });

    it("says nothing of them in the log when there are none", async () => {
      const { send, log } = collector();
      await send(EVENT);
      expect(log.lines).to.have.length(1);
      expect(log.lines[0]).not.to.include("unmarked");
    });
  });

  it("400: an unknown key is refused once and not repeated, as it may be a value", async () => {
    const { body } = await collector().send([{ ...EVENT, "secret-value": 1, "secret-value-2": 2 }]);
    expect(body.refused[0].reasons).to.have.length(1);
    expect(body.refused[0].reasons[0]).to.match(
      /^event: has a key that the contract does not name; lms.requests has id, /,
    );
  });

  for (const [why, body] of [
    ["broken JSON", '{"user_id": "secret-value'],
    ["nothing", ""],
    ["an empty array", "[]"],
  ]) {
    it(`400: refuses ${why}`, async () => {
      const { statusCode, body: answer } = await collector().send(body);
      expect(statusCode).to.equal(400);
      expect(answer).to.include({ accepted: 0 }).and.to.have.property("message").that.is.a("string");
    });
  }

  it("400: refuses a body that is not UTF-8", async () => {
    const body = Buffer.from([0x22, 0xc8, 0xab, 0x22]).toString("base64");
    expect((await collector().send(body, { isBase64Encoded: true })).statusCode).to.equal(400);
  });

  for (const pathParameters of [
    { domain: "lms", name: "secret-value" },
    { domain: "sis", name: "students" },
    null,
  ]) {
    it(`404: knows no ${pathParameters === null ? "empty path" : pathParameters.domain} stream`, async () => {
      expect((await collector().send(EVENT, { pathParameters })).statusCode).to.equal(404);
    });
  }

  it("413: more than 500 events", async () => {
    const { send } = collector();
    expect((await send(Array.from({ length: 500 }, () => EVENT))).statusCode).to.equal(202);
    expect((await send(Array.from({ length: 501 }, () => EVENT))).statusCode).to.equal(413);
  });

  it("413: more than 1,000,000 bytes", async () => {
    expect((await collector().send(" ".repeat(1_000_001))).statusCode).to.equal(413);
  });

  for (const headers of [{}, { "content-type": "text/csv" }, null] as Record<string, string>[]) {
    it(`415: ${JSON.stringify(headers)}`, async () => {
      expect((await collector().send(EVENT, { headers })).statusCode).to.equal(415);
    });
  }

  it("415: a body that is compressed", async () => {
    const headers = { "content-type": "application/json", "Content-Encoding": "gzip" };
    expect((await collector().send(EVENT, { headers })).statusCode).to.equal(415);
    headers["Content-Encoding"] = "identity";
    expect((await collector().send(EVENT, { headers })).statusCode).to.equal(202);
  });

  it("500: says nothing of a fault of its own, and logs its kind only", async () => {
    const log = new KeptLog();
    const broken = new Collector({
      specs: new Map([[spec.id, { ...spec, eventSchema: { type: "secret-value" } }]]),
      streams: { "lms.requests": "requests-stream" },
      ...{ kinesis: new FakeKinesis(), log },
    });
    const { statusCode, body } = await broken.handle(post(EVENT));
    expect(statusCode).to.equal(500);
    expect(body + log.lines.join()).not.to.include("secret-value");
    expect(JSON.parse(log.lines[0]!)).to.deep.equal({ message: "the collector failed", reason: "Error" });
  });

  it("repeats only what the stream refused, waiting longer each time", async () => {
    const throttled = (call: number, data: Buffer) =>
      call <= 2 && data.includes('"event-1"') ? "ProvisionedThroughputExceededException" : undefined;
    const { send, kinesis, waits } = collector(new FakeKinesis(throttled));
    const { statusCode, body } = await send([EVENT, { ...EVENT, id: "event-2" }]);
    expect(statusCode).to.equal(202);
    expect(body.accepted).to.equal(2);
    expect(kinesis.calls).to.equal(3);
    expect(kinesis.taken).to.have.length(2);
    expect(waits).to.have.length(2);
    expect(waits[0]).to.be.within(0, 100);
    expect(waits[1]).to.be.within(0, 200);
  });

  it("503: names the places of what the stream did not take in four tries", async () => {
    const throttled = (_: number, data: Buffer) =>
      data.includes('"event-1"') ? "InternalFailure" : undefined;
    const { send, kinesis, log } = collector(new FakeKinesis(throttled));
    const { statusCode, body, headers } = await send([
      { ...EVENT, id: "event-2" },
      { ...EVENT, id: 3 },
      EVENT,
    ]);
    expect(statusCode).to.equal(503);
    expect(body).to.deep.equal({
      accepted: 1,
      refused: [{ index: 1, reasons: ["id: must be string"] }],
      failed: [2],
    });
    expect(headers).to.have.property("retry-after", "1");
    expect(kinesis.calls).to.equal(4);
    expect(log.lines.at(-1)).to.include("InternalFailure");
  });

  it("503: a stream that can't be reached", async () => {
    const down = new FakeKinesis(() => {
      throw Object.assign(new Error("could not send secret-value"), { name: "TimeoutError" });
    });
    const { send, log } = collector(down);
    const { statusCode, body } = await send(EVENT);
    expect(statusCode).to.equal(503);
    expect(body.failed).to.deep.equal([0]);
    expect(log.lines.at(-1)).to.include("TimeoutError");
  });

  it("spreads by the primary key without showing it", () => {
    const key = partitionKey(spec, EVENT);
    expect(key).to.match(/^[0-9a-f]{64}$/);
    expect(partitionKey(spec, { ...EVENT, page: "/other" })).to.equal(key);
    expect(partitionKey(spec, { ...EVENT, id: "event-2" })).not.to.equal(key);
  });
});
