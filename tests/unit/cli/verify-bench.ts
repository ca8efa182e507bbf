/** What `naru verify aws` meets in its tests: a `pulumi` and an AWS of their own, and a folder for its progress. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reportOf } from "../../../cli/cost";
import { verifyAws, type VerifyOptions } from "../../../cli/verify";
import { ENGINE_VERSION } from "../../../local/engine/binary";

export const ACCOUNT = "123456789012";
export const KEY = `arn:aws:kms:ap-northeast-2:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
export const BUCKET = "arn:aws:s3:::naru-dev-raw";

/** One bucket, made after any run of these tests began. */
export const STANDS = {
  resources: [
    {
      urn: "urn:pulumi:dev::naru::pulumi:pulumi:Stack::naru-dev",
      type: "pulumi:pulumi:Stack",
      custom: false,
    },
    {
      ...{ urn: "urn:pulumi:dev::naru::aws:s3/bucket:Bucket::lake-raw", type: "aws:s3/bucket:Bucket" },
      ...{ custom: true, id: "naru-dev-raw", created: "2999-01-01T00:00:00Z" },
    },
  ],
};

/** The plan is recorded once: what is told of it is the same each time. */
let reckoned: ReturnType<typeof reportOf> | undefined;
const reckonedOnce = (stack: string, root: string) => (reckoned ??= reportOf(stack, root, {}));

/** No process has it: above what systems give. */
const ENDED = 2 ** 30;

export class VerifyBench {
  /** What the AWS of the test says carries the tag. */
  tagged: string[] = [KEY];
  /** Code of an error that it answers everything with. @default none */
  refuses: string | undefined;
  folder = "";
  private aws: Server | undefined;
  private readonly environment = { ...process.env };

  async open(): Promise<void> {
    this.folder = mkdtempSync(join(tmpdir(), "naru-verify-"));
    this.tagged = [KEY];
    this.refuses = undefined;
    const aws = createServer((request, response) => {
      const answered = this.refuses === undefined ? answer(request, this.tagged) : refusal(this.refuses);
      void answered.then(([status, body]) => response.writeHead(status).end(body));
    });
    await new Promise<void>((ready) => aws.listen(0, "127.0.0.1", ready));
    this.aws = aws;
    Object.assign(process.env, {
      PATH: `${this.folder}:${process.env.PATH}`,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
      ...{ AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_MAX_ATTEMPTS: "1" },
    });
    this.pulumi();
  }

  async close(): Promise<void> {
    for (const key of Object.keys(process.env)) if (!(key in this.environment)) delete process.env[key];
    Object.assign(process.env, this.environment);
    rmSync(this.folder, { recursive: true, force: true });
    this.aws?.closeAllConnections();
    await new Promise((closed) => this.aws?.close(closed));
  }

  /**
   * Says its version, its state and its history, writes down whatever else it is asked, and changes nothing.
   * @param first lines of a shell that go before its outputs. @default none
   */
  pulumi(first = "", version = `v${ENGINE_VERSION}`): void {
    const { folder } = this;
    const outputs = `{"roles":{"loader":"arn:aws:iam::${ACCOUNT}:role/loader"},"zones":{"landing":"s3://landing/"}}`;
    const script = [
      "#!/bin/sh",
      `if [ "$1" = version ]; then echo ${version}; exit; fi`,
      `if [ "$2" = export ]; then cat ${folder}/state 2>/dev/null || { echo "error: no stack named 'dev' found" >&2; exit 255; }; exit; fi`,
      `if [ "$2" = history ]; then cat ${folder}/history 2>/dev/null || echo '[]'; exit; fi`,
      `echo "$@" >> ${folder}/asked`,
      first,
      `if [ "$2" = output ]; then echo '${outputs}'; fi`,
    ];
    writeFileSync(join(folder, "pulumi"), `${script.join("\n")}\n`, { mode: 0o755 });
  }

  /** What the backend says of the stack from here on. */
  standing(content: object, history: readonly object[] = []): void {
    writeFileSync(join(this.folder, "state"), JSON.stringify({ version: 3, deployment: content }));
    writeFileSync(join(this.folder, "history"), JSON.stringify(history));
  }

  /** An earlier run that came so far; its process has ended. */
  began(progress: object): void {
    const whole = {
      ...{
        stack: "dev",
        accountId: ACCOUNT,
        startedAt: "2026-11-21T00:00:00Z",
        run: "r1",
        process: ENDED,
        done: [],
      },
      ...{ report: { steps: [] }, ...progress },
    };
    writeFileSync(this.kept, JSON.stringify(whole));
  }

  /** What Pulumi was asked, a line each. */
  get asked(): string[] {
    const file = join(this.folder, "asked");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  }

  /** The commands of it. */
  get commands(): string[] {
    return this.asked.map((line) => line.split(" ")[0]!);
  }

  /** The progress's file. */
  get kept(): string {
    return join(this.folder, "verify-dev.json");
  }

  async verify(options: VerifyOptions) {
    let out = "";
    let err = "";
    const output = {
      out: (text: string) => (out += `${text}\n`),
      err: (text: string) => (err += `${text}\n`),
    };
    let failure: Error | undefined;
    const code = await verifyAws({
      output,
      folder: this.folder,
      ask: null,
      costOf: reckonedOnce,
      ...options,
    }).catch((error: Error) => {
      failure = error;
      return 1;
    });
    return { code, out, err, failure };
  }
}

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
  return refusal("AccessDenied");
}

async function refusal(code: string): Promise<[number, string]> {
  return [
    403,
    `<ErrorResponse><Error><Code>${code}</Code><Message>not allowed</Message></Error></ErrorResponse>`,
  ];
}
