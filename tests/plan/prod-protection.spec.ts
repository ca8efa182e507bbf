/** What keeps prod's data from being deleted with the stack, and how two keys take it away. */
import { expect } from "chai";
import { STATEFUL_TYPES } from "../../cli/plan/replacement";
import { ROOT } from "../../local/paths";
import { recordProgram, type RecordedResource } from "../../local/recorder";

/** With a database and a broker: what else holds data. */
const MORE = {
  "naru:networkZones": "3",
  "naru:database": '{"engine":"postgresql"}',
  "naru:kafka": '{"cluster":"provisioned"}',
};
const BOTH_KEYS = { "naru:protectData": "false", "naru:allowDataRemoval": "true" };

/** Stateful by type, and not guarded: why that loses nothing that people keep. */
const NOT_GUARDED: Readonly<Record<string, string>> = {
  "aws:cloudwatch/logGroup:LogGroup":
    "kept in the account without protection: a stream less must be possible",
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream":
    "its stream keeps the records, and is protected",
  "aws:sqs/queue:Queue": "calls that failed, which alarms told of",
  "aws:dynamodb/table:Table": "who runs now; rows end by themselves",
  "aws:apigateway/apiKey:ApiKey": "another key is made",
  "aws:apigateway/restApi:RestApi": "holds no data",
  "aws:glue/registry:Registry": "goes only when its schemas have, which are kept",
  "aws:glue/schema:Schema": "kept in the account without protection",
};

/** Inputs that let a deletion take data along, with the value that does not. */
const SAFE: Readonly<Record<string, boolean>> = {
  forceDestroy: false,
  skipFinalSnapshot: false,
  deletionProtection: true,
  deletionProtectionEnabled: true,
  deleteAutomatedBackups: false,
};

describe("prod's data", () => {
  let prod: readonly RecordedResource[];

  before(async function () {
    this.timeout(120_000);
    prod = (await recordProgram({ root: ROOT, stack: "prod", config: MORE })).resources;
  });

  it("is protected and kept in every resource that holds some", () => {
    const stateful = prod.filter(({ type }) => STATEFUL_TYPES.includes(type) && !(type in NOT_GUARDED));
    expect(new Set(stateful.map(({ type }) => type))).to.include.all.keys(
      ...["aws:s3/bucket:Bucket", "aws:kms/key:Key", "aws:kinesis/stream:Stream"],
      ...["aws:rds/instance:Instance", "aws:msk/cluster:Cluster"],
    );
    const open = stateful.filter(({ options }) => !options.protect || !options.retainOnDelete);
    expect(open.map(({ type, name }) => `${type} ${name}`)).to.deep.equal([]);
  });

  it("goes with no bucket, workgroup, database or backup that is deleted", () => {
    const told = prod.flatMap(({ type, name, inputs }) =>
      Object.entries(SAFE)
        .filter(([key]) => key in inputs)
        .map(([key, safe]) => ({ what: `${type} ${name} ${key}`, right: inputs[key] === safe })),
    );
    expect(told.length).to.be.above(8);
    expect(told.filter(({ right }) => !right).map(({ what }) => what)).to.deep.equal([]);
  });

  it("outlives a log group that leaves the program", () => {
    const groups = prod.filter(({ type }) => type === "aws:cloudwatch/logGroup:LogGroup");
    expect(groups).not.to.have.length(0);
    expect(groups.filter(({ options }) => !options.retainOnDelete).map(({ name }) => name)).to.deep.equal([]);
  });

  it("is let go by both keys, and by neither alone", async () => {
    const { resources } = await recordProgram({
      root: ROOT,
      stack: "prod",
      config: { ...MORE, ...BOTH_KEYS },
    });
    const held = resources.filter(({ options }) => options.protect || options.retainOnDelete);
    // A schema is kept in any stack: versions that records name.
    expect(held.map(({ type }) => type).filter((type) => type !== "aws:glue/schema:Schema")).to.deep.equal(
      [],
    );
    const one = { root: ROOT, stack: "prod", config: { "naru:protectData": "false" } };
    expect(await recordProgram(one).catch((error: Error) => error.message)).to.contain("say it twice");
    const other = { ...one, config: { "naru:allowDataRemoval": "true" } };
    const { resources: guarded } = await recordProgram(other);
    expect(guarded.filter(({ options }) => options.protect).length).to.be.above(30);
  }).timeout(120_000);
});
