import * as aws from "@pulumi/aws";
import { expect } from "chai";
import {
  DataLake,
  DeliveryDestinations,
  EncryptionKeys,
  Network,
  StreamIngest,
  type DeliveryDestination,
} from "../../../components/aws";
import { destinationProblems } from "../../../components/delivery-destination";
import { contextWith, mocked, refusal, TWO_CONTRACTS, valueOf, type MockedStack } from "./mocks";
import { wideRights } from "./privileges";

const DELIVERY = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const ACCOUNT = "ap-northeast-2:123456789012";
const SECRET = `arn:aws:secretsmanager:${ACCOUNT}:secret:collect-a1B2c3`;

const SEARCH = {
  ...{ name: "search", stream: "lms.requests", kind: "opensearch", index: "requests" },
  domainArn: `arn:aws:es:${ACCOUNT}:domain/search`,
} as const satisfies DeliveryDestination;
const INSIDE = {
  ...{ name: "inside", stream: "lms.requests", kind: "opensearch", index: "requests" },
  ...{
    collectionArn: `arn:aws:aoss:${ACCOUNT}:collection/a1b2c3d4`,
    inNetwork: true,
    reaches: ["10.20.0.0/24"],
  },
} as const satisfies DeliveryDestination;
const COLLECT = {
  ...{ name: "collect", stream: "lms.requests", kind: "http", url: "https://collect.example.com/firehose" },
  secretArn: SECRET,
} as const satisfies DeliveryDestination;

function make(destinations: readonly DeliveryDestination[], withNetwork = true): DeliveryDestinations {
  const context = contextWith();
  const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
  const lake = new DataLake("lake", context, { contracts: TWO_CONTRACTS, keys });
  const { streams, transforms } = new StreamIngest("ingest", context, { lake, keys });
  const network = withNetwork ? new Network("network", context, { keys }) : null;
  const alarms = new aws.sns.Topic("alarms", { name: "alarms" });
  return new DeliveryDestinations("destinations", context, {
    ...{ lake, keys, streams, transforms, network, destinations, alarms },
  });
}

