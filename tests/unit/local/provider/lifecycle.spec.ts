import { expect } from "chai";
import type { CloudClients } from "../../../../local/endpoints";
import { LocalProvider } from "../../../../local/provider/provider";
import type { Inputs, ResourceType } from "../../../../local/provider/resource-type";
import { inClear, secret } from "../../../../local/provider/wire";

const QUEUE = "aws:sqs/queue:Queue";
const URN = `urn:pulumi:local::naru::${QUEUE}::one`;
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A service that keeps queues, and tells of a call that it was asked. */
class Queues {
  readonly held = new Map<string, Inputs>();
  readonly calls: string[] = [];

  readonly type: ResourceType = {
    create: async (inputs) => {
      this.held.set(inputs.name, inputs);
      return { id: inputs.name, outputs: { arn: `arn:${inputs.name}`, url: undefined } };
    },
    read: async (id) => {
      const held = this.held.get(id);
      return held && { inputs: { ...held }, outputs: { arn: `arn:${id}` } };
    },
    update: async (id, state, inputs) => {
      this.calls.push(`update ${id} ${state.delaySeconds} to ${inputs.delaySeconds}`);
      this.held.set(id, inputs);
      return { updated: true };
    },
    delete: async (id) => {
      if (!this.held.delete(id)) throw Object.assign(new Error("gone"), { name: "QueueDoesNotExist" });
    },
  };
}

function providerOf(type: ResourceType): LocalProvider {
  const place = { region: "ap-northeast-2", accountId: "000000000000", partition: "aws" };
  const emulation = () => ({ cloud: {} as CloudClients, types: { [QUEUE]: type } });
  return new LocalProvider({ place, emulation });
}

async function failure(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "",
    (error: Error) => error.message,
  );
}

describe("the life of a resource that has an engine", () => {
  let queues: Queues;
  let provider: LocalProvider;
  const inputs = { name: "one", delaySeconds: 5, policy: secret("only-for-the-service") };

  beforeEach(() => {
    queues = new Queues();
    provider = providerOf(queues.type);
  });

  it("begins with values in clear for the service, and marked ones in the state", async () => {
    const { id, outs } = await provider.create(URN, inputs);
    expect(queues.held.get("one")).to.deep.equal(inClear(inputs));
    expect({ id, outs }).to.deep.equal({ id: "one", outs: { ...inputs, arn: "arn:one", id: "one" } });
  });

  it("is refused without a name, which nothing here makes up", async () => {
    const { policy, delaySeconds } = inputs;
    expect(await failure(provider.create(URN, { policy, delaySeconds }))).to.contain("set `name`");
    expect(queues.held.size).to.equal(0);
  });

  it("is nothing in a preview, whose unknown values pass", async () => {
    const unknown = { name: UNKNOWN };
    expect(await provider.create(URN, unknown, true)).to.deep.equal({ id: "", outs: unknown });
    expect(queues.held.size).to.equal(0);
  });

  it("shows no drift when read back, and keeps what is secret so", async () => {
    const { id, outs } = await provider.create(URN, inputs);
    expect(await provider.read(id, URN, outs, inputs)).to.deep.equal({ id, props: outs, inputs });
    queues.held.set(id, { name: "one", delaySeconds: 9, policy: "another" });
    const drifted = await provider.read(id, URN, outs, inputs);
    expect(drifted.inputs).to.deep.equal({ name: "one", delaySeconds: 9, policy: secret("another") });
    expect(drifted.props).to.deep.equal({ ...drifted.inputs, arn: "arn:one", id });
  });

  it("loses an input that the service says it has not", async () => {
    const { id, outs } = await provider.create(URN, inputs);
    queues.held.set(id, { name: "one", delaySeconds: undefined });
    const { inputs: now } = await provider.read(id, URN, outs, inputs);
    expect(now).to.deep.equal({ name: "one", policy: inputs.policy });
  });

  it("is read by its id alone at an import", async () => {
    queues.held.set("one", { name: "one", delaySeconds: 3 });
    const found = await provider.read("one", URN, {}, {});
    expect(found.inputs).to.deep.equal({ name: "one", delaySeconds: 3 });
    const message = await failure(
      provider.read("one", URN.replace("queue:Queue", "queuePolicy:QueuePolicy"), {}),
    );
    expect(message).to.equal("aws:sqs/queuePolicy:QueuePolicy one: nothing is known of it here to import");
  });

  it("changes in place, and forgets an input that the program took away", async () => {
    const { id, outs } = await provider.create(URN, inputs);
    const news = { name: "one", delaySeconds: 7 };
    const preview = await provider.update(id, URN, outs, news, inputs, true);
    expect(preview.outs).to.deep.equal({ ...news, arn: "arn:one", id });
    expect(queues.calls).to.deep.equal([]);
    const { outs: after } = await provider.update(id, URN, outs, news, inputs);
    expect(after).to.deep.equal({ ...news, arn: "arn:one", updated: true, id });
    expect(queues.calls).to.deep.equal(["update one 5 to 7"]);
  });

  it("ends once: what is gone already may be deleted, and reads as gone", async () => {
    const { id, outs } = await provider.create(URN, inputs);
    await provider.delete(id, URN, outs);
    await provider.delete(id, URN, outs);
    expect(await provider.read(id, URN, outs, inputs)).to.deep.equal({});
  });

  it("says who refused what, the missing action, and no secret", async () => {
    const refused = new Error(
      "User: arn:aws:iam::000000000000:role/deployer is not authorized to perform: sqs:CreateQueue for only-for-the-service",
    );
    provider = providerOf({ create: () => Promise.reject(Object.assign(refused, { name: "AccessDenied" })) });
    const message = await failure(provider.create(URN, inputs));
    expect(message)
      .to.match(/^aws:sqs\/queue:Queue one: AccessDenied: User: /)
      .and.match(/\[secret\]\. The role that asked lacks sqs:CreateQueue$/)
      .and.not.include("only-for-the-service");
  });

  it("is refused where its server would end with the engine's plugin", async () => {
    provider = providerOf({ ...queues.type, startsServer: true });
    expect(await failure(provider.create(URN, inputs))).to.include("would end with this deployment");
  });
});

