import { expect } from "chai";
import {
  DataLake,
  EncryptionKeys,
  StreamIngest,
  type AwsContext,
  type StreamIngestArgs,
} from "../../../components/aws";
import { TWO_CONTRACTS, contextWith, mocked, refusal, valueOf, type MockedStack } from "./mocks";
import { wideRights } from "./privileges";

const STREAM = "aws:kinesis/stream:Stream";
const DELIVERY = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
const FUNCTION = "aws:lambda/function:Function";

type Changes = Partial<StreamIngestArgs>;

function make(
  changes: Changes = {},
  context: AwsContext = contextWith(),
  contracts = TWO_CONTRACTS,
): StreamIngest {
  const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
  const lake = new DataLake("lake", context, { contracts, keys });
  return new StreamIngest("ingest", context, { lake, keys, ...changes });
}

describe("StreamIngest", () => {
  let stack: MockedStack;
  let ingest: StreamIngest;
  const s3 = (of: MockedStack) => of.one(DELIVERY, "ingest-lms-requests").inputs.extendedS3Configuration;

  before(async () => {
    stack = await mocked(() => {
      ingest = make();
    });
  });

  it("has a collector and an API of its own, and a delivery for each stream contract", () => {
    const children = stack.resources.filter(({ parent, custom }) => parent === "ingest" && !custom);
    expect(children.map(({ type, name }) => `${type} ${name}`)).to.have.members([
      "naru:aws:CollectorApi ingest-api",
      "naru:aws:LambdaFunction ingest-collector",
      "naru:aws:Delivery ingest-lms-requests",
    ]);
  });

  it("tells where events go, which queue takes them, and the key that callers send", async () => {
    expect(await valueOf(ingest.eventsUrl)).to.match(/^https:\/\/.+\/live\/v1\/events$/);
    expect(await valueOf(ingest.streams["lms.requests"]!)).to.equal("naru-test-lms-requests");
    expect(await valueOf(ingest.apiKey!)).to.equal("a-key-of-the-mocks");
  });

  describe("a delivery that programs put straight into", () => {
    const DIRECT = "ingest-lms-requests-direct";
    let direct: MockedStack;
    let made: StreamIngest;

    before(async () => {
      direct = await mocked(() => {
        made = make({ directPut: ["lms.requests"] });
      });
    });

    it("has the transform, table, prefixes and buffers of the stream's, and a name of its own", async () => {
      const { extendedS3Configuration: own, name, ...source } = direct.one(DELIVERY, DIRECT).inputs;
      expect(source).not.to.have.any.keys("kinesisSourceConfiguration", "mskSourceConfiguration");
      expect(name).to.equal("naru-test-direct-lms-requests");
      expect(await valueOf(made.directDeliveries["lms.requests"]!)).to.equal(name);
      const its = ["roleArn", "cloudwatchLoggingOptions"];
      const rest = (all: object) =>
        Object.fromEntries(Object.entries(all).filter(([key]) => !its.includes(key)));
      const text = (all: object) => JSON.stringify(rest(all)).replaceAll(`delivery-direct-`, "delivery-");
      expect(text(own)).to.equal(text(s3(direct)));
    });

    it("is under the key of the streams, and says that it holds clear values", () => {
      const { serverSideEncryption, tags } = direct.one(DELIVERY, DIRECT).inputs;
      expect(serverSideEncryption).to.include({ enabled: true, keyType: "CUSTOMER_MANAGED_CMK" });
      expect(serverSideEncryption.keyArn).to.match(/keys-stream$/);
      expect(tags).to.include({ "naru:data-class": "raw-pii", "naru:zone": "closed" });
    });

    it("may write its table and its errors, and read no stream", () => {
      const statements = direct.statements(DIRECT);
      const actions = statements.flatMap(({ Action }) => Action);
      expect(actions.filter((action) => action.startsWith("kinesis:"))).to.deep.equal([]);
      expect(actions).to.include("s3:PutObject").and.include("lambda:InvokeFunction");
      expect(wideRights(direct).filter((right) => right.startsWith(DIRECT))).to.deep.equal([]);
    });

    it("is made for streams that there are, and only where they are named", async () => {
      expect(stack.of(DELIVERY).map(({ name }) => name)).to.deep.equal(["ingest-lms-requests"]);
      expect(await refusal(() => make({ directPut: ["lms.courses"] }))).to.contain(
        'directPut[0]: is "lms.courses"; write one of lms.requests',
      );
    });
  });

  describe("API", () => {
    it("asks for a key, and logs requests without body, address or key", () => {
      expect(stack.one("aws:apigateway/method:Method", "ingest-api").inputs).to.include({
        httpMethod: "POST",
        apiKeyRequired: true,
      });
      const { format } = stack.one("aws:apigateway/stage:Stage", "ingest-api").inputs.accessLogSettings;
      expect(format)
        .to.include("$context.status")
        .and.not.match(/body|sourceIp|apiKey|userAgent/i);
    });

    it("never traces data, and throttles at 500 requests a second", () => {
      expect(
        stack.one("aws:apigateway/methodSettings:MethodSettings", "ingest-api").inputs.settings,
      ).to.include({
        dataTraceEnabled: false,
        throttlingRateLimit: 500,
        throttlingBurstLimit: 1000,
      });
    });

    it("is reached by name, and calls the collector from this API's route and account only", () => {
      expect(
        stack.one("aws:apigateway/restApi:RestApi", "ingest-api").inputs.endpointConfiguration,
      ).to.deep.equal({
        types: "REGIONAL",
      });
      const permission = stack.one("aws:lambda/permission:Permission", "ingest-api").inputs;
      expect(permission.sourceAccount).to.equal("123456789012");
      expect(permission.sourceArn).to.match(/\/\*\/POST\/v1\/events\/\*\/\*$/);
    });

    it("sets the account's log role before the stage that needs it", () => {
      expect(stack.of("aws:apigateway/account:Account")).to.have.length(1);
      expect(stack.one("aws:apigateway/stage:Stage", "ingest-api").dependencies).to.include(
        "Account ingest-api",
      );
    });
  });

  describe("stream", () => {
    it("is on demand, kept 24 hours, encrypted with its own key, and closed", () => {
      const { inputs } = stack.one(STREAM, "ingest-lms-requests");
      expect(inputs.streamModeDetails).to.deep.equal({ streamMode: "ON_DEMAND" });
      expect(inputs).not.to.have.property("shardCount");
      expect(inputs).to.include({ retentionPeriod: 24, encryptionType: "KMS" });
      expect(inputs.kmsKeyId).to.match(/:keys-stream$/);
      expect(inputs.tags).to.include({ "naru:zone": "closed", "naru:data-class": "raw-pii" });
    });
  });

  describe("delivery", () => {
    it("writes Parquet with Snappy by the raw table's schema", () => {
      const conversion = s3(stack).dataFormatConversionConfiguration;
      expect(conversion.enabled).to.equal(true);
      expect(conversion.outputFormatConfiguration.serializer).to.deep.equal({
        parquetSerDe: { compression: "SNAPPY" },
      });
      expect(conversion.schemaConfiguration).to.include({
        databaseName: "naru_test_raw_lms",
        tableName: "requests",
      });
    });

    it("pseudonymises on the way, and partitions by the event's day", () => {
      const { enabled, processors } = s3(stack).processingConfiguration;
      expect(enabled).to.equal(true);
      const parameters = processors[0].parameters as { parameterName: string; parameterValue: string }[];
      const valueFor = (name: string) => parameters.find((p) => p.parameterName === name)?.parameterValue;
      expect(valueFor("LambdaArn")).to.match(/ingest-lms-requests-pseudonymise:\$LATEST$/);
      expect(s3(stack).prefix).to.match(/^lms\/requests\/dt=!\{partitionKeyFromLambda:dt\}\//);
    });

    it("keeps failed records in the closed errors folder, with the reason in the path", () => {
      expect(s3(stack).errorOutputPrefix).to.match(
        /^errors\/lms\/requests\/!\{firehose:error-output-type\}\//,
      );
    });

    it("buffers 300 seconds or 64 MiB, under the lake's key, with its errors logged", () => {
      expect(s3(stack)).to.include({ bufferingInterval: 300, bufferingSize: 64 });
      expect(s3(stack).kmsKeyArn).to.match(/:keys-lake$/);
      expect(s3(stack).cloudwatchLoggingOptions.enabled).to.equal(true);
    });

    it("starts after the table, and after its role's policy", () => {
      expect(stack.one(DELIVERY, "ingest-lms-requests").dependencies).to.include.members([
        ...["CatalogTable lake-raw-lms.requests", "RolePolicy ingest-lms-requests-policy"],
      ]);
    });
  });

  describe("functions", () => {
    it("know the key's id and epoch, and no key material", () => {
      const { variables } = stack.one(FUNCTION, "ingest-lms-requests-pseudonymise").inputs.environment;
      expect(variables).to.deep.equal({
        DATA_SET: "lms.requests",
        PSEUDONYM_KEY_ID: "arn:aws:kms:ap-northeast-2:123456789012:keys-pseudonym",
        PSEUDONYM_EPOCH: "1",
      });
    });

    it("have no right that is wider than their purpose", () => {
      expect(wideRights(stack)).to.deep.equal([]);
    });

    it("may use the pseudonym key only where pseudonyms are made", () => {
      const users = stack
        .of("aws:iam/rolePolicy:RolePolicy")
        .filter(({ inputs }) => JSON.stringify(inputs.policy).includes("keys-pseudonym"));
      expect(users.map(({ name }) => name)).to.deep.equal(["ingest-lms-requests-pseudonymise-policy"]);
    });

    it("let the collector put into its streams and read nothing", () => {
      const actions = stack.statements("ingest-collector").flatMap(({ Action }) => Action);
      expect(actions).to.include("kinesis:PutRecords");
      expect(actions.filter((action) => /Get|Read|List|s3:/.test(action))).to.deep.equal([]);
    });
  });

  describe("with arguments of its own", () => {
    let own: MockedStack;
    const changes: Changes = {
      capacity: 3,
      retentionHours: 168,
      bufferSeconds: 0,
      bufferMegabytes: 128,
      pseudonymEpoch: 7,
      access: "private",
      vpcEndpoints: ["vpce-0a1b2c3d"],
      requestsPerSecond: 20,
      manageApiGatewayAccount: false,
    };

    before(async () => {
      own = await mocked(() => make(changes, contextWith({ protectData: true })));
    });

    it("takes shards and hours, and guards the stream", () => {
      const stream = own.one(STREAM, "ingest-lms-requests");
      expect(stream.inputs).to.include({ shardCount: 3, retentionPeriod: 168 });
      expect(stream.inputs.streamModeDetails).to.deep.equal({ streamMode: "PROVISIONED" });
      expect(stream).to.include({ protect: true, retainOnDelete: true });
    });

    it("takes a buffer of 0 seconds for 0, not for absent", () => {
      expect(s3(own)).to.include({ bufferingInterval: 0, bufferingSize: 128 });
    });

    it("takes the epoch", () => {
      const { variables } = own.one(FUNCTION, "ingest-lms-requests-pseudonymise").inputs.environment;
      expect(variables.PSEUDONYM_EPOCH).to.equal("7");
    });

    it("answers only through the endpoints named", () => {
      const { inputs } = own.one("aws:apigateway/restApi:RestApi", "ingest-api");
      expect(inputs.endpointConfiguration).to.deep.equal({
        types: "PRIVATE",
        vpcEndpointIds: ["vpce-0a1b2c3d"],
      });
      const denial = JSON.parse(inputs.policy).Statement.find(
        ({ Effect }: { Effect: string }) => Effect === "Deny",
      );
      expect(denial.Condition).to.deep.equal({ StringNotEquals: { "aws:SourceVpce": ["vpce-0a1b2c3d"] } });
    });

    it("is deployed anew when its endpoints change, as its policy changes with them", async () => {
      const other = await mocked(() => make({ ...changes, vpcEndpoints: ["vpce-0e0e0e0e"] }));
      const trigger = (of: MockedStack) =>
        of.one("aws:apigateway/deployment:Deployment", "ingest-api").inputs.triggers.definition;
      expect(trigger(own)).not.to.equal(trigger(other));
    });

    it("throttles as told, and leaves the account alone", () => {
      const { settings } = own.one("aws:apigateway/methodSettings:MethodSettings", "ingest-api").inputs;
      expect(settings).to.include({ throttlingRateLimit: 20, throttlingBurstLimit: 40 });
      expect(own.of("aws:apigateway/account:Account")).to.deep.equal([]);
    });
  });

  it("refuses all wrong arguments at once", async () => {
    const wrong = {
      capacity: 501,
      retentionHours: 23,
      bufferSeconds: 901,
      bufferMegabytes: 63,
      pseudonymEpoch: 0,
      requestsPerSecond: 0,
      vpcEndpoints: ["my-endpoint"],
    };
    expect(await refusal(() => make(wrong))).to.equal(
      'StreamIngest "ingest" has 7 wrong argument(s):\n' +
        "  - capacity: is 501; write a whole number from 1 to 500 shards\n" +
        "  - retentionHours: is 23; write a whole number from 24 to 8760 hours\n" +
        "  - bufferSeconds: is 901; write a whole number from 0 to 900 seconds\n" +
        "  - bufferMegabytes: is 63; write a whole number from 64 to 128 MiB\n" +
        "  - pseudonymEpoch: is 0; write a whole number from 1 to 10000 (an epoch)\n" +
        "  - requestsPerSecond: is 0; write a whole number from 1 to 10000 requests a second\n" +
        '  - vpcEndpoints[0]: is "my-endpoint"; write an id like vpce-0123456789abcdef0',
    );
  });

  it("refuses a private collector that nobody could reach", async () => {
    expect(await refusal(() => make({ access: "private" }))).to.include(
      'vpcEndpoints: is empty, but access is "private"',
    );
  });

  it("refuses a lake without streams, whose collector could put nowhere", async () => {
    const files = TWO_CONTRACTS.filter(({ ingestion }) => ingestion === "csv");
    expect(await refusal(() => make({}, contextWith(), files))).to.include(
      "none of its contracts has ingestion stream",
    );
  });
});
