/** The option `import` in the engine: what stands in the local cloud and in no state is taken in, and nothing is changed. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { findEngine } from "../../local/engine/binary";
import { contentOf } from "../../local/engine/state";
import { EngineStack } from "../../local/engine/workspace";
import { startLocalCloud, type LocalCloud } from "../../local/local-cloud";
import { claimRun, releaseRun } from "../../local/running";
import { toldSteps } from "./told-steps";

type Name = "role" | "stream" | "queue" | "policy" | "api" | "part" | "method";
type Ids = Partial<Record<Name, string>>;

const NAME = "made-up-for-this-test";
const TRUST = { Effect: "Allow", Principal: { Service: ["lambda.amazonaws.com"] }, Action: "sts:AssumeRole" };

/** Of types whose ids or documents have more than one form. @param ids by which they are imported. @default they are made */
function resources(trust: object, ids: Ids = {}) {
  const given = (name: Name) => (ids[name] === undefined ? {} : { import: ids[name] });
  new aws.iam.Role("role", { name: NAME, assumeRolePolicy: JSON.stringify(trust) }, given("role"));
  new aws.kinesis.Stream("stream", { name: NAME, shardCount: 1 }, given("stream"));
  const queue = new aws.sqs.Queue("queue", { name: NAME }, given("queue"));
  const policy = queue.arn.apply((Resource) => JSON.stringify(queuePolicy(Resource)));
  new aws.sqs.QueuePolicy("policy", { queueUrl: queue.url, policy }, given("policy"));
  const endpoints = { name: NAME, endpointConfiguration: { types: "REGIONAL" } };
  const api = new aws.apigateway.RestApi("api", endpoints, given("api"));
  const path = { restApi: api.id, parentId: api.rootResourceId, pathPart: "events" };
  const part = new aws.apigateway.Resource("part", path, given("part"));
  const call = { restApi: api.id, resourceId: part.id, httpMethod: "POST", authorization: "NONE" };
  new aws.apigateway.Method("method", call, given("method"));
  return { api: api.id, part: part.id, queue: queue.id };
}

function queuePolicy(Resource: string) {
  const Condition = { Bool: { "aws:SecureTransport": "false" } };
  const tlsOnly = { Effect: "Deny", Principal: "*", Action: ["sqs:*"], Resource, Condition };
  const own = { Effect: "Allow", Principal: { AWS: "000000000000" }, Action: "sqs:SendMessage", Resource };
  return { Version: "2012-10-17", Statement: [tlsOnly, own] };
}

describe("the option import", function () {
  this.timeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), "naru-imports-"));
  let cloud: LocalCloud | undefined;
  let opened: EngineStack | undefined;

  before(async () => {
    await claimRun();
    cloud = await startLocalCloud("ap-northeast-2");
  });
  after(async () => {
    opened?.close();
    await cloud?.stop();
    releaseRun();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = async (program: () => Record<string, unknown> | undefined) => {
    opened?.close();
    const { endpoints } = cloud!;
    const asProgram = async () => program() ?? {};
    const given = { engine: await findEngine(), stack: "dev", folder, processes: [], endpoints };
    return (opened = await EngineStack.open({ ...given, program: asProgram }));
  };

  it("takes resources in as they stand, in whatever form the program has them", async () => {
    const made = await open(() => resources({ Version: "2012-10-17", Statement: [TRUST] }));
    await made.update();
    const { api, part, queue } = (await made.outputs()) as Record<"api" | "part" | "queue", string>;
    await forget(made);

    const ids = {
      role: NAME,
      stream: NAME,
      queue,
      policy: queue,
      api,
      part: `${api}/${part}`,
      method: `${api}/${part}/POST`,
    };
    const another = {
      Statement: { ...TRUST, Principal: { Service: "lambda.amazonaws.com" } },
      Version: "2012-10-17",
    };
    const importing = await open(() => resources(another, ids));
    expect(toldSteps(await importing.update())).to.have.members(
      Object.keys(ids).map((name) => `import ${name}`),
    );

    const later = await open(() => resources(another));
    expect(toldSteps(await later.update())).to.deep.equal([]);
    expect((await later.refresh()).changes).to.have.all.keys("same");
    expect(toldSteps(await (await open(() => undefined)).update())).to.have.length(Object.keys(ids).length);
  });
});

/** All but the stack is in the state no more. */
async function forget(stack: EngineStack): Promise<void> {
  const state = await stack.export();
  const kept = (contentOf(state).resources ?? []).filter(({ type }) => !type.startsWith("aws:"));
  await stack.import({ ...state, deployment: { ...contentOf(state), resources: kept } });
}
