import { expect } from "chai";
import {
  DataLake,
  EncryptionKeys,
  Network,
  SparkCluster,
  StreamIngest,
  type NetworkArgs,
} from "../../../components/aws";
import { contextWith, mocked, refusal, TWO_CONTRACTS, valueOf, type MockedStack } from "./mocks";
import { wideRights } from "./privileges";

const SUBNET = "aws:ec2/subnet:Subnet";
const ROUTE = "aws:ec2/route:Route";
const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const EXISTING = { vpcId: "vpc-0123456789abcdef0", closedSubnetIds: ["subnet-0123456789abcdef0"] };

function make(changes: Partial<NetworkArgs> = {}): Network {
  const context = contextWith();
  const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
  return new Network("network", context, { keys, ...changes });
}

const ranges = (stack: MockedStack) =>
  Object.fromEntries(stack.of(SUBNET).map(({ name, inputs }) => [name, inputs.cidrBlock]));
const policyOf = (stack: MockedStack, endpoint: string) =>
  JSON.parse(stack.one(ENDPOINT, endpoint).inputs.policy).Statement;

describe("Network", () => {
  let stack: MockedStack;
  let network: Network;

  before(async () => {
    stack = await mocked(() => {
      network = make();
    });
  });

  describe("subnets", () => {
    it("are closed and open ones in two zones, and no public one", () => {
      expect(ranges(stack)).to.deep.equal({
        "network-open-1": "10.20.0.0/20",
        "network-open-2": "10.20.16.0/20",
        "network-closed-1": "10.20.64.0/20",
        "network-closed-2": "10.20.80.0/20",
      });
      const zones = stack.of(SUBNET).map(({ inputs }) => inputs.availabilityZone);
      expect(new Set(zones)).to.deep.equal(new Set(["ap-northeast-2a", "ap-northeast-2b"]));
    });

    it("have no route to the internet", () => {
      expect(stack.of(ROUTE)).to.deep.equal([]);
      expect(stack.of(SUBNET).filter(({ inputs }) => inputs.mapPublicIpOnLaunch)).to.deep.equal([]);
    });

    it("say by tag which zone they are of", () => {
      expect(stack.one(SUBNET, "network-closed-1").inputs.tags).to.include({
        "naru:zone": "closed",
        "naru:owner": "data-team@example.com",
      });
    });

    it("are handed on: the closed ones to functions and Spark", async () => {
      expect(await valueOf(network.closed.subnetIds)).to.deep.equal([
        "network-closed-1-id",
        "network-closed-2-id",
      ]);
      expect(await valueOf(network.openSubnetIds)).to.deep.equal(["network-open-1-id", "network-open-2-id"]);
    });

    it("stay where they are when a zone and NAT gateways come later", async () => {
      const larger = await mocked(() => make({ zones: 3, natGateways: "per-zone" }));
      expect(ranges(larger)).to.include(ranges(stack));
      expect(larger.of(SUBNET)).to.have.length(9);
    });
  });

  describe("NAT gateways", () => {
    const targets = (of: MockedStack) =>
      Object.fromEntries(
        of.of(ROUTE).map(({ name, inputs }) => [name, inputs.natGatewayId ?? inputs.gatewayId]),
      );

    it("serve open subnets only, one for all of them", async () => {
      expect(targets(await mocked(() => make({ natGateways: "single" })))).to.deep.equal({
        "network-public-1": "network-id",
        "network-public-2": "network-id",
        "network-open-1": "network-1-id",
        "network-open-2": "network-1-id",
      });
    });

    it("or one for each zone", async () => {
      const own = await mocked(() => make({ natGateways: "per-zone" }));
      expect(targets(own)).to.include({ "network-open-1": "network-1-id", "network-open-2": "network-2-id" });
      expect(own.of("aws:ec2/eip:Eip")).to.have.length(2);
    });
  });

  describe("endpoints", () => {
    it("are S3 and DynamoDB in every route table, KMS and Kinesis in the closed subnets", () => {
      for (const gateway of ["network-s3", "network-dynamodb"]) {
        const { inputs } = stack.one(ENDPOINT, gateway);
        expect(inputs.vpcEndpointType).to.equal("Gateway");
        expect(inputs.routeTableIds).to.have.members(stack.of(SUBNET).map(({ name }) => `${name}-id`));
      }
      for (const service of ["kms", "kinesis-streams"]) {
        const { inputs } = stack.one(ENDPOINT, `network-${service}`);
        expect(inputs).to.include({
          serviceName: `com.amazonaws.ap-northeast-2.${service}`,
          privateDnsEnabled: true,
        });
        expect(inputs.subnetIds).to.have.members(["network-closed-1-id", "network-closed-2-id"]);
        expect(inputs.securityGroupIds).to.deep.equal(["network-endpoints-id"]);
      }
      expect(stack.of(ENDPOINT)).to.have.length(4);
    });

    it("let objects pass to and from the stack's own buckets only", () => {
      for (const { Effect, Resource, Condition } of policyOf(stack, "network-s3")) {
        expect(Effect).to.equal("Allow");
        expect(Resource).to.match(/^arn:aws:s3:::naru-test-\*(\/\*)?$/);
        expect(Condition.StringEquals).to.deep.equal({ "aws:ResourceAccount": "123456789012" });
      }
    });

    it("let neither another account's credentials nor its resources pass", () => {
      for (const endpoint of ["network-dynamodb", "network-kms", "network-kinesis-streams"]) {
        const [{ Condition }, ...others] = policyOf(stack, endpoint);
        expect(others).to.deep.equal([]);
        expect(Condition.StringEquals).to.deep.equal({
          "aws:PrincipalAccount": "123456789012",
          "aws:ResourceAccount": "123456789012",
        });
      }
    });

    it("are those that the caller lists", async () => {
      const own = await mocked(() => make({ endpoints: ["kms", "kinesis-streams", "glue"] }));
      expect(own.one(ENDPOINT, "network-glue").inputs.vpcEndpointType).to.equal("Interface");
    });
  });

  describe("security groups", () => {
    it("leave the default one without rules", () => {
      const { inputs } = stack.one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "network");
      expect(inputs).to.include({ vpcId: "network-id" });
      expect([...inputs.ingress, ...inputs.egress]).to.deep.equal([]);
    });

    it("let what is closed out to endpoints and S3 by HTTPS, and let nothing in to it", () => {
      const targets = stack
        .of(EGRESS)
        .map(({ inputs }) => [
          inputs.securityGroupId,
          inputs.fromPort,
          inputs.referencedSecurityGroupId ?? inputs.prefixListId ?? inputs.cidrIpv4,
        ]);
      expect(targets).to.have.deep.members([
        ["network-closed-id", 443, "network-endpoints-id"],
        ["network-closed-id", 443, "network-s3-prefixes"],
      ]);
      const into = stack.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
      expect(into.map(({ inputs }) => [inputs.securityGroupId, inputs.cidrIpv4])).to.deep.equal([
        ["network-endpoints-id", "10.20.0.0/16"],
      ]);
    });
  });

  it("logs every connection under the log key, by a role that writes nothing else", () => {
    expect(stack.one("aws:ec2/flowLog:FlowLog", "network-flow").inputs).to.include({
      vpcId: "network-id",
      trafficType: "ALL",
    });
    const { inputs } = stack.one("aws:cloudwatch/logGroup:LogGroup", "network-flow-logs");
    expect(inputs.kmsKeyId).to.match(/:keys-logs$/);
    const [trust] = stack.one("aws:iam/role:Role", "network-flow").inputs.assumeRolePolicy.Statement;
    expect(trust.Condition).to.deep.equal({ StringEquals: { "aws:SourceAccount": "123456789012" } });
    expect(wideRights(stack)).to.deep.equal(["network-flow-policy: any resource for logs:DescribeLogGroups"]);
  });

  describe("in an existing VPC", () => {
    it("makes a group for what stands in it, and nothing of its owner's", async () => {
      const own = await mocked(() => {
        network = make({ existing: EXISTING });
      });
      const made = own.resources.filter(({ name, custom }) => custom && name.startsWith("network"));
      expect(made.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`)).to.deep.equal([
        "SecurityGroup network-closed",
        "SecurityGroupEgressRule network-closed-to-services",
      ]);
      expect(await valueOf(network.vpcId)).to.equal(EXISTING.vpcId);
      expect(await valueOf(network.closed.subnetIds)).to.deep.equal(EXISTING.closedSubnetIds);
    });

    it("refuses ids that are none, and arguments that are its owner's, all at once", async () => {
      const wrong = { existing: { vpcId: "main", closedSubnetIds: ["a"] }, zones: 3 };
      expect(await refusal(() => make(wrong))).to.equal(
        'Network "network" has 3 wrong argument(s):\n' +
          "  - zones: is given beside existing, whose owner decides it; leave one of the two out\n" +
          '  - existing.vpcId: is "main"; write an id like vpc-0123456789abcdef0\n' +
          '  - existing.closedSubnetIds[0]: is "a"; write an id like subnet-0123456789abcdef0',
      );
      const none = { existing: { ...EXISTING, closedSubnetIds: [] } };
      expect(await refusal(() => make(none))).to.include(
        "existing.closedSubnetIds: is empty; name the subnets",
      );
    });
  });

  it("refuses all wrong arguments at once", async () => {
    const wrong = { cidr: "8.8.0.0/16", zones: 4, natGateways: "two", endpoints: ["kms", "s3"] };
    expect(await refusal(() => make(wrong as unknown as NetworkArgs))).to.equal(
      'Network "network" has 5 wrong argument(s):\n' +
        '  - cidr: is "8.8.0.0/16"; write a private IPv4 range of /16 to /22 at its own start, e.g. 10.20.0.0/16\n' +
        "  - zones: is 4; write a whole number from 2 to 3 zones\n" +
        '  - natGateways: is "two"; write none, single, per-zone\n' +
        '  - endpoints[1]: is "s3"; write one of athena, glue, kinesis-firehose, kinesis-streams, kms, logs, ' +
        "monitoring, secretsmanager, sqs, states, sts\n" +
        "  - endpoints: lacks kinesis-streams, which functions and Spark call from the closed subnets; add it",
    );
  });

  for (const cidr of [
    "10.20.0.0/15",
    "10.20.0.0/23",
    "10.20.1.0/16",
    "172.32.0.0/16",
    "10.20.0.256/16",
    "here",
  ]) {
    it(`refuses the range ${cidr}`, async () => {
      expect(await refusal(() => make({ cidr }))).to.include(`cidr: is "${cidr}"`);
    });
  }

  describe("what stands in it", () => {
    let platform: MockedStack;
    const CLOSED = {
      subnetIds: ["network-closed-1-id", "network-closed-2-id"],
      securityGroupIds: ["network-closed-id"],
    };

    before(async () => {
      platform = await mocked(() => {
        const context = contextWith();
        const own = make();
        const keys = new EncryptionKeys("own", context, { contracts: TWO_CONTRACTS });
        const lake = new DataLake("lake", context, { contracts: TWO_CONTRACTS, keys, landingNetwork: own });
        new StreamIngest("ingest", context, { lake, keys, network: own });
        new SparkCluster("spark", context, { lake, keys, network: own });
      });
    });

    it("is every function, in the closed subnets", () => {
      const functions = platform.of("aws:lambda/function:Function");
      expect(functions.map(({ name }) => name)).to.have.members([
        "ingest-collector",
        "ingest-lms-requests-pseudonymise",
      ]);
      for (const { inputs } of functions) expect(inputs.vpcConfig).to.deep.equal(CLOSED);
    });

    it("is Spark", () => {
      const { inputs } = platform.one("aws:emrserverless/application:Application", "spark");
      expect(inputs.networkConfiguration).to.deep.equal(CLOSED);
    });

    it("lets Lambda make interfaces under a function's role, and the function's code not", () => {
      const ofInterfaces = platform
        .statements("ingest-collector")
        .filter(({ Action }) => Action.includes("ec2:CreateNetworkInterface"));
      expect(ofInterfaces.map(({ Effect, Condition }) => [Effect, Condition])).to.deep.equal([
        ["Allow", undefined],
        [
          "Deny",
          {
            ArnEquals: {
              "lambda:SourceFunctionArn":
                "arn:aws:lambda:ap-northeast-2:123456789012:function:naru-test-collector",
            },
          },
        ],
      ]);
    });

    it("alone reads landing", () => {
      const policy = (zone: string) =>
        platform.one("aws:s3/bucketPolicy:BucketPolicy", `lake-${zone}`).inputs.policy.Statement;
      const denial = policy("landing").find(({ Sid }: { Sid: string }) => Sid === "ReadInTheNetworkOnly");
      expect(denial).to.deep.include({
        Effect: "Deny",
        Principal: "*",
        Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectVersionForReplication"],
        Resource: "arn:aws:s3:::naru-test-landing-123456789012-ap-northeast-2/*",
      });
      expect(denial.Condition.StringNotEquals).to.deep.equal({ "aws:SourceVpc": "network-id" });
      expect(JSON.stringify(policy("curated"))).not.to.include("aws:SourceVpc");
    });
  });
});
