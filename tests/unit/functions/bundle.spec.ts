import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { bundleFunction, type FunctionName } from "../../../functions/bundle";
import { batch, EVENT, post, requestsSpec } from "./fixtures";

/** Folder of each function's bundle. */
const bundles: Record<FunctionName, string> = {
  collector: "",
  pseudonymise: "",
  "recipe-publisher": "",
  "token-authorizer": "",
  "to-database": "",
};

/** Runs a bundle as Lambda does: alone in its folder, in a process of its own. Gives all that it printed. */
function invoke(
  name: FunctionName,
  event: unknown,
  environment: Record<string, string>,
  refused = "(error) => { throw error; }",
) {
  const folder = mkdtempSync(join(tmpdir(), "naru-bundle-"));
  try {
    cpSync(bundles[name], folder, { recursive: true });
    writeFileSync(join(folder, "contracts.json"), JSON.stringify([requestsSpec()]));
    writeFileSync(join(folder, "webhooks.json"), "[]");
    writeFileSync(
      join(folder, "invoke.js"),
      `require("./index.js").handler(${JSON.stringify(event)}, { awsRequestId: "request" })
        .then((answer) => console.log("ANSWER " + JSON.stringify(answer)), ${refused});`,
    );
    const { stdout, stderr } = spawnSync(process.execPath, [join(folder, "invoke.js")], {
      encoding: "utf8",
      // Nothing listens on port 1, so AWS can't be reached.
      env: {
        AWS_ENDPOINT_URL: "http://127.0.0.1:1",
        AWS_REGION: "ap-northeast-2",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        NODE_NO_WARNINGS: "1",
        ...environment,
      },
    });
    const answer = stdout.split("ANSWER ")[1];
    return { log: stderr.trim().split("\n"), answer: JSON.parse(answer), printed: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const SECRETS = [EVENT.user_id, EVENT.email, EVENT.user_name, EVENT.remote_ip];

describe("function bundles", () => {
  before(() => {
    bundles.collector = bundleFunction("collector");
    bundles.pseudonymise = bundleFunction("pseudonymise");
    bundles["recipe-publisher"] = bundleFunction("recipe-publisher");
    bundles["token-authorizer"] = bundleFunction("token-authorizer");
  });

  it("collector: answers 503 when Kinesis is away, and logs no event", () => {
    const { answer, log, printed } = invoke("collector", post([EVENT]), {
      STREAMS: '{"lms.requests":"stream"}',
      ORIGINS: "[]",
    });
    expect(answer.statusCode).to.equal(503);
    expect(JSON.parse(log.at(-1) as string)).to.include({
      level: "ERROR",
      service: "collector",
      function_request_id: "request",
      failed: 1,
    });
    expect(JSON.parse(log.at(-1) as string).errors[0]).to.match(/^Error E[A-Z0-9_]+$/);
    for (const secret of SECRETS) expect(printed).not.to.include(secret);
  });

  it("collector: answers 503 in its time when Kinesis takes the connection and says nothing", async () => {
    // Nobody reads from it while the bundle runs: the system takes connections for it.
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    try {
      const started = Date.now();
      const { answer, log } = invoke("collector", post([EVENT, { ...EVENT, id: "event-2" }]), {
        STREAMS: '{"lms.requests":"stream"}',
        ORIGINS: "[]",
        AWS_ENDPOINT_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
      });
      expect([answer.statusCode, JSON.parse(answer.body).failed]).to.deep.equal([503, [0, 1]]);
      expect(JSON.parse(log.at(-1) as string).errors).to.deep.equal(["TimeoutError ETIMEDOUT"]);
      expect(Date.now() - started).to.be.below(29_000);
    } finally {
      silent.close();
    }
  }).timeout(60_000);

  it("pseudonymise: fails the records when KMS is away, and logs no event", () => {
    const variables = { DATA_SET: "lms.requests", PSEUDONYM_KEY_ID: "key", PSEUDONYM_EPOCH: "1" };
    const { answer, log, printed } = invoke("pseudonymise", batch(EVENT), variables);
    expect(answer).to.deep.equal({ records: [{ recordId: "record-0", result: "ProcessingFailed" }] });
    expect(JSON.parse(log.at(-1) as string)).to.include({
      level: "ERROR",
      service: "pseudonymise",
      records: 1,
    });
    for (const secret of SECRETS) expect(printed).not.to.include(secret);
  });

  for (const [variables, reason] of [
    [{}, "environment variable DATA_SET is not set"],
    [{ DATA_SET: "lms.none" }, 'DATA_SET names "lms.none", which contracts.json does not hold'],
    [{ DATA_SET: "lms.requests", PSEUDONYM_EPOCH: "0" }, "PSEUDONYM_EPOCH is not an integer from 1"],
  ] as const) {
    it(`pseudonymise: says ${reason}`, () => {
      const { answer, log } = invoke("pseudonymise", batch(EVENT), variables);
      expect(answer.records[0].result).to.equal("ProcessingFailed");
      expect(JSON.parse(log.at(-1) as string).reason).to.include(reason);
    });
  }

  it("token-authorizer: lets nobody in, and stays up, when the issuer's keys are away", () => {
    const header = Buffer.from('{"alg":"RS256","kid":"a"}').toString("base64url");
    const request = {
      authorizationToken: `Bearer ${header}.e30.c2VjcmV0`,
      methodArn: "arn:api/live/POST/v1/events/a/b",
    };
    const { printed } = invoke(
      "token-authorizer",
      request,
      { ISSUER: "i", AUDIENCE: "a", JWKS_URL: "https://127.0.0.1:1/keys" },
      "(refusal) => console.log('ANSWER ' + JSON.stringify(refusal.message))",
    );
    expect(printed).to.include("The key set can't be fetched");
    expect(printed).not.to.include(header);
  });

  it("recipe-publisher: asks DataBrew by the runtime's SDK, and answers CloudFormation at its address", () => {
    const folder = mkdtempSync(join(tmpdir(), "naru-bundle-"));
    try {
      cpSync(bundles["recipe-publisher"], folder, { recursive: true });
      const sdk = join(folder, "node_modules", "@aws-sdk", "client-databrew");
      mkdirSync(sdk, { recursive: true });
      writeFileSync(
        join(sdk, "index.js"),
        `const kept = [];
        exports.DataBrew = class {
          async publishRecipe({ Description }) { kept.push({ RecipeVersion: "1.0", Description }); return {}; }
          async listRecipeVersions() { return { Recipes: kept }; }
        };`,
      );
      writeFileSync(
        join(folder, "invoke.js"),
        `const { createServer } = require("node:http");
        const server = createServer((request, response) => {
          let body = "";
          request.on("data", (chunk) => (body += chunk)).on("end", () => {
            console.log(JSON.stringify([request.method, request.headers["content-type"] ?? "", JSON.parse(body)]));
            response.end();
          });
        }).listen(0, "127.0.0.1", async () => {
          const ResponseURL = "http://127.0.0.1:" + server.address().port + "/signed";
          const ResourceProperties = { Recipe: "tracks", Steps: "aaaa" };
          await require("./index.js").handler({ RequestType: "Create", ResponseURL, ResourceProperties });
          server.close();
          server.closeAllConnections();
        });`,
      );
      const { stdout, stderr } = spawnSync(process.execPath, [join(folder, "invoke.js")], {
        encoding: "utf8",
      });
      expect(stderr).to.equal("");
      const [method, contentType, body] = JSON.parse(stdout);
      expect([method, contentType]).to.deep.equal(["PUT", ""]);
      expect(body).to.deep.include({ Status: "SUCCESS", Data: { Version: "1.0" } });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}).timeout(30_000);
