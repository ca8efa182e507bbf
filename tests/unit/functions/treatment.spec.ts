import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { IdentifierKind } from "../../../components/contract/model";
import { type GeneralisedKind, isGeneralised } from "../../../components/contract/treatment";
import { isComposed } from "../../../functions/pseudonym/normal-form";
import { generalise } from "../../../functions/treatment/generalise";
import { mask } from "../../../functions/treatment/mask";

type Case =
  | {
      readonly treatment: "mask";
      readonly keepLast: number;
      readonly value: string;
      readonly treated: string;
    }
  | {
      readonly treatment: "generalise";
      readonly kind: GeneralisedKind;
      readonly value: string;
      readonly treated: string | null;
    };

const golden = <T>(name: string) =>
  JSON.parse(readFileSync(join(__dirname, "../../golden", name), "utf8")) as T[];

describe("treatments", () => {
  it("do what the golden cases say", () => {
    const cases = golden<Case>("treatments.json");
    const kinds = cases.flatMap((example) => (example.treatment === "generalise" ? [example.kind] : []));
    expect(new Set(kinds).size).to.equal(3);
    for (const example of cases) {
      const made =
        example.treatment === "mask"
          ? mask(example.value, example.keepLast)
          : (generalise(example.kind, example.value) ?? null);
      expect(made, JSON.stringify(example)).to.equal(example.treated);
    }
  });

  it("generalise what is generalised already, but for prefixes and years", () => {
    expect(generalise("address", "서울특별시 강남구")).to.equal("서울특별시 강남구");
    expect(generalise("birth-date", "2001")).to.equal(undefined);
  });

  it("know which kinds have a coarser form", () => {
    const kinds: IdentifierKind[] = ["birth-date", "email", "ip-address", "phone", "address"];
    expect(kinds.filter(isGeneralised)).to.deep.equal(["birth-date", "ip-address", "address"]);
    expect(isGeneralised(null)).to.equal(false);
  });
});

describe("normal form", () => {
  it("is what the golden cases say", () => {
    const cases = golden<{ value: string; composed: boolean }>("normal-form.json");
    expect(cases.filter(({ composed }) => !composed)).to.have.length.above(5);
    for (const { value, composed } of cases)
      expect(isComposed(value), JSON.stringify(value)).to.equal(composed);
  });

  it("is given to Korean and Latin text by normalisation", () => {
    for (const text of ["홍길동", "josé", "뷁쀍"]) {
      expect(isComposed(text.normalize("NFD"))).to.equal(false);
      expect(isComposed(text.normalize("NFD").normalize("NFC"))).to.equal(true);
    }
  });
});
