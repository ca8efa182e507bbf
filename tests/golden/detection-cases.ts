/**
 * Golden cases of the search for personal data, written by hand: nothing comes from the code. All people and numbers are
 * invented.
 */

/** What a column is; what its names say (kind, score); its values; the kind that it looks like and the score, or null. */
type ColumnCase = readonly [
  string,
  readonly (readonly [string, number])[],
  readonly string[],
  readonly [string, number] | null,
];

const times = (count: number, value: string): string[] => Array<string>(count).fill(value);

/** Scores: of the form 0.6 + 0.4 x share of the values, times the kind's; 0.6 + 0.3 x share within text. */
export const COLUMNS: readonly ColumnCase[] = [
  ["nothing", [], [], null],
  ["blanks", [["email", 0.4]], ["", " ", "\u3000", "\ufeff"], null],
  ["e-mail addresses", [], ["nobody@example.org", " n.o+1@mail.example.ac.kr\n"], ["email", 0.95]],
  ["one e-mail address in ten", [], ["nobody@example.org", ...times(9, "none")], ["email", 0.61]],
  ["one e-mail address in eleven", [], ["nobody@example.org", ...times(10, "none")], ["email", 0.63]],
  ["an address with a Korean domain", [], ["누구@예시.한국"], ["email", 0.95]],
  ["handles", [], ["@nobody", "nobody@host", "a@b.c"], null],
  ["packages and images", [], ["name@4.17.21", "/img/icon@2x.png", "@scope/name@1.0.0"], null],
  ["mobile numbers", [], ["010-0000-0001", "01000000002", "010 0000 0003", "010.0000.0004"], ["phone", 0.9]],
  ["old and other prefixes", [], ["011-000-0001", "0160000002", "07000000003", "0505-000-0004"], ["phone", 0.9]],
  ["with the country's code", [], ["+82 10-0000-0001", "+821000000002", "82-10-0000-0003"], ["phone", 0.9]],
  ["landlines", [], ["02-000-0001", "031-0000-0001", "(051) 000-0001"], ["phone", 0.9]],
  ["nine digits", [], ["020000001", "310000001"], null],
  ["wide digits", [], ["０１０-００００-０００１"], null],
  ["cards", [], ["4111-1111-1111-1111", "5500000000000004", "3400 000000 00009"], ["card-number", 0.95]],
  ["sixteen digits, one in three by Luhn", [], ["4111111111111111", "4111111111111112", "4111111111111113"], ["card-number", 0.7]],
  ["sixteen digits, one in four by Luhn", [], ["4111111111111111", ...times(3, "4111111111111112")], null],
  ["registration numbers with the checksum", [], ["900101-1000006", "9001011000006"], ["resident-number", 0.99]],
  ["registration numbers since October 2020", [], ["201001-3000000", "201002-4000000"], ["resident-number", 0.9]],
  ["foreigners, no hyphen, no checksum", [], ["9001015000000", "9001025000000"], ["resident-number", 0.85]],
  ["masked registration numbers", [], ["900101-1******", "900102-2******"], ["resident-number", 0.9]],
  ["one in six without a hyphen", [], ["9001011000000", ...times(5, "12")], null],
  ["one in six with a hyphen", [], ["900101-1000000", ...times(5, "12")], ["resident-number", 0.82]],
  ["29 February of no leap year, day 0, month 13", [], ["000229-1000000", "900100-1000000", "901301-1000000"], null],
  ["29 February 2000", [], ["000229-3000000"], ["resident-number", 0.9]],
  ["order numbers that begin with a day", [], ["261121-0000001", "261121-0000002", "261121-9000003"], null],
  ["IP addresses", [], ["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", "fe80::1%eth0"], ["ip-address", 0.8]],
  ["half of them versions", [], ["192.0.2.1", "1.2.3"], ["ip-address", 0.64]],
  ["no IP addresses", [], ["192.0.2.256", "192.0.2.01", "1::2::3", "12:34", "192.0.2.1%eth0", "fe80::1%"], null],
  ["postal addresses", [], ["서울특별시 중구 세종대로 110", "경기도 성남시 분당구 1"], ["address", 0.85]],
  ["one postal address in five", [], ["부산 해운대구 1", ...times(4, "부산")], ["address", 0.58]],
  ["names of people", [], ["김가나", "이다라", "박마바", "남궁자차"], ["person-name", 0.85]],
  ["names of people, decomposed", [], ["김가나", "이다라", "박마바"].map((name) => name.normalize("NFD")), ["person-name", 0.85]],
  ["a category that reads like a name", [], times(10, "정규직"), null],
  ["a category like a name, under a name's header", [["person-name", 0.4]], times(10, "정규직"), ["person-name", 0.61]],
  ["departments", [], ["컴퓨터공학과", "경영학과", "국어국문학과"], null],
  ["memos with a telephone number", [], ["통화함", "010-0000-0001 로 연락"], ["phone", 0.75]],
  ["memos with a registration number", [], ["없음", "확인 900101-1000000"], ["resident-number", 0.75]],
  ["one memo in a hundred with an e-mail address", [], ["mail nobody@example.org", ...times(99, "없음")], ["email", 0.6]],
  ["an address in a URL", [], ["/reset?to=nobody%40example.org"], ["email", 0.9]],
  ["memos with bare numbers", [], ["01000000001", ...times(19, "없음")], ["phone", 0.62]],
  ["numbers of which one begins so", [], ["01000000001", ...times(19, "31000000001")], null],
  ["digits in random identifiers", [], ["3f2a01012345678b-4c", "a01612345678", "0.01012345678"], null],
  ["a header alone", [["phone", 0.85]], ["C1"], ["phone", 0.85]],
  ["a header and values", [["phone", 0.85]], ["010-0000-0001"], ["phone", 0.99]],
  ["a header of one kind, values of another", [["phone", 0.85]], ["nobody@example.org"], ["email", 0.95]],
  ["business registration numbers", [], ["123-45-67890", "1234567890"], null],
  ["barcodes of books", [], ["9788937460449", "979-11-0000-000-0"], null],
  ["moments", [], ["2026-11-21T09:00:00+09:00", "1763683200000", "20261121090000"], null],
];

