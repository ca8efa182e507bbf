import { expect } from "chai";
import { mermaid } from "../../../cli/plan/mermaid";
import { partsOf } from "../../../cli/plan/parts";
import { tree } from "../../../cli/plan/tree";
import type { ProgramRecord, RecordedResource } from "../../../local/recorder";

const STACK = "urn:shop";

function resource(
  type: string,
  name: string,
  parent: string,
  rest: Partial<RecordedResource> = {},
): RecordedResource {
  const options = { protect: false, retainOnDelete: false, ignoreChanges: [], aliases: [], provider: "" };
  const links = { propertyDependencies: {}, dependencies: [] };
  return {
    type,
    name,
    urn: `urn:${name}`,
    parent,
    custom: type.startsWith("aws:"),
    inputs: {},
    ...links,
    options,
    ...rest,
  };
}

const RESOURCES = [
  resource("pulumi:pulumi:Stack", "shop", ""),
  resource("naru:aws:DataLake", "lake", STACK),
  resource("naru:aws:ZoneBucket", "lake-raw", "urn:lake"),
  resource("aws:s3/bucket:Bucket", "lake-raw-bucket", "urn:lake-raw", {
    options: { protect: true, retainOnDelete: true, ignoreChanges: [], aliases: [], provider: "" },
  }),
  resource("aws:s3/bucketPolicy:BucketPolicy", "lake-raw-policy", "urn:lake-raw", {
    dependencies: ["urn:lake-raw-bucket"],
  }),
  resource("naru:aws:StreamIngest", "ingest", STACK),
  ...["a", "b", "c", "d"].map((name) =>
    resource("aws:kinesis/stream:Stream", `ingest-${name}`, "urn:ingest"),
  ),
  resource("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", "ingest-delivery", "urn:ingest", {
    propertyDependencies: { bucket: ["urn:lake-raw-bucket"] },
  }),
];

const RECORD: ProgramRecord = {
  project: "shop",
  stack: "dev",
  region: "ap-northeast-2",
  resources: RESOURCES,
  created: new Set(),
  sources: new Map(),
  outputs: {},
};

describe("a plan's parts", () => {
  it("are the components that the program makes, with all that stands below them", () => {
    const parts = partsOf(RESOURCES).map(({ component, custom }) => [
      component.name,
      custom.map(({ name }) => name),
    ]);
    expect(parts).to.deep.equal([
      ["lake", ["lake-raw-bucket", "lake-raw-policy"]],
      ["ingest", ["ingest-a", "ingest-b", "ingest-c", "ingest-d", "ingest-delivery"]],
    ]);
  });
});

describe("a plan as text", () => {
  const lines = tree(RECORD).split("\n");

  it("counts resources and components, and tells what is protected", () => {
    expect(lines[0]).to.equal("shop-dev in ap-northeast-2: 7 resources in 2 components");
    expect(lines).to.include("lake  naru aws.DataLake  (2), 1 protected");
  });

  it("names three of many and counts the rest", () => {
    expect(lines.find((line) => line.includes("kinesis.Stream"))).to.match(
      / ingest-a, ingest-b, ingest-c and 1 more$/,
    );
  });
});

describe("a plan as a diagram", () => {
  const lines = mermaid(RECORD).split("\n");

  it("has a node for each component with its services", () => {
    expect(lines).to.include('  lake["<b>DataLake</b><br/>s3 2"]');
    expect(lines).to.include('  ingest["<b>StreamIngest</b><br/>kinesis 5"]');
  });

  it("has an arrow from what is used to what uses it, once, and none within a component", () => {
    expect(lines.filter((line) => line.includes("-->"))).to.deep.equal(["  lake --> ingest"]);
  });
});
