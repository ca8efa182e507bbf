import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { deserializeTCompactProtocol } from "hyparquet/src/thrift.js";
import type { ColumnType, DataSet } from "../../components/contract/model";
import { pseudonym } from "../../functions/pseudonym/pseudonym";
import { compileRewriter } from "../../shipper/rewrite/compile";
import { typedTable } from "../../shipper/rewrite/typed-table";
import { Random } from "../../samples/random";
import { dataSet, type Own } from "./data-set";
import { asked, converted, KEY, rowsByDay, type Way } from "./ways";

const WAYS: readonly Way[] = ["typed", "csv", "engine"];

/** A column of every type and treatment that the rewriter knows. */
const EVERY: readonly Own[] = [
  { name: "at", type: "timestamp" },
  { name: "person", treatment: "pseudonymise", kind: "user-id" },
  { name: "card", treatment: "mask", kind: "card-number", keepLast: 4 },
  { name: "gone", treatment: "drop", kind: "person-name", maxLength: 9 },
  { name: "text" },
  { name: "word" },
  { name: "small", type: "int" },
  { name: "large", type: "bigint" },
  { name: "real", type: "double" },
  { name: "yes", type: "boolean" },
  { name: "on", type: "date" },
  { name: "price", type: "decimal(9,2)" },
  { name: "sum", type: "decimal(18,4)" },
];

