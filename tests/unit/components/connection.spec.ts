import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  Connection,
  EncryptionKeys,
  Network,
  type ConnectionArgs,
  type Source,
} from "../../../components/aws";
import { contextWith, mocked, refusal, TWO_CONTRACTS, valueOf, type MockedStack } from "./mocks";

const CONNECTION = "aws:glue/connection:Connection";
const SECRET = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:source-a1B2c3";
const JDBC: Source = { kind: "JDBC", url: "jdbc:mysql://db.example.com:3306/music", secretArn: SECRET };

const make = (source: Source, more: Omit<ConnectionArgs, "source"> = {}) =>
  new Connection("source", contextWith(), { source, ...more });

const propertiesOf = async (source: Source) => {
  const { inputs } = (await mocked(() => void make(source))).one(CONNECTION, "source");
  // The provider's own type marks them as secret.
  return { type: inputs.connectionType, properties: inputs.connectionProperties.value };
};

describe("Connection", () => {
  it("of kind JDBC takes credentials from its secret, and wants TLS", async () => {
    expect(await propertiesOf(JDBC)).to.deep.equal({
      type: "JDBC",
      properties: {
        JDBC_CONNECTION_URL: "jdbc:mysql://db.example.com:3306/music",
        JDBC_ENFORCE_SSL: "true",
        SECRET_ID: SECRET,
      },
    });
    const { properties } = await propertiesOf({ ...JDBC, tls: false });
    expect(properties.JDBC_ENFORCE_SSL).to.equal("false");
  });

  it("of kind KAFKA takes MSK's IAM over TLS, or a secret by SCRAM", async () => {
    const bootstrapServers = ["b1.example.com:9098", "b2.example.com:9098"];
    expect((await propertiesOf({ kind: "KAFKA", bootstrapServers })).properties).to.deep.equal({
      KAFKA_BOOTSTRAP_SERVERS: "b1.example.com:9098,b2.example.com:9098",
      KAFKA_SSL_ENABLED: "true",
      KAFKA_SASL_MECHANISM: "AWS_MSK_IAM",
    });
    const scram = { kind: "KAFKA", bootstrapServers, authentication: "scram", secretArn: SECRET } as const;
    expect((await propertiesOf(scram)).properties).to.include({
      KAFKA_SASL_MECHANISM: "SCRAM-SHA-512",
      KAFKA_SASL_SCRAM_SECRETS_ARN: SECRET,
    });
  });

  it("of kind MONGODB takes credentials from its secret, and wants TLS", async () => {
    const { properties } = await propertiesOf({
      kind: "MONGODB",
      url: "mongodb://docdb.example.com:27017/lms",
      secretArn: SECRET,
    });
    expect(properties).to.deep.equal({
      CONNECTION_URL: "mongodb://docdb.example.com:27017/lms",
      JDBC_ENFORCE_SSL: "true",
      SECRET_ID: SECRET,
    });
  });

  it("of kind OPENSEARCH and SNOWFLAKE have their properties as JSON, the secret by ARN", async () => {
    const search = await propertiesOf({
      kind: "OPENSEARCH",
      endpoint: "https://search.example.com",
      secretArn: SECRET,
    });
    expect(JSON.parse(search.properties.SparkProperties)).to.include({
      secretId: SECRET,
      "opensearch.nodes": "https://search.example.com",
      "opensearch.port": "443",
      "opensearch.net.ssl": "true",
      "opensearch.aws.sigv4.region": "ap-northeast-2",
    });
    const snowflake = await propertiesOf({
      kind: "SNOWFLAKE",
      host: "org-account.snowflakecomputing.com",
      secretArn: SECRET,
      role: "ETL",
    });
    expect(JSON.parse(snowflake.properties.SparkProperties)).to.deep.equal({
      secretId: SECRET,
      sfUrl: "org-account.snowflakecomputing.com",
      sfRole: "ETL",
    });
  });

  it("of kind CUSTOM and MARKETPLACE name the connector", async () => {
    const connector = {
      connectorType: "Jdbc",
      connectorClass: "com.example.Driver",
      secretArn: SECRET,
    } as const;
    const custom = await propertiesOf({
      kind: "CUSTOM",
      ...connector,
      connectorUrl: "s3://drivers/driver.jar",
      url: "jdbc:example://db.example.com",
    });
    expect(custom).to.deep.equal({
      type: "CUSTOM",
      properties: {
        CONNECTOR_TYPE: "Jdbc",
        CONNECTOR_URL: "s3://drivers/driver.jar",
        CONNECTOR_CLASS_NAME: "com.example.Driver",
        JDBC_CONNECTION_URL: "jdbc:example://db.example.com",
        SECRET_ID: SECRET,
      },
    });
    const image = "https://709825985650.dkr.ecr.us-east-1.amazonaws.com/amazon/connector:1.0";
    const bought = await propertiesOf({ kind: "MARKETPLACE", ...connector, connectorUrl: image });
    expect(bought.properties.CONNECTOR_URL).to.equal(image);
  });

  describe("in a network", () => {
    let stack: MockedStack;
    let used: ReturnType<Connection["useStatements"]>;

    before(async () => {
      stack = await mocked(() => {
        const context = contextWith();
        const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
        const network = new Network("network", context, { keys });
        used = make({ kind: "NETWORK" }, { network, reaches: ["10.1.0.0/16"] }).useStatements();
      });
    });

    it("stands in a closed subnet, in the network's group and one of its own", () => {
      const { physicalConnectionRequirements: place } = stack.one(CONNECTION, "source").inputs;
      expect(place.subnetId).to.match(/closed/);
      expect(place.availabilityZone).to.equal("ap-northeast-2a");
      expect(place.securityGroupIdLists).to.have.members(["network-closed-id", "source-workers-id"]);
    });

    it("lets workers reach each other, as Glue asks for, and the source's ranges only", () => {
      const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
      const own = [
        ...stack.of(EGRESS),
        ...stack.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"),
      ]
        .filter(({ name }) => name.startsWith("source-"))
        .map(({ name, inputs }) => [name, inputs.cidrIpv4 ?? inputs.referencedSecurityGroupId]);
      expect(own).to.have.deep.members([
        ["source-workers-from-themselves", "source-workers-id"],
        ["source-workers-to-themselves", "source-workers-id"],
        ["source-workers-to-source-1", "10.1.0.0/16"],
      ]);
    });

    it("gives its users the rights to stand there, and to tag nothing but Glue's own mark", () => {
      const tagging = used.find(({ Action }) => Action.includes("ec2:CreateTags"))!;
      expect(tagging.Condition).to.deep.equal({
        "ForAllValues:StringEquals": { "aws:TagKeys": ["aws-glue-service-resource"] },
      });
      expect(used.flatMap(({ Action }) => Action).filter((action) => action.includes("*"))).to.deep.equal([]);
    });

    it("lets them make interfaces in that subnet and those groups, and nowhere else", async () => {
      const making = used.find(({ Action }) => Action === "ec2:CreateNetworkInterface")!;
      const arn = "arn:aws:ec2:ap-northeast-2:123456789012";
      expect(await valueOf(pulumi.output([making.Resource].flat()))).to.deep.equal([
        `${arn}:network-interface/*`,
        `${arn}:subnet/network-closed-1-id`,
        `${arn}:security-group/network-closed-id`,
        `${arn}:security-group/source-workers-id`,
      ]);
    });

    it("takes the zone that an existing network names, and refuses one that names none", async () => {
      const withExisting = (zones?: readonly string[]) => () => {
        const context = contextWith();
        const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
        const existing = {
          vpcId: "vpc-0123456789abcdef0",
          closedSubnetIds: ["subnet-0123456789abcdef0"],
          zones,
        };
        const network = new Network("network", context, { keys, existing });
        make({ kind: "NETWORK" }, { network });
      };
      const { inputs } = (await mocked(withExisting(["ap-northeast-2c"]))).one(CONNECTION, "source");
      expect(inputs.physicalConnectionRequirements).to.include({
        availabilityZone: "ap-northeast-2c",
        subnetId: "subnet-0123456789abcdef0",
      });
      expect(await refusal(withExisting())).to.include(
        "network: does not say in which zones its subnets stand; name them in existing.zones",
      );
      expect(await refusal(withExisting(["c"]))).to.include(
        'existing.zones[0]: is "c"; write an availability zone',
      );
    });
  });

  it("lets its users read its own secret, and decrypt that secret only", async () => {
    let used: ReturnType<Connection["useStatements"]> = [];
    await mocked(() => void (used = make(JDBC).useStatements()));
    expect(used[1]).to.deep.include({ Action: "secretsmanager:GetSecretValue", Resource: SECRET });
    expect(used[2]!.Condition).to.deep.equal({
      StringEquals: {
        "kms:ViaService": "secretsmanager.ap-northeast-2.amazonaws.com",
        "kms:EncryptionContext:SecretARN": SECRET,
      },
    });
  });

  describe("refuses", () => {
    const mongo = { kind: "MONGODB", secretArn: SECRET } as const;
    const kafka = { kind: "KAFKA", bootstrapServers: ["b1:9098"] } as const;
    const connector = { connectorType: "Spark", connectorClass: "Connector" } as const;
    const wrong: [string, Source, string][] = [
      [
        "a password in a JDBC address",
        { ...JDBC, url: "jdbc:mysql://h/db?user=u&password=hunter2" },
        "source.url: holds credentials",
      ],
      [
        "a password in a MongoDB address",
        { ...mongo, url: "mongodb://u:hunter2@h:27017/db" },
        "source.url: holds credentials",
      ],
      [
        "an address that is no JDBC",
        { ...JDBC, url: "postgres://h/db" },
        "source.url: is not of the form; write jdbc:",
      ],
      [
        "a secret by name",
        { ...JDBC, secretArn: "source" },
        'source.secretArn: is "source"; write the ARN of a secret',
      ],
      ["no broker", { ...kafka, bootstrapServers: [] }, "source.bootstrapServers: is empty"],
      [
        "a broker without port",
        { ...kafka, bootstrapServers: ["b1"] },
        'bootstrapServers[0]: is "b1"; write host:port',
      ],
      ["SCRAM without a secret", { ...kafka, authentication: "scram" }, "source.secretArn: is missing"],
      ["IAM with a secret", { ...kafka, secretArn: SECRET }, 'is not used by authentication "iam"'],
      ["IAM without TLS", { ...kafka, tls: false }, "source.tls: is false; leave it out"],
      [
        "OpenSearch without TLS",
        { kind: "OPENSEARCH", endpoint: "http://h", secretArn: SECRET },
        "reached by TLS only",
      ],
      [
        "a port beyond TCP's",
        { kind: "OPENSEARCH", endpoint: "https://h", port: 70_000, secretArn: SECRET },
        "source.port: is 70000",
      ],
      [
        "another host for Snowflake",
        { kind: "SNOWFLAKE", host: "example.com", secretArn: SECRET },
        "snowflakecomputing.com",
      ],
      [
        "a connector of one's own that is no JAR in S3",
        { kind: "CUSTOM", ...connector, connectorUrl: "https://x/y.jar" },
        "s3://<bucket>/<key>.jar",
      ],
      [
        "a bought connector that is no image",
        { kind: "MARKETPLACE", ...connector, connectorUrl: "s3://x/y.jar" },
        "dkr.ecr",
      ],
      ["a network that is none", { kind: "NETWORK" }, "network: is missing"],
      [
        "another kind",
        { kind: "SFTP" } as unknown as Source,
        'source.kind: is "SFTP"; write one of JDBC, KAFKA,',
      ],
    ];
    for (const [what, source, message] of wrong) {
      it(what, async () => {
        const told = await refusal(() => make(source));
        expect(told).to.include(message);
        expect(told).to.not.include("hunter2");
      });
    }

    it("ranges without a network, and what is no range, at once", async () => {
      const told = await refusal(() => make(JDBC, { reaches: ["10.1.0.0"] }));
      expect(told).to.include("2 wrong argument(s)");
      expect(told).to.include('reaches[0]: is "10.1.0.0"; write an IPv4 range');
      expect(told).to.include("reaches: names ranges without a network");
    });
  });
});
