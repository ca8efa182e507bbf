import { expect } from "chai";
import {
  type Column,
  type DataSet,
  DQDL_LIMIT,
  dqdlRuleset,
  loadContracts,
} from "../../../components/contract";
import type { QualityRule } from "../../../components/contract/model";
import { readExample } from "./example";

const CONTRACTS = loadContracts(["contracts"]);
const [orders] = readExample().dataSets;

function column(changes: Partial<Column>): Column {
  return {
    ...orders.columns.find(({ name }) => name === "state")!,
    allowed: undefined,
    pattern: undefined,
    maxLength: undefined,
    ...changes,
  };
}

function withColumn(changes: Partial<Column>, set: Partial<DataSet> = {}): DataSet {
  return { ...orders, quality: [], columns: [orders.columns[0], column(changes)], ...set };
}

function withRule(changes: Partial<QualityRule>, set: Partial<DataSet> = {}): DataSet {
  const rule: QualityRule = {
    name: "rule",
    metric: "rowCount",
    columns: [],
    unit: "rows",
    severity: "warning",
  };
  return { ...orders, ...set, quality: [{ ...rule, ...changes }] };
}

/** Rules, one each, without the brackets. */
function rules(dataSet: DataSet, severity: QualityRule["severity"] = "error"): string[] {
  const text = dqdlRuleset(dataSet, severity);
  if (text === undefined) return [];
  expect(text).to.match(/^Rules = \[\n.*\n\]$/s);
  return text
    .split("\n")
    .slice(1, -1)
    .map((line) => line.trim().replace(/,$/, ""));
}

/** The rules about the changed column. */
const about = (changes: Partial<Column>) =>
  rules(withColumn(changes)).filter((rule) => rule.includes('"state"'));

describe("DQDL of a column", () => {
  const present = 'where "`state` is not null"';
  const cases: [string, Partial<Column>, string[]][] = [
    ["nothing asked of it", {}, []],
    ["required", { required: true }, ['IsComplete "state"']],
    [
      "allowed values",
      { allowed: ["open", 'a "b" \\ c'] },
      [`ColumnValues "state" in [ "open", "a \\"b\\" \\\\ c" ] ${present}`],
    ],
    [
      "allowed values that read as dates",
      { allowed: ["2026-11-20", "9:30"] },
      [`ColumnValues "state" matches "^(?:2026-11-20|9:30)$" ${present}`],
    ],
    ["a pattern", { pattern: '\\d+"x\\"' }, [`ColumnValues "state" matches "^(?:\\d+\\"x\\")$" ${present}`]],
    ["a minimum", { type: "double", minimum: -0.5 }, [`ColumnValues "state" >= -0.5 ${present}`]],
    ["a tiny minimum", { type: "double", minimum: 1e-7 }, [`ColumnValues "state" >= 0.0000001 ${present}`]],
    ["a maximum", { type: "int", maximum: 4 }, [`ColumnValues "state" <= 4 ${present}`]],
    ["a length", { maxLength: 8 }, ['ColumnLength "state" <= 8']],
    [
      "a pseudonym, whatever was asked of the value",
      { treatment: "pseudonymise", kind: "user-id", pattern: "U.*", maxLength: 3 },
      [`ColumnValues "state" matches "^(?:[A-Za-z0-9_-]{21}[AQgw])$" ${present}`],
    ],
    [
      "a masked value",
      { treatment: "mask", keepLast: 2, required: true, pattern: "U.*" },
      ['IsComplete "state"'],
    ],
    ["a dropped value", { treatment: "drop", required: true, minimum: 1 }, []],
  ];
  for (const [what, changes, expected] of cases) {
    it(`says ${what}`, () => expect(about(changes)).to.deep.equal(expected));
  }
});

describe("DQDL of a data set", () => {
  it("has one row a key, and of files one a key and day", () => {
    expect(rules(withColumn({}))).to.deep.equal(['IsPrimaryKey "id"', 'IsComplete "id"']);
    expect(rules(withColumn({}, { ingestion: "csv", primaryKey: ["id", "state"] }))[0]).to.equal(
      'IsPrimaryKey "dt" "id" "state"',
    );
  });

  it("keeps severities apart", () => {
    const rule = { metric: "rowCount" as const, minimum: 1 };
    expect(rules(withRule(rule), "warning")).to.deep.equal(["RowCount >= 1"]);
    expect(rules(withRule(rule), "error")).not.to.include("RowCount >= 1");
    expect(rules(withRule({ ...rule, severity: "error" }), "error")).to.include("RowCount >= 1");
    expect(dqdlRuleset(withRule({ ...rule, severity: "error" }), "warning")).to.equal(undefined);
  });

  it("says a rule once", () => {
    const twice = withRule({ metric: "nullValues", columns: ["id"], maximum: 0, severity: "error" });
    expect(rules(twice).filter((rule) => rule === 'IsComplete "id"')).to.have.length(1);
  });
});

