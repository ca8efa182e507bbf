/** Resources of a program that says little, and of an import, of which the id alone is known. Services are told apart by commands. */
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { CloudClients } from "../../../../local/endpoints";
import { difference } from "../../../../local/provider/difference";
import { IMPORT, isGone, type Inputs, type ResourceType } from "../../../../local/provider/resource-type";
import { TYPES } from "../../../../local/provider/types";

interface Sent {
  readonly command: string;
  readonly input: Inputs;
}

/** Clients that answer by the command's name and keep what they were sent. */
function cloudOf(answers: Readonly<Record<string, unknown>>): { cloud: CloudClients; sent: Sent[] } {
  const sent: Sent[] = [];
  const send = async (command: { input: Inputs }) => {
    const name = command.constructor.name.replace(/Command$/, "");
    sent.push({ command: name, input: command.input });
    const answer = answers[name] ?? {};
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const endpoints = { region: "ap-northeast-2", accountId: "000000000000" };
  const services = ["kms", "s3", "lambda", "glue", "kinesis", "apiGateway"].map((name) => [name, { send }]);
  return { cloud: { endpoints, ...Object.fromEntries(services) } as CloudClients, sent };
}

const type = (name: string): ResourceType => TYPES[name]!;
const ARN = "arn:aws:lambda:ap-northeast-2:000000000000:function:one";
const AT_IMPORT = { [IMPORT]: true };

describe("a resource that says little of itself", () => {
  it("a key without a policy is made under KMS' own, and its changes leave that alone", async () => {
    const key = type("aws:kms/key:Key");
    const { cloud, sent } = cloudOf({
      CreateKey: { KeyMetadata: { KeyId: "1", Arn: "arn:1" } },
      DescribeKey: { KeyMetadata: { KeyId: "1", Arn: "arn:1", Description: "", KeyUsage: "SIGN_VERIFY" } },
      GetKeyPolicy: { Policy: '{"Statement":[]}' },
      ListResourceTags: { Tags: [] },
    });
    await key.create({}, cloud, []);
    expect(sent[0]!.input.Policy).to.equal(undefined);
    const state = { keyId: "1", arn: "arn:1" };
    const { inputs } = (await key.read!("1", state, cloud))!;
    expect(Object.values(inputs).filter((value) => value !== undefined)).to.deep.equal([]);
    await key.update!("1", state, { description: "another" }, cloud);
    expect(sent.map(({ command }) => command)).to.include("UpdateKeyDescription");
    expect(sent.map(({ command }) => command)).to.not.include.members(["PutKeyPolicy"]);
    expect(sent.map(({ command }) => command)).to.not.include.members(["DisableKeyRotation"]);
  });

  it("a function needs no environment and no settings of its logs", async () => {
    const { cloud, sent } = cloudOf({
      CreateFunction: { FunctionArn: ARN, Version: "$LATEST" },
      GetFunction: { Configuration: { State: "Active" } },
    });
    const code = new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset("") });
    await type("aws:lambda/function:Function").create({ name: "one", code, role: "r" }, cloud, []);
    expect(sent[0]!.input.LoggingConfig).to.equal(undefined);
    expect(sent[0]!.input.Environment.Variables).to.include.keys("AWS_ENDPOINT_URL");
  });

  it("a table needs no storage, a stream no mode and no key", async () => {
    const { cloud, sent } = cloudOf({
      DescribeStream: { StreamDescription: { StreamStatus: "ACTIVE" } },
    });
    await type("aws:glue/catalogTable:CatalogTable").create({ name: "one", databaseName: "d" }, cloud, []);
    expect(sent[0]!.input.TableInput).to.deep.equal({ Name: "one" });
    await type("aws:kinesis/stream:Stream").create({ name: "one", shardCount: 1 }, cloud, []);
    expect(sent.find(({ command }) => command === "CreateStream")!.input.StreamModeDetails).to.deep.equal({
      StreamMode: "PROVISIONED",
    });
    expect(sent.map(({ command }) => command)).to.not.include.members(["StartStreamEncryption"]);
  });

  for (const [input, value, body] of [
    ["content", "글", "글"],
    ["contentBase64", Buffer.from("bytes").toString("base64"), "bytes"],
    ["source", new pulumi.asset.StringAsset("asset"), "asset"],
    [undefined, undefined, ""],
  ] as const) {
    it(`an object has its ${input ?? "nothing"}`, async () => {
      const { cloud, sent } = cloudOf({});
      const inputs = { bucket: "b", key: "k", ...(input !== undefined && { [input]: value }) };
      await type("aws:s3/bucketObjectv2:BucketObjectv2").create(inputs, cloud, []);
      expect(Buffer.from(sent[0]!.input.Body as Uint8Array).toString()).to.equal(body);
    });
  }
});

describe("an import", () => {
  it("knows what would make it another key, and would replace it", async () => {
    const { cloud } = cloudOf({
      DescribeKey: { KeyMetadata: { KeyId: "1", KeyUsage: "GENERATE_VERIFY_MAC", KeySpec: "HMAC_256" } },
      GetKeyPolicy: { Policy: "{}" },
    });
    const { inputs } = (await type("aws:kms/key:Key").read!("1", AT_IMPORT, cloud))!;
    const asked = { ...inputs, customerMasterKeySpec: "HMAC_256", keyUsage: "GENERATE_VERIFY_MAC" };
    expect(difference("aws:kms/key:Key", inputs, asked).replaces).to.deep.equal([]);
  });

  it("knows whether a bucket was made with locks", async () => {
    const locked = cloudOf({
      GetObjectLockConfiguration: { ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" } },
    });
    const bucket = type("aws:s3/bucket:Bucket");
    expect((await bucket.read!("b", AT_IMPORT, locked.cloud))!.inputs.objectLockEnabled).to.equal(true);
    const none = Object.assign(new Error("none"), { name: "ObjectLockConfigurationNotFoundError" });
    const open = cloudOf({ GetObjectLockConfiguration: none });
    expect((await bucket.read!("b", AT_IMPORT, open.cloud))!.inputs).to.not.have.property(
      "objectLockEnabled",
    );
  });

  it("has the outputs by which others reach a function, and an API's key", async () => {
    const { cloud } = cloudOf({
      GetFunction: { Configuration: { FunctionName: "one", FunctionArn: ARN, Version: "$LATEST" } },
      GetApiKey: { name: "k", value: "made-up-key" },
    });
    const { outputs } = (await type("aws:lambda/function:Function").read!("one", AT_IMPORT, cloud))!;
    expect(outputs).to.include({ arn: ARN, version: "$LATEST", qualifiedArn: `${ARN}:$LATEST` });
    expect(outputs!.invokeArn).to.contain(`functions/${ARN}/invocations`);
    const key = type("aws:apigateway/apiKey:ApiKey");
    expect((await key.read!("k", AT_IMPORT, cloud))!.outputs).to.deep.equal({ value: "made-up-key" });
    expect((await key.read!("k", { name: "k", value: "v" }, cloud))!.outputs).to.equal(undefined);
  });

  it("is not told as gone where the service itself is not found", () => {
    const error = Object.assign(new Error("getaddrinfo ENOTFOUND kms.example"), { code: "ENOTFOUND" });
    expect(isGone(error)).to.equal(false);
  });
});
