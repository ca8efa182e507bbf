import { createHmac } from "node:crypto";
import { expect } from "chai";
import { Collector, type CollectorAnswer } from "../../../functions/collector/collect";
import { mapEvent } from "../../../functions/collector/mapping";
import { Webhooks } from "../../../functions/collector/webhooks";
import { webhookMismatches, webhookProblems, type Webhook } from "../../../components/webhook";
import { CONTRACTS } from "../components/mocks";
import { EVENT, FakeKinesis, KeptLog, post, requestsSpec } from "./fixtures";

const SECRET = "a secret of both sides";
const NOW = Date.parse("2026-11-21T03:00:00Z");

const WEBHOOK: Webhook = {
  ...{ name: "partner", dataSet: "lms.requests", signatureHeader: "X-Signature", signaturePrefix: "sha256=" },
  secretArn: "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:partner-a1B2c3",
};

const TIMED: Webhook = { ...WEBHOOK, signs: "v0:{timestamp}:{body}", timestampHeader: "X-Timestamp" };

const sign = (text: string, secret = SECRET) =>
  `sha256=${createHmac("sha256", secret).update(text).digest("hex")}`;

function receiver(webhook: Webhook, readSecret = async () => SECRET) {
  const kinesis = new FakeKinesis();
  const log = new KeptLog();
  let read = 0;
  let now = NOW;
  const reading = () => {
    read++;
    return readSecret();
  };
  const collector = new Collector({
    specs: new Map([["lms.requests", requestsSpec()]]),
    streams: { "lms.requests": "stream" },
    ...{ kinesis, log },
    webhooks: new Webhooks([webhook], reading, () => now),
  });
  const send = async (body: string, headers: Record<string, string>, resource = "/v1/webhooks/partner") => {
    const request = post(body, {
      ...{ resource, pathParameters: null },
      headers: { "content-type": "application/json", ...headers },
    });
    const { statusCode, body: answer } = await collector.handle(request);
    for (const text of [answer, ...log.lines]) expect(text).not.to.include(SECRET);
    return { statusCode, body: JSON.parse(answer) as CollectorAnswer & { message?: string } };
  };
  return { send, kinesis, reads: () => read, wait: (milliseconds: number) => void (now += milliseconds) };
}

const BODY = JSON.stringify(EVENT);

