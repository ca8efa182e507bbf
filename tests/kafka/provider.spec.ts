/** What the local provider does with clusters and topics, asked of the broker itself. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { CloudClients } from "../../local/endpoints";
import { changeTopic, deleteTopic, describeTopic, type LocalKafka, startKafka } from "../../local/kafka";
import { kafkaTypes } from "../../local/provider/kafka";
import { LocalProvider } from "../../local/provider/provider";

const CLUSTER = "aws:msk/cluster:Cluster";
const TOPIC = "aws:msk/topic:Topic";
const urnOf = (type: string) => `urn:pulumi:local::naru::${type}::one`;
const HOUR = 3_600_000;

describe("clusters and topics by the local provider", function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), "naru-kafka-"));
  const notes: string[] = [];
  let broker: LocalKafka;
  let provider: LocalProvider;
  let clusterArn: string;

  before(async () => {
    broker = await startKafka({ folder: join(folder, "broker") });
    const place = { region: "ap-northeast-2", accountId: "000000000000" };
    const addresses = { emulator: "http://127.0.0.1:9", services: "http://127.0.0.1:9" };
    const cloud = new CloudClients({ ...addresses, ...place, kafka: broker.bootstrap });
    const onNote = (_urn: string, message: string) => notes.push(message);
    provider = new LocalProvider({ emulation: () => ({ cloud, types: kafkaTypes }), onNote });
  });
  after(async () => {
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const configs = (hours: number, more: object = {}) =>
    JSON.stringify({ "retention.ms": String(hours * HOUR), "min.insync.replicas": "2", ...more });
  const topic = (changes: object = {}) => ({
    ...{ clusterArn, name: "lms.requests", partitionCount: 2, replicationFactor: 3, configs: configs(24) },
    ...changes,
  });
  const described = async () => (await describeTopic(broker.bootstrap, "lms.requests"))!;
  const refusal = (work: Promise<unknown>) => work.then(String, (error: Error) => error.message);

  it("a cluster is the broker: made, read without drift, imported; what changes is told to be believed", async () => {
    const inputs = { clusterName: "events", numberOfBrokerNodes: 3, kafkaVersion: "3.9.x" };
    const { id, outs } = await provider.create(urnOf(CLUSTER), inputs);
    clusterArn = id;
    expect(outs.bootstrapBrokersSaslIam).to.equal(broker.bootstrap);
    expect(await provider.read(id, urnOf(CLUSTER), outs, inputs)).to.deep.equal({ id, props: outs, inputs });
    const imported = await provider.read(id, urnOf(CLUSTER));
    expect(imported.inputs).to.deep.equal({ clusterName: "events" });
    expect(await provider.read(id.replace("events", "other"), urnOf(CLUSTER))).to.deep.equal({});
    await provider.update(id, urnOf(CLUSTER), outs, { ...inputs, numberOfBrokerNodes: 6 }, inputs);
    expect(notes.splice(0)).to.deep.equal([
      `${CLUSTER}: numberOfBrokerNodes believed only: nothing here follows`,
    ]);
  });

  it("a topic has the partitions and settings that were asked for, and one of that name is refused", async () => {
    const { id, outs } = await provider.create(urnOf(TOPIC), topic());
    expect(await described()).to.deep.include({ partitions: 2, set: { "retention.ms": String(24 * HOUR) } });
    const read = await provider.read(id, urnOf(TOPIC), outs, topic());
    expect(read.inputs).to.deep.equal(topic());
    expect(JSON.parse(read.props!.configsActual as string)).to.include({ "cleanup.policy": "delete" });
    expect(await refusal(provider.create(urnOf(TOPIC), topic()))).to.contain("is there already");
  });

  it("follows a change of its settings and partitions, and keeps what is no longer asked for", async () => {
    const before = topic();
    const { id, props } = await provider.read(`${clusterArn},lms.requests`, urnOf(TOPIC));
    const after = topic({ partitionCount: 5, configs: configs(48, { "cleanup.policy": "compact" }) });
    const { outs } = await provider.update(id!, urnOf(TOPIC), props!, after, before);
    const set = { "retention.ms": String(48 * HOUR), "cleanup.policy": "compact" };
    expect(await described()).to.deep.include({ partitions: 5, set });
    expect((await provider.read(id!, urnOf(TOPIC), outs, after)).inputs).to.deep.equal(after);
    const fewer = topic({ partitionCount: 5, configs: configs(48) });
    const last = await provider.update(id!, urnOf(TOPIC), outs, fewer, after);
    expect((await described()).set).to.deep.equal(set);
    expect((await provider.read(id!, urnOf(TOPIC), last.outs, fewer)).inputs).to.deep.equal(fewer);
    expect(notes).to.deep.equal([]);
    const { configs: sent } = topic({ configs: configs(48, { "min.insync.replicas": "1" }) });
    await provider.update(id!, urnOf(TOPIC), last.outs, { ...fewer, configs: sent }, fewer);
    expect(notes.splice(0)).to.deep.equal([
      `${TOPIC}: min.insync.replicas believed only: nothing here follows`,
    ]);
  });

  it("is refused in the broker's own words: fewer partitions, a setting that is none", async () => {
    const held = topic({ partitionCount: 5, configs: configs(48) });
    const id = `${clusterArn.replace(":cluster/", ":topic/")}/lms.requests`;
    const changed = (changes: object) =>
      refusal(provider.update(id, urnOf(TOPIC), held, { ...held, ...changes }, held));
    expect(await changed({ partitionCount: 3 })).to.match(/5 partition.*would not be an increase/);
    expect(await changed({ configs: '{"retention.ms":"soon"}' })).to.match(/retention\.ms/);
    expect((await described()).partitions).to.equal(5);
  });

  it("what is changed by hand is found, and mended; what is deleted by hand is gone", async () => {
    const asked = topic({ partitionCount: 5, configs: configs(48) });
    const id = `${clusterArn.replace(":cluster/", ":topic/")}/lms.requests`;
    await changeTopic(broker.bootstrap, "lms.requests", { settings: { "retention.ms": "1000" } });
    const { props, inputs } = await provider.read(id, urnOf(TOPIC), asked, asked);
    expect(inputs).to.deep.equal({ ...asked, configs: configs(0, { "retention.ms": "1000" }) });
    const { detailed } = await provider.diff(id, urnOf(TOPIC), props!, asked, inputs);
    expect(detailed.map(({ path, replaces }) => [path, replaces])).to.deep.equal([["configs", false]]);
    await provider.update(id, urnOf(TOPIC), props!, asked, inputs);
    expect((await described()).set["retention.ms"]).to.equal(String(48 * HOUR));
    await deleteTopic(broker.bootstrap, "lms.requests");
    expect(await provider.read(id, urnOf(TOPIC), asked, asked)).to.deep.equal({});
    await provider.delete(id, urnOf(TOPIC), asked);
  });

  it("a topic that is deleted is gone of the broker; without a broker nothing is believed", async () => {
    const { id } = await provider.create(urnOf(TOPIC), topic());
    await provider.delete(id, urnOf(TOPIC), topic());
    expect(await describeTopic(broker.bootstrap, "lms.requests")).to.equal(undefined);
    await broker.stop();
    const cluster = { clusterName: "events" };
    expect(await refusal(provider.read(clusterArn, urnOf(CLUSTER), cluster))).to.contain("does not answer");
  });
});