/** A value, and what it shows by its form alone; Spark looks at all text with the same patterns. */
export const TEXTS: readonly (readonly [string, string | null])[] = [
  ["nobody@example.org", "email"],
  ["mail to <nobody+tag@mail.example.ac.kr>, please", "email"],
  ["/reset?to=nobody%40example.org&again=1", "email"],
  ["1000@163.com", "email"],
  ["name@4.17.21", null],
  ["npm:@scope/name@1.0.0-beta.2", null],
  ["/img/icon@2x.png", null],
  ["nobody@host", null],
  ["@nobody", null],
  [`${"a".repeat(65)}@example.org`, null],
  ["문의는01000000001로", "phone"],
  ["tel:+82-10-0000-0001", "phone"],
  ["+82 (0)10 0000 0001", "phone"],
  ["011-000-0001", "phone"],
  ["0110000001", null],
  ["(010)0000-0001", null],
  ["2026-010-0000-0001", null],
  ["010-0000-0001-2", null],
  ["0.01000000001", null],
  ["301000000001", null],
  ["f01000000001", null],
  ["01000000001f", null],
  ["02-000-0001", null],
  ["900101-1000000", "resident-number"],
  ["확인 050101 - 4000000 함", "resident-number"],
  ["900101-1******", null],
  ["261121-1000000", null],
  ["200101-1000000", null],
  ["180101-3000000", null],
  ["150101-3000000", "resident-number"],
  ["901301-1000000", null],
  ["A900101-1000000", null],
  ["900101-10000001", null],
  ["900101-1000000-1", null],
  ["9001011000000", null],
  ["4111-1111-1111-1112", null],
  ["", null],
  ["과목 안내", null],
];

/** As {@link TEXTS}, where arithmetic decides: only the collector looks so closely. */
export const NUMBERS: readonly (readonly [string, string | null])[] = [
  ["01000000001", "phone"],
  ["4111-1111-1111-1111", "card-number"],
  ["4111111111111111", "card-number"],
  ["pay 3400 000000 00009 now", "card-number"],
  ["5500 0000-0000 0004", null],
  ["1111111111111117", null],
  ["94111111-1111-1111", null],
  ["9001011000006", "resident-number"],
  [" 9001011000006 ", "resident-number"],
  ["no 9001011000006", null],
  ["9001011000007", null],
  ["1763683200000", null],
  ["9788937460449", null],
  ["8801062628476", null],
];

/** The golden file: an object of three lists, one case a line. */
export function detectionCases(): string {
  const columns = COLUMNS.map(([what, named, values, found]) => ({
    what,
    named: named.map(([kind, score]) => ({ kind, score, why: "" })),
    values,
    kind: found?.[0] ?? null,
    score: found?.[1] ?? null,
  }));
  const cases = (list: typeof TEXTS) => list.map(([text, kind]) => ({ text, kind }));
  const list = (name: string, rows: readonly object[]) =>
    `  ${JSON.stringify(name)}: [\n${rows.map((row) => `    ${JSON.stringify(row)}`).join(",\n")}\n  ]`;
  const lists = [list("columns", columns), list("texts", cases(TEXTS)), list("numbers", cases(NUMBERS))];
  return `{\n${lists.join(",\n")}\n}\n`;
}
