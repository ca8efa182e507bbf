import { expect } from "chai";
import { parseSettings, SettingsError } from "../../../components/settings";

function problems(config: Record<string, string>): readonly string[] {
  try {
    parseSettings({ "naru:stage": "dev", "naru:owner": "team", ...config });
    return [];
  } catch (error) {
    return (error as SettingsError).problems;
  }
}

describe("settings of the Spark jobs' engine", () => {
  it("take Glue with and without a network, and for its jobs two endpoints more", () => {
    expect(problems({ "naru:etl": "glue", "naru:glueExecution": "flex" })).to.deep.equal([]);
    const prod = { "naru:stage": "prod", "naru:owner": "team", "naru:etl": "glue" };
    const { landingInNetworkOnly, networkEndpoints } = parseSettings(prod);
    expect(landingInNetworkOnly).to.equal(true);
    expect(networkEndpoints).to.deep.equal(["kms", "kinesis-streams", "glue", "logs"]);
  });

  it("refuse closed subnets from which Glue is not reached", () => {
    const endpoints = '["kms","kinesis-streams","logs"]';
    expect(
      problems({ "naru:network": "own", "naru:etl": "glue", "naru:networkEndpoints": endpoints }),
    ).to.deep.equal([
      "naru:networkEndpoints: lacks glue, which functions and Spark call from the closed subnets. " +
        `Fix: pulumi config set naru:networkEndpoints '["kms","kinesis-streams","logs","glue"]'`,
    ]);
  });

  it("ask for the zones of subnets that are there, one for each", () => {
    const vpc = {
      "naru:network": "vpc-0123456789abcdef0",
      "naru:networkSubnetIds": '["subnet-0123456789abcdef0","subnet-0123456789abcdef1"]',
    };
    expect(problems(vpc)).to.deep.equal([]);
    const zones = "naru:networkSubnetZones";
    expect(problems({ ...vpc, "naru:etl": "glue" })[0]).to.match(
      /^naru:networkSubnetZones: has 0, but Glue asks for the zone of each of the 2 subnets, .*Fix: pulumi config set/,
    );
    expect(problems({ ...vpc, [zones]: '["ap-northeast-2a"]' })[0]).to.match(
      /^naru:networkSubnetZones: has 1/,
    );
    expect(problems({ ...vpc, [zones]: '["Seoul","b"]' })[0]).to.include("each an availability zone, e.g.");
    const both = { ...vpc, [zones]: '["ap-northeast-2a","ap-northeast-2c"]', "naru:etl": "glue" };
    expect(problems(both)).to.deep.equal([]);
    expect(problems({ [zones]: '["ap-northeast-2a"]' })[0]).to.include(
      "names zones of subnets that are there",
    );
  });

  it("refuse Glue on a laptop, which has no engine for it", () => {
    expect(problems({ "naru:stage": "local", "naru:etl": "glue" })).to.deep.equal([
      "naru:etl: is glue, which has no engine on this machine. Fix: pulumi config set naru:etl emr-serverless",
    ]);
  });

  it("refuse Glue's class without Glue", () => {
    expect(problems({ "naru:glueExecution": "flex" })).to.deep.equal([
      "naru:glueExecution: is about Glue's jobs, but naru:etl is emr-serverless. Remove it: pulumi config rm naru:glueExecution",
    ]);
  });

  it("refuse the stream that counts events without Glue", () => {
    expect(problems({ "naru:streamProcessing": "glue" })).to.deep.equal([
      "naru:streamProcessing: is beside Glue's curation, but naru:etl is emr-serverless. Fix: pulumi config set naru:etl glue",
    ]);
    expect(problems({ "naru:streamProcessing": "glue", "naru:etl": "glue" })).to.deep.equal([]);
  });

  const live = { name: "live", script: "spark-jobs/live_page_views.py", kind: "streaming" };
  const withJobs = (jobs: readonly object[], more: Record<string, string> = {}) =>
    problems({ "naru:etl": "glue", "naru:glueJobs": JSON.stringify(jobs), ...more });

  it("take a team's own jobs on Glue, and refuse them without it", () => {
    expect(withJobs([live])).to.deep.equal([]);
    expect(withJobs([live], { "naru:etl": "emr-serverless" })).to.deep.equal([
      "naru:glueJobs: are beside Glue's curation, but naru:etl is emr-serverless. Fix: pulumi config set naru:etl glue",
    ]);
  });

  it("tell every wrong key of own jobs, Ray with what to write instead", () => {
    const told = withJobs([
      { ...live, kind: "ray" },
      { name: "b", kind: "spark", workers: "4", memory: 1 },
      { ...live, name: "c", connections: ["music"] },
    ]);
    expect(told.map((problem) => problem.split(": ", 1)[0])).to.deep.equal([
      "naru:glueJobs[0].kind",
      "naru:glueJobs[1].script",
      "naru:glueJobs[1].workers",
      "naru:glueJobs[1].memory",
    ]);
    expect(told[0]).to.include("write spark or streaming: Glue for Ray takes no new customers");
    expect(withJobs([{ ...live, connections: ["music"] }])).to.deep.equal([
      'naru:glueJobs[0].connections[0]: is "music", which naru:connections does not name; name it there first',
    ]);
  });
});
