import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { expect } from "chai";
import { IDENTIFIER_KINDS } from "../../components/contract/column";
import type { ColumnType, IdentifierKind } from "../../components/contract/model";
import { normalise } from "../../functions/pseudonym/normalise";
import { typedSql } from "../../shipper/engine/checks-sql";
import { maskSql } from "../../shipper/engine/mask-sql";
import { loadPads, normaliseSql, PADS_TABLE, pseudonymSql } from "../../shipper/engine/pseudonym-sql";

const golden = <T>(name: string): T[] =>
  JSON.parse(readFileSync(join(__dirname, "../golden", name), "utf8")) as T[];

interface PseudonymVector {
  readonly kind: IdentifierKind;
  readonly keyHex: string;
  readonly value: string;
  readonly pseudonym: string;
}

/** What the engine makes of each value by an expression over the column `x`. */
async function evaluate(
  connection: DuckDBConnection,
  expression: string,
  values: readonly string[],
  from = "",
) {
  await connection.run("CREATE OR REPLACE TABLE texts (n INTEGER, x VARCHAR)");
  const appender = await connection.createAppender("texts");
  values.forEach((value, n) => {
    appender.appendInteger(n);
    appender.appendVarchar(value);
    appender.endRow();
  });
  appender.closeSync();
  const rows = await connection.runAndReadAll(
    `SELECT CAST(${expression} AS VARCHAR) FROM texts${from} ORDER BY n`,
  );
  return rows.getRows().map(([value]) => value);
}

/** Seeded (mulberry32): the same strings at every run. */
function randomTexts(seed: number, count: number): string[] {
  let state = seed;
  const random = (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
  const alphabets = [
    () => String.fromCharCode(0x21 + random(0x5e)),
    () => String.fromCharCode(1 + random(0x20)),
    () => " \t\r\n"[random(4)],
    () => "0123456789"[random(10)],
    () => "82+-()"[random(6)],
    () => String.fromCharCode(0xac00 + random(11172)),
    () => String.fromCharCode(0xff01 + random(0x5e)),
    () => ["😀", "👩‍👩‍👧", "İ", "ß", "ǅ", "\u00a0", "\u3000", "\u0085", "é", "Ω"][random(10)],
  ];
  const text = () => Array.from({ length: random(14) }, () => alphabets[random(alphabets.length)]()).join("");
  return Array.from({ length: count }, text);
}

describe("the shipper's engine", () => {
  let connection: DuckDBConnection;
  before(async () => {
    connection = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
    await connection.run("SET TimeZone = 'UTC'");
  });
  after(() => connection.closeSync());

  it("makes the golden pseudonyms of every kind", async () => {
    const vectors = golden<PseudonymVector>("pseudonyms.json");
    expect(new Set(vectors.map(({ kind }) => kind)).size).to.equal(IDENTIFIER_KINDS.length);
    for (const keyHex of new Set(vectors.map((vector) => vector.keyHex))) {
      const own = vectors.filter((vector) => vector.keyHex === keyHex);
      const [{ kind }] = own;
      await connection.run(`DROP TABLE IF EXISTS ${PADS_TABLE}`);
      await loadPads(connection, new Map([[kind, Buffer.from(keyHex, "hex")]]));
      const values = own.map(({ value }) => value);
      const made = await evaluate(connection, pseudonymSql(kind, "x"), values, `, ${PADS_TABLE}`);
      expect(made, kind).to.deep.equal(own.map(({ pseudonym }) => pseudonym));
    }
  });

  for (const [seed, kind] of IDENTIFIER_KINDS.entries()) {
    it(`normalises 2,000 random texts of kind ${kind} as the functions do`, async () => {
      const texts = randomTexts(seed + 1, 2000);
      const made = await evaluate(connection, normaliseSql(kind, "x"), texts);
      const differing = texts.flatMap((text, at) => (made[at] === normalise(kind, text) ? [] : [at]));
      expect(differing).to.deep.equal([]);
    });
  }

  it("masks as the golden cases say", async () => {
    interface Case {
      readonly treatment: string;
      readonly keepLast: number;
      readonly value: string;
      readonly treated: string;
    }
    const cases = golden<Case>("treatments.json").filter(({ treatment }) => treatment === "mask");
    expect(cases.length).to.be.greaterThan(10);
    for (const keepLast of new Set(cases.map((one) => one.keepLast))) {
      const own = cases.filter((one) => one.keepLast === keepLast);
      const made = await evaluate(
        connection,
        maskSql("x", keepLast),
        own.map(({ value }) => value),
      );
      expect(made).to.deep.equal(own.map(({ treated }) => treated));
    }
  });

  it("reads moments in UTC as the golden dates say", async () => {
    interface Moment {
      readonly value: string;
      readonly timeZone: string;
      readonly utc: string;
    }
    for (const { value, timeZone, utc } of golden<Moment>("partition-dates.json")) {
      const [made] = await evaluate(connection, typedSql("timestamp", "x", timeZone, "needed"), [value]);
      expect(
        String(made)
          .padEnd(19 + 1, ".")
          .padEnd(23, "0"),
      ).to.equal(utc);
    }
  });

  const forms: readonly (readonly [ColumnType, string, string | null])[] = [
    ["int", "7", "7"],
    ["int", "+7", "7"],
    ["int", "2.5", null],
    ["int", "2147483648", null],
    ["int", "1_000", null],
    ["int", "0x1f", null],
    ["bigint", "9223372036854775807", "9223372036854775807"],
    ["double", ".5", "0.5"],
    ["double", "5.", "5.0"],
    ["double", "nan", null],
    ["double", "1e3", "1000.0"],
    ["decimal(5,2)", "1.25", "1.25"],
    ["decimal(5,2)", "1.255", null],
    ["decimal(5,2)", "1000", null],
    ["boolean", "TRUE", "true"],
    ["boolean", "yes", null],
    ["date", "2026-02-28", "2026-02-28"],
    ["date", "2026-02-30", null],
    ["date", "2026-2-3", null],
    ["timestamp", "2026-11-20T09:00", "2026-11-20 00:00:00"],
    ["timestamp", "2026-11-20 09:00:00", "2026-11-20 00:00:00"],
    ["timestamp", "2026-11-20T09:00+0900", "2026-11-20 00:00:00"],
    ["timestamp", "2026-11-20T09:00:00.1234567+09:00", "2026-11-20 00:00:00.123456"],
    ["timestamp", "2026-11-20T24:00:00Z", null],
    ["timestamp", "2026-11-20T09:00:60Z", null],
    ["timestamp", "2026-11-20", null],
    ["timestamp", "2026-11-20T09:00:00+19:00", null],
  ];
  for (const [type, text, value] of forms) {
    it(`reads "${text}" as ${type}: ${value ?? "refused"}`, async () => {
      expect(await evaluate(connection, typedSql(type, "x", "Asia/Seoul", "optional"), [text])).to.deep.equal(
        [value],
      );
    });
  }
});
