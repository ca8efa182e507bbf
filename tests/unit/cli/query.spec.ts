import type { AthenaClient } from "@aws-sdk/client-athena";
import { expect } from "chai";
import { query, type QueryOptions } from "../../../cli/query";

const NAMED = { Name: "top", Description: "The ten", QueryString: "SELECT 1" };
const PREPARED = {
  StatementName: "of_course",
  Description: "One course; values: dt, course_id",
  QueryStatement: "SELECT ? WHERE ?",
};
const ROWS = [
  ["course", "views"],
  ["C1", "3"],
  ["C2", null],
];

describe("naru query", () => {
  let started: { QueryString: string; WorkGroup: string; ExecutionParameters?: string[] }[];
  let out: string[];
  let err: string[];
  let state: string;

  /** Athena as far as the command asks it. */
  const ANSWERS: Record<string, (input: never) => object> = {
    ListNamedQueriesCommand: () => ({ NamedQueryIds: ["1"] }),
    BatchGetNamedQueryCommand: () => ({ NamedQueries: [NAMED] }),
    ListPreparedStatementsCommand: () => ({
      PreparedStatements: [{ StatementName: PREPARED.StatementName }],
    }),
    GetPreparedStatementCommand: () => ({ PreparedStatement: PREPARED }),
    StartQueryExecutionCommand: (input) => {
      started.push(input);
      return { QueryExecutionId: "q" };
    },
    GetQueryExecutionCommand: () => ({
      QueryExecution: { Status: { State: state, StateChangeReason: "TABLE_NOT_FOUND: gone" } },
    }),
    GetQueryResultsCommand: () => ({
      ResultSet: {
        ResultSetMetadata: { ColumnInfo: ROWS[0]!.map((Name) => ({ Name, Type: "varchar" })) },
        Rows: ROWS.map((row) => ({ Data: row.map((VarCharValue) => ({ VarCharValue })) })),
      },
    }),
  };

  const run = (changes: Partial<QueryOptions>) => {
    const send = async (command: { constructor: { name: string }; input: never }) =>
      ANSWERS[command.constructor.name]!(command.input);
    const athena = { send } as unknown as AthenaClient;
    // Paginators want the class, and take it by its prototype.
    Object.setPrototypeOf(
      athena,
      (require("@aws-sdk/client-athena") as typeof import("@aws-sdk/client-athena")).AthenaClient.prototype,
    );
    return query({
      values: [],
      stack: "local",
      output: { out: (line) => void out.push(line), err: (line) => void err.push(line) },
      analyst: async () => ({ athena, workgroup: "analysts" }),
      ...changes,
    });
  };

  beforeEach(() => {
    [started, out, err, state] = [[], [], [], "SUCCEEDED"];
  });

  it("lists what is saved, and runs nothing", async () => {
    expect(await run({})).to.equal(0);
    expect(out).to.deep.equal(["of_course\tOne course; values: dt, course_id", "top\tThe ten"]);
    expect(started).to.deep.equal([]);
  });

  it("runs a saved query in the analysts' workgroup, and prints its rows", async () => {
    expect(await run({ name: "top" })).to.equal(0);
    expect(started).to.deep.equal([{ QueryString: "SELECT 1", WorkGroup: "analysts" }]);
    expect(out).to.deep.equal(["course\tviews", "C1\t3", "C2\t"]);
  });

  it("prints rows as JSON", async () => {
    await run({ name: "top", json: true });
    expect(JSON.parse(out[0]!)).to.deep.equal([
      { course: "C1", views: "3" },
      { course: "C2", views: null },
    ]);
  });

  it("passes values beside the statement, as strings that nothing leaves", async () => {
    expect(await run({ name: "of_course", values: ["2026-11-19", "x' OR '1'='1"] })).to.equal(0);
    expect(started[0]!.QueryString).to.equal("EXECUTE of_course");
    expect(started[0]!.ExecutionParameters).to.deep.equal(["'2026-11-19'", "'x'' OR ''1''=''1'"]);
  });

  it("tells how many values it wants, and what for, before it asks", async () => {
    expect(await run({ name: "of_course", values: ["2026-11-19"] })).to.equal(2);
    expect(err[0]).to.include("of_course takes 2 values, not 1: One course; values: dt, course_id");
    expect(await run({ name: "top", values: ["x"] })).to.equal(2);
    expect(err[1]).to.include("top takes 0 values, not 1");
    expect(started).to.deep.equal([]);
  });

  it("tells the names that there are for one that there is not", async () => {
    expect(await run({ name: "bottom" })).to.equal(2);
    expect(err[0]).to.equal("naru query: nothing is saved as bottom; there are of_course, top");
  });

  it("tells why Athena refused", async () => {
    state = "FAILED";
    expect(await run({ name: "top" })).to.equal(1);
    expect(err[0]).to.include("TABLE_NOT_FOUND: gone");
    expect(out).to.deep.equal([]);
  });
});
