import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { IDENTIFIER_KINDS } from "../../components/contract/column";
import type { ColumnType, DataSet } from "../../components/contract/model";
import { isComposed } from "../../functions/pseudonym/normal-form";
import { pseudonym } from "../../functions/pseudonym/pseudonym";
import { padsOf } from "../../shipper/keys/pads";
import type { Calls } from "../../shipper/rewrite/calls";
import { compileRewriter, MODULE } from "../../shipper/rewrite/compile";
import { Rewriting } from "../../shipper/rewrite/rewriting";
import { rewrittenTable } from "../../shipper/rewrite/table";
import { Random } from "../../samples/random";
import { dataSet } from "./data-set";
import { converted, KEY, rowsByDay } from "./ways";

const NUL_FREE = 1;

describe("the rewriter", () => {
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "naru-rewrite-"));
    await compileRewriter();
  });
  after(() => rmSync(folder, { recursive: true }));

  /** What it makes of a text, the files as text. */
  function rewrite(set: DataSet, text: string | Buffer, header = false) {
    const table = rewrittenTable(
      set,
      set.columns.map(({ name }) => name),
    );
    const { inner, outer } = padsOf(KEY);
    const rewriting = new Rewriting(
      table,
      table.kinds.map(() => [inner, outer] as const),
    );
    const bytes = Uint8Array.from(Buffer.from(text));
    const replacements = Buffer.from(bytes).includes("\ufffd");
    const done = rewriting.rewrite({ bytes, firstLine: 1, header, replacements }, join(folder, "chunk-0-"));
    return {
      ...done,
      rewriting,
      texts: done.days.map(({ file }) => readFileSync(file, "utf8")),
      doubts: Buffer.from(done.doubtful.bytes).toString(),
    };
  }

  const two = dataSet([{ name: "a" }, { name: "b" }]);

  it("lets plain and properly quoted records through, and leaves out header and blank lines", () => {
    const { texts, days, doubtful, broken } = rewrite(two, 'h,i\r\n\r\n1,2\r\n"x,""y""\n",3\n\n4,', true);
    expect(texts).to.deep.equal(['1,2\n"x,""y""\n",3\n4,\n']);
    expect([days[0].rows, doubtful.lines, broken]).to.deep.equal([3, [], []]);
  });

  it("tells records of another width or with text behind quotes by their lines", () => {
    const { texts, broken } = rewrite(two, '1,2\n1,2,\n1\n"a"b,2\n"a" ,2\n"x\ny",1\n3,4,5\n7,8\n');
    expect(texts).to.deep.equal(['1,2\n"x\ny",1\n7,8\n']);
    expect(broken).to.deep.equal([2, 3, 4, 5, 8]);
  });

  it("hands on what only some readers take, written anew", () => {
    const { texts, doubts, doubtful } = rewrite(two, 'a"b, "c"\n1\r2,3\nx,y\r\n');
    expect(texts).to.deep.equal(["x,y\n"]);
    expect(doubts).to.equal('"a""b"," ""c"""\n"1\r2","3"\n');
    expect(doubtful.lines).to.deep.equal([1, 2]);
  });

  it("hands on a record that is not the form of its types, lacks what it needs, or holds U+FFFD", () => {
    const forms: readonly (readonly [ColumnType, readonly string[], readonly string[]])[] = [
      ["int", ["7", "+7", "-07"], ["2.5", "0x1f", "1_000", " 7", "7 ", "+", "1e3"]],
      ["double", ["1", "-1.5", "2.50e-3", "1E5"], [".5", "5.", "1e", "nan", "1.e5", "1e+"]],
      ["boolean", ["true", "FALSE", "False"], ["yes", "1", "t", "tru"]],
      [
        "date",
        ["2026-02-28", "2024-02-29"],
        ["2026-02-29", "2026-2-3", "1969-01-01", "2026-13-01", "2026-04-31"],
      ],
      ["decimal(5,2)", ["1", "1.25", "-3.5", "1."], ["1.255", ".5", "1e2"]],
      [
        "timestamp",
        ["2026-11-20T09:00:00+09:00", "2026-11-20 09:00:00.123Z"],
        [
          "2026-11-20T09:00",
          "2026-11-20T24:00:00Z",
          "2026-11-20T09:00:60Z",
          "2026-11-20",
          "2026-11-20T09:00:00+0900",
        ],
      ],
    ];
    for (const [type, good, doubtful] of forms) {
      const set = dataSet([{ name: "a", type }, { name: "b" }]);
      const found = rewrite(set, [...good, ...doubtful].map((value) => `${value},x\n`).join(""));
      expect(found.texts.join(""), type).to.equal(good.map((value) => `${value},x\n`).join(""));
      expect(found.doubtful.lines.length, type).to.equal(doubtful.length);
    }
    const needed = rewrite(
      dataSet([{ name: "a", required: true }, { name: "b" }]),
      ',1\n"",2\nx,3\n\ufffd,4\n',
    );
    expect([needed.texts, needed.doubtful.lines]).to.deep.equal([["x,3\n"], [1, 2, 4]]);
  });

  it("replaces, drops and keeps fields, null staying null", () => {
    const set = dataSet([
      { name: "a", treatment: "pseudonymise", kind: "email" },
      { name: "b", treatment: "drop", kind: "person-name" },
      { name: "c" },
      { name: "d", treatment: "pseudonymise", kind: "phone" },
    ]);
    const { texts } = rewrite(set, 'A@x.kr,Kim,"1,2",+82 10-1\n\n,,,\n"a@X.kr",x,,010-1\n');
    const [email, phone] = [pseudonym(KEY, "email", "a@x.kr"), pseudonym(KEY, "phone", "0101")];
    expect(texts).to.deep.equal([`${email},"1,2",${phone}\n,,\n${email},,${phone}\n`]);
  });

  it("hands on personal values in decomposed form, and with escaped quotes", () => {
    const set = dataSet([{ name: "a", treatment: "pseudonymise", kind: "person-name" }, { name: "b" }]);
    const { texts, doubtful } = rewrite(set, `${"한".normalize("NFD")},1\n"a""b",2\n한,3\n`);
    expect(texts).to.deep.equal([`${pseudonym(KEY, "person-name", "한")},3\n`]);
    expect(doubtful.lines).to.deep.equal([1, 2]);
  });

  it("puts rows under their days, in files that only their owner can read", () => {
    const set = dataSet([{ name: "t", type: "timestamp" }, { name: "a" }], "t");
    const moments = ["2026-11-20T14:59:59Z", "2026-11-20T15:00:00Z", "2026-11-20T23:59:59+09:00"];
    const { days, texts, doubtful } = rewrite(
      set,
      [...moments, "2026-11-20T23:59:59"].map((t) => `${t},1\n`).join(""),
    );
    expect(days.map(({ day, rows }) => [day, rows])).to.deep.equal([
      ["2026-11-20", 2],
      ["2026-11-21", 1],
    ]);
    expect(texts).to.deep.equal([`${moments[0]},1\n${moments[2]},1\n`, `${moments[1]},1\n`]);
    // Not every moment of the column says its offset.
    expect(doubtful.lines).to.deep.equal([4]);
    expect(statSync(days[0].file).mode & 0o777).to.equal(0o600);
  });

  it("takes wall-clock time by the zone's calendar, and leaves days of changing clocks to the engine", () => {
    const set = {
      ...dataSet([{ name: "t", type: "timestamp" }, { name: "a" }], "t"),
      timeZone: "America/New_York",
    };
    const { days, doubtful } = rewrite(set, "2026-03-08T02:30:00,1\n2026-03-20T23:59:59,1\n");
    expect(days.map(({ day }) => day)).to.deep.equal(["2026-03-20"]);
    expect(doubtful.lines).to.deep.equal([1]);
  });

  it("takes rows back that turn out bad", () => {
    const { rewriting, days } = rewrite(two, 'a,1\n"b\n",2\r\nc,3\n');
    const again = rewriting.doubt([[2, 3]]);
    expect(readFileSync(days[0].file, "utf8")).to.equal("a,1\n");
    expect(Buffer.from(again.doubtful.bytes).toString()).to.equal('"b\n",2\nc,3\n');
    expect(again.doubtful.lines).to.deep.equal([2, 4]);
  });

  it("grows its memory when pseudonyms are longer than what they stand for", () => {
    const set = dataSet([
      { name: "a", treatment: "pseudonymise", kind: "user-id" },
      { name: "b", treatment: "pseudonymise", kind: "user-id" },
    ]);
    const rows = 50_000;
    const { days, texts } = rewrite(set, "a,b\n".repeat(rows));
    expect(days[0].rows).to.equal(rows);
    const [a, b] = ["A", "B"].map((value) => pseudonym(KEY, "user-id", value));
    expect(texts[0]).to.equal(`${a},${b}\n`.repeat(rows));
  });

  it("has no place for more than its addresses reach, rather than the same place twice", () => {
    const module = new WebAssembly.Module(readFileSync(MODULE));
    const calls = new WebAssembly.Instance(module, { calendar: { dayOf: () => 0 } })
      .exports as unknown as Calls;
    calls.setTable(2, ",".charCodeAt(0), -1, 0);
    // Lists of records of so much input make it 4.3 billion bytes: 32 bits leave 5 million of them.
    expect(calls.layOut(1_000_000_000, 1_300_000_000, 1000, 0)).to.equal(0);
    expect(calls.layOut(1_000_000, 1_300_000, 1000, 0)).to.be.greaterThan(0);
  });

  for (const [seed, kind] of IDENTIFIER_KINDS.entries()) {
    it(`makes the functions' pseudonyms of 3,000 random texts of kind ${kind} (seed ${seed + 1})`, () => {
      const set = dataSet([{ name: "a", treatment: "pseudonymise", kind }, { name: "b" }]);
      const random = new Random(seed + 1);
      const values = Array.from({ length: 3000 }, () => randomText(random)).filter(isComposed);
      const { texts, doubtful } = rewrite(set, values.map((value) => `"${value}",\n`).join(""));
      expect(doubtful.lines).to.deep.equal([]);
      const made = texts[0].split("\n").slice(0, -1);
      const expected = values.map((value) => `${value === "" ? "" : pseudonym(KEY, kind, value)},`);
      const differing = made.flatMap((line, at) => (line === expected[at] ? [] : [at]));
      expect([made.length, differing]).to.deep.equal([values.length, []]);
    });
  }

  it("forgets values when it holds many, and makes the same of them again", () => {
    const set = dataSet([{ name: "a", treatment: "pseudonymise", kind: "user-id" }, { name: "b" }]);
    const people = Array.from({ length: 90_000 }, (_, n) => `U${n}`);
    const { texts } = rewrite(set, [...people, ...people].map((user) => `${user},\n`).join(""));
    const made = texts[0].split("\n").slice(0, -1);
    expect(new Set(made).size).to.equal(people.length);
    expect(made.slice(0, people.length)).to.deep.equal(made.slice(people.length));
    expect(made[77_777]).to.equal(`${pseudonym(KEY, "user-id", "U77777")},`);
  });

  it("agrees with the engine alone on rows and faults of 20,000 awkward records (seed 7)", async () => {
    const set = awkwardSet();
    const text = awkwardCsv(new Random(7), 20_000);
    const outcomes = [];
    for (const way of ["csv", "engine"] as const) {
      const done = await converted(set, text, way, folder);
      outcomes.push({ read: done.read, rejects: done.rejects, rows: await rowsByDay(done) });
    }
    expect(outcomes[0].rejects.length).to.be.greaterThan(2000).and.lessThan(15_000);
    expect(outcomes[0]).to.deep.equal(outcomes[1]);
  });
});