describe("webhooks", () => {
  it("202: takes what the sender signed, and puts it on the stream of its data set", async () => {
    const { send, kinesis } = receiver(WEBHOOK);
    const { statusCode, body } = await send(BODY, { "x-signature": sign(BODY) });
    expect([statusCode, body.accepted]).to.deep.equal([202, 1]);
    expect(kinesis.taken.map(({ data }) => JSON.parse(data.toString()))).to.deep.equal([EVENT]);
  });

  const FORGED: [why: string, headers: Record<string, string>][] = [
    ["no signature", {}],
    ["another body's", { "x-signature": sign(`${BODY} `) }],
    ["another secret's", { "x-signature": sign(BODY, "another") }],
    ["no prefix", { "x-signature": sign(BODY).slice("sha256=".length) }],
    ["a part of it", { "x-signature": sign(BODY).slice(0, -2) }],
    ["more than it", { "x-signature": `${sign(BODY)}00` }],
    ["nothing behind the prefix", { "x-signature": "sha256=" }],
    ["no hex", { "x-signature": "sha256=옳은서명" }],
  ];
  for (const [why, headers] of FORGED) {
    it(`401: refuses ${why} before it reads the body`, async () => {
      const { send, kinesis } = receiver(WEBHOOK);
      const { statusCode, body } = await send(BODY, headers);
      expect([statusCode, body.accepted, kinesis.calls]).to.deep.equal([401, 0, 0]);
      expect(body.message).to.match(/signature/);
      expect((await send("{", headers)).statusCode).to.equal(401);
    });
  }

  it("takes a signature in base64, without a prefix", async () => {
    const { send } = receiver({ ...WEBHOOK, signatureEncoding: "base64", signaturePrefix: "" });
    const signature = createHmac("sha256", SECRET).update(BODY).digest("base64");
    expect((await send(BODY, { "x-signature": signature })).statusCode).to.equal(202);
  });

  describe("with a timestamp", () => {
    const at = (seconds: number) => String(NOW / 1000 + seconds);
    const headers = (timestamp: string, signed = timestamp) => ({
      "x-timestamp": timestamp,
      "x-signature": sign(`v0:${signed}:${BODY}`),
    });
    for (const [timestamp, status] of [
      [at(0), 202],
      [at(-300), 202],
      [at(300), 202],
      [at(-301), 401],
      [at(301), 401],
      [`${at(0)}000`, 202],
      ["", 401],
      ["yesterday", 401],
      ["2026-11-21T03:00:00Z", 401],
    ] as const) {
      it(`${status}: "${timestamp}"`, async () => {
        expect((await receiver(TIMED).send(BODY, headers(timestamp))).statusCode).to.equal(status);
      });
    }

    it("401: a moment that the signature does not cover", async () => {
      expect((await receiver(TIMED).send(BODY, headers(at(0), at(-900)))).statusCode).to.equal(401);
    });
  });

  it("sends a request that comes again to the shard of the first: curated keeps one", async () => {
    const { send, kinesis } = receiver(WEBHOOK);
    for (let time = 0; time < 2; time++) await send(BODY, { "x-signature": sign(BODY) });
    expect(new Set(kinesis.taken.map(({ partitionKey }) => partitionKey)).size).to.equal(1);
  });

  it("reads its secret once in five minutes, and again when it could not", async () => {
    const { send, reads, wait } = receiver(WEBHOOK);
    const one = () => send(BODY, { "x-signature": sign(BODY) });
    await one();
    await one();
    expect(reads()).to.equal(1);
    wait(5 * 60_000 + 1);
    await one();
    expect(reads()).to.equal(2);
    let fails = true;
    const away = receiver(WEBHOOK, async () => {
      if (fails) throw new Error(SECRET);
      return SECRET;
    });
    const { statusCode, body } = await away.send(BODY, { "x-signature": sign(BODY) });
    expect([statusCode, body.accepted]).to.deep.equal([503, 0]);
    fails = false;
    expect((await away.send(BODY, { "x-signature": sign(BODY) })).statusCode).to.equal(202);
  });

  it("503: an empty secret signs nothing", async () => {
    const { send } = receiver(WEBHOOK, async () => "");
    expect((await send(BODY, { "x-signature": sign(BODY, "") })).statusCode).to.equal(503);
  });

  it("404: a webhook that there is not", async () => {
    const { send } = receiver(WEBHOOK);
    expect((await send(BODY, { "x-signature": sign(BODY) }, "/v1/webhooks/other")).statusCode).to.equal(404);
  });

  it("gives events the contract's keys, and checks them against it", async () => {
    const fields: Webhook["fields"] = {
      ...{ id: "meta.event", user_id: "user", page: "url" },
      occurred_at: { from: "event_time", as: "utc-time" },
      duration_ms: { from: "ms", as: "number" },
    };
    const { send, kinesis } = receiver({ ...WEBHOOK, fields });
    const sent = {
      meta: { event: "e1" },
      user: "u1",
      url: "/a",
      event_time: "2026-11-21 02:00:00.5",
      ms: "12",
    };
    const body = JSON.stringify([
      { ...sent, idfa: "not kept" },
      { ...sent, ms: "much" },
    ]);
    const { statusCode, body: answer } = await send(body, { "x-signature": sign(body) });
    expect(statusCode).to.equal(400);
    const told = answer.refused.map(({ reasons }) =>
      reasons.filter((reason) => !reason.endsWith("is required")),
    );
    expect(told).to.deep.equal([[], ["duration_ms: must be integer or null"]]);
    expect(kinesis.calls).to.equal(0);
  });

  it("maps values, and leaves what it can't", () => {
    const fields = {
      text: { from: "a", as: "text" },
      number: { from: "b", as: "number" },
      utc: { from: "c", as: "utc-time" },
      seconds: { from: "d", as: "epoch-seconds" },
      milliseconds: { from: "e", as: "epoch-milliseconds" },
      deep: "f.g",
      absent: "h",
    } as const;
    expect(
      mapEvent(
        { a: 1, b: "-2.5", c: "2026-11-21 02:00:00", d: 1795230000, e: "1795230000123", f: { g: null } },
        fields,
      ),
    ).to.deep.equal({
      ...{ text: "1", number: -2.5, utc: "2026-11-21T02:00:00Z", deep: null },
      ...{ seconds: "2026-11-21T03:00:00.000Z", milliseconds: "2026-11-21T03:00:00.123Z" },
    });
    const odd = { a: {}, b: "1e9", c: "today", d: 1e300, e: [] };
    const { absent: _, deep: __, ...rest } = fields;
    expect(Object.values(mapEvent(odd, rest) as object)).to.deep.equal(Object.values(odd));
    for (const none of [null, 1, "a", []]) expect(mapEvent(none, fields)).to.equal(none);
    expect(mapEvent({ f: "text" }, { a: "f.length", b: "__proto__", c: "constructor.name" })).to.deep.equal(
      {},
    );
  });
});

