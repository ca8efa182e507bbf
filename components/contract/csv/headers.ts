/** ASCII column names for the headers of a file. */
import { romanise } from "./romanise";

export interface NamedHeader {
  /** Column name: ASCII lower snake case, unique in the file. */
  readonly name: string;
  /**
   * The header as the contract names it: as written; the second column of the same header is `<header>#2`, and a column
   * without one is `#<position>` (numbered further where that is taken).
   */
  readonly source: string;
  /** What a person calls it. */
  readonly businessName: string;
}

/** Headers of Korean school and business files, and what they are called in English. */
const GLOSSARY: Readonly<Record<string, string>> = {
  학번: "student_id",
  학생번호: "student_id",
  이름: "name",
  성명: "name",
  학생명: "student_name",
  주민등록번호: "resident_number",
  주민번호: "resident_number",
  외국인등록번호: "foreigner_number",
  휴대전화: "phone",
  휴대폰: "phone",
  핸드폰: "phone",
  전화번호: "phone",
  연락처: "phone",
  이메일: "email",
  전자우편: "email",
  주소: "address",
  생년월일: "birth_date",
  성별: "gender",
  나이: "age",
  사용자ID: "user_id",
  사용자아이디: "user_id",
  아이디: "user_id",
  회원번호: "member_id",
  사번: "employee_id",
  학과: "department",
  전공: "major",
  학부: "faculty",
  학년: "grade",
  학기: "term",
  연도: "year",
  년도: "year",
  입학연도: "admission_year",
  입학년도: "admission_year",
  과목: "course",
  과목명: "course_title",
  과목코드: "course_code",
  강좌: "course",
  교수: "professor",
  교수명: "professor_name",
  학점: "credits",
  평점: "grade_point",
  점수: "score",
  성적: "grade_result",
  등록일: "registered_on",
  등록일시: "registered_at",
  작성일: "written_on",
  수정일: "modified_on",
  날짜: "date",
  일자: "date",
  일시: "datetime",
  시간: "time",
  번호: "number",
  순번: "row_number",
  코드: "code",
  구분: "category",
  분류: "category",
  상태: "status",
  비고: "remark",
  메모: "memo",
  내용: "content",
  제목: "title",
  금액: "amount",
  가격: "price",
  수량: "quantity",
  합계: "total",
  카드번호: "card_number",
  지역: "region",
  국적: "nationality",
};

/** Names that Naru adds to every table. */
const RESERVED = new Set(["dt", "pseudonym_epoch"]);
const LONGEST_NAME = 64;

/** One entry a header, in order. */
export function nameHeaders(headers: readonly string[]): NamedHeader[] {
  const sources = new Set<string>();
  const names = new Set<string>();
  return headers.map((header, index) => {
    const position = index + 1;
    const written = header === "" ? `#${position}` : header;
    const source = free(written, sources, (number) => `${written}#${number}`);
    const wanted = asciiName(header) ?? `column_${position}`;
    const name = free(wanted, names, (number) => `${wanted.slice(0, LONGEST_NAME - 4)}_${number}`);
    sources.add(source);
    names.add(name);
    return { name, source, businessName: header === "" ? name : header };
  });
}

/** A header, or a file's name, as an identifier; undefined when nothing of it can be written in ASCII. */
export function asciiName(text: string): string | undefined {
  const name = translated(text)
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}+/gu, "")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, LONGEST_NAME)
    .replace(/_+$/, "");
  if (name === "") return undefined;
  const started = /^[a-z]/.test(name) ? name : `c_${name}`;
  return RESERVED.has(started) ? `${started}_source` : started;
}

/** The whole header by the glossary, else its words, else letter by letter. */
function translated(text: string): string {
  const whole = GLOSSARY[text.replace(/\s+/g, "")];
  if (whole !== undefined) return whole;
  return text
    .split(/[\s_\-/.()[\]]+/)
    .map((word) => GLOSSARY[word] ?? romanise(word))
    .join("_");
}

/** The text itself, or its first numbered form (from 2) that nobody has. */
function free(text: string, taken: ReadonlySet<string>, numbered: (number: number) => string): string {
  let candidate = text;
  for (let number = 2; taken.has(candidate); number += 1) candidate = numbered(number);
  return candidate;
}
