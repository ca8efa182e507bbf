/** `naru verify aws` as far as it can go without an account: a `pulumi` and an AWS of the test's own. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { verifyAws, type VerifyOptions } from "../../../cli/verify";
import { reportOf } from "../../../cli/cost";
import { leftovers } from "../../../cli/verify/account";
import { STEPS } from "../../../cli/verify/steps";
import { ENGINE_VERSION } from "../../../local/engine/binary";

const ACCOUNT = "123456789012";
const KEY = `arn:aws:kms:ap-northeast-2:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const BUCKET = "arn:aws:s3:::naru-dev-raw";

/** The plan is recorded once: what is told of it is the same each time. */
let reckoned: ReturnType<typeof reportOf> | undefined;
const reckonedOnce = (stack: string, root: string) => (reckoned ??= reportOf(stack, root, {}));

describe("naru verify aws", function () {
  this.timeout(60_000);
  const environment = { ...process.env };
  let folder: string;
  let aws: Server;
  /** What the AWS of the test says is left. */
  let tagged: string[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "naru-verify-"));
    tagged = [KEY];
    aws = createServer((request, response) => {
      void answer(request, tagged).then(([status, body]) => response.writeHead(status).end(body));
    });
    await new Promise<void>((ready) => aws.listen(0, "127.0.0.1", ready));
    Object.assign(process.env, {
      PATH: `${folder}:${process.env.PATH}`,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
      ...{ AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_MAX_ATTEMPTS: "1" },
    });
    fakePulumi(`v${ENGINE_VERSION}`);
  });

  afterEach(async () => {
    for (const key of Object.keys(process.env)) if (!(key in environment)) delete process.env[key];
    Object.assign(process.env, environment);
    rmSync(folder, { recursive: true, force: true });
    aws.closeAllConnections();
    await new Promise((closed) => aws.close(closed));
  });

  /** Says its version, writes down whatever else it is asked, and does nothing. */
  function fakePulumi(version: string): void {
    const script = `#!/bin/sh\nif [ "$1" = version ]; then echo ${version}; exit; fi\necho "$@" >> ${folder}/asked\nif [ "$2" = output ]; then echo '{"roles":{"loader":"arn:aws:iam::${ACCOUNT}:role/loader"},"zones":{"landing":"s3://landing/"}}'; fi\n`;
    writeFileSync(join(folder, "pulumi"), script, { mode: 0o755 });
  }

  const asked = () =>
    existsSync(join(folder, "asked")) ? readFileSync(join(folder, "asked"), "utf8").trim().split("\n") : [];
  const kept = () => join(folder, "verify-dev.json");

  async function verify(options: VerifyOptions) {
    let out = "";
    let err = "";
    const output = {
      out: (text: string) => (out += `${text}\n`),
      err: (text: string) => (err += `${text}\n`),
    };
    let failure: Error | undefined;
    const code = await verifyAws({ output, folder, ask: null, costOf: reckonedOnce, ...options }).catch(
      (error: Error) => {
        failure = error;
        return 1;
      },
    );
    return { code, out, err, failure };
  }

  it("tells the cost by day and every step with --dry-run, and does nothing", async () => {
    const { code, out, err } = await verify({ dryRun: true });
    expect({ code, err }).to.deep.equal({ code: 0, err: "" });
    expect(out).to.match(/idle +\$\d+\.\d\d a day, \$\d+\.\d\d a month/);
    expect(out.indexOf("a day")).to.be.below(out.indexOf("1. Deploy"));
    for (const { title } of STEPS) expect(out).to.contain(title);
    expect(asked()).to.deep.equal([]);
  });

  it("refuses where nobody can be asked, after the cost and before anything else", async () => {
    const { code, out, err } = await verify({});
    expect(code).to.equal(2);
    expect(out).to.contain("a day");
    expect(err).to.contain("--yes");
    expect(asked()).to.deep.equal([]);
  });

  it("does nothing unless the stack's name is the answer", async () => {
    const { code, err } = await verify({ ask: async () => "y" });
    expect(code).to.equal(2);
    expect(err).to.contain("nothing was done");
    expect(asked()).to.deep.equal([]);
  });

  it("refuses this machine's stack, and one that protects its data", async () => {
    const local = await verify({ stack: "local", yes: true });
    expect([local.code, local.err]).to.satisfy(
      ([code, err]: [number, string]) => code === 2 && /npm start/.test(err),
    );
    const prod = await verify({ stack: "prod", yes: true });
    expect([prod.code, prod.err]).to.satisfy(
      ([code, err]: [number, string]) => code === 2 && /protects/.test(err),
    );
    expect(asked()).to.deep.equal([]);
  });

  it("says how to log in where there are no credentials", async () => {
    for (const key of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"]) delete process.env[key];
    Object.assign(process.env, {
      ...{ AWS_EC2_METADATA_DISABLED: "true", HOME: folder },
      ...{ AWS_CONFIG_FILE: join(folder, "none"), AWS_SHARED_CREDENTIALS_FILE: join(folder, "none") },
    });
    const { failure } = await verify({ yes: true });
    expect(failure?.message).to.contain("there are no credentials for it").and.to.contain("aws sso login");
    expect(asked()).to.deep.equal([]);
  });

  it("names the version where pulumi is too old", async () => {
    fakePulumi("v3.1.0");
    const { failure } = await verify({ yes: true });
    expect(failure?.message).to.contain(`3.1.0; ${ENGINE_VERSION} or newer`);
  });

  it("stops at the first step that fails, keeps how far it came, goes on there, and ends it", async () => {
    const first = await verify({ ask: async () => "dev" });
    expect(first.code).to.equal(1);
    expect(first.err).to.contain("✖ Sample files into landing").and.to.contain("--stack dev --end");
    expect(asked().map((line) => line.split(" ")[0])).to.deep.equal(["stack", "up", "up", "stack"]);
    expect(asked()[1]).to.contain("--policy-pack policies");
    const progress = JSON.parse(readFileSync(kept(), "utf8")) as { done: string[] };
    expect(progress.done).to.deep.equal(["deploy", "no-op"]);

    const second = await verify({ yes: true });
    expect(second.out).to.contain("goes on").and.to.contain("1. Deploy (done)");
    expect(
      asked()
        .slice(4)
        .map((line) => line.split(" ")[0]),
    ).to.deep.equal(["stack"]);

    const ended = await verify({ yes: true, end: true });
    expect({ code: ended.code, err: ended.err }).to.deep.equal({ code: 0, err: "" });
    expect(ended.out).to.contain(`waits for its deletion: ${KEY}`).and.to.contain("Nothing is left.");
    expect(asked().at(-1)).to.match(/^destroy --yes .*--stack dev/);
    expect(existsSync(kept())).to.equal(false);
  });

  it("sends events once: where that was under way, it asks to begin anew", async () => {
    const progress = { stack: "dev", accountId: ACCOUNT, startedAt: "2026-11-21T00:00:00Z", begun: "events" };
    writeFileSync(
      kept(),
      JSON.stringify({ ...progress, done: ["deploy", "no-op", "drop"], report: { steps: [] } }),
    );
    const { code, err } = await verify({ yes: true });
    expect(code).to.equal(1);
    expect(err).to.contain("a second time its sums could not be told").and.to.contain("--end");
  });

  it("goes on in no other account", async () => {
    const progress = { stack: "dev", accountId: "999999999999", startedAt: "2026-11-21T00:00:00Z", done: [] };
    writeFileSync(kept(), JSON.stringify({ ...progress, report: { steps: [] } }));
    const { code, err } = await verify({ yes: true });
    expect(code).to.equal(1);
    expect(err).to.contain("999999999999");
    expect(asked()).to.deep.equal([]);
  });

  it("tells what is left from keys that wait for their deletion", async () => {
    tagged = [KEY, BUCKET];
    const account = { accountId: ACCOUNT, caller: "arn", region: "ap-northeast-2" };
    expect(await leftovers(account, "naru-dev")).to.deep.equal({ left: [BUCKET], keysThatWait: [KEY] });
  });
});