describe("what a change does", () => {
  const provider = new LocalProvider();
  const diff = (type: string, olds: object, news: object) =>
    provider.diff(
      "id",
      `urn:pulumi:dev::naru::${type}::one`,
      { ...olds, arn: "arn" },
      { ...news },
      { ...olds },
    );

  it("is none for equal values, secret or not, and for assets of one hash", async () => {
    const asset = (text: string, hash: string) => ({
      "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17",
      ...{ text, hash },
    });
    const olds = { name: secret("one"), source: asset("", "h1") };
    const same = await diff(QUEUE, olds, { name: "one", source: asset("code", "h1") });
    expect(same.changes).to.equal(false);
    const other = await diff("aws:s3/bucketObjectv2:BucketObjectv2", olds, {
      ...olds,
      source: asset("code", "h2"),
    });
    expect(other.detailed.map(({ path }) => path)).to.deep.equal(["source"]);
  });

  it("is told by path, as an update or a replacement that has the old one go first", async () => {
    const update = await diff(QUEUE, { name: "one", delaySeconds: 1 }, { name: "one", delaySeconds: 2 });
    expect(update).to.deep.include({ changes: true, replaces: [], deleteBeforeReplace: false });
    expect(update.detailed).to.deep.equal([{ path: "delaySeconds", kind: "update", replaces: false }]);
    const fifo = await diff(QUEUE, { name: "one" }, { name: "one", fifoQueue: true });
    expect(fifo).to.deep.include({ replaces: ["fifoQueue"], deleteBeforeReplace: true });
    expect(fifo.detailed).to.deep.equal([{ path: "fifoQueue", kind: "add", replaces: true }]);
  });

  it("has the old one go first where the program names it, and lets both stand side by side where nobody does", async () => {
    const renamed = await diff(QUEUE, { name: "one" }, { name: "two" });
    expect(renamed).to.deep.include({ replaces: ["name"], deleteBeforeReplace: true });
    const key = await diff(
      "aws:kms/key:Key",
      { keyUsage: "ENCRYPT_DECRYPT" },
      { keyUsage: "GENERATE_VERIFY_MAC" },
    );
    expect(key, "data under the old key is read until the new one is there").to.deep.include({
      replaces: ["keyUsage"],
      deleteBeforeReplace: false,
    });
  });

  it("is a replacement where a value says so, also of types that are recorded only, secret or not", async () => {
    const cluster = "aws:msk/cluster:Cluster";
    const lower = await diff(cluster, { kafkaVersion: secret("3.9.x") }, { kafkaVersion: "3.8.x" });
    expect(lower.replaces).to.deep.equal(["kafkaVersion"]);
    const higher = await diff(cluster, { kafkaVersion: "3.8.x" }, { kafkaVersion: "3.9.x" });
    expect(higher).to.deep.include({ changes: true, replaces: [] });
    const trail = await diff("aws:cloudtrail/trail:Trail", { name: "one" }, { name: "two" });
    expect(trail.replaces).to.deep.equal(["name"]);
    const rule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    const other = await diff(rule, { cidrIpv4: "10.0.0.0/8" }, { prefixListId: "pl-1" });
    expect([...other.replaces!].sort()).to.deep.equal(["cidrIpv4", "prefixListId"]);
  });

  it("is said once a type to be unknown offline", async () => {
    const notes: string[] = [];
    const telling = new LocalProvider({ onNote: (_urn, message) => notes.push(message) });
    const urn = "urn:pulumi:dev::naru::aws:sagemaker/domain:Domain::one";
    for (const state of ["ENABLED", "DISABLED"]) {
      const { replaces } = await telling.diff("one", urn, { state: "" }, { state }, { state: "" });
      expect(replaces).to.deep.equal([]);
    }
    expect(notes).to.have.length(1);
    expect(notes[0]).to.equal(
      "aws:sagemaker/domain:Domain: whether AWS changes state in place is not known offline; taken as an update",
    );
  });
});
