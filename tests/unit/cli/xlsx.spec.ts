import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ColumnInfo } from "@aws-sdk/client-athena";
import { expect } from "chai";
import { openXlsx } from "../../../cli/extract/xlsx";
import { readSheet, type SheetCell } from "./xlsx-sheet";

describe("an XLSX sheet", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "naru-xlsx-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const columnsOf = (...types: string[]) =>
    types.map((Type, at) => ({ Name: `c${at}`, Type })) as ColumnInfo[];

  async function sheetOf(columns: readonly ColumnInfo[], rows: readonly (readonly (string | null)[])[]) {
    const path = join(folder, "rows.xlsx");
    const file = await openXlsx(columns, path);
    await file.add(rows);
    await file.end();
    return readSheet(path);
  }

  async function cellOf(type: string, text: string): Promise<SheetCell> {
    return (await sheetOf(columnsOf(type), [[text]])).rows[1]!.A2!;
  }

  for (const text of [
    ..."=1+1 +1 -1 @SUM(1) -Ab_cd".split(" "),
    ...["\t=1", "\r=1", "", " both ends ", "줄\n바꿈", "<b>&amp;</b>", '"', "\u0000\u001f", "\uffff"],
    // U+2028 ends lines for some readers, and _x0041_ would be read as an A.
    ...["a\u2028b", "_x0041_", "__x000D__", "😀", "]]>"],
  ]) {
    it(`keeps ${JSON.stringify(text)} as a text`, async () => {
      expect(await cellOf("varchar", text)).to.deep.equal({ type: "inlineStr", format: "@", value: text });
    });
  }

  for (const [type, text, value] of [
    ["integer", "-2147483648", "-2147483648"],
    ["bigint", "999999999999999", "999999999999999"],
    ["decimal", "0.000000000000012", "0.000000000000012"],
    ["double", "-0.1", "-0.1"],
    ["double", "1.0E10", "10000000000"],
    ["double", "0.30000000000000004", "0.30000000000000004"],
    ["date", "1900-03-01", "61"],
    ["date", "2026-11-21", "46347"],
    ["timestamp", "2026-11-21 12:00:00.000", "46347.5"],
    ["timestamp", "2026-11-21 06:00:00", "46347.25"],
  ] as const) {
    it(`keeps the ${type} ${text} as a number`, async () => {
      const cell = await cellOf(type, text);
      expect([cell.type, cell.value]).to.deep.equal(["n", value]);
      expect(cell.format.includes("yyyy")).to.equal(["date", "timestamp"].includes(type));
    });
  }

  it("keeps truth as truth", async () => {
    expect((await cellOf("boolean", "true")).type).to.equal("b");
    expect((await cellOf("boolean", "true")).value).to.equal("1");
    expect((await cellOf("boolean", "false")).value).to.equal("0");
  });

  for (const [why, type, text] of [
    ["has more digits than Excel", "bigint", "9007199254740993"],
    ["has more digits than Excel", "decimal", "1234567890123456.78"],
    ["is no number there", "double", "NaN"],
    ["is no number there", "double", "Infinity"],
    ["lies before Excel's calendar", "date", "1900-02-28"],
    ["lies behind it", "date", "+12026-01-01"],
    ["is finer than Excel", "timestamp", "2026-11-21 12:00:00.000001"],
    ["has a zone", "timestamp with time zone", "2026-11-21 12:00:00.000 UTC"],
    ["is a list", "array", "[1, 2]"],
  ] as const) {
    it(`keeps the ${type} ${text}, which ${why}, as a text`, async () => {
      expect(await cellOf(type, text)).to.deep.equal({ type: "inlineStr", format: "@", value: text });
    });
  }

  it("names cells past the 26th column, and leaves missing values out", async () => {
    const { rows } = await sheetOf(columnsOf(...Array(704).fill("varchar")), [
      [...Array(703).fill(null), "last"],
    ]);
    expect(Object.keys(rows[0]!).slice(25, 28)).to.deep.equal(["Z1", "AA1", "AB1"]);
    expect(rows[1]).to.have.all.keys("AAB2");
  });

  it("holds 1,048,575 rows below the header, and refuses one more", async () => {
    const path = join(folder, "rows.xlsx");
    const file = await openXlsx(columnsOf("varchar"), path);
    const page = Array.from({ length: 65_535 }, () => [null]);
    for (let at = 0; at < 16; at++) await file.add(page);
    await file.add(Array.from({ length: 15 }, () => [null]));
    const refused = await file.add([[null]]).then(
      () => "taken",
      (error: Error) => error.message,
    );
    expect(refused).to.contain("holds 1048575 rows, and these are more");
  });

  it("refuses more columns than a sheet has", async () => {
    const refused = await openXlsx(columnsOf(...Array(16_385).fill("varchar")), join(folder, "a")).then(
      () => "taken",
      (error: Error) => error.message,
    );
    expect(refused).to.contain("holds 16384 columns, and these are 16385");
  });

  it("writes as it goes", async () => {
    const path = join(folder, "rows.xlsx");
    const file = await openXlsx(columnsOf("varchar"), path);
    const random = () => Array.from({ length: 1000 }, () => [Math.random().toString(36).repeat(20)]);
    for (let at = 0; at < 20; at++) await file.add(random());
    expect(readFileSync(path).length).to.be.greaterThan(100_000);
  });
});