/** An AWS that knows who asks, what carries a tag (one a page), and a key that waits; it refuses the rest. */
async function answer(request: IncomingMessage, tagged: readonly string[]): Promise<[number, string]> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  const target = String(request.headers["x-amz-target"] ?? "");
  if (body.includes("Action=GetCallerIdentity")) {
    const identity = `<Arn>arn:aws:iam::${ACCOUNT}:user/kim</Arn><UserId>U</UserId><Account>${ACCOUNT}</Account>`;
    return [
      200,
      `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${identity}</GetCallerIdentityResult></GetCallerIdentityResponse>`,
    ];
  }
  if (target.endsWith("GetResources")) {
    const { PaginationToken = "0" } = JSON.parse(body) as { PaginationToken?: string };
    const at = Number(PaginationToken);
    return [
      200,
      JSON.stringify({
        ResourceTagMappingList: tagged.slice(at, at + 1).map((ResourceARN) => ({ ResourceARN })),
        PaginationToken: at + 1 < tagged.length ? String(at + 1) : "",
      }),
    ];
  }
  if (target.endsWith("DescribeKey")) {
    return [200, JSON.stringify({ KeyMetadata: { KeyId: KEY, KeyState: "PendingDeletion" } })];
  }
  return [
    403,
    `<ErrorResponse><Error><Code>AccessDenied</Code><Message>not allowed</Message></Error></ErrorResponse>`,
  ];
}
