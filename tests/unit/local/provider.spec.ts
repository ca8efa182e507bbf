import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { unzipSync } from "fflate";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { CloudClients } from "../../../local/endpoints";
import { EMULATED_TYPES, localProvider } from "../../../local/provider";
import { assetBytes } from "../../../local/provider/archive";
import { pascal, policyText, tagList } from "../../../local/provider/resource-type";
import { topicSettings } from "../../../local/provider/kafka";
import { eventSourceMapping } from "../../../local/provider/event-source-mapping";
import { deliveryDestination, deliverySource } from "../../../local/provider/firehose-configuration";
import type { RecordedResource } from "../../../local/recorder";

/** Nothing listens there: whatever asks it, fails. */
const NOWHERE = new CloudClients({
  emulator: "http://127.0.0.1:1",
  services: "http://127.0.0.1:1",
  region: "ap-northeast-2",
  accountId: "000000000000",
});

function resource(type: string): RecordedResource {
  const options = { protect: false, retainOnDelete: false, ignoreChanges: [], aliases: [], provider: "" };
  const links = { parent: "", propertyDependencies: {}, dependencies: [] };
  return {
    type,
    name: "one",
    urn: `urn:pulumi:local::naru::${type}::one`,
    custom: true,
    inputs: {},
    ...links,
    options,
  };
}