describe("rows that the rewriter writes as Parquet", function () {
  this.timeout(120_000);
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "naru-typed-"));
    await compileRewriter();
  });
  after(() => rmSync(folder, { recursive: true }));

  async function both(set: DataSet, text: string) {
    const typed = await converted(set, text, "typed", folder);
    const engine = await converted(set, text, "csv", folder);
    return { typed, engine };
  }

  for (const [what, rows, ofNothing] of [
    ["a single row", 1, 0],
    ["a row of nothing", 1, 1],
    ["columns of nothing", 3_000, 1],
    ["rows without nulls", 3_000, 0],
    ["rows with nulls", 3_000, 0.3],
    ["300,000 rows of many groups", 300_000, 0.05],
  ] as const) {
    it(`are the engine's: ${what}`, async () => {
      const random = new Random(rows);
      const text = Array.from({ length: rows }, () => everyRow(random, ofNothing)).join("");
      const { typed, engine } = await both(dataSet(EVERY), text);
      expect([typed.read, typed.rejects, typed.parts.length]).to.deep.equal([rows, [], 1]);
      const [left, right] = [typed, engine].map(({ parts, path }) => path(parts[0]));
      const differing = `SELECT count(*) FROM (FROM '${left}' EXCEPT ALL FROM '${right}')`;
      expect(await asked(differing)).to.deep.equal([[0n]]);
      expect(await asked(`SELECT count(*) FROM '${left}'`)).to.deep.equal([[BigInt(rows)]]);
      // Another reader, and the source's order.
      if (rows <= 3_000) expect(await objectsOf(left)).to.deep.equal(await objectsOf(right));
      expect(metadataOf(left).schema).to.deep.equal(metadataOf(right).schema);
    });
  }

  it("say Snappy, how many nulls there are and the bounds of numbers, in groups as the engine's", async () => {
    const set = dataSet([
      { name: "n", type: "int" },
      { name: "d", type: "double" },
      { name: "b", type: "boolean" },
      { name: "t", type: "timestamp" },
    ]);
    const rows = Array.from(
      { length: 130_000 },
      (_, n) => `${n % 7 === 0 ? "" : n - 9},${(n + 1) / 8},true,2026-11-20T00:00:00.${n % 10}Z\n`,
    );
    const { typed, engine } = await both(set, rows.join(""));
    const [own, other] = [typed, engine].map(({ parts, path }) => metadataOf(path(parts[0])).row_groups);
    expect(own.map(({ num_rows }) => num_rows)).to.deep.equal(other.map(({ num_rows }) => num_rows));
    const told = (groups: typeof own) =>
      groups.map(({ columns }) =>
        columns.map(({ meta_data }) => {
          const { null_count, min_value, max_value } = meta_data!.statistics!;
          return [meta_data!.codec, null_count, min_value, max_value];
        }),
      );
    expect(told(own)).to.deep.equal(told(other));
    // Without an order for each column, readers don't use the bounds (parquet.thrift, `ColumnOrder`).
    expect(footerOf(typed.path(typed.parts[0])).field_7).to.deep.equal(
      set.columns.map(() => ({ field_1: {} })),
    );
  });

  it("have the outer of two zeros as a bound", async () => {
    const set = dataSet([{ name: "d", type: "double" }, { name: "a" }]);
    const { parts, path } = await converted(set, "0,a\n-0,b\n", "typed", folder);
    const { min_value, max_value } = metadataOf(path(parts[0])).row_groups[0].columns[0].meta_data!
      .statistics!;
    expect([Object.is(min_value, -0), Object.is(max_value, 0)]).to.deep.equal([true, true]);
  });

  it("store what repeats once, and pseudonyms of the functions", async () => {
    const set = dataSet([{ name: "who", treatment: "pseudonymise", kind: "user-id" }, { name: "what" }]);
    const text = Array.from({ length: 20_000 }, (_, n) => `u${n % 50},w${n}\n`).join("");
    const { parts, path } = await converted(set, text, "typed", folder);
    const file = path(parts[0]);
    expect((await objectsOf(file)).slice(0, 51)).to.deep.equal(
      Array.from({ length: 51 }, (_, n) => ({
        who: pseudonym(KEY, "user-id", `U${n % 50}`),
        what: `w${n}`,
        pseudonym_epoch: 3,
      })),
    );
    const encodings = metadataOf(file).row_groups[0].columns.map(({ meta_data }) => meta_data!.encodings);
    expect(encodings.map((own) => own.includes("RLE_DICTIONARY"))).to.deep.equal([true, false, true]);
    expect(parts[0].bytes).to.be.lessThan(120_000);
  });

  it("hold text of any length and script, with quotes, separators and line breaks", async () => {
    const set = dataSet([{ name: "n", type: "int" }, { name: "text" }]);
    const random = new Random(3);
    const texts = [
      "가나다 라마바",
      '"쉼표, 그리고 ""따옴표"""',
      '"줄\n바꿈"',
      "😀",
      '""""',
      "x".repeat(65_000),
    ];
    const long = Array.from({ length: 300 }, () =>
      Array.from({ length: random.integer(1, 9_000) }, () => random.pick([..."abc가나다"])).join(""),
    );
    const text = [...texts, ...long, ...texts].map((value, n) => `${n},${value}\n`).join("");
    const { typed, engine } = await both(set, text);
    expect(await rowsByDay(typed)).to.deep.equal(await rowsByDay(engine));
    expect(typed.parts.map(({ checked }) => checked)).to.deep.equal([undefined]);
  });

  it("are the same bytes whatever the lane has seen before", async () => {
    const set = dataSet([{ name: "who", treatment: "pseudonymise", kind: "user-id" }, { name: "what" }]);
    const of = (start: number) =>
      Array.from({ length: 70_000 }, (_, n) => `u${(n * 7 + start) % 66_000},w\n`).join("");
    const first = await converted(set, of(5), "typed", folder, "fresh");
    const again = await converted(set, of(5), "typed", folder, "again", [of(0), of(1)]);
    expect(again.parts).to.deep.equal(first.parts);
  });

  it("stand beside a file of those that the engine has looked at", async () => {
    const set = dataSet([
      { name: "d", type: "double" },
      { name: "n", type: "int", maximum: 5 },
    ]);
    const good = Array.from({ length: 50 }, (_, n) => `${n},1\n`).join("");
    const { read, rejects, parts, path } = await converted(
      set,
      `${good}0.12345678901234567,2\n1,6\n1,99999999999\n1\n`,
      "typed",
      folder,
    );
    expect([read, parts.map(({ dt, checked, rows }) => [dt, checked, rows])]).to.deep.equal([
      54,
      [
        ["2026-11-20", undefined, 50],
        ["2026-11-20", true, 1],
      ],
    ]);
    expect(rejects).to.deep.equal([
      { line: 52, reasons: ["n:maximum"] },
      { line: 53, reasons: ["n:type"] },
      { line: 54, reasons: ["row:fields"] },
    ]);
    expect(await objectsOf(path(parts[1]))).to.deep.equal([{ d: 0.12345678901234567, n: 2 }]);
    expect(metadataOf(path(parts[0])).schema).to.deep.equal(metadataOf(path(parts[1])).schema);
  });

  it("become CSV for the engine where their times or numbers take one", async () => {
    const moments = dataSet([{ name: "t", type: "timestamp" }, { name: "a" }]);
    const numbers = dataSet([{ name: "d", type: "double" }, { name: "a" }]);
    for (const [set, value] of [
      [moments, "2026-11-20T09:00:00"],
      [numbers, "0.12345678901234567"],
    ] as const) {
      const text = Array.from({ length: 40 }, (_, n) => `${value},${n}\n`).join("");
      const outcomes = [];
      for (const way of WAYS) outcomes.push(await rowsByDay(await converted(set, text, way, folder)));
      expect(outcomes[0]).to.deep.equal(outcomes[1]).and.deep.equal(outcomes[2]);
      const { parts, path } = await converted(set, text, "typed", folder);
      expect(metadataOf(path(parts[0])).created_by).to.match(/^DuckDB/);
    }
  });

  it("are of the days that the calendar says, many in a chunk", async () => {
    const set = dataSet(
      [
        { name: "t", type: "timestamp" },
        { name: "n", type: "int" },
      ],
      "t",
    );
    const random = new Random(9);
    const text = Array.from({ length: 5_000 }, (_, n) => {
      const moment = new Date(Date.UTC(2026, 10, 1) + random.integer(0, 20 * 86_400_000));
      return `${moment.toISOString()},${n}\n`;
    }).join("");
    const { typed, engine } = await both(set, text);
    expect(typed.parts.length).to.equal(21);
    expect(await rowsByDay(typed)).to.deep.equal(await rowsByDay(engine));
  });

  it("hold moments of every year to 9999, under their days", async () => {
    const set = dataSet(
      [
        { name: "t", type: "timestamp" },
        { name: "until", type: "date" },
      ],
      "t",
    );
    const years = [1973, 2038, 6052, 6053, 6054, 8000, 9999];
    const text = years.map((year) => `${year}-12-31T12:00:00.000001+09:00,${year}-12-31\n`).join("");
    const { typed, engine } = await both(set, text);
    expect(typed.parts.map(({ dt }) => dt)).to.deep.equal(years.map((year) => `${year}-12-31`));
    expect(await rowsByDay(typed)).to.deep.equal(await rowsByDay(engine));
  });

  it("agree with both other ways on rows and faults of 20,000 awkward records (seed 11)", async () => {
    const text = awkwardCsv(new Random(11), 20_000);
    const outcomes = [];
    for (const way of WAYS) {
      const done = await converted(awkwardSet(), text, way, folder, `awkward-${way}`);
      outcomes.push({ read: done.read, rejects: done.rejects, rows: await rowsByDay(done) });
      const own = done.parts.filter((part) => metadataOf(done.path(part)).created_by?.startsWith("naru"));
      expect(own.length > 0, way).to.equal(way === "typed");
    }
    expect(outcomes[0].rejects.length).to.be.greaterThan(2000).and.lessThan(15_000);
    expect(outcomes[0]).to.deep.equal(outcomes[1]);
    expect(outcomes[0]).to.deep.equal(outcomes[2]);
  });

  for (const [what, own] of [
    ["a pattern", { pattern: "a+" }],
    ["a coarser value", { treatment: "generalise", kind: "birth-date" }],
    ["a decimal of more digits than 8 bytes hold", { type: "decimal(30,2)" }],
    ["a limit of a decimal that a double does not tell apart", { type: "decimal(18,2)", maximum: 5 }],
    ["a limit of a date", { type: "date", maximum: 5 }],
    ["allowed numbers", { type: "int", allowed: ["1"] }],
  ] as const satisfies readonly (readonly [string, Partial<Own>])[]) {
    it(`are none of a contract with ${what}`, () => {
      expect(typedTable(dataSet([{ name: "a", ...own }, { name: "b" }]), ["a", "b"], 1)).to.equal(undefined);
    });
  }
});

