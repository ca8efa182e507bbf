import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { expect } from "chai";
import { Collector } from "../../../functions/collector/collect";
import { EVENT, FakeKinesis, KeptLog, requestsSpec } from "./fixtures";

const FILE = join(__dirname, "../../../functions/collector/browser/naru-collect.mjs");
const CHROMIUM = "/usr/bin/chromium";

interface Sent {
  readonly url: string;
  readonly init: RequestInit & { readonly body: string; readonly headers: Record<string, string> };
  readonly events: Record<string, unknown>[];
}

interface Options {
  readonly [option: string]: unknown;
}

type Answer = { readonly status: number; readonly body?: unknown } | Error;

// TypeScript would make `require` of it, which takes no ES module on every Node.js here.
const load = new Function("file", "return import(file)") as (file: string) => Promise<{
  collector(options: Options): { track(event: object): void; flush(): Promise<void> };
}>;

/** The snippet before a collector that answers as told, in order; the last answer stays. */
async function page(answers: Answer[], options: Options = {}) {
  const { collector } = await load(pathToFileURL(FILE).href);
  const sent: Sent[] = [];
  const lost: [events: Record<string, unknown>[], reason: string][] = [];
  const post = async (url: string, init: Sent["init"]) => {
    sent.push({ url, init, events: JSON.parse(init.body) });
    const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
    if (answer instanceof Error) throw answer;
    return { status: answer.status, json: async () => answer.body ?? JSON.parse("<html>") };
  };
  const made = collector({
    ...{ url: "https://api.example.com/live/v1/events/lms/requests", headers: { "x-api-key": "key" } },
    ...{ wait: 1, post, lost: (events: never, reason: string) => lost.push([events, reason]), ...options },
  });
  return { ...made, sent, lost };
}

const taken: Answer = { status: 202, body: { accepted: 1, refused: [] } };

