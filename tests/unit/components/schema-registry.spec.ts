import { expect } from "chai";
import { DataLake, EncryptionKeys } from "../../../components/aws";
import { eventSchema } from "../../../components/contract";
import type { DataSet } from "../../../components/contract";
import { CONTRACTS, contextWith, mocked, TWO_CONTRACTS, type MockedStack } from "./mocks";

const REGISTRY = "aws:glue/registry:Registry";
const SCHEMA = "aws:glue/schema:Schema";

function lakeOf(contracts: readonly DataSet[]): Promise<MockedStack> {
  return mocked(() => {
    const context = contextWith();
    const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
    new DataLake("lake", context, { contracts, keys });
  });
}

describe("schema registry of a lake", () => {
  const streams = CONTRACTS.filter(({ ingestion }) => ingestion === "stream");

  it("holds a JSON schema for each stream set, which Glue itself keeps backward compatible", async () => {
    const stack = await lakeOf(CONTRACTS);
    expect(stack.one(REGISTRY, "lake-events").inputs.registryName).to.equal("naru-test-events");
    const schemas = stack.of(SCHEMA);
    expect(streams.length).to.be.greaterThan(0);
    expect(schemas.map(({ name }) => name)).to.have.members(streams.map(({ id }) => `lake-events-${id}-v1`));
    const { inputs } = stack.one(SCHEMA, "lake-events-lms.requests-v1");
    expect(inputs).to.include({
      schemaName: "naru-test-lms-requests-v1",
      dataFormat: "JSON",
      compatibility: "BACKWARD",
    });
    const requests = streams.find(({ id }) => id === "lms.requests")!;
    expect(JSON.parse(inputs.schemaDefinition)).to.deep.equal(
      JSON.parse(JSON.stringify(eventSchema(requests))),
    );
  });

  it("keeps the schema of an older major version beside the new one", async () => {
    const minor = await lakeOf(CONTRACTS.map((dataSet) => ({ ...dataSet, version: "1.9.0" })));
    const major = await lakeOf(CONTRACTS.map((dataSet) => ({ ...dataSet, version: "2.0.0" })));
    const names = (stack: MockedStack): string[] =>
      stack.of(SCHEMA).map(({ inputs }) => String(inputs.schemaName));
    expect(names(minor)).to.include("naru-test-lms-requests-v1");
    expect(names(major)).to.include("naru-test-lms-requests-v2");
    expect(minor.of(SCHEMA).every(({ retainOnDelete }) => retainOnDelete)).to.equal(true);
    // The registry goes with its stack, and its schemas with it.
    expect(minor.of(REGISTRY).some(({ retainOnDelete }) => retainOnDelete)).to.equal(false);
  });

  it("cuts long descriptions to what Glue takes", async () => {
    const description = "가".repeat(2000);
    const stack = await lakeOf(CONTRACTS.map((dataSet) => ({ ...dataSet, description })));
    expect(Buffer.byteLength(stack.of(SCHEMA)[0]!.inputs.description)).to.be.within(1, 2048);
  });

  it("is not there without a stream set", async () => {
    const stack = await lakeOf(CONTRACTS.filter(({ ingestion }) => ingestion !== "stream"));
    expect([...stack.of(REGISTRY), ...stack.of(SCHEMA)]).to.deep.equal([]);
  });
});
