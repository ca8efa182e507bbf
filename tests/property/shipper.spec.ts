/** Node and the shipper's engine agree on any value. */
import { DuckDBInstance } from "@duckdb/node-api";
import { expect } from "chai";
import { loadPads, normaliseSql, PADS_TABLE, pseudonymSql } from "../../shipper/engine/pseudonym-sql";
import { KINDS, SEED, VALUES_PER_KIND } from "./values";
import { keyOf, type Made, madeOf } from "./write";

/** What DuckDB makes of the values, in their order: the spelling in hex, and the pseudonym. */
async function byShipper(kind: Made["kind"], made: readonly Made[]): Promise<[string, string][]> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  try {
    await loadPads(connection, new Map([[kind, keyOf(kind)]]));
    await connection.run("CREATE TABLE rows (place INTEGER, value VARCHAR)");
    const appender = await connection.createAppender("rows");
    for (const { place, value } of made) {
      appender.appendInteger(place);
      appender.appendVarchar(value);
      appender.endRow();
    }
    appender.closeSync();
    // In hex: the engine's Node client drops a byte order mark from the start of text that it reads back.
    const select = `SELECT hex(encode(${normaliseSql(kind, "value")})), ${pseudonymSql(kind, "value")}`;
    const read = await connection.runAndReadAll(`${select} FROM rows, ${PADS_TABLE} ORDER BY place`);
    return read.getRows() as [string, string][];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

describe(`random values of seed ${SEED} in the shipper`, () => {
  for (const kind of KINDS) {
    it(`${kind}: the same spelling and pseudonym`, async () => {
      const made = madeOf(kind);
      const shipped = await byShipper(kind, made);
      expect(shipped).to.have.length(VALUES_PER_KIND);
      const wrong = made.filter(({ normalised, pseudonym }, place) => {
        const [spelling, shippedPseudonym] = shipped[place];
        const same = spelling === Buffer.from(normalised, "utf8").toString("hex").toUpperCase();
        return !same || shippedPseudonym !== pseudonym;
      });
      expect(wrong.map(({ place }) => place)).to.deep.equal([]);
    });
  }
});