function randomText(random: Random): string {
  const alphabets = [
    () => String.fromCharCode(0x21 + random.integer(0, 93)),
    () => String.fromCharCode(NUL_FREE + random.integer(0, 30)),
    () => random.pick([..." \t\r\n"]),
    () => random.pick([..."0123456789"]),
    () => random.pick([..."82+-()"]),
    () => String.fromCharCode(0xac00 + random.integer(0, 11171)),
    () => String.fromCharCode(0xff01 + random.integer(0, 93)),
    () => random.pick(["😀", "İ", "ß", "ǅ", "\u00a0", "\u3000", "\u0085", "é", "Ω"]),
  ];
  // Behind 55 bytes a value takes a second block, behind 64 a third.
  const length = random.chance(0.1) ? random.integer(40, 160) : random.integer(0, 13);
  const text = Array.from({ length }, () => random.pick(alphabets)()).join("");
  return text.replaceAll('"', "'");
}

function awkwardSet(): DataSet {
  return dataSet(
    [
      { name: "at", type: "timestamp" },
      { name: "phone", treatment: "pseudonymise", kind: "phone", pattern: "[0-9+ -]*" },
      { name: "email", treatment: "pseudonymise", kind: "email", required: true },
      { name: "name", treatment: "drop", kind: "person-name", maxLength: 4 },
      { name: "born", treatment: "generalise", kind: "birth-date" },
      { name: "card", treatment: "mask", kind: "card-number", keepLast: 4 },
      { name: "grade", type: "int", minimum: 1, maximum: 6 },
      { name: "score", type: "double" },
      { name: "credit", type: "decimal(5,2)" },
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
        ["2026-11-20T10:00:00+09:00", "2026-11-20T23:59:59.5+09:00", "2026-11-20T15:30:00Z"],
        ["", "2026-11-20", "2026-11-20T10:00:00", "1971-01-01T00:00:00Z", "2026-11-20T10:00+09:00", "x"],
      ),
      mostly(["010-1234-5678", "+82 10 1", ""], ["abc", "'1'", '"010"', '"1""2"']),
      mostly(["a@x.kr", "B@X.kr", '"c@x.kr"'], ["", '""', "한".normalize("NFD"), "한@x.kr", "\ufffd@x.kr"]),
      mostly(["김철수", ""], ["아주긴이름이다", '"따옴"', "\ufffd"]),
      mostly(["1999-01-31", "2001-12-01"], ["", "1999", "x"]),
      mostly(["1234-5678-9012-3456", ""], ["1", '"12""34"', " 9999 "]),
      mostly(["1", "6", "+3"], ["0", "7", "x", "", " 4", "99999999999", '"2"']),
      mostly(["1.5", "-2", "1e3"], ["", ".5", "5.", "nan", "1e999", '"7"']),
      mostly(["1.25", "999.99"], ["1000", "1.255", "", "-0.5", "9999.9"]),
      mostly(["2026-02-28"], ["2026-02-30", "", "2026-2-3"]),
      mostly(["true", "FALSE"], ["yes", ""]),
      mostly(["A", "B", '"C"""', '"라,마"'], ["", "Z", 'A"', '"A"x', "A,B", "A\rB", '"A\nB"']),
    ].join(",") + one(["\n", "\n", "\r\n", "\n\n"]);
  return Array.from({ length: records }, record).join("");
}