describe("a webhook's definition", () => {
  const problems = (change: Partial<Webhook>) => webhookProblems({ ...WEBHOOK, ...change }).filter(Boolean);

  it("is right as it stands, with and without a timestamp", () => {
    expect([...problems({}), ...problems(TIMED)]).to.deep.equal([]);
  });

  for (const [change, problem] of [
    [{ name: "Partner" }, /^name: is "Partner"; write lower case/],
    [{ dataSet: "requests" }, /^dataSet: is "requests"; write the id of a stream contract/],
    [{ secretArn: "the-secret" }, /^secretArn: is .* write the ARN of a secret/],
    [{ signatureHeader: "x signature" }, /^signatureHeader: /],
    [{ signs: "{body}{body}" }, /^signs: is .* write \{body\}/],
    [{ timestampHeader: "x-time" }, /^signs: leaves the timestamp out/],
    [{ signs: "{timestamp}.{body}" }, /^timestampHeader: is missing/],
    [{ toleranceSeconds: 10 }, /^toleranceSeconds: means nothing without/],
    [{ ...TIMED, toleranceSeconds: 0 }, /^toleranceSeconds: is 0; write a whole number from 1 to 3600/],
    [{ fields: {} }, /^fields: is empty/],
    [{ requestsPerSecond: 0 }, /^requestsPerSecond: is 0; write/],
  ] as [Partial<Webhook>, RegExp][]) {
    it(`is refused with ${JSON.stringify(change)}`, () => {
      const found = problems(change);
      expect(found).to.have.length(1);
      expect(found[0]).to.match(problem);
    });
  }

  it("is held against the contract: which set, which keys, and none missing", () => {
    const streams = CONTRACTS.filter(({ ingestion }) => ingestion === "stream");
    const mismatches = (change: Partial<Webhook>) => webhookMismatches({ ...WEBHOOK, ...change }, streams);
    expect(mismatches({})).to.deep.equal([]);
    expect(mismatches({ dataSet: "sis.students" })[0]).to.match(
      /^dataSet: .*no stream contract; write lms.requests/,
    );
    const [strange, lacking] = mismatches({ fields: { who: "user", occurred_at: "time" } });
    expect(strange).to.match(/^fields: has who, which lms.requests does not; it has id, /);
    expect(lacking).to.match(/^fields: lacks id, .*every event would be refused/);
  });
});
