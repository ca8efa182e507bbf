import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AthenaClient, ColumnInfo } from "@aws-sdk/client-athena";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect } from "chai";
import { extract, type ExtractOptions } from "../../../cli/extract";
import { csvHead, csvRow } from "../../../cli/extract/csv";
import { readSheet } from "./xlsx-sheet";

const COLUMNS = [
  { Name: "id", Type: "varchar" },
  { Name: "점수", Type: "double" },
  { Name: "seen", Type: "timestamp" },
  { Name: "price", Type: "decimal", Precision: 10, Scale: 2 },
] as ColumnInfo[];
const ROWS = [
  ["-Ab_pseudonym", "-1.5", "2026-03-02 15:00:00.000", "12.30"],
  ["", null, null, null],
  [null, "2", null, "0.10"],
];

describe("naru extract", () => {
  let folder: string;
  let out: string[];
  let err: string[];
  let asked: string[];
  let state: string;
  let pagesRead: number;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "naru-extract-"));
    [out, err, asked, state, pagesRead] = [[], [], [], "SUCCEEDED", 0];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const resultPage = (pages: number) => {
    pagesRead += 1;
    const head = pagesRead === 1 ? [COLUMNS.map(({ Name }) => Name!)] : [];
    return {
      NextToken: pagesRead < pages ? "more" : undefined,
      ResultSet: {
        ResultSetMetadata: { ColumnInfo: COLUMNS },
        Rows: [...head, ...ROWS].map((row) => ({
          Data: row.map((cell) => ({ VarCharValue: cell ?? undefined })),
        })),
      },
    };
  };

  const run = (changes: Partial<ExtractOptions>, pages = 1) => {
    const answers: Record<string, (input: { QueryString: string }) => object> = {
      StartQueryExecutionCommand: ({ QueryString }) => {
        asked.push(QueryString);
        return { QueryExecutionId: "query-1" };
      },
      GetQueryExecutionCommand: () => ({
        QueryExecution: { Status: { State: state, StateChangeReason: "COLUMN_NOT_FOUND: gone" } },
      }),
      GetQueryResultsCommand: () => resultPage(pages),
    };
    const send = async (command: { constructor: { name: string }; input: never }) =>
      answers[command.constructor.name]!(command.input);
    return extract({
      sql: "SELECT * FROM t",
      stack: "local",
      out: join(folder, "rows.csv"),
      output: { out: (line) => void out.push(line), err: (line) => void err.push(line) },
      analyst: async () => ({ athena: { send } as unknown as AthenaClient, workgroup: "analysts" }),
      ...changes,
    });
  };

  it("makes a CSV that Excel reads as UTF-8, for its owner only, and tells the query's id", async () => {
    expect(await run({})).to.equal(0);
    expect(readFileSync(join(folder, "rows.csv"), "utf8")).to.equal(
      '\uFEFFid,점수,seen,price\r\n\'-Ab_pseudonym,-1.5,2026-03-02 15:00:00.000,12.30\r\n"",,,\r\n,2,,0.10\r\n',
    );
    expect(statSync(join(folder, "rows.csv")).mode & 0o777).to.equal(0o600);
    expect(out.join()).to.contain("3 rows").and.contain("query-1");
  });

  it("guards what a spreadsheet would run, in texts and names of columns, and leaves numbers alone", () => {
    for (const start of ["=", "+", "-", "@", "\t", "\r"]) {
      expect(csvRow(COLUMNS, [`${start}1+1`])).to.match(/^"?'/);
      expect(csvHead([{ Name: `${start}1`, Type: "varchar" }])).to.match(/^\uFEFF"?'/);
    }
    expect(csvRow([{ Name: "a", Type: "varchar" }], ['1,"2"\n3'])).to.equal('"1,""2""\n3"\r\n');
    expect(csvRow([{ Name: "a", Type: "integer" }], ["-1"])).to.equal("-1\r\n");
  });

  it("makes Parquet with the query's types, pseudonyms as they are, missing values missing", async () => {
    const file = join(folder, "rows.parquet");
    expect(await run({ format: "parquet", out: file }), err.join()).to.equal(0);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    const connection = await (await DuckDBInstance.create()).connect();
    const read = (sql: string) => connection.runAndReadAll(sql).then((reader) => reader.getRows());
    const types = await read(`SELECT column_type FROM (DESCRIBE SELECT * FROM '${file}')`);
    expect(types.flat()).to.deep.equal(["VARCHAR", "DOUBLE", "TIMESTAMP", "DECIMAL(10,2)"]);
    const rows = await read(`SELECT id, "점수", seen::VARCHAR, price::VARCHAR FROM '${file}'`);
    expect(rows).to.deep.equal([
      ["-Ab_pseudonym", -1.5, "2026-03-02 15:00:00", "12.30"],
      ["", null, null, null],
      [null, 2, null, "0.10"],
    ]);
    const [codec] = await read(`SELECT DISTINCT compression FROM parquet_metadata('${file}')`);
    expect(codec).to.deep.equal(["SNAPPY"]);
    expect(readdirSync(folder)).to.deep.equal(["rows.parquet"]);
  });

  it("makes an XLSX whose numbers and moments are such, and whose texts are no formulas", async () => {
    const file = join(folder, "rows.xlsx");
    expect(await run({ format: "xlsx", out: file }, 2), err.join()).to.equal(0);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    const { rows } = readSheet(file);
    const text = (of: string) => ({ type: "inlineStr", format: "@", value: of });
    expect(rows[0]).to.deep.equal({ A1: text("id"), B1: text("점수"), C1: text("seen"), D1: text("price") });
    expect(rows[1]).to.deep.equal({
      A2: text("-Ab_pseudonym"),
      B2: { type: "n", format: "General", value: "-1.5" },
      // 15:00 of 2026-03-02.
      C2: { type: "n", format: "yyyy\\-mm\\-dd\\ hh:mm:ss.000", value: "46083.625" },
      D2: { type: "n", format: "General", value: "12.30" },
    });
    expect(rows[2]).to.deep.equal({ A3: text("") });
    expect(rows).to.have.length(7);
    expect(readdirSync(folder)).to.deep.equal(["rows.xlsx"]);
    const again = join(folder, "again.xlsx");
    pagesRead = 0;
    expect(await run({ format: "xlsx", out: again }, 2)).to.equal(0);
    expect(readFileSync(again).equals(readFileSync(file))).to.equal(true);
  });

  it("refuses a text that is longer than a cell of XLSX, saying where and not what", async () => {
    const secret = "비밀".repeat(20_000);
    ROWS.push([secret, null, null, null]);
    try {
      expect(await run({ format: "xlsx" }, 1)).to.equal(1);
    } finally {
      ROWS.pop();
    }
    expect(err.join()).to.contain("row 4, column id: has 40000 characters, and a cell of XLSX holds 32767");
    expect(err.join()).to.contain("take --format parquet").and.not.contain("비밀");
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it("takes every page", async () => {
    expect(await run({}, 3)).to.equal(0);
    expect(out.join()).to.contain("9 rows");
  });

  it("stops reading at the limit, and leaves no file", async () => {
    const wide = "x".repeat(400_000);
    ROWS.push([wide, null, null, null]);
    try {
      expect(await run({ maxMb: "1" }, 100)).to.equal(1);
    } finally {
      ROWS.pop();
    }
    expect(pagesRead).to.equal(3);
    expect(err.join()).to.contain("more than 1 MB, and nothing was written");
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it("asks for the whole table of a data set by its id", async () => {
    expect(await run({ sql: undefined, table: "sis.students" })).to.equal(0);
    expect(asked).to.deep.equal(['SELECT * FROM "naru_local_curated_sis"."students"']);
  });

  it("tells why Athena failed, and leaves no file", async () => {
    state = "FAILED";
    expect(await run({})).to.equal(1);
    expect(err).to.deep.equal(["naru extract: Athena: query query-1 failed: COLUMN_NOT_FOUND: gone"]);
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  for (const [what, changes, message] of [
    ["nothing to ask", { sql: undefined }, "give either a SELECT, or --table"],
    ["two things to ask", { table: "sis.students" }, "give either a SELECT, or --table"],
    ["a statement that changes something", { sql: "DROP TABLE t" }, "only a SELECT can be extracted"],
    ["a data set that there is not", { sql: undefined, table: "sis.none" }, "there is no data set sis.none"],
    ["another format", { format: "ods" }, '--format is "ods"; write one of csv, xlsx, parquet'],
    ["what every object has", { format: "toString" }, '--format is "toString"; write one of'],
    ["no limit", { maxMb: "0" }, '--max-mb is "0"; write a whole number from 1 to 1000'],
    ["a limit that is none", { maxMb: "all" }, '--max-mb is "all"'],
    ["a file that is there", { out: __filename }, "is there already; name a new file"],
    ["a folder that is not", { out: "/no/such/folder/rows.csv" }, "there is no folder /no/such/folder"],
  ] as const) {
    it(`refuses ${what}, before it asks`, async () => {
      expect(await run(changes)).to.equal(2);
      expect(err.join()).to.contain(message);
      expect(asked).to.deep.equal([]);
      expect(existsSync(join(folder, "rows.csv"))).to.equal(false);
    });
  }
});
