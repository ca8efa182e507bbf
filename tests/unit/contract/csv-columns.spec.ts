import { expect } from "chai";
import { asciiName, nameHeaders } from "../../../components/contract/csv/headers";
import { romanise } from "../../../components/contract/csv/romanise";
import { sniffType } from "../../../components/contract/csv/types";

describe("types", () => {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ["n", ["1", "-2", ""], "int"],
    ["n", ["2147483647", "-2147483648"], "int"],
    ["n", ["2147483648"], "bigint"],
    ["n", ["9223372036854775807"], "bigint"],
    ["n", ["9223372036854775808"], "string"],
    ["n", ["01", "2"], "string"],
    ["n", ["+1"], "string"],
    ["item_id", ["1", "2"], "string"],
    ["n", ["1", "2.5"], "double"],
    ["n", [".5", "1e-3"], "double"],
    ["n", ["1,000"], "string"],
    ["n", ["true", "FALSE"], "boolean"],
    ["n", ["Y", "N"], "string"],
    ["n", ["2024-02-29"], "date"],
    ["n", ["2023-02-29"], "string"],
    ["n", ["20240229"], "int"],
    ["n", ["2024-02-29 10:00", "2024-02-29T10:00:00.5Z"], "timestamp"],
    ["n", ["2024-02-29T24:00:00Z"], "string"],
    ["n", ["2024-02-29", "2024-02-29T10:00:00Z"], "string"],
    ["n", ["", " "], "string"],
  ];
  for (const [name, values, type] of cases) {
    it(`${name}: ${values.join(" | ")} is ${type}`, () => expect(sniffType(name, values)).to.equal(type));
  }
});

describe("column names", () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ["학번", "student_id"],
    ["주민 등록 번호", "resident_number"],
    ["학생 이름", "haksaeng_name"],
    ["만족도", "manjokdo"],
    ["courseId", "course_id"],
    ["HTTP Method", "http_method"],
    ["Café (%)", "cafe"],
    ["2024년", "c_2024nyeon"],
    ["dt", "dt_source"],
    ["価格", undefined],
    ["---", undefined],
    ["x".repeat(80), "x".repeat(64)],
  ];
  for (const [header, name] of cases) {
    it(`${header.slice(0, 12)}: ${name?.slice(0, 12) ?? "none"}`, () =>
      expect(asciiName(header)).to.equal(name));
  }

  it("are unique when headers are not", () => {
    expect(nameHeaders(["이름", "성명", "name", "価格"]).map(({ name }) => name)).to.deep.equal([
      "name",
      "name_2",
      "name_3",
      "column_4",
    ]);
  });

  it("keep sources apart even from headers that look numbered", () => {
    expect(nameHeaders(["a", "a", "a#2", ""]).map(({ source }) => source)).to.deep.equal([
      "a",
      "a#2",
      "a#2#2",
      "#4",
    ]);
  });

  // The examples of the Revised Romanisation's own text (2000), lower case.
  for (const [hangul, latin] of [
    ["구미", "gumi"],
    ["영동", "yeongdong"],
    ["백암", "baegam"],
    ["옥천", "okcheon"],
    ["합덕", "hapdeok"],
    ["호법", "hobeop"],
    ["월곶", "wolgot"],
    ["한밭", "hanbat"],
    ["구리", "guri"],
    ["설악", "seorak"],
    ["칠곡", "chilgok"],
    ["임실", "imsil"],
    ["울릉", "ulleung"],
    ["제주", "jeju"],
  ]) {
    it(`${hangul} is ${latin}`, () => expect(romanise(hangul)).to.equal(latin));
  }

  it("are the same for decomposed Hangul", () =>
    expect(romanise("한글".normalize("NFD"))).to.equal("hangeul"));
});
