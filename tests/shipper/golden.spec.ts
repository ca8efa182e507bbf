import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { IDENTIFIER_KINDS } from "../../components/contract/column";
import type { IdentifierKind } from "../../components/contract/model";
import { padsOf } from "../../shipper/keys/pads";
import { compileRewriter } from "../../shipper/rewrite/compile";
import { RewriteModule } from "../../shipper/rewrite/module";
import { Action, RULES } from "../../shipper/rewrite/table";

interface Vector {
  readonly kind: IdentifierKind;
  readonly keyHex: string;
  readonly value: string;
  readonly pseudonym: string;
}

interface Mac {
  readonly rfc4231: number;
  readonly keyHex: string;
  readonly dataHex: string;
  readonly macHex: string;
}

const golden = <T>(name: string): T[] =>
  JSON.parse(readFileSync(join(__dirname, "../golden", name), "utf8")) as T[];
const vectors = golden<Vector>("pseudonyms.json");

/** A record's first field as the rewriter writes it. */
function rewritten({ kind, keyHex }: Pick<Vector, "kind" | "keyHex">, value: Buffer): string {
  const field = { form: 0, needed: false, key: 0, scale: 0, longest: 4096 };
  const table = {
    delimiter: ",",
    engineOnly: false,
    fields: [
      { ...field, action: Action.Pseudonymise },
      { ...field, action: Action.Keep },
    ],
    kinds: [kind],
    rules: [RULES[kind]],
    timeZone: "Asia/Seoul",
    written: ["p0", "x1"],
  };
  const { inner, outer } = padsOf(Buffer.from(keyHex, "hex"));
  const module = new RewriteModule(table, [[inner, outer]]);
  module.rewrite(Buffer.concat([Buffer.from('"'), value, Buffer.from('",x\n')]), false, false, false);
  return Buffer.from(module.output()).toString().replace(",x\n", "");
}

describe("the rewriter and the golden vectors", () => {
  before(compileRewriter);

  it("agree on pseudonyms of every kind", () => {
    // In a CSV file an empty field is null, and null stays null.
    const values = vectors.filter(({ value }) => value !== "");
    expect(new Set(values.map(({ kind }) => kind)).size).to.equal(IDENTIFIER_KINDS.length);
    const made = values.map((vector) => rewritten(vector, Buffer.from(vector.value)));
    expect(made).to.deep.equal(values.map(({ pseudonym }) => pseudonym));
  });

  it("agree on RFC 4231's macs, cut to 16 bytes", () => {
    const macs = golden<Mac>("hmac-sha256.json").filter(({ rfc4231 }) => rfc4231 !== undefined);
    expect(macs.length).to.be.greaterThan(4);
    for (const { rfc4231, keyHex, dataHex, macHex } of macs) {
      const made = rewritten({ kind: "address", keyHex }, Buffer.from(dataHex, "hex"));
      const shortest = Math.min(macHex.length / 2, 16);
      const expected = Buffer.from(macHex, "hex").subarray(0, shortest);
      expect(Buffer.from(made, "base64url").subarray(0, shortest), `${rfc4231}`).to.deep.equal(expected);
    }
  });

  it("agree on what is null", () => {
    expect(rewritten(vectors[0], Buffer.alloc(0))).to.equal("");
  });
});
