import Ajv from "ajv";
import addFormats from "ajv-formats";
import { expect } from "chai";
import {
  biFields,
  type DataSet,
  eventSchema,
  functionSpec,
  glueColumns,
  gluePartitionKeys,
  loadContracts,
  projectionParameters,
  sparkSpec,
  storedColumns,
} from "../../../components/contract";
import { AMOUNT, BUYER, readExample, STATE } from "./example";

const [requests] = loadContracts(["contracts/lms/requests.odcs.yaml"]);
const [students] = loadContracts(["contracts/sis/students.odcs.yaml"]);

describe("Glue columns", () => {
  it("leave dropped columns out, hold pseudonyms as strings, and add their epoch", () => {
    expect(glueColumns(students).map(({ name, type }) => `${name} ${type}`)).to.deep.equal([
      "student_id string",
      "phone string",
      "email string",
      "department string",
      "grade int",
      "admission_year int",
      "user_id string",
      "pseudonym_epoch int",
    ]);
  });

  it("have comments of one line within Glue's limit", () => {
    const { dataSets } = readExample(
      (contract) => (contract.schema[0].properties[AMOUNT].description = `first\nsecond ${"x".repeat(300)}`),
    );
    const { comment } = glueColumns(dataSets[0])[AMOUNT];
    expect(comment).to.have.length(255);
    expect(comment).to.match(/^first second x+…$/);
  });

  it("keep the partition apart", () => {
    expect(gluePartitionKeys(requests)).to.deep.equal([
      { name: "dt", type: "string", comment: "Date of occurred_at in Asia/Seoul" },
    ]);
    expect(gluePartitionKeys(students)[0].comment).to.equal("Day that the landing path names");
  });
});

describe("coarser treatments", () => {
  const treated = (treatment: string, kind: string, change: object = {}, keepLast?: number) => {
    const { dataSets, problems } = readExample((contract) => {
      const keep = keepLast === undefined ? [] : [{ property: "keepLast", value: keepLast }];
      Object.assign(contract.schema[0].properties[BUYER], change, {
        customProperties: [
          { property: "identifierKind", value: kind },
          { property: "treatment", value: treatment },
          ...keep,
        ],
      });
    });
    expect(problems).to.deep.equal([]);
    return dataSets[0];
  };

  it("mask: text that keeps the last characters, without an epoch", () => {
    const set = treated("mask", "phone", { logicalTypeOptions: { maxLength: 8 } }, 4);
    expect(storedColumns(set)[BUYER]).to.deep.equal({
      name: "buyer",
      type: "string",
      description: "Account that ordered (masked)",
      classification: "confidential",
    });
    expect(storedColumns(set).map(({ name }) => name)).not.to.include("pseudonym_epoch");
    expect(functionSpec(set).columns[BUYER]).to.include({ treatment: "mask", kind: "phone", keepLast: 4 });
    expect(sparkSpec(set).columns[BUYER]).to.include({ treatment: "mask", kind: "phone", keepLast: 4 });
  });

  it("generalise: text whatever the source's type", () => {
    const set = treated("generalise", "birth-date", { logicalType: "date" });
    expect(storedColumns(set)[BUYER]).to.include({
      type: "string",
      description: "Account that ordered (generalised)",
      classification: "confidential",
    });
    expect(sparkSpec(set).columns[BUYER]).to.include({
      type: "date",
      treatment: "generalise",
      keepLast: null,
    });
    treated("generalise", "address");
    treated("generalise", "ip-address");
  });
});

describe("partition projection", () => {
  it("covers the days that rows are kept, and tomorrow for zones east of UTC", () => {
    const parameters = projectionParameters(requests, "s3://bucket/lms/requests/");
    expect(parameters).to.include({
      "projection.enabled": "true",
      "projection.dt.type": "date",
      "projection.dt.format": "yyyy-MM-dd",
      "projection.dt.range": "NOW-1095DAYS,NOW+1DAYS",
      "storage.location.template": "s3://bucket/lms/requests/dt=${dt}/",
    });
    expect(projectionParameters(requests, "s3://bucket/lms/requests")).to.deep.equal(parameters);
  });
});

