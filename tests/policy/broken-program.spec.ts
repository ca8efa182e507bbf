/** The program's own plan, broken in one place: the packs refuse it and say rule, resource and fix. */
import { expect } from "chai";
import { compilePolicies, formatReport, runPack } from "../../cli/check";
import { ROOT } from "../../local/paths";
import { recordProgram, type RecordedResource } from "../../local/recorder";

type Inputs = Record<string, unknown>;
type Break = (resources: RecordedResource[]) => RecordedResource[];

/** Changes the inputs of one resource. */
const change =
  (type: string, name: string, edit: (inputs: Inputs) => Inputs): Break =>
  (resources) => {
    const at = resources.findIndex((resource) => resource.type === type && resource.name === name);
    expect(at, `${type} ${name} is in the plan`).to.be.at.least(0);
    return resources.map((resource, index) =>
      index === at ? { ...resource, inputs: edit(structuredClone(resource.inputs)) } : resource,
    );
  };

const TABLE = "aws:glue/catalogTable:CatalogTable";
const ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";

const CASES: { what: string; rule: string; resource: string; breakIt: Break }[] = [
  {
    what: "a table of gzipped CSV",
    rule: "glue-table-format",
    resource: "lake-curated-sis.students",
    breakIt: change(TABLE, "lake-curated-sis.students", (inputs) => ({
      ...inputs,
      parameters: { classification: "csv", compressionType: "gzip" },
      storageDescriptor: {
        ...(inputs.storageDescriptor as Inputs),
        inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
        serDeInfo: { serializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde" },
      },
    })),
  },
  {
    what: "a bucket without KMS",
    rule: "bucket-encryption",
    resource: "lake-raw",
    breakIt: (resources) =>
      resources.filter(({ type, name }) => !(type === ENCRYPTION && name === "lake-raw")),
  },
  {
    what: "a stream without the platform's key",
    rule: "kms-encryption",
    resource: "ingest-lms-requests",
    breakIt: (resources) =>
      resources.map((resource) => {
        if (resource.type !== "aws:kinesis/stream:Stream") return resource;
        const { kmsKeyId: _key, ...inputs } = resource.inputs;
        return { ...resource, inputs, propertyDependencies: {} };
      }),
  },
];

describe("a broken program", function () {
  this.timeout(60_000);
  let pack: string;
  let plan: RecordedResource[];
  const options = { project: "naru", stack: "dev", preview: true };

  before(async () => {
    pack = await compilePolicies();
    plan = [...(await recordProgram({ root: ROOT, stack: "dev" })).resources];
  });

  it("is not this one", async () => {
    expect((await runPack(pack, plan, options)).violations).to.deep.equal([]);
  });

  for (const { what, rule, resource, breakIt } of CASES) {
    it(`is refused for ${what}`, async () => {
      const result = await runPack(pack, breakIt(plan), options);
      expect(result.ok).to.equal(false);
      const found = result.violations.filter(
        (violation) => violation.rule === rule && violation.resource.includes(resource),
      );
      expect(found, formatReport(result)).to.have.length.at.least(1);
      expect(found[0]!.fix).not.to.equal("");
    });
  }
});
