import { expect } from "chai";
import {
  DataLake,
  EncryptionKeys,
  FederatedQueries,
  Network,
  type DataLakeArgs,
  type FederatedSource,
} from "../../../components/aws";
import { contextWith, mocked, refusal, TWO_CONTRACTS, valueOf, type MockedStack } from "./mocks";
import { wideRights } from "./privileges";

const SECRET = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:registry-a1B2c3";
const FUNCTION = "arn:aws:lambda:ap-northeast-2:123456789012:function:naru-test-federated-registry";
const CATALOG = "arn:aws:athena:ap-northeast-2:123456789012:datacatalog/naru_test_registry";
const SPILL = "arn:aws:s3:::naru-test-federated-spill-123456789012-ap-northeast-2";

const REGISTRY: FederatedSource = {
  name: "registry",
  engine: "postgresql",
  host: "registry.example.com",
  database: "registry",
  secretArn: SECRET,
  reaches: ["10.1.0.0/24"],
  personalData: "none",
};

function make(sources: readonly FederatedSource[], lakeArgs: Partial<DataLakeArgs> = {}): FederatedQueries {
  const context = contextWith();
  const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
  const lake = new DataLake("lake", context, { contracts: TWO_CONTRACTS, keys, ...lakeArgs });
  const network = new Network("network", context, { keys });
  return new FederatedQueries("federated", context, { lake, keys, network, sources });
}

const READER = "aws:iam/rolePolicy:RolePolicy";