describe("DQDL of a quality rule", () => {
  const sql = (select: string) => `CustomSql "select ${select} from primary"`;
  const share = (rows: string) => sql(`coalesce(100.0 * (${rows}) / nullif(count(*), 0), 0)`);
  const csv = { ingestion: "csv" as const };
  const cases: [string, Partial<QualityRule>, string[], Partial<DataSet>?][] = [
    ["rows, at least", { metric: "rowCount", minimum: 1 }, ["RowCount >= 1"]],
    [
      "rows, a range with both ends",
      { metric: "rowCount", minimum: 1, maximum: 9 },
      ["RowCount >= 1", "RowCount <= 9"],
    ],
    ["rows, exactly", { metric: "rowCount", minimum: 7, maximum: 7 }, ["RowCount = 7"]],
    ["share of good rows: measured before", { metric: "rowCount", unit: "percent", minimum: 90 }, []],
    [
      "no missing value",
      { metric: "nullValues", columns: ["state", "amount"], maximum: 0 },
      ['IsComplete "state"', 'IsComplete "amount"'],
    ],
    [
      "missing values, rows",
      { metric: "nullValues", columns: ["state", "amount"], maximum: 3 },
      [`${sql("count_if(`state` is null or `amount` is null)")} <= 3`],
    ],
    [
      "missing values, percent",
      { metric: "nullValues", columns: ["state"], unit: "percent", maximum: 2.5 },
      [`${share("count_if(`state` is null)")} <= 2.5`],
    ],
    [
      "missing values of a dropped column: measured before",
      { metric: "nullValues", columns: ["none"], maximum: 0 },
      [],
    ],
    [
      "invalid values: measured before, as curated has none",
      { metric: "invalidValues", columns: ["state"], maximum: 1, unit: "percent" },
      [],
    ],
    [
      "repeated values of a stream",
      { metric: "duplicateValues", columns: ["state"], minimum: 0, maximum: 0 },
      [`${sql("count_if(`state` is not null) - count(distinct `state`)")} = 0`],
    ],
    [
      "repeated values of files, within a day",
      { metric: "duplicateValues", columns: ["state", "buyer"], maximum: 4 },
      [
        `${sql("count_if(`state` is not null and `buyer` is not null) - count(distinct `dt`, `state`, `buyer`)")} <= 4`,
      ],
      csv,
    ],
    [
      "repeated values, percent",
      { metric: "duplicateValues", columns: ["state"], unit: "percent", maximum: 1 },
      [`${share("count_if(`state` is not null) - count(distinct `state`)")} <= 1`],
    ],
    [
      "repeated values of a coarse column: measured before",
      { metric: "duplicateValues", columns: ["state"], maximum: 0 },
      [],
      {
        columns: orders.columns.map((each) =>
          each.name === "state" ? { ...each, treatment: "mask", keepLast: 1 } : each,
        ),
      },
    ],
  ];
  for (const [what, changes, expected, set] of cases) {
    it(`says ${what}`, () => expect(rules(withRule(changes, set), "warning")).to.deep.equal(expected));
  }
});

describe("DQDL of the contracts that ship", () => {
  it("names stored columns only, and fits Glue", () => {
    for (const dataSet of CONTRACTS) {
      const text = dqdlRuleset(dataSet, "error")!;
      expect(text.length, dataSet.id).to.be.lessThan(DQDL_LIMIT);
      const dropped = dataSet.columns.filter(({ treatment }) => treatment === "drop");
      for (const { name } of dropped) expect(text, dataSet.id).not.to.include(`"${name}"`);
    }
  });

  it("warns of what the contract warns of", () => {
    const courses = CONTRACTS.find(({ id }) => id === "lms.courses")!;
    expect(rules(courses, "warning")).to.deep.equal([
      'CustomSql "select count_if(`course_id` is not null) - count(distinct `dt`, `course_id`) from primary" = 0',
    ]);
  });
});