describe("DeliveryDestinations", () => {
  let stack: MockedStack;
  let made: DeliveryDestinations;
  const delivery = (name: string) => stack.one(DELIVERY, `destinations-${name}`).inputs;
  const actionsOf = (name: string) =>
    stack.statements(`destinations-${name}`).flatMap(({ Action }) => Action);

  before(async () => {
    stack = await mocked(() => {
      made = make([SEARCH, INSIDE, COLLECT]);
    });
  });

  it("has a delivery stream for each, which reads the stream that the lake's reads", () => {
    const lakes = stack.one(DELIVERY, "ingest-lms-requests").inputs.kinesisSourceConfiguration;
    for (const name of ["search", "inside", "collect"]) {
      expect(delivery(name).kinesisSourceConfiguration.kinesisStreamArn, name).to.match(
        /:stream\/naru-test-lms-requests$/,
      );
      expect(delivery(name)).not.to.have.property("extendedS3Configuration");
    }
    expect(lakes.kinesisStreamArn).to.be.a("string");
    expect(delivery("search").name).to.equal("naru-test-to-search-lms-requests");
  });

  it("puts the lake's pseudonymising function in front of each", () => {
    const { processors } = stack.one(DELIVERY, "ingest-lms-requests").inputs.extendedS3Configuration
      .processingConfiguration;
    for (const block of [
      delivery("search").opensearchConfiguration,
      delivery("inside").opensearchserverlessConfiguration,
      delivery("collect").httpEndpointConfiguration,
    ]) {
      expect(block.processingConfiguration).to.deep.equal({ enabled: true, processors });
    }
  });

  it("keeps only what failed, in a folder of its own below the closed errors, under the lake's key", () => {
    const search = delivery("search").opensearchConfiguration;
    const collect = delivery("collect").httpEndpointConfiguration;
    expect(search.s3BackupMode).to.equal("FailedDocumentsOnly");
    expect(collect.s3BackupMode).to.equal("FailedDataOnly");
    expect(search.s3Configuration.errorOutputPrefix).to.equal(
      "errors/_destinations/lms/requests/search/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/",
    );
    expect(search.s3Configuration.kmsKeyArn).to.match(/:keys-lake$/);
    expect(collect.s3Configuration.compressionFormat).to.equal("UNCOMPRESSED");
  });

  it("buffers, retries and rotates by its defaults", () => {
    const defaults = { bufferingInterval: 60, bufferingSize: 5, retryDuration: 300 };
    expect(delivery("search").opensearchConfiguration).to.include({
      ...{ ...defaults, indexName: "requests", indexRotationPeriod: "OneDay", domainArn: SEARCH.domainArn },
    });
    expect(delivery("inside").opensearchserverlessConfiguration).to.include(defaults);
    expect(delivery("collect").httpEndpointConfiguration).to.include(defaults);
  });

  it("takes what is asked for, a buffer of 0 and a retry of 0 as numbers", async () => {
    const own = await mocked(() =>
      make([
        { ...SEARCH, rotation: "NoRotation", bufferSeconds: 0, bufferMegabytes: 64, retrySeconds: 0 },
        { ...COLLECT, contentEncoding: "NONE" },
      ]),
    );
    const { opensearchConfiguration: search } = own.one(DELIVERY, "destinations-search").inputs;
    expect(search).to.include({ bufferingInterval: 0, bufferingSize: 64, retryDuration: 0 });
    expect(search.indexRotationPeriod).to.equal("NoRotation");
    const { httpEndpointConfiguration: http } = own.one(DELIVERY, "destinations-collect").inputs;
    expect(http.requestConfiguration).to.deep.equal({ contentEncoding: "NONE" });
  });

  it("has Firehose read the access key itself", () => {
    const block = delivery("collect").httpEndpointConfiguration;
    expect(block.secretsManagerConfiguration).to.include({ enabled: true, secretArn: SECRET });
    expect(block).not.to.have.property("accessKey");
    expect(actionsOf("collect")).to.include("secretsmanager:GetSecretValue");
    expect(actionsOf("search")).not.to.include("secretsmanager:GetSecretValue");
  });

  it("finds a collection by its id, and stands in the network only where it is told to", () => {
    const inside = delivery("inside").opensearchserverlessConfiguration;
    expect(inside.collectionEndpoint).to.equal("https://a1b2c3d4.ap-northeast-2.aoss.amazonaws.com");
    expect(inside.vpcConfig.subnetIds).to.have.length(2);
    expect(delivery("search").opensearchConfiguration).not.to.have.property("vpcConfig");
    expect(actionsOf("inside")).to.include("ec2:CreateNetworkInterfacePermission");
    expect(
      [...actionsOf("search"), ...actionsOf("collect")].filter((one) => one.startsWith("ec2:")),
    ).to.deep.equal([]);
  });

  it("lets Firehose out on HTTPS to the ranges named, and nothing in", () => {
    const out = stack.one(
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
      "destinations-inside-out-1",
    );
    expect(out.inputs).to.include({ cidrIpv4: "10.20.0.0/24", fromPort: 443, toPort: 443 });
    const into = stack
      .of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
      .filter(({ name }) => name.startsWith("destinations"));
    expect(into).to.deep.equal([]);
  });

  it("may write its index and its folder of errors, and nothing wider", () => {
    const statements = stack.statements("destinations-search");
    const writes = statements.filter(({ Action }) => [Action].flat().includes("es:ESHttpPost"));
    expect(writes.flatMap(({ Resource }) => Resource)).to.deep.equal([
      `${SEARCH.domainArn}/_bulk`,
      `${SEARCH.domainArn}/requests*`,
    ]);
    const objects = statements.filter(({ Action }) => [Action].flat().includes("s3:PutObject"));
    expect(JSON.stringify(objects)).to.contain("errors/_destinations/lms/requests/search/*");
    expect(wideRights(stack).filter((right) => right.startsWith("destinations"))).to.deep.equal([]);
  });

  it("tells when something was not taken, and when something waits", () => {
    const alarms = stack.of(ALARM).filter(({ name }) => name.startsWith("destinations"));
    expect(alarms.map(({ inputs }) => inputs.metricName)).to.have.members([
      "DeliveryToAmazonOpenSearchService.Success",
      "DeliveryToAmazonOpenSearchService.DataFreshness",
      "DeliveryToAmazonOpenSearchServerless.Success",
      "DeliveryToAmazonOpenSearchServerless.DataFreshness",
      "DeliveryToHttpEndpoint.Success",
      "DeliveryToHttpEndpoint.DataFreshness",
    ]);
    const stale = stack.one(ALARM, "destinations-search-stale").inputs;
    expect(stale).to.include({ threshold: 960, comparisonOperator: "GreaterThanThreshold" });
    expect(stale.dimensions).to.deep.equal({ DeliveryStreamName: "naru-test-to-search-lms-requests" });
    expect(stale.alarmActions).to.have.length(1);
  });

  it("tells the owner of a destination which role to let in", async () => {
    expect(await valueOf(made.made.search!.deliveryStream)).to.equal("naru-test-to-search-lms-requests");
    expect(await valueOf(made.made.search!.roleArn)).to.match(
      /role\/naru-test-delivery-to-search-lms-requests$/,
    );
  });

  it("refuses all that is wrong at once", async () => {
    const wrong: DeliveryDestination[] = [
      { ...SEARCH, stream: "lms.courses", index: "Requests" },
      { ...SEARCH, domainArn: "arn:aws:es:us-east-1:123456789012:domain/search" },
      { ...INSIDE, rotation: "OneDay", reaches: [] },
      { ...COLLECT, url: "http://collect.example.com/", bufferSeconds: 901, retrySeconds: -1 },
    ];
    const message = await refusal(() => make(wrong, false));
    for (const part of [
      'destinations[0].index: is "Requests"; write lower case letters',
      'destinations[0].stream: is "lms.courses", which is no stream contract; write lms.requests',
      "destinations[1].domainArn: is of another account or region; write one of 123456789012 in ap-northeast-2",
      'destinations[1].name: is "search" again',
      "destinations[2].rotation: is a domain's",
      "destinations[2].reaches: is empty",
      "destinations[2].inNetwork: is true without a network",
      'destinations[3].url: is "http://collect.example.com/"; write an https address',
      "destinations[3].bufferSeconds: is 901",
      "destinations[3].retrySeconds: is -1",
    ]) {
      expect(message).to.contain(part);
    }
    expect(await refusal(() => make([]))).to.contain("destinations: is empty");
  });

  it("takes neither a token in the address nor another port", () => {
    for (const url of [
      "https://collect.example.com/?key=a",
      "https://user:word@collect.example.com/",
      "https://collect.example.com:8443/",
      "https://collect.example.com/#a",
      "collect.example.com",
    ]) {
      const problems = destinationProblems({ ...COLLECT, url }).filter((problem) => problem !== undefined);
      expect(problems, url).to.have.length(1);
      expect(problems[0], url).to.match(/^url: /);
    }
    expect(destinationProblems(COLLECT).filter((problem) => problem !== undefined)).to.deep.equal([]);
  });
});