describe("local provider", () => {
  for (const token of EMULATED_TYPES) {
    it(`makes ${token}, which is a class of @pulumi/aws`, () => {
      const [, module, name] = token.split(/[:/]/) as [string, string, string];
      const classes = (aws as unknown as Record<string, Record<string, unknown>>)[module]!;
      const type = classes[token.split(":")[2]!] as { readonly __pulumiType: string } | undefined;
      expect(type?.__pulumiType, name).to.equal(token);
    });
  }

  it("says how to get a Kafka where a program asks for one and none is up", async () => {
    const inputs = Struct.fromJavaScript({ clusterName: "naru-local-events" });
    try {
      await localProvider(NOWHERE)(resource("aws:msk/cluster:Cluster"), inputs);
      expect.fail("a cluster without a broker");
    } catch (error) {
      expect((error as Error).message)
        .to.include("aws:msk/cluster:Cluster one: No Kafka is up")
        .and.include("--kafka");
    }
  });

  it("gives a cluster the broker's place, and the same ARN in each run", async () => {
    const cloud = new CloudClients({ ...NOWHERE.endpoints, kafka: "127.0.0.1:9" });
    const inputs = Struct.fromJavaScript({ clusterName: "naru-local-events" });
    const make = () => localProvider(cloud)(resource("aws:msk/cluster:Cluster"), inputs);
    const made = await make();
    expect(made!.id).to.match(
      /^arn:aws:kafka:ap-northeast-2:000000000000:cluster\/naru-local-events\/[\w-]{36}-1$/,
    );
    expect(made!.outputs).to.include({ arn: made!.id, bootstrapBrokersSaslIam: "127.0.0.1:9" });
    expect(await make()).to.deep.equal(made);
  });

  it("leaves out of a topic what asks for several brokers", () => {
    const configs = { "retention.ms": 86_400_000, "min.insync.replicas": "2", "cleanup.policy": "delete" };
    expect(topicSettings(JSON.stringify(configs))).to.deep.equal({
      "retention.ms": "86400000",
      "cleanup.policy": "delete",
    });
    expect(topicSettings(undefined)).to.deep.equal({});
  });

  it("tells Firehose of its source, a stream or a topic", () => {
    const role = { roleArn: "arn:aws:iam::000000000000:role/source" };
    expect(
      deliverySource({ kinesisSourceConfiguration: { ...role, kinesisStreamArn: "stream" } }),
    ).to.deep.equal({
      DeliveryStreamType: "KinesisStreamAsSource",
      KinesisStreamSourceConfiguration: { KinesisStreamARN: "stream", RoleARN: role.roleArn },
    });
    const mskSourceConfiguration = {
      ...{ mskClusterArn: "cluster", topicName: "lms.requests", readFromTimestamp: "1970-01-01T00:00:00Z" },
      authenticationConfiguration: { ...role, connectivity: "PRIVATE" },
    };
    expect(deliverySource({ mskSourceConfiguration })).to.deep.equal({
      DeliveryStreamType: "MSKAsSource",
      MSKSourceConfiguration: {
        MSKClusterARN: "cluster",
        TopicName: "lms.requests",
        AuthenticationConfiguration: { Connectivity: "PRIVATE", RoleARN: role.roleArn },
        ReadFromTimestamp: new Date(0),
      },
    });
    expect(deliverySource({})).to.deep.equal({ DeliveryStreamType: "DirectPut" });
  });

  it("tells Firehose of an endpoint as the API names it, and of OpenSearch nothing", () => {
    const log = { enabled: true, logGroupName: "group", logStreamName: "delivery" };
    const told = deliveryDestination({
      httpEndpointConfiguration: {
        ...{ name: "collect", url: "http://127.0.0.1:1/in", roleArn: "role", retryDuration: 0 },
        ...{ bufferingSize: 5, bufferingInterval: 60, s3BackupMode: "FailedDataOnly" },
        requestConfiguration: { contentEncoding: "GZIP" },
        processingConfiguration: { enabled: true, processors: [{ type: "Lambda", parameters: [] }] },
        cloudwatchLoggingOptions: log,
        s3Configuration: {
          ...{ roleArn: "role", bucketArn: "bucket", errorOutputPrefix: "errors/", kmsKeyArn: "key" },
          ...{ bufferingSize: 5, bufferingInterval: 60, compressionFormat: "UNCOMPRESSED" },
        },
      },
    });
    expect(told.HttpEndpointDestinationConfiguration).to.deep.equal({
      ...{ RoleARN: "role", RetryOptions: { DurationInSeconds: 0 }, S3BackupMode: "FailedDataOnly" },
      EndpointConfiguration: { Url: "http://127.0.0.1:1/in", Name: "collect" },
      BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 60 },
      RequestConfiguration: { ContentEncoding: "GZIP" },
      ProcessingConfiguration: { Enabled: true, Processors: [{ Type: "Lambda", Parameters: [] }] },
      CloudWatchLoggingOptions: { Enabled: true, LogGroupName: "group", LogStreamName: "delivery" },
      S3Configuration: {
        ...{ RoleARN: "role", BucketARN: "bucket", ErrorOutputPrefix: "errors/" },
        ...{ BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 60 }, CompressionFormat: "UNCOMPRESSED" },
        EncryptionConfiguration: { KMSEncryptionConfig: { AWSKMSKeyARN: "key" } },
      },
    });
    expect(deliveryDestination({ opensearchConfiguration: {} })).to.deep.equal({});
  });

  it("makes nothing of a type that has no engine here, so that it stays planned", async () => {
    expect(await localProvider(NOWHERE)(resource("aws:scheduler/schedule:Schedule"), undefined)).to.equal(
      undefined,
    );
    expect(EMULATED_TYPES).not.to.include("aws:scheduler/schedule:Schedule");
  });

  it("lets several sources of one service call a function, each by a statement of its own", async () => {
    const statements: { StatementId: string; SourceArn: string }[] = [];
    const lambda = { send: async ({ input }: { input: never }) => void statements.push(input) };
    const make = localProvider(Object.assign(Object.create(NOWHERE) as CloudClients, { lambda }));
    for (const route of ["POST/v1/events/*/*", "OPTIONS/v1/events/*/*"]) {
      const inputs = Struct.fromJavaScript({
        ...{ function: "collector", action: "lambda:InvokeFunction", principal: "apigateway.amazonaws.com" },
        sourceArn: `arn:aws:execute-api:ap-northeast-2:000000000000:api/*/${route}`,
      });
      await make(resource("aws:lambda/permission:Permission"), inputs);
    }
    expect(statements.map(({ SourceArn }) => SourceArn.split(":api/*/")[1])).to.deep.equal([
      "POST/v1/events/*/*",
      "OPTIONS/v1/events/*/*",
    ]);
    expect(new Set(statements.map(({ StatementId }) => StatementId)).size).to.equal(2);
  });

  it("names the resource when a service fails", async () => {
    const made = localProvider(NOWHERE)(resource("aws:kms/alias:Alias"), undefined);
    const message = await made.then(
      () => "",
      (error: Error) => error.message,
    );
    expect(message).to.match(/^aws:kms\/alias:Alias one: ./);
  });
});

