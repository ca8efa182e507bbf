import { expect } from "chai";
import { parseSettings, SettingsError, type Settings } from "../../../components/settings";

const SOURCE = {
  ...{ name: "registry", engine: "postgresql", host: "registry.example.com", database: "registry" },
  secretArn: "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:registry-a1B2c3",
  ...{ reaches: ["10.1.0.0/24"], personalData: "none" },
};
const OWN = { "naru:network": "own" };

function settings(sources: readonly object[], config: Record<string, string> = OWN): Settings {
  const least = { "naru:stage": "dev", "naru:owner": "data-team@example.com" };
  return parseSettings({ ...least, "naru:federatedSources": JSON.stringify(sources), ...config });
}

function problemsOf(sources: readonly object[], config?: Record<string, string>): readonly string[] {
  try {
    settings(sources, config);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems;
  }
}

describe("settings of federated sources", () => {
  it("bring the endpoints that connectors call, each once, with Glue's jobs and a connection too", () => {
    const connections = JSON.stringify([
      {
        name: "music",
        kind: "JDBC",
        url: "jdbc:mysql://db.example.com:3306/music",
        secretArn: SOURCE.secretArn,
      },
    ]);
    const needed = ["kms", "kinesis-streams", "athena", "glue", "secretsmanager"];
    expect(settings([SOURCE]).networkEndpoints).to.have.members(needed);
    const more = { ...OWN, "naru:etl": "glue", "naru:connections": connections };
    expect(settings([SOURCE], more).networkEndpoints).to.have.members([...needed, "logs"]);
    const few = { ...OWN, "naru:networkEndpoints": '["kms","kinesis-streams","glue"]' };
    expect(problemsOf([SOURCE], few).join()).to.contain(
      "naru:networkEndpoints: lacks athena, secretsmanager",
    );
  });

  it("want an answer about personal data, and take no other than none", () => {
    const { personalData: _, ...silent } = SOURCE;
    expect(problemsOf([silent])).to.have.length(1);
    expect(problemsOf([silent])[0]).to.match(
      /^naru:federatedSources\[0\]\.personalData: is missing; write "none", once the secret's user sees only views/,
    );
    expect(problemsOf([{ ...SOURCE, personalData: "pseudonyms" }])[0]).to.contain(
      "naru:federatedSources[0].personalData: is of another form; write",
    );
  });

  it("tell every wrong key of every source by its place", () => {
    const wrong = [
      { ...SOURCE, engine: "oracle", port: "5432", password: "hunter2" },
      { ...SOURCE, name: "The registry", secretArn: "hunter2", reaches: ["0.0.0.0/0"], readers: ["analyst"] },
    ];
    const problems = problemsOf(wrong);
    for (const key of [
      "[0].engine",
      "[0].port",
      "[0].password",
      "[1].name",
      "[1].secretArn",
      "[1].reaches[0]",
    ]) {
      expect(
        problems.filter((problem) => problem.startsWith(`naru:federatedSources${key}:`)),
        key,
      ).to.have.length(1);
    }
    expect(problems).to.have.length(6);
  });

  it("refuse what can't be: no network, the laptop, a name twice, analysts past Lake Formation", () => {
    expect(problemsOf([SOURCE], {})).to.deep.equal([
      "naru:federatedSources: names databases, whose connectors stand in a network, but naru:network is none. " +
        "Fix: pulumi config set naru:network own",
    ]);
    expect(problemsOf([SOURCE], { "naru:stage": "local" })).to.deep.equal([
      "naru:federatedSources: names databases in a local stack, where Athena has no connectors. " +
        "Remove it: pulumi config rm naru:federatedSources",
    ]);
    expect(problemsOf([SOURCE, SOURCE])).to.deep.equal([
      'naru:federatedSources[1].name: is "registry" again; give each source a name of its own',
    ]);
    const governed = {
      ...OWN,
      "naru:accountGovernance": "true",
      "naru:lakeAdmins": '["arn:aws:iam::123456789012:role/deploy"]',
    };
    expect(problemsOf([SOURCE], governed)).to.deep.equal([]);
    expect(problemsOf([{ ...SOURCE, readers: ["transform", "analyst"] }], governed).join()).to.contain(
      "naru:federatedSources[0].readers: names analysts, who read by Lake Formation's grants only",
    );
  });
});
