/** 10^5 mutated requests to the collector in this process: no crash, no 5xx but the stream's, and nothing said again. */
import { createHmac } from "node:crypto";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { expect } from "chai";
import { Collector, type CollectorAnswer } from "../../functions/collector/collect";
import { Webhooks } from "../../functions/collector/webhooks";
import { Random } from "../../samples/random";
import { EVENT, FakeKinesis, KeptLog, requestsSpec } from "../unit/functions/fixtures";
import { hostileRequest, MARK, MUTATION_NAMES, type HostileRequest } from "./hostile-requests";

const SEED = 20261121;
const REQUESTS = 100_000;
const SECRET = "a secret of both sides";
const SOUND = [202, 207, 400, 404, 413, 415];

/** Values of the event that are personal: an answer names keys, never these. */
const PERSONAL = [EVENT.user_id, EVENT.email, EVENT.user_name, EVENT.remote_ip];

const spec = requestsSpec();
const KEYS = spec.columns.map(({ source }) => source);

interface Sent {
  readonly request: APIGatewayProxyEvent;
  readonly mutations: readonly string[];
  readonly isWebhook: boolean;
  readonly isSigned: boolean;
}

/** As API Gateway hands a request over: by the route, or by a webhook's with or without its signature. */
function proxied(random: Random, { mutations, path, headers, body }: HostileRequest): Sent {
  const isWebhook = random.chance(0.2);
  const isSigned = isWebhook && random.chance(0.7);
  const isBase64Encoded = random.chance(0.5);
  // API Gateway hands text over as UTF-8, whatever the bytes were.
  const text = isBase64Encoded ? body.toString("base64") : body.toString("utf8");
  const signature = createHmac("sha256", SECRET).update(
    Buffer.from(text, isBase64Encoded ? "base64" : "utf8"),
  );
  const request = {
    httpMethod: random.chance(0.01) ? "OPTIONS" : "POST",
    resource: isWebhook ? "/v1/webhooks/partner" : "/v1/events/{domain}/{name}",
    pathParameters: random.chance(0.99) && !isWebhook ? { domain: path[0], name: path[1] } : null,
    headers: random.chance(0.99)
      ? { ...headers, ...(isSigned && { "x-signature": signature.digest("hex") }) }
      : null,
    body: text === "" && random.chance(0.5) ? null : text,
    isBase64Encoded,
  };
  return { request: request as unknown as APIGatewayProxyEvent, mutations, isWebhook, isSigned };
}

describe(`the collector, ${REQUESTS} mutated requests of seed ${SEED}`, function () {
  this.timeout(300_000);
  const counts: Record<string, number> = {};
  const faults: string[] = [];
  const fired = new Set<string>();
  let taken = 0;
  let accepted = 0;

  before(async () => {
    const random = new Random(SEED);
    // A stream that refuses for good, now and then.
    let refusing = false;
    const kinesis = new FakeKinesis(() => (refusing ? "InternalFailure" : undefined));
    const log = new KeptLog();
    const secretArn = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:partner-a1B2c3";
    const webhook = { name: "partner", dataSet: "lms.requests", signatureHeader: "x-signature", secretArn };
    const collector = new Collector({
      specs: new Map([[spec.id, spec]]),
      streams: { "lms.requests": "stream" },
      origins: ["https://www.example.com"],
      webhooks: new Webhooks([webhook], async () => SECRET),
      ...{ kinesis, log },
      wait: async () => undefined,
    });
    for (let place = 0; place < REQUESTS; place++) {
      const sent = proxied(random, hostileRequest(random, { ...EVENT, id: `event-${place}` }));
      refusing = random.chance(0.02);
      for (const mutation of sent.mutations) fired.add(mutation);
      const fault = (what: string) => faults.push(`${place} (${sent.mutations.join(", ")}): ${what}`);
      try {
        const { statusCode, body, headers } = await collector.handle(sent.request);
        const told = body + JSON.stringify(headers) + log.lines.join("");
        counts[statusCode] = (counts[statusCode] ?? 0) + 1;
        if (told.includes(MARK) || PERSONAL.some((value) => told.includes(value)))
          fault("says a value again");
        if (told.includes(SECRET)) fault("says the secret");
        if (sent.request.httpMethod === "OPTIONS") {
          if (statusCode !== 403) fault(`answers a strange origin's preflight with ${statusCode}`);
        } else {
          const answer = JSON.parse(body) as CollectorAnswer;
          accepted += answer.accepted;
          const allowed =
            SOUND.includes(statusCode) ||
            (statusCode === 503 && refusing && answer.failed!.length > 0) ||
            (statusCode === 401 && sent.isWebhook && !sent.isSigned) ||
            (statusCode === 401 && sent.request.headers === null);
          if (!allowed) fault(`answers ${statusCode}`);
          if (sent.isWebhook && !sent.isSigned && answer.accepted > 0) fault("takes what is not signed");
        }
      } catch (error) {
        fault(`throws ${String(error)}`);
      }
      for (const { data } of kinesis.taken) {
        taken++;
        const event = JSON.parse(data.toString("utf8")) as object;
        if (Object.keys(event).some((key) => !KEYS.includes(key))) fault("lets a strange key through");
      }
      kinesis.taken.length = 0;
      log.lines.length = 0;
    }
    const line = Object.entries(counts).map(([status, count]) => `${status}: ${count}`);
    console.log(`      ${line.join(", ")}; ${accepted} events taken`);
  });

  it("does not crash, answers no 5xx but the stream's, and says no value again", () => {
    expect(faults.slice(0, 20)).to.deep.equal([]);
  });

  it("says that it took what the stream took", () => {
    expect(accepted).to.equal(taken);
  });

  it("answers in every way that there is, and every mutation was tried", () => {
    expect(Object.keys(counts).map(Number)).to.include.members([...SOUND, 401, 403, 503]);
    expect(counts[202]).to.be.greaterThan(REQUESTS / 20);
    expect([...fired]).to.have.members(MUTATION_NAMES);
  });

  it("leaves the prototype of all objects alone", () => {
    expect(({} as { polluted?: unknown }).polluted).to.equal(undefined);
    expect(Object.keys(Object.prototype)).to.deep.equal([]);
  });
});