async function until(done: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!done()) {
    if (Date.now() > end) throw new Error("It did not come to that within 20 s");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("browser snippet", function () {
  this.timeout(60_000);

  it("is one file of less than 2 kB gzipped, without cookies, storage or another address", () => {
    const text = readFileSync(FILE);
    expect(gzipSync(text, { level: 9 }).length).to.be.below(2000);
    expect(text.toString()).not.to.match(
      /document\.cookie|localStorage|sessionStorage|indexedDB|^\s*import /m,
    );
  });

  it("returns at once, gathers events, and sends them as one batch without credentials", async () => {
    const { track, sent } = await page([taken]);
    for (const name of ["/a", "/b", "/c"]) track({ page: name });
    expect(sent).to.have.length(0);
    await until(() => sent.length === 1);
    const [{ url, init, events }] = sent as [Sent];
    expect(url).to.equal("https://api.example.com/live/v1/events/lms/requests");
    expect(init).to.include({ method: "POST", credentials: "omit", keepalive: true });
    expect(init.headers).to.deep.equal({ "content-type": "application/json", "x-api-key": "key" });
    expect(events.map((event) => event.page)).to.deep.equal(["/a", "/b", "/c"]);
    expect(new Set(events.map(({ id }) => id)).size).to.equal(3);
    for (const { occurred_at: at } of events) expect(Date.parse(String(at))).to.be.closeTo(Date.now(), 5000);
  });

  it("keeps an id and a time of the page's own, and fills none where told", async () => {
    const { track, flush, sent } = await page([taken], { idKey: null, timeKey: null });
    track({ id: "mine", occurred_at: "then" });
    track({ page: "/" });
    await flush();
    expect(sent[0]!.events).to.deep.equal([{ id: "mine", occurred_at: "then" }, { page: "/" }]);
  });

  for (const [why, answer] of [
    ["no network", new TypeError("Failed to fetch")],
    ["429", { status: 429 }],
    ["502", { status: 502, body: null }],
    ["500", { status: 500, body: { accepted: 0, refused: [], message: "" } }],
  ] as [string, Answer][]) {
    it(`sends the same bytes again after ${why}: to the collector it is the same event`, async () => {
      const { track, sent, lost } = await page([answer, answer, taken]);
      track({ page: "/a" });
      await until(() => sent.length === 3);
      expect(new Set(sent.map(({ init }) => init.body)).size).to.equal(1);
      expect(lost).to.deep.equal([]);
    });
  }

  it("sends only those again that the stream did not take", async () => {
    const answer = {
      status: 503,
      body: { accepted: 1, refused: [{ index: 0, reasons: ["page: must be string"] }], failed: [2] },
    };
    const { track, sent, lost } = await page([answer, taken]);
    for (const name of [1, "/b", "/c"]) track({ page: name });
    await until(() => sent.length === 2);
    expect(sent[1]!.events).to.deep.equal([sent[0]!.events[2]]);
    expect(lost.map(([[event], reason]) => [event!.page, reason])).to.deep.equal([
      [1, "page: must be string"],
    ]);
  });

  it("tells of events that are refused, and does not send them again", async () => {
    for (const [answer, reasons] of [
      [{ status: 207, body: { accepted: 1, refused: [{ index: 1, reasons: ["a", "b"] }] } }, ["a; b"]],
      [{ status: 413, body: { accepted: 0, refused: [], message: "" } }, ["status 413"]],
      [{ status: 403, body: { message: "Forbidden" } }, ["status 403"]],
    ] as [Answer, string[]][]) {
      const { track, flush, sent, lost } = await page([answer]);
      track({ page: "/a" });
      track({ page: "/b" });
      await flush();
      expect(lost.map(([, reason]) => reason)).to.deep.equal(reasons);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(sent).to.have.length(1);
    }
  });

  it("gives an event up after so many posts, and says so", async () => {
    const { track, sent, lost } = await page([new TypeError("Failed to fetch")], { tries: 3 });
    track({ page: "/a" });
    await until(() => lost.length === 1);
    expect([sent.length, lost[0]![1]]).to.deep.equal([3, "no answer"]);
  });

  it("keeps up to so many events, and drops the oldest, telling which", async () => {
    const { track, lost } = await page([taken], { most: 2, wait: 60_000 });
    for (const name of ["/a", "/b", "/c"]) track({ page: name });
    expect(lost.map(([[event], reason]) => [event!.page, reason])).to.deep.equal([["/a", "too many"]]);
  });

  it("splits what is more than a browser lets a page leave behind, and refuses one such event", async () => {
    const { track, sent, lost } = await page([taken]);
    for (let place = 0; place < 250; place++) track({ page: "가".repeat(300), place });
    track({ page: "x".repeat(60_000) });
    await until(() => sent.flatMap(({ events }) => events).length === 250);
    expect(sent.flatMap(({ events }) => events).map(({ place }) => place)).to.deep.equal([
      ...Array(250).keys(),
    ]);
    for (const { init } of sent) expect(Buffer.byteLength(init.body)).to.be.at.most(60_000);
    expect(lost.map(([, reason]) => reason)).to.deep.equal(["too large"]);
  });

  it("sends what waits when the page is hidden, a batch on the way or not", async () => {
    const listeners: (() => void)[] = [];
    const document = {
      visibilityState: "visible",
      addEventListener: (_: string, on: () => void) => listeners.push(on),
    };
    Object.assign(globalThis, { document });
    try {
      const { track, sent } = await page([taken], { wait: 60_000 });
      track({ page: "/a" });
      listeners.forEach((on) => on());
      expect(sent).to.have.length(0);
      document.visibilityState = "hidden";
      listeners.forEach((on) => on());
      expect(sent.map(({ events }) => events.length)).to.deep.equal([1]);
    } finally {
      Reflect.deleteProperty(globalThis, "document");
    }
  });

  it("sends from a page of another origin in Chromium, past the preflight, to the collector itself", async function () {
    if (!existsSync(CHROMIUM)) return this.skip();
    const kinesis = new FakeKinesis();
    const seen: { method: string; cookie: string | undefined }[] = [];
    const pages = await serve((request, response) => {
      const isScript = request.url === "/naru-collect.mjs";
      response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
      response.setHeader("set-cookie", "session=page");
      response.end(isScript ? readFileSync(FILE) : pageOf(addressOf(api)));
    });
    const collector = new Collector({
      specs: new Map([["lms.requests", requestsSpec()]]),
      streams: { "lms.requests": "stream" },
      ...{ kinesis, log: new KeptLog(), origins: [addressOf(pages)] },
    });
    const api = await serve(async (request, response) => {
      seen.push({ method: request.method!, cookie: request.headers.cookie });
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { statusCode, headers, body } = await collector.handle({
        httpMethod: request.method,
        pathParameters: { domain: "lms", name: "requests" },
        headers: request.headers,
        body: Buffer.concat(chunks).toString("base64"),
        isBase64Encoded: true,
      } as unknown as APIGatewayProxyEvent);
      response.writeHead(statusCode, headers as Record<string, string>).end(body);
    });
    const profile = mkdtempSync(join(tmpdir(), "naru-chromium-"));
    const browser = spawn(
      CHROMIUM,
      [
        ...[
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--no-first-run",
          "--disable-background-networking",
        ],
        ...["--remote-debugging-port=0", `--user-data-dir=${profile}`, `${addressOf(pages)}/`],
      ],
      // A process group, so that the processes that it starts end with it: they write to the profile until they do.
      { stdio: "ignore", detached: true },
    );
    try {
      await until(() => kinesis.taken.length === 2);
      const events = kinesis.taken.map(({ data }) => JSON.parse(data.toString()));
      expect(events.map((event) => event.page)).to.deep.equal(["/first", "/second"]);
      expect(events.every(({ id }) => /^[0-9a-f-]{36}$/.test(id))).to.equal(true);
      expect(seen.map(({ method }) => method)).to.deep.equal(["OPTIONS", "POST"]);
      expect(seen.every(({ cookie }) => cookie === undefined)).to.equal(true);
    } finally {
      const gone = new Promise((resolve) => browser.once("exit", resolve));
      process.kill(-browser.pid!, "SIGKILL");
      await gone;
      for (const server of [pages, api]) server.close().closeAllConnections();
      rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    }
  });
});

function pageOf(api: string): string {
  const { id: _, occurred_at: __, ...rest } = EVENT;
  return `<!doctype html><script type="module">
    import { collector } from "/naru-collect.mjs";
    const { track } = collector({ url: "${api}/live/v1/events/lms/requests", headers: { "x-api-key": "key" } });
    for (const page of ["/first", "/second"]) track({ ...${JSON.stringify(rest)}, page });
  </script>`;
}

async function serve(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