describe("FederatedQueries", () => {
  let stack: MockedStack;
  let queries: FederatedQueries;

  before(async () => {
    stack = await mocked(() => {
      queries = make([
        REGISTRY,
        { ...REGISTRY, name: "shop", engine: "mysql", port: 3307, readers: ["analyst"] },
      ]);
    });
  });

  it("gives each source a catalogue whose name needs no quotes in SQL", async () => {
    const { inputs } = stack.one("aws:athena/dataCatalog:DataCatalog", "federated-registry");
    expect(inputs).to.deep.include({ name: "naru_test_registry", type: "LAMBDA" });
    expect(Object.keys(inputs.parameters)).to.deep.equal(["function"]);
    expect(await valueOf(queries.catalogs.registry!)).to.equal("naru_test_registry");
  });

  it("runs AWS's connector of one version in the closed subnets, under the platform's keys", () => {
    const { inputs } = stack.one("aws:lambda/function:Function", "federated-registry");
    expect(inputs.imageUri).to.match(
      /^292517598671\.dkr\.ecr\.ap-northeast-2\.amazonaws\.com\/athena-federation-repository-postgresql:\d{4}\.\d+\.\d+$/,
    );
    expect(inputs).to.include({ packageType: "Image", memorySize: 3008, timeout: 900 });
    expect(inputs.imageConfig.commands[0]).to.match(/\.PostGreSqlCompositeHandler$/);
    expect(inputs).not.to.have.any.keys("runtime", "handler", "code");
    expect(inputs.kmsKeyArn).to.match(/:keys-stream$/);
    expect(inputs.vpcConfig.securityGroupIds).to.have.length(2);
    expect(stack.one("aws:lambda/function:Function", "federated-shop").inputs.imageUri).to.contain("-mysql:");
  });

  it("tells the connector by a Glue connection where its source is, over TLS, and no password", () => {
    const { inputs } = stack.one("aws:glue/connection:Connection", "federated-registry");
    expect(inputs.connectionType).to.equal("POSTGRESQL");
    expect(inputs.connectionProperties.value).to.deep.equal({
      ...{ HOST: "registry.example.com", PORT: "5432", DATABASE: "registry" },
      JDBC_PARAMS: "sslmode=require",
    });
    expect(inputs.authenticationConfiguration).to.deep.equal({
      authenticationType: "BASIC",
      secretArn: SECRET,
    });
    expect(inputs.athenaProperties.value.spill_prefix).to.equal("registry");
    expect(inputs.athenaProperties.value).not.to.have.property("disable_spill_encryption");
    const environment = stack.one("aws:lambda/function:Function", "federated-registry").inputs.environment;
    expect(environment.variables).to.deep.equal({ glue_connection: inputs.name });
    const shop = stack.one("aws:glue/connection:Connection", "federated-shop").inputs.connectionProperties
      .value;
    expect(shop).to.include({ PORT: "3307", JDBC_PARAMS: "sslMode=REQUIRED" });
  });

  it("lets a connector out to its source's port only, beside the closed group's endpoints", () => {
    const egress = stack
      .of("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
      .filter(({ name }) => name.startsWith("federated-registry"));
    expect(egress.map(({ inputs }) => [inputs.cidrIpv4, inputs.fromPort, inputs.toPort])).to.deep.equal([
      ["10.1.0.0/24", 5432, 5432],
    ]);
    const ingress = stack.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
    expect(ingress.filter(({ name }) => name.startsWith("federated"))).to.deep.equal([]);
  });

  it("spills into a bucket of its own, under the lake's key, for a day and without versions", () => {
    const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
    const [rule] = stack.one(type, "federated-spill").inputs.rules;
    expect(rule.applyServerSideEncryptionByDefault.kmsMasterKeyId).to.match(/:keys-lake$/);
    const lifecycle = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
    const expire = stack.one(lifecycle, "federated-spill").inputs.rules.at(-1);
    expect(expire.expiration.days).to.equal(1);
    expect(stack.of("aws:s3/bucketVersioning:BucketVersioning").map(({ name }) => name)).not.to.include(
      "federated-spill",
    );
  });

  it("gives a connector its own connection, secret and folder, and nothing of the lake", () => {
    const statements = stack.statements("federated-registry");
    const all = JSON.stringify(statements);
    expect(statements.find(({ Action }) => Action === "secretsmanager:GetSecretValue")!.Resource).to.equal(
      SECRET,
    );
    for (const objects of statements.filter(({ Action }) =>
      [Action].flat().some((a: string) => /:(Get|Put)Object$/.test(a)),
    )) {
      expect(objects.Resource).to.equal(`${SPILL}/registry/*`);
    }
    for (const other of ["-landing-", "-raw-", "-curated-", "-query-results-", "shop", "s3:DeleteObject"]) {
      expect(all).not.to.contain(other);
    }
    // Lambda's own for its network interfaces, which the function itself is refused.
    const wide = wideRights(stack).filter((right) => right.startsWith("federated"));
    expect(wide.filter((right) => !right.includes("ec2:CreateNetworkInterface"))).to.deep.equal([]);
  });

  it("is for the transform role, and for analysts by name only", () => {
    const policy = (reader: string) => JSON.stringify(stack.one(READER, `federated-${reader}`).inputs.policy);
    expect(policy("transform")).to.contain(FUNCTION).and.contain(CATALOG).and.contain(`${SPILL}/registry/*`);
    expect(policy("transform")).not.to.contain("shop");
    expect(policy("analyst")).to.contain("naru_test_shop").and.not.contain("registry");
    for (const reader of ["transform", "analyst"])
      expect(policy(reader)).not.to.match(/s3:Put|secretsmanager/);
  });

  it("leaves analysts alone where nobody names them", async () => {
    const alone = await mocked(() => void make([REGISTRY]));
    expect(alone.of(READER).map(({ name }) => name))
      .to.include("federated-transform")
      .and.not.include("federated-analyst");
  });

  for (const [what, changes, message] of [
    ["a name with a hyphen", { name: "the-registry" }, 'name: is "the-registry"; write lower case letters'],
    [
      "an engine without a connector",
      { engine: "oracle" },
      'engine: is "oracle"; write one of postgresql, mysql',
    ],
    ["a URL for a host", { host: "jdbc:postgresql://h" }, "host: is"],
    ["no port", { port: 0 }, "port: is 0; write a whole number from 1"],
    ["a database with parameters", { database: "a?user=b" }, 'database: is "a?user=b"'],
    ["a password for a secret", { secretArn: "hunter2" }, "secretArn: is"],
    ["a host that nothing reaches", { reaches: [] }, "reaches: is empty; write a list of the IPv4 ranges"],
    [
      "the internet",
      { reaches: ["0.0.0.0/0"] },
      'reaches[0]: is "0.0.0.0/0"; write an IPv4 range that is not all of the internet',
    ],
    ["personal data", { personalData: "clear" }, 'personalData: is "clear"; write "none"'],
    [
      "silence about personal data",
      { personalData: undefined },
      'personalData: is "undefined"; write "none"',
    ],
    ["no reader", { readers: [] }, "readers: is empty"],
    ["another role", { readers: ["loader"] }, 'readers[0]: is "loader"; write one of transform, analyst'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const said = await refusal(() => make([{ ...REGISTRY, ...(changes as object) }]));
      expect(said).to.contain("has 1 wrong argument(s)").and.contain(`sources[0].${message}`);
    });
  }

  it("refuses no source, and one name twice", async () => {
    expect(await refusal(() => make([]))).to.contain("sources: is empty; name a database");
    expect(await refusal(() => make([REGISTRY, REGISTRY]))).to.contain(
      'sources[1].name: is "registry" again',
    );
  });

  it("refuses analysts where Lake Formation decides what they read", async () => {
    const source: FederatedSource = { ...REGISTRY, readers: ["analyst"] };
    const governed = await refusal(() => make([source], { columnGrants: true }));
    expect(governed).to.contain(
      "sources[0].readers: names analysts, who read by Lake Formation's grants only",
    );
  });
});
