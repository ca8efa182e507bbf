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
  it("take Glue where its jobs can read landing", () => {
    expect(problems({ "naru:etl": "glue", "naru:glueExecution": "flex" })).to.deep.equal([]);
    const open = { "naru:stage": "prod", "naru:etl": "glue", "naru:landingInNetworkOnly": "false" };
    expect(problems(open)).to.deep.equal([]);
  });

  it("refuse Glue where landing is read in the network only, as prod has it", () => {
    const configs: Record<string, string>[] = [{ "naru:stage": "prod" }, { "naru:network": "own" }];
    for (const config of configs) {
      const [problem] = problems({ ...config, "naru:etl": "glue" });
      expect(problem).to.match(/^naru:etl: is glue, whose jobs stand outside the network, .*\. Fix: /);
      expect(problem).to.match(/pulumi config set naru:landingInNetworkOnly false$/);
    }
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
});
