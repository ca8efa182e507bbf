import { spawnSync } from "node:child_process";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { expect } from "chai";
import { parseSettings } from "../../components/settings";
import { Collector } from "../../functions/collector/collect";
import { Webhooks } from "../../functions/collector/webhooks";
import { ROOT } from "../../local/paths";
import { recordProgram, type RecordedResource } from "../../local/recorder";
import { RULES } from "../../policies/rules";
import { FakeKinesis, KeptLog, requestsSpec } from "../unit/functions/fixtures";
import { findingsOf } from "../unit/policies/evaluation";
import { blocks, page, sections, tableRows } from "./pages";

const PAGE = page("docs/collector.md");

/** Settings that the page shows, as `pulumi config set naru:<name> '<value>'`. */
const shown = Object.fromEntries(
  [...PAGE.text.matchAll(/^pulumi config set (naru:\w+) '(.*)'$/gm)].map(([, name, value]) => [
    name!,
    value!,
  ]),
);

const { webhooks } = parseSettings({ "naru:stage": "prod", "naru:owner": "a@example.com", ...shown });

function collector(secret = "secret") {
  return new Collector({
    specs: new Map([["lms.requests", requestsSpec()]]),
    streams: { "lms.requests": "stream" },
    webhooks: new Webhooks(webhooks, async () => secret),
    ...{ kinesis: new FakeKinesis(), log: new KeptLog() },
  });
}

const answered = async (request: object, secret?: string) => {
  const { statusCode, body } = await collector(secret).handle(request as APIGatewayProxyEvent);
  return { statusCode, body: JSON.parse(body) as unknown };
};

describe("docs/collector.md", function () {
  this.timeout(60_000);

  it("shows a request and the collector's own answer to it", async () => {
    const [request] = blocks(PAGE, "sh");
    const body = /<<'EVENTS'\n(.*)\nEVENTS/s.exec(request!)![1]!;
    const { body: answer, statusCode } = await answered({
      httpMethod: "POST",
      pathParameters: { domain: "lms", name: "requests" },
      headers: { "content-type": "application/json" },
      body,
    });
    expect(statusCode).to.equal(207);
    expect(answer).to.deep.equal(JSON.parse(blocks(PAGE, "json")[0]!));
  });

  it("shows how a sender signs, and the collector takes it", async () => {
    const script = blocks(PAGE, "sh")[1]!;
    const printing = script.replace(/^curl /m, "printf '%s\\n' ");
    const { stdout } = spawnSync("sh", ["-c", printing], {
      encoding: "utf8",
      env: { PATH: process.env.PATH, SECRET: "shared", WEBHOOKS_URL: "https://example.com/live/v1/webhooks" },
    });
    const words = stdout.trim().split("\n");
    const address = words.find((word) => word.startsWith("https:"))!;
    const headers = words.filter((_, at) => words[at - 1] === "-H").map((line) => line.split(": "));
    const request = {
      httpMethod: "POST",
      resource: new URL(address).pathname.replace("/live", ""),
      headers: Object.fromEntries(headers),
      body: words.at(-1),
    };
    expect(await answered(request, "shared")).to.deep.equal({
      statusCode: 202,
      body: { accepted: 1, refused: [] },
    });
    expect((await answered(request, "another")).statusCode).to.equal(401);
  });

  describe("the settings it shows", () => {
    let made: readonly RecordedResource[];
    let plain: readonly RecordedResource[];

    before(async () => {
      made = (await recordProgram({ root: ROOT, stack: "prod", config: shown })).resources;
      plain = (await recordProgram({ root: ROOT, stack: "prod" })).resources;
    });

    it("are those of tokens, origins and webhooks", () => {
      expect(Object.keys(shown)).to.deep.equal([
        "naru:apiAuthentication",
        "naru:apiCorsOrigins",
        "naru:webhooks",
      ]);
    });

    it("make a stack that the policies pass", () => {
      expect(RULES.flatMap((rule) => findingsOf(rule, made))).to.deep.equal([]);
    });

    it("make the types of its table beside those of every stack, and nothing else", () => {
      const known = new Set(plain.map(({ urn }) => urn));
      const further = made.filter(
        ({ custom, urn }) => custom && !known.has(urn) && urn.includes("StreamIngest"),
      );
      const rows = tableRows(sections(PAGE, "##").get("What the settings make")!);
      expect([...new Set(further.map(({ type }) => type))]).to.have.members(rows.map(([type]) => type));
    });

    it("put no secret and no signature's key into the plan", () => {
      expect(JSON.stringify(made)).not.to.match(/SecretString/);
    });
  });

  it("lists each key of a webhook", () => {
    const rows = tableRows(sections(PAGE, "##").get("From a third party")!);
    expect(rows.map(([key]) => key)).to.include.members(Object.keys(webhooks[0]!));
  });
});
