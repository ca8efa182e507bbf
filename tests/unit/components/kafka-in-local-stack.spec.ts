import { expect } from "chai";
import { addedConfig, asksForKafka } from "../../../cli/up/local-config";
import { parseSettings, SettingsError } from "../../../components/settings";
import { zonesOf } from "../../../components/settings/kafka";

function problems(definition: unknown, config: Record<string, string> = {}): readonly string[] {
  const least = { "naru:stage": "local", "naru:owner": "you@localhost" };
  try {
    parseSettings({ ...least, "naru:kafka": JSON.stringify(definition), ...config });
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems;
  }
}

describe("naru:kafka in a local stack", () => {
  it("is one provisioned cluster in no network, judged as if in two zones", () => {
    expect(problems({ cluster: "provisioned", topics: { "lms.requests": { partitions: 6 } } })).to.deep.equal(
      [],
    );
    expect(zonesOf({ stage: "local" })).to.equal(2);
    expect(zonesOf({ stage: "dev" })).to.equal(0);
  });

  it("is neither serverless nor MSK Connect's, both told at once with what to write", () => {
    const connect = {
      streams: ["iot.readings"],
      pluginArn:
        "arn:aws:kafkaconnect:ap-northeast-2:000000000000:custom-plugin/sink/6f3a0d2e-0000-4000-8000-000000000001-1",
      pluginRevision: 1,
    };
    const told = problems({ cluster: "serverless", connect });
    expect(told).to.deep.equal([
      'naru:kafka: cluster is "serverless", of which no program makes topics; write provisioned in a local stack',
      "naru:kafka: connect asks for MSK Connect, which a local stack has not; leave it out",
    ]);
  });

  it("comes by --kafka where the stack's file has none, and not without being asked", () => {
    expect(addedConfig({ options: { kafka: true } })).to.deep.equal({
      "naru:kafka": '{"cluster":"provisioned"}',
    });
    expect(asksForKafka({ kafka: true })).to.equal(true);
    expect(addedConfig({ options: {} })).to.deep.equal({});
    expect(asksForKafka({})).to.equal(false);
  });
});
