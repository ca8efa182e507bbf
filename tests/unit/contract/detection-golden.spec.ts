/** The golden cases of detection, which Spark passes too, and values that must not be called personal. */
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { detectPersonal, PERSONAL_FROM, candidatesOf } from "../../../components/contract/detect";
import { conclusiveKind } from "../../../components/contract/personal/conclusive";
import type { Evidence } from "../../../components/contract/personal/evidence";
import { valueEvidence } from "../../../components/contract/personal/values";
import { HARMLESS } from "./harmless";

interface Golden {
  readonly columns: readonly {
    what: string;
    named: Evidence[];
    values: string[];
    kind: string | null;
    score: number | null;
  }[];
  readonly texts: readonly { text: string; kind: string | null }[];
  readonly numbers: readonly { text: string; kind: string | null }[];
}

const golden = JSON.parse(readFileSync(join(__dirname, "../../golden/detection.json"), "utf8")) as Golden;

describe("golden cases of detection", () => {
  for (const { what, named, values, kind, score } of golden.columns) {
    it(`column: ${what}`, () => {
      const [likeliest] = candidatesOf([...named, ...valueEvidence(values)]);
      const found = likeliest !== undefined && likeliest.score >= PERSONAL_FROM ? likeliest : undefined;
      expect([found?.kind ?? null, found?.score ?? null]).to.deep.equal([kind, score]);
    });
  }

  it("single values", () => {
    for (const { text, kind } of [...golden.texts, ...golden.numbers]) {
      expect(conclusiveKind(text) ?? null, text).to.equal(kind);
    }
  });
});

describe("harmless values", () => {
  for (const { what, values, aColumnMayLookLike, atMost } of HARMLESS) {
    it(`${what}, ${values.length} of them, refuse no event`, () => {
      const refused = values.filter((value) => conclusiveKind(value) !== undefined);
      expect(refused.length).to.be.at.most((atMost ?? 0) * values.length);
    });

    it(`${what} as a column: ${aColumnMayLookLike ?? "nothing"}`, () =>
      expect(detectPersonal("x", values)?.kind).to.equal(aColumnMayLookLike));
  }

  it("are of many shapes", () => {
    expect(HARMLESS.flatMap(({ values }) => values)).to.have.length.above(10_000);
  });
});

describe("a single value", () => {
  it("is searched in time that grows with its length, whatever it holds", () => {
    for (const piece of ["a", "a.", "a@", "@a.", "0", "010-", "900101-", "4111-", "%40", "1.", "-"]) {
      const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
      const started = process.hrtime.bigint();
      conclusiveKind(text);
      // A megabyte, the most that the collector takes; a search that goes back takes minutes.
      expect(Number(process.hrtime.bigint() - started) / 1e6, piece).to.be.below(1500);
    }
  });
});