function bytesOf(file: string): ArrayBuffer {
  const bytes = readFileSync(file);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
}

function metadataOf(file: string) {
  return parquetMetadata(bytesOf(file));
}

/** The footer's fields by their numbers. */
function footerOf(file: string): Record<`field_${number}`, unknown> {
  const bytes = readFileSync(file);
  const end = bytes.length - 8;
  const footer = bytes.subarray(end - bytes.readUInt32LE(end), end);
  const view = new DataView(footer.buffer, footer.byteOffset, footer.length);
  return deserializeTCompactProtocol({ view, offset: 0 });
}

async function objectsOf(file: string) {
  return (await parquetReadObjects({ file: bytesOf(file) })) as Record<string, unknown>[];
}

/** A record of {@link EVERY}, in which any field may be empty; only such as are beyond doubt. */
function everyRow(random: Random, ofNothing: number): string {
  const digits = (most: number) =>
    Array.from({ length: random.integer(1, most) }, () => random.integer(0, 9)).join("");
  const sign = () => random.pick(["", "-", "+"]);
  const two = (most: number) => String(random.integer(1, most)).padStart(2, "0");
  const fields = [
    `2026-${two(12)}-${two(28)}T${two(23)}:${two(59)}:${two(59)}.${digits(6)}${random.pick(["Z", "+09:00", "-03:30"])}`,
    `user${random.integer(0, 500)}`,
    random.pick(["1234-5678-9012-3456", "12", " 99998888 ", "  "]),
    "이름",
    Array.from({ length: random.integer(1, 40) }, () => random.pick([..."abc 가나다😀"])).join(""),
    random.pick(["하나", "둘", '"셋, ""넷"""']),
    sign() + digits(9),
    sign() + digits(18),
    sign() + digits(7) + random.pick(["", `.${digits(8)}`, `e${random.integer(-7, 14)}`]),
    random.pick(["true", "false", "TRUE"]),
    `20${two(99)}-${two(12)}-${two(28)}`,
    `${sign() + digits(7)}.${digits(2)}`,
    `${sign() + digits(14)}.${digits(4)}`,
  ];
  return `${fields.map((field) => (random.chance(ofNothing) ? "" : field)).join(",")}\n`;
}

