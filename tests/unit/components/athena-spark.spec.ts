import { expect } from "chai";
import { AthenaSpark, DataLake, EncryptionKeys, type DataLakeArgs } from "../../../components/aws";
import { Names } from "../../../components/naming";
import { contextWith, IDENTITY, mocked, refusal, TWO_CONTRACTS, type MockedStack } from "./mocks";
import { wideRights } from "./privileges";

const WORKGROUP = "arn:aws:athena:ap-northeast-2:123456789012:workgroup/naru-test-spark";

function make(lakeArgs: Partial<DataLakeArgs> = {}, region = IDENTITY.region): AthenaSpark {
  const identity = { ...IDENTITY, region };
  const context = contextWith({ identity, names: new Names(identity) });
  const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
  const lake = new DataLake("lake", context, { contracts: TWO_CONTRACTS, keys, ...lakeArgs });
  return new AthenaSpark("athena-spark", context, { lake, keys });
}

describe("AthenaSpark", () => {
  let stack: MockedStack;

  before(async () => {
    stack = await mocked(() => void make());
  });

  it("is a workgroup of the engine that Seoul has, enforced, with results under the lake's key", () => {
    const { name, configuration } = stack.one("aws:athena/workgroup:Workgroup", "athena-spark").inputs;
    expect(name).to.equal("naru-test-spark");
    expect(configuration.engineVersion).to.deep.equal({ selectedEngineVersion: "Apache Spark version 3.5" });
    expect(configuration.enforceWorkgroupConfiguration).to.equal(true);
    expect(configuration.resultConfiguration.outputLocation).to.equal(
      "s3://naru-test-query-results-123456789012-ap-northeast-2/spark/",
    );
    const encryption = configuration.resultConfiguration.encryptionConfiguration;
    expect(encryption.encryptionOption).to.equal("SSE_KMS");
    expect(encryption.kmsKeyArn).to.match(/:keys-lake$/);
  });

  it("logs into a group of its own, under the log key", () => {
    const { configuration } = stack.one("aws:athena/workgroup:Workgroup", "athena-spark").inputs;
    const group = stack.one("aws:cloudwatch/logGroup:LogGroup", "athena-spark-logs").inputs;
    expect(configuration.monitoringConfiguration.cloudWatchLoggingConfiguration).to.deep.equal({
      ...{ enabled: true, logGroup: group.name },
    });
    expect(group.kmsKeyId).to.match(/:keys-logs$/);
  });

  it("runs sessions as a role that Athena takes for this account only, and that reads the open zone", () => {
    const [trust] = stack.one("aws:iam/role:Role", "athena-spark").inputs.assumeRolePolicy.Statement;
    expect(trust.Principal).to.deep.equal({ Service: "athena.amazonaws.com" });
    expect(trust.Condition).to.deep.equal({ StringEquals: { "aws:SourceAccount": "123456789012" } });
    const statements = stack.statements("athena-spark");
    const on = (action: string) =>
      statements
        .filter(({ Action }) => [Action].flat().includes(action))
        .flatMap(({ Resource }) => Resource)
        .map((arn: string) => arn.replace("-123456789012-ap-northeast-2", ""));
    expect(on("s3:GetObject")).to.have.members([
      "arn:aws:s3:::naru-test-raw/lms/requests/*",
      "arn:aws:s3:::naru-test-curated/*",
      "arn:aws:s3:::naru-test-query-results/spark/*",
    ]);
    expect(on("s3:PutObject")).to.deep.equal(["arn:aws:s3:::naru-test-query-results/spark/*"]);
    const all = statements.flatMap(({ Action }) => Action);
    expect(all.filter((action: string) => /Delete|glue:(Create|Update)|PassRole/.test(action))).to.deep.equal(
      [],
    );
    expect(wideRights(stack).filter((right) => right.startsWith("athena-spark"))).to.deep.equal([]);
  });

  it("lets analysts hold sessions there, and pass no role of their own", () => {
    const { role, policy } = stack.one("aws:iam/rolePolicy:RolePolicy", "athena-spark-sessions").inputs;
    expect(role).to.equal("naru-test-analyst");
    const [only, ...more] = policy.Statement;
    expect(more).to.deep.equal([]);
    expect(only.Resource).to.equal(WORKGROUP);
    expect(only.Action).to.include.members(["athena:StartSession", "athena:GetSessionEndpoint"]);
    expect(only.Action).not.to.include("iam:PassRole");
  });

  it("refuses a region without the engine, by its name, and says what runs Spark there", async () => {
    const message = await refusal(() => make({}, "ap-northeast-3"));
    expect(message).to.contain(
      'context.identity.region: is "ap-northeast-3"; write one where Athena has Apache Spark',
    );
    expect(message).to.contain("SparkCluster runs Spark there");
  });

  it("refuses a lake whose analysts read by grants", async () => {
    expect(await refusal(() => make({ columnGrants: true }))).to.contain(
      "lake: lets analysts read by Lake Formation's grants only, and sessions would read past them",
    );
  });
});