describe("the event schema", () => {
  const ajv = new Ajv({ allErrors: true });
  addFormats(ajv);
  const validate = ajv.compile(eventSchema(requests));
  const event = {
    id: "r-1",
    occurred_at: "2026-03-01T00:00:00+09:00",
    user_id: "U1",
    course_id: "C1",
    page: "/",
    http_method: "GET",
    session_id: "s",
  };

  const accepted: readonly (readonly [string, object])[] = [
    ["the required keys alone", {}],
    ["every key", { email: "e", user_name: "n", remote_ip: "i", duration_ms: 0 }],
    ["null where a value is optional", { email: null, duration_ms: null }],
    ["a timestamp in UTC", { occurred_at: "2026-02-28T15:00:00.123Z" }],
    ["the largest duration", { duration_ms: 3_600_000 }],
  ];
  for (const [what, change] of accepted) {
    it(`accepts ${what}`, () =>
      expect(validate({ ...event, ...change }), ajv.errorsText(validate.errors)).to.equal(true));
  }

  const refused: readonly (readonly [string, object, string])[] = [
    ["a missing key", { page: undefined }, "required"],
    ["null where a value is required", { user_id: null }, "type"],
    ["an unknown key", { password: "x" }, "additionalProperties"],
    ["a number for a string", { course_id: 1 }, "type"],
    ["an empty primary key", { id: "" }, "minLength"],
    ["a primary key that is too long", { id: "x".repeat(65) }, "maxLength"],
    ["a method that is not listed", { http_method: "TRACE" }, "enum"],
    ["a duration above its maximum", { duration_ms: 3_600_001 }, "maximum"],
    ["a negative duration", { duration_ms: -1 }, "minimum"],
    ["half a millisecond", { duration_ms: 0.5 }, "type"],
    ["a timestamp without an offset", { occurred_at: "2026-03-01T00:00:00" }, "format"],
    ["a day that does not exist", { occurred_at: "2026-02-30T00:00:00Z" }, "format"],
  ];
  for (const [what, change, keyword] of refused) {
    it(`refuses ${what}`, () => {
      // Through JSON, so that an undefined key is an absent one.
      expect(validate(JSON.parse(JSON.stringify({ ...event, ...change })))).to.equal(false);
      expect(validate.errors?.map((error) => error.keyword)).to.deep.equal([keyword]);
    });
  }

  it("reads keys by their source names", () => {
    const { dataSets } = readExample(
      (contract) =>
        (contract.schema[0].properties[STATE].customProperties = [{ property: "sourceName", value: "상태" }]),
    );
    expect(eventSchema(dataSets[0]).properties).to.have.keys("id", "buyer", "ordered_at", "amount", "상태");
  });

  const types: readonly (readonly [string, string, unknown, unknown])[] = [
    ["integer", "int", 2 ** 31 - 1, 2 ** 31],
    ["integer", "bigint", Number.MAX_SAFE_INTEGER, 2 ** 60],
    ["number", "double", 0.5, "0.5"],
    ["boolean", "boolean", true, "true"],
    ["date", "date", "2024-02-29", "2023-02-29"],
    ["string", "string", "x", 1],
  ];
  for (const [logicalType, physicalType, good, bad] of types) {
    it(`knows ${physicalType}`, () => {
      const check = ajv.compile({
        ...eventSchema(
          setWith({ logicalType, physicalType, logicalTypeOptions: undefined, quality: undefined }),
        ),
        required: [],
      });
      expect(check({ state: good })).to.equal(true);
      expect(check({ state: null })).to.equal(true);
      expect(check({ state: bad })).to.equal(false);
    });
  }

  it("anchors patterns at both ends", () => {
    const check = ajv.compile({
      ...eventSchema(setWith({ logicalTypeOptions: { pattern: "a|b" }, quality: undefined })),
      required: [],
    });
    expect(check({ state: "b" })).to.equal(true);
    expect(check({ state: "bc" })).to.equal(false);
    expect(check({ state: "xa" })).to.equal(false);
  });
});