function awkwardSet(): DataSet {
  return dataSet(
    [
      { name: "at", type: "timestamp" },
      { name: "phone", treatment: "pseudonymise", kind: "phone", maxLength: 15 },
      { name: "email", treatment: "pseudonymise", kind: "email", required: true },
      {
        name: "number",
        type: "int" as ColumnType,
        treatment: "pseudonymise",
        kind: "student-id",
        maximum: 999,
      },
      { name: "name", treatment: "drop", kind: "person-name", maxLength: 4 },
      { name: "card", treatment: "mask", kind: "card-number", keepLast: 4 },
      { name: "grade", type: "int", minimum: 1, maximum: 6 },
      { name: "views", type: "bigint", minimum: 0 },
      { name: "score", type: "double", minimum: -2, maximum: 1e300 },
      { name: "hidden", type: "double", treatment: "drop", maximum: 1 },
      { name: "credit", type: "decimal(5,2)", maximum: 999.5 },
      { name: "on", type: "date" },
      { name: "open", type: "boolean" },
      { name: "course", allowed: ["A", "B", 'C"', "라,마"] },
    ],
    "at",
  );
}

/** Records with what people write: mostly good, each field bad at times. */
function awkwardCsv(random: Random, records: number): string {
  const one = (values: readonly string[]) => random.pick(values);
  const mostly = (good: readonly string[], odd: readonly string[]) => one(random.chance(1 / 40) ? odd : good);
  const record = () =>
    [
      mostly(
        ["2026-11-20T10:00:00+09:00", "2026-11-20T23:59:59.5+09:00", "2026-11-20T15:30:00.000001Z"],
        ["", "2026-11-20", "2026-11-20T10:00:00", "1971-01-01T00:00:00Z", "2026-11-20T10:00+09:00", "x"],
      ),
      mostly(["010-1234-5678", "+82 10 1", ""], ["abc", "'1'", '"010"', '"1""2"', "0".repeat(16)]),
      mostly(["a@x.kr", "B@X.kr", '"c@x.kr"'], ["", '""', "한".normalize("NFD"), "한@x.kr", "\ufffd@x.kr"]),
      mostly(["7", "007", ""], ["1000", "x", "99999999999", '"8"']),
      mostly(["김철수", ""], ["아주긴이름이다", '"따옴"', "\ufffd", '"""""긴"']),
      mostly(["1234-5678-9012-3456", "한글카드번호다", ""], ["1", '"12""34"', " 9999 ", '" "']),
      mostly(["1", "6", "+3"], ["0", "7", "x", "", " 4", "99999999999", '"2"', "2147483648", "-0"]),
      mostly(
        ["0", "9007199254740991", "123"],
        ["-1", "9223372036854775807", "9223372036854775808", "9007199254740993", "0009007199254740993"],
      ),
      mostly(
        ["1.5", "-2", "1e3", "0.1", "123456.789"],
        [
          "",
          ".5",
          "5.",
          "nan",
          "1e999",
          '"7"',
          "-2.0000000001",
          "0.12345678901234567",
          "1e23",
          "1e-30",
          "-0",
          "1e301",
        ],
      ),
      mostly(["0.5", ""], ["2", "x"]),
      mostly(
        ["1.25", "999.49", "-3.5", "7"],
        ["1000", "1.255", "", "-0.5", "9999.9", "999.51", "1.", "+0.0"],
      ),
      mostly(["2026-02-28"], ["2026-02-30", "", "2026-2-3", "1969-12-31"]),
      mostly(["true", "FALSE"], ["yes", ""]),
      mostly(["A", "B", '"C"""', '"라,마"'], ["", "Z", 'A"', '"A"x', "A,B", "A\rB", '"A\nB"', "a"]),
    ].join(",") + one(["\n", "\n", "\r\n", "\n\n"]);
  return Array.from({ length: records }, record).join("");
}
