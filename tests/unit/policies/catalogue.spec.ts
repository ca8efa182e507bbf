import { expect } from "chai";
import { PREPARED_STATEMENT } from "../../../policies/model/types";
import { goodPlan, resource, UNKNOWN } from "../../policy/plan";
import { ABSENT, changed, findingsOf, outcomeOf, ruleNamed, type Outcome } from "./evaluation";

describe("athena-query-format", () => {
  const CASES: readonly [string, string, Outcome][] = [
    ["SELECT 1", "a query that only reads", "pass"],
    ["CREATE TABLE a WITH (format='PARQUET', write_compression='snappy') AS SELECT 1", "a CTAS", "pass"],
    ["CREATE TABLE a WITH (format='PARQUET') AS SELECT 1", "a CTAS with Athena's codec, GZIP", "violation"],
    [
      "CREATE TABLE a WITH (format='ORC', write_compression='SNAPPY') AS SELECT 1",
      "a CTAS in ORC",
      "violation",
    ],
    [
      'create table if not exists "d"."a b" as with x as (select 1) select * from x',
      "a CTAS without properties",
      "violation",
    ],
    [
      "CREATE TABLE a WITH (partitioned_by=ARRAY['dt'], format='TEXTFILE') AS SELECT * FROM b WHERE format='PARQUET' AND parquet_compression = 'SNAPPY'",
      "a CTAS whose query looks like properties",
      "violation",
    ],
    [
      "-- WITH (format='PARQUET', parquet_compression='SNAPPY')\nCREATE TABLE a AS SELECT 1",
      "a CTAS with its properties in a comment",
      "violation",
    ],
    ["SELECT 'CREATE TABLE a AS SELECT 1'", "a CTAS inside a literal", "pass"],
    ["SELECT 1; CREATE TABLE a AS SELECT 1", "a CTAS behind another statement", "violation"],
    [
      "CREATE EXTERNAL TABLE a (b int) STORED AS TEXTFILE LOCATION 's3://c/'",
      "a table over files of others",
      "pass",
    ],
    ["UNLOAD (SELECT 1) TO 's3://b/' WITH (format='PARQUET', compression='SNAPPY')", "an UNLOAD", "pass"],
    [
      "UNLOAD (WITH x AS (SELECT 1) SELECT * FROM x) TO 's3://b/' WITH (format = 'CSV')",
      "an UNLOAD in CSV",
      "violation",
    ],
    ["UNLOAD (SELECT 1) TO 's3://b/'", "an UNLOAD without properties", "violation"],
  ];
  for (const [query, title, outcome] of CASES) {
    it(`${title}: ${outcome}`, () => {
      const plan = changed(goodPlan(), "query", ["query"], query);
      expect(outcomeOf(findingsOf(ruleNamed("athena-query-format"), plan))).to.equal(outcome);
    });
  }

  const PREPARED: readonly [unknown, string, Outcome][] = [
    ["INSERT INTO a SELECT * FROM b WHERE dt = ?", "that adds to a table", "pass"],
    ["CREATE TABLE a AS SELECT ? AS b", "that is a CTAS without properties", "violation"],
    [UNKNOWN, "that is not known", "undecided"],
  ];
  for (const [queryStatement, title, outcome] of PREPARED) {
    it(`a prepared statement ${title}: ${outcome}`, () => {
      const prepared = resource(PREPARED_STATEMENT, "prepared", { queryStatement });
      expect(outcomeOf(findingsOf(ruleNamed("athena-query-format"), [prepared]))).to.equal(outcome);
    });
  }
});

describe("glue-table-format", () => {
  const judge = (inputs: Record<string, unknown>): Outcome => {
    const plan = goodPlan().map((each) => (each.name === "table" ? { ...each, inputs } : each));
    return outcomeOf(findingsOf(ruleNamed("glue-table-format"), plan));
  };

  it("lets landing tables be what the sources deliver", () => {
    expect(judge({ databaseName: "plan_landing_sis" })).to.equal("pass");
    expect(judge({ databaseName: "plan_curated_landings" })).to.equal("violation");
  });

  it("lets views be", () => {
    expect(judge({ databaseName: "plan_curated_lms", tableType: "VIRTUAL_VIEW" })).to.equal("pass");
  });

  it("asks Iceberg for Snappy only", () => {
    const iceberg = (parameters: object) => ({ databaseName: "a", openTableFormatInput: {}, parameters });
    expect(judge(iceberg({ "write.parquet.compression-codec": "snappy" }))).to.equal("pass");
    expect(judge(iceberg({}))).to.equal("violation");
    expect(judge({ databaseName: "a", parameters: { table_type: "ICEBERG" } })).to.equal("violation");
  });
});

describe("spark-output-format", () => {
  const judge = (name: string, path: readonly (string | number)[], value: unknown): Outcome =>
    outcomeOf(findingsOf(ruleNamed("spark-output-format"), changed(goodPlan(), name, path, value)));

  it("has nothing to say of engines other than Spark", () => {
    const hive = changed(
      changed(goodPlan(), "spark", ["type"], "Hive"),
      "spark",
      ["runtimeConfigurations"],
      ABSENT,
    );
    expect(outcomeOf(findingsOf(ruleNamed("spark-output-format"), hive))).to.equal("pass");
    expect(judge("job", ["command", "name"], "pythonshell")).to.equal("pass");
  });

  it("refuses an application whose classifications lack spark-defaults", () => {
    expect(judge("spark", ["runtimeConfigurations", 0, "classification"], "spark-env")).to.equal("violation");
  });
});
