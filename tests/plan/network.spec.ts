import * as awsx from "@pulumi/awsx/ec2";
import * as pulumi from "@pulumi/pulumi";
import * as rpc from "@pulumi/pulumi/runtime/rpc";
import { expect } from "chai";
import { ROOT } from "../../local/paths";
import {
  recordProgram,
  type ProgramRecord,
  type RecordedResource,
  type RecordOptions,
} from "../../local/recorder";

const VPC_URN =
  "urn:pulumi:dev::naru::awsx:ec2:Vpc$aws:ec2/vpc:Vpc$aws:ec2/subnet:Subnet$aws:ec2/routeTable:RouteTable";

function recordVpc(args: awsx.VpcArgs, rest: Partial<RecordOptions> = {}): Promise<ProgramRecord> {
  const program = async () => {
    const vpc = new awsx.Vpc("main", args);
    return {
      vpcId: vpc.vpcId,
      closed: vpc.isolatedSubnetIds,
      routeTables: pulumi.output(vpc.routeTables.apply((tables) => tables.map(({ id }) => id))),
      ranges: pulumi.output(vpc.subnets.apply((subnets) => subnets.map(({ cidrBlock }) => cidrBlock))),
    };
  };
  return recordProgram({ root: ROOT, stack: "dev", program, ...rest });
}

const SPECS: awsx.VpcArgs = {
  cidrBlock: "10.0.0.0/16",
  numberOfAvailabilityZones: 2,
  natGateways: { strategy: "None" },
  subnetStrategy: "Auto",
  subnetSpecs: [{ type: "Isolated", name: "closed", cidrBlocks: ["10.0.0.0/24", "10.0.1.0/24"] }],
};

async function failure(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "",
    (error: Error) => error.message,
  );
}

const of = ({ resources }: ProgramRecord, type: string): RecordedResource[] =>
  resources.filter((resource) => resource.type === type);

describe("awsx.ec2.Vpc in a plan", () => {
  it("has the children that its plugin makes, in their places", async () => {
    const plan = await recordVpc(SPECS);
    const tables = of(plan, "aws:ec2/routeTable:RouteTable");
    expect(tables.map(({ urn }) => urn)).to.deep.equal([
      `${VPC_URN}::main-closed-1`,
      `${VPC_URN}::main-closed-2`,
    ]);
    const [association] = of(plan, "aws:ec2/routeTableAssociation:RouteTableAssociation");
    expect(association!.inputs.routeTableId).to.equal(rpc.unknownValue);
    expect(association!.propertyDependencies.routeTableId).to.deep.equal([tables[0]!.urn]);
  });

  it("hands on what a provider made, children that are read back included", async () => {
    const applied = await recordVpc(SPECS, {
      create: async ({ name, type }) => ({ id: `${type.split(":").at(-1)}/${name}`, outputs: {} }),
    });
    expect(applied.outputs).to.deep.equal({
      vpcId: "Vpc/main",
      closed: ["Subnet/main-closed-1", "Subnet/main-closed-2"],
      routeTables: ["RouteTable/main-closed-1", "RouteTable/main-closed-2"],
      ranges: ["10.0.0.0/24", "10.0.1.0/24"],
    });
    expect([...applied.created]).to.have.length(8);
  });

  for (const [what, args] of Object.entries<awsx.VpcArgs>({
    "subnetSpecs must give cidrBlocks": { ...SPECS, subnetSpecs: [{ type: "Isolated" }] },
    "subnetStrategy must be Auto or Exact": { ...SPECS, subnetStrategy: "Legacy" },
    "vpcEndpointSpecs is not worked out here": { ...SPECS, vpcEndpointSpecs: [{ serviceName: "s3" }] },
    "natGateways.strategy Single needs a subnet of type Public": {
      ...SPECS,
      natGateways: { strategy: "Single" },
    },
  })) {
    it(`is refused, not guessed at: ${what}`, async () => {
      expect(await failure(recordVpc(args))).to.include(`awsx.ec2.Vpc main: ${what}`);
    });
  }
});

describe("the network of the prod stack", () => {
  let prod: ProgramRecord;

  before(async function () {
    this.timeout(60_000);
    prod = await recordProgram({ root: ROOT, stack: "prod" });
  });

  it("has no route to the internet, and no public subnet", () => {
    expect(of(prod, "aws:ec2/subnet:Subnet")).to.have.length(4);
    expect(of(prod, "aws:ec2/route:Route")).to.deep.equal([]);
  });

  it("holds every function and Spark, in the closed subnets", () => {
    const placed = [
      ...of(prod, "aws:lambda/function:Function").map(
        ({ propertyDependencies }) => propertyDependencies.vpcConfig,
      ),
      ...of(prod, "aws:emrserverless/application:Application").map(
        ({ propertyDependencies }) => propertyDependencies.networkConfiguration,
      ),
    ];
    expect(placed.length).to.be.greaterThan(2);
    for (const urns of placed) {
      const subnets = (urns ?? []).filter((urn) => urn.includes("aws:ec2/subnet:Subnet"));
      expect(subnets.map((urn) => urn.split("::").at(-1))).to.have.members([
        "network-closed-1",
        "network-closed-2",
      ]);
    }
  });

  it("is not in the dev stack, which costs nothing for one", async () => {
    const dev = await recordProgram({ root: ROOT, stack: "dev" });
    expect(dev.resources.filter(({ type }) => /^awsx?:(ec2|vpc)/.test(type))).to.deep.equal([]);
  });
});
