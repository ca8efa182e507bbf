/** What a column's name says about it. */
import type { IdentifierKind } from "../model";
import type { Evidence } from "./evidence";

interface HeaderRule {
  readonly kind: IdentifierKind;
  /** Tested on the lower-case header without spaces and punctuation. */
  readonly pattern: RegExp;
  readonly score: number;
}

/** A sure name scores 0.9, a usual one 0.7 to 0.85, and a word that other things bear too stays under the 0.5 that flags a column. */
const RULES: readonly HeaderRule[] = [
  { kind: "resident-number", pattern: /주민(등록)?번호|외국인(등록)?번호|거소신고번호/, score: 0.9 },
  {
    kind: "resident-number",
    pattern: /^(rrn|frn|ssn|jumin(no|number)?|(resident|foreigner)(registration)?(no|num|number))$/,
    score: 0.9,
  },
  { kind: "student-id", pattern: /^(학번|학생번호|학적번호|student(id|no|num|number))$/, score: 0.9 },
  {
    kind: "user-id",
    pattern:
      /^(사용자|회원|고객|로그인|직원)(id|아이디|번호)$|^(아이디|사번|교번)$|^(user|login|member|customer|account|employee)(id|no|number)$/,
    score: 0.8,
  },
  { kind: "email", pattern: /이메일|전자우편|메일주소|^(e?mail|.*email(address|addr)?)$/, score: 0.9 },
  { kind: "phone", pattern: /휴대전화|휴대폰|핸드폰|전화번호|연락처|비상연락|팩스번호/, score: 0.85 },
  {
    kind: "phone",
    pattern: /(phone|mobile|cellphone|telephone|fax)(no|num|number)?$|^(tel|hp|contact)(no|number)?$/,
    score: 0.8,
  },
  {
    kind: "card-number",
    pattern: /(신용|체크)카드|카드번호|^(credit|debit)?card(no|num|number)$/,
    score: 0.85,
  },
  {
    kind: "ip-address",
    pattern: /^(접속|원격)?ip(주소)?$|^(remote|client|source|user)?ip(addr|address)?$/,
    score: 0.85,
  },
  {
    kind: "birth-date",
    pattern: /생년월일|^(생일|출생일)|^(birth(date|day)?|dob|dateofbirth)$/,
    score: 0.85,
  },
  { kind: "address", pattern: /^(?!.*(메일|ip|홈페이지|웹|사이트)).*(주소|거주지)/, score: 0.75 },
  { kind: "address", pattern: /^(home|street|postal|mailing)?(address|addr)$/, score: 0.75 },
  {
    kind: "person-name",
    pattern:
      /^(이름|성명|성함|예금주)$|^(학생|교수|교사|강사|직원|회원|고객|담당자|보호자|신청자|작성자|수신자|대표자|영문|한글)(이름|성명|명)$/,
    score: 0.75,
  },
  {
    kind: "person-name",
    pattern: /^(full|real|first|last|family|given|user|student|person|customer|member)name$/,
    score: 0.7,
  },
  {
    kind: "person-name",
    pattern: /^name$|(이름|성명)$|^(담당교수|담당자|보호자|작성자|신청자)$/,
    score: 0.4,
  },
];

/** The strongest rule of each kind that the header meets. */
export function headerEvidence(header: string): Evidence[] {
  const plain = header
    .normalize("NFC")
    .toLowerCase()
    .replace(/[\s\p{P}\p{S}]+/gu, "");
  const strongest = new Map<IdentifierKind, Evidence>();
  for (const { kind, pattern, score } of RULES) {
    if (!pattern.test(plain) || (strongest.get(kind)?.score ?? 0) >= score) continue;
    strongest.set(kind, { kind, score, why: `its name is used for ${READABLE[kind]}` });
  }
  return [...strongest.values()];
}

/** Kinds as a message names them. */
export const READABLE: Readonly<Record<IdentifierKind, string>> = {
  "student-id": "student numbers",
  "user-id": "accounts of people",
  email: "e-mail addresses",
  phone: "phone numbers",
  "person-name": "names of people",
  "resident-number": "resident registration numbers",
  "card-number": "payment card numbers",
  "ip-address": "IP addresses",
  address: "postal addresses",
  "birth-date": "dates of birth",
};