describe("what the provider hands to services", () => {
  it("is in the API's case, but for keys that are data", () => {
    const value = { bufferSize: 1, rules: [{ isOn: true }], parameters: { myKey: "a" }, nothing: null };
    expect(pascal(value, new Set(["parameters"]))).to.deep.equal({
      BufferSize: 1,
      Rules: [{ IsOn: true }],
      Parameters: { myKey: "a" },
      Nothing: null,
    });
  });

  it("has tags as a list, and policies as text", () => {
    expect(tagList({ a: "1" })).to.deep.equal([{ Key: "a", Value: "1" }]);
    expect(tagList(undefined)).to.deep.equal([]);
    expect(policyText({ Version: "2012-10-17" })).to.equal('{"Version":"2012-10-17"}');
    expect(policyText("text")).to.equal("text");
  });

  it("names a mapping's destination and moment as Lambda does", () => {
    const inputs = {
      eventSourceArn: "arn:aws:kinesis:ap-northeast-2:000000000000:stream/events",
      functionName: "consumer",
      startingPosition: "AT_TIMESTAMP",
      startingPositionTimestamp: "2026-11-20T00:00:00Z",
      bisectBatchOnFunctionError: true,
      destinationConfig: { onFailure: { destinationArn: "arn:aws:s3:::failed" } },
      filterCriteria: { filters: [{ pattern: "{}" }] },
      tags: { team: "data" },
    };
    expect(eventSourceMapping(inputs)).to.deep.equal({
      EventSourceArn: "arn:aws:kinesis:ap-northeast-2:000000000000:stream/events",
      FunctionName: "consumer",
      KMSKeyArn: undefined,
      StartingPosition: "AT_TIMESTAMP",
      StartingPositionTimestamp: new Date("2026-11-20T00:00:00Z"),
      BisectBatchOnFunctionError: true,
      DestinationConfig: { OnFailure: { Destination: "arn:aws:s3:::failed" } },
      FilterCriteria: { Filters: [{ Pattern: "{}" }] },
      Tags: { team: "data" },
    });
    expect(eventSourceMapping({ functionName: "consumer" })).to.include({ DestinationConfig: undefined });
  });

  it("zips archives to the same bytes each time", async () => {
    const archive = () =>
      new pulumi.asset.AssetArchive({
        "index.js": new pulumi.asset.StringAsset("exports.handler = 1"),
        "package.json": new pulumi.asset.FileAsset("package.json"),
      });
    const [first, second] = [await assetBytes(archive()), await assetBytes(archive())];
    expect(Buffer.from(first).equals(Buffer.from(second))).to.equal(true);
    const files = unzipSync(first);
    expect(Object.keys(files)).to.deep.equal(["index.js", "package.json"]);
    expect(Buffer.from(files["index.js"]!).toString()).to.equal("exports.handler = 1");
  });

  it("is no folder and nothing remote", async () => {
    const error = await assetBytes(new pulumi.asset.FileArchive("functions")).catch(
      (reason: Error) => reason,
    );
    expect((error as Error).message).to.include("no remote or folder assets");
  });
});
