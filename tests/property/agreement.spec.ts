/** Node and RFC 2104 written out agree on any value. Spark: spark-jobs/tests/test_agreement.py reads the same values. */
import { expect } from "chai";
import { hmacSha256 } from "../golden/make";
import { IDENTIFIER_KINDS } from "../../components/contract/column";
import { SEED, VALUES_PER_KIND, valuesOf } from "./values";
import { keyOf, madeOf } from "./write";

describe(`random values of seed ${SEED}`, () => {
  for (const kind of IDENTIFIER_KINDS) {
    describe(kind, () => {
      const made = madeOf(kind);

      it("are many, different, and of every trouble", () => {
        const values = made.map(({ value }) => value);
        expect(values).to.deep.equal(valuesOf(kind, SEED, VALUES_PER_KIND));
        expect(new Set(values).size).to.be.above(0.8 * VALUES_PER_KIND);
        expect(made.filter(({ composed }) => !composed)).to.have.length.above(50);
        expect(made.filter(({ value }) => Buffer.byteLength(value) > 1000)).to.have.length.above(10);
        expect(made.filter(({ value, normalised }) => value !== normalised)).to.have.length.above(500);
      });

      it("have the pseudonyms of RFC 2104 over what is normalised", () => {
        const key = keyOf(kind);
        const wrong = made.filter(
          ({ normalised, pseudonym }) =>
            hmacSha256(key, Buffer.from(normalised, "utf8")).subarray(0, 16).toString("base64url") !==
            pseudonym,
        );
        expect(wrong.map(({ place }) => place)).to.deep.equal([]);
      });
    });
  }
});