describe("the Spark spec", () => {
  it("has every key, and null for what the contract does not say", () => {
    const spec = sparkSpec(students);
    expect(spec).to.deep.include({
      id: "sis.students",
      ingestion: "csv",
      delimiter: ",",
      timeZone: "Asia/Seoul",
      partition: { column: "dt", from: null },
      primaryKey: ["student_id"],
    });
    expect(spec.columns[2]).to.deep.equal({
      name: "resident_number",
      source: "주민등록번호",
      type: "string",
      required: false,
      treatment: "drop",
      kind: "resident-number",
      keepLast: null,
      pattern: null,
      allowed: null,
      minimum: null,
      maximum: null,
      maxLength: 14,
      unmarked: null,
    });
    expect(spec.quality[0]).to.deep.equal({
      name: "the export is not empty",
      metric: "rowCount",
      columns: [],
      minimum: 1,
      maximum: null,
      unit: "rows",
      severity: "error",
    });
  });

  it("tells what the names of an unmarked column say, and nothing of one that is declared harmless", () => {
    const named = (extra: object) => sparkSpec(setWith({ businessName: "담당자", ...extra })).columns[STATE];
    expect(named({}).unmarked).to.deep.equal([
      { kind: "person-name", score: 0.4, why: "its name is used for names of people" },
    ]);
    const reason = { property: "notPersonal", value: "A department." };
    expect(named({ customProperties: [reason] }).unmarked).to.equal(null);
  });

  it("says the same after JSON", () => {
    const spec = sparkSpec(requests);
    expect(JSON.parse(JSON.stringify(spec))).to.deep.equal(spec);
    expect(spec.partition.from).to.equal("occurred_at");
  });
});

describe("the function spec", () => {
  it("holds columns, treatments and the event schema", () => {
    const spec = functionSpec(requests);
    expect(spec).to.have.all.keys("id", "timeZone", "partition", "primaryKey", "columns", "eventSchema");
    expect(spec.columns[2]).to.deep.equal({
      name: "user_id",
      source: "user_id",
      type: "string",
      treatment: "pseudonymise",
      kind: "user-id",
      keepLast: null,
      required: true,
      unmarked: false,
    });
    expect(spec.columns.filter(({ unmarked }) => unmarked).map(({ name }) => name)).to.deep.equal([
      "id",
      "occurred_at",
      "course_id",
      "page",
      "http_method",
      "session_id",
      "duration_ms",
    ]);
    expect(spec.eventSchema).to.deep.equal(eventSchema(requests));
    expect(JSON.parse(JSON.stringify(spec))).to.deep.equal(spec);
  });
});

describe("BI fields", () => {
  it("carry what people call the columns, and their kinds of value", () => {
    const fields = biFields(requests);
    expect(fields).to.deep.include({ name: "duration_ms", label: "머문 시간(밀리초)", type: "integer" });
    expect(fields).to.deep.include({ name: "occurred_at", label: "발생 시각", type: "datetime" });
    expect(fields).to.deep.include({ name: "user_id", label: "사용자 ID", type: "string" });
    expect(fields[fields.length - 1]).to.deep.include({ name: "dt", type: "date" });
    expect(fields.map(({ name }) => name)).not.to.include("remote_ip");
  });

  it("call decimals and doubles decimal", () => {
    expect(biFields(setWith({}))[AMOUNT].type).to.equal("decimal");
    const double = setWith({ logicalType: "number", logicalTypeOptions: undefined, quality: undefined });
    expect(biFields(double)[STATE].type).to.equal("decimal");
  });
});

/** The example with its last column changed. */
function setWith(change: object): DataSet {
  const { dataSets, problems } = readExample((contract) => {
    const state = contract.schema[0].properties[STATE];
    for (const [key, value] of Object.entries(change)) {
      if (value === undefined) delete state[key];
      else state[key] = value;
    }
  });
  expect(problems).to.deep.equal([]);
  return dataSets[0];
}
