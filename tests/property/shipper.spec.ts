/** Node and the shipper's engine agree on any value. */
import { DuckDBInstance } from "@duckdb/node-api";
import { expect } from "chai";
import { maskSql } from "../../shipper/engine/mask-sql";
import { loadPads, normaliseSql, PADS_TABLE, pseudonymSql } from "../../shipper/engine/pseudonym-sql";
import { IDENTIFIER_KINDS } from "../../components/contract/column";
import { SEED, VALUES_PER_KIND } from "./values";
import { KEEP_LAST, keyOf, type Made, madeOf } from "./write";

/** What DuckDB makes of the values, in their order: the spelling and the mask in hex, and the pseudonym. */
async function byShipper(kind: Made["kind"], made: readonly Made[]): Promise<[string, string, string][]> {
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
    const inHex = [normaliseSql(kind, "value"), maskSql("value", KEEP_LAST)].map(
      (sql) => `hex(encode(${sql}))`,
    );
    const select = `SELECT ${[...inHex, pseudonymSql(kind, "value")].join(", ")}`;
    const read = await connection.runAndReadAll(`${select} FROM rows, ${PADS_TABLE} ORDER BY place`);
    return read.getRows() as [string, string, string][];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

describe(`random values of seed ${SEED} in the shipper`, () => {
  for (const kind of IDENTIFIER_KINDS) {
    it(`${kind}: the same spelling, mask and pseudonym`, async () => {
      const made = madeOf(kind);
      const shipped = await byShipper(kind, made);
      expect(shipped).to.have.length(VALUES_PER_KIND);
      const hex = (text: string) => Buffer.from(text, "utf8").toString("hex").toUpperCase();
      const wrong = made.filter(({ normalised, masked, pseudonym }, place) => {
        const [spelling, mask, shippedPseudonym] = shipped[place];
        return spelling !== hex(normalised) || mask !== hex(masked) || shippedPseudonym !== pseudonym;
      });
      expect(wrong.map(({ place }) => place)).to.deep.equal([]);
    });
  }
});
