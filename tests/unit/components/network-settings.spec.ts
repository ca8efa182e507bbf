import { expect } from "chai";
import { parseSettings, SettingsError, type Settings } from "../../../components/settings";

const VPC = { "naru:network": "vpc-0123456789abcdef0" };
const SUBNETS = { "naru:networkSubnetIds": '["subnet-0123456789abcdef0"]' };

function settings(config: Record<string, string>, stage = "dev"): Settings {
  return parseSettings({ "naru:stage": stage, "naru:owner": "data-team@example.com", ...config });
}

function problemsOf(config: Record<string, string>, stage?: string): readonly string[] {
  try {
    settings(config, stage);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems;
  }
}

describe("settings of the network", () => {
  it("give prod a network of its own, where landing is read, and the other stages none", () => {
    expect(settings({}, "prod")).to.include({ network: "own", landingInNetworkOnly: true });
    for (const stage of ["dev", "local"]) {
      expect(settings({}, stage)).to.include({ network: "none", landingInNetworkOnly: false });
    }
  });

  it("let prod go without", () => {
    expect(settings({ "naru:network": "none" }, "prod")).to.include({
      network: "none",
      landingInNetworkOnly: false,
    });
  });

  it("take a VPC that is there, with its subnets, and leave landing open to it until told", () => {
    expect(settings({ ...VPC, ...SUBNETS })).to.deep.include({
      network: "vpc-0123456789abcdef0",
      networkSubnetIds: ["subnet-0123456789abcdef0"],
      landingInNetworkOnly: false,
    });
    const only = settings({ ...VPC, ...SUBNETS, "naru:landingInNetworkOnly": "true" });
    expect(only.landingInNetworkOnly).to.equal(true);
  });

  it("refuse a VPC without subnets, and subnets without a VPC", () => {
    expect(problemsOf(VPC)).to.deep.equal([
      "naru:networkSubnetIds: is empty, but naru:network is vpc-0123456789abcdef0. " +
        `Fix: pulumi config set naru:networkSubnetIds '["subnet-0123456789abcdef0"]'`,
    ]);
    expect(problemsOf(SUBNETS, "prod")).to.deep.equal([
      "naru:networkSubnetIds: names subnets of a VPC that is there, but naru:network is own. " +
        "Remove it: pulumi config rm naru:networkSubnetIds",
    ]);
  });

  it("refuse, for a network that is not the stack's own, what shapes one", () => {
    const shapes = { "naru:networkZones": "3", "naru:networkNatGateways": "single" };
    const names = ["networkZones", "networkNatGateways"];
    for (const config of [shapes, { ...VPC, ...SUBNETS, ...shapes }]) {
      expect(
        problemsOf(config).map((problem) => /^naru:(\w+): shapes a network/.exec(problem)?.[1]),
      ).to.deep.equal(names);
    }
    expect(problemsOf(shapes, "prod")).to.deep.equal([]);
  });

  it("refuse closed subnets from which KMS or Kinesis is not reached", () => {
    expect(problemsOf({ "naru:networkEndpoints": '["kms"]' }, "prod")).to.deep.equal([
      "naru:networkEndpoints: lacks kinesis-streams, which functions and Spark call from the closed subnets. " +
        `Fix: pulumi config set naru:networkEndpoints '["kms","kinesis-streams"]'`,
    ]);
  });

  it("refuse to bind landing to a network that there is not", () => {
    expect(problemsOf({ "naru:landingInNetworkOnly": "true" })).to.deep.equal([
      "naru:landingInNetworkOnly: needs a network, but naru:network is none. Fix: pulumi config set naru:network own",
    ]);
  });

  it("refuse further ways to landing where all ways are open", () => {
    const endpoints = { "naru:landingEndpoints": '["vpce-0123456789abcdef0"]' };
    for (const config of [endpoints, { ...endpoints, ...VPC, ...SUBNETS }]) {
      expect(problemsOf(config)).to.deep.equal([
        "naru:landingEndpoints: names ways into a network, but naru:landingInNetworkOnly is false, so that landing is " +
          "open to any way. Remove it: pulumi config rm naru:landingEndpoints",
      ]);
    }
    expect(problemsOf(endpoints, "prod")).to.deep.equal([]);
  });
});
