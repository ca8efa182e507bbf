import { expect } from "chai";
import { detectPersonal } from "../../../components/contract";
import { hasResidentChecksum, isResidentNumber } from "../../../components/contract/personal/resident-number";

/** Numbers made for tests: dates of birth in January 1900 and 2000, serials of zeros. */
const OLD_NUMBERS = ["000101-1000003", "000102-1000001", "000103-1000000"];

describe("resident registration numbers", () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["a man born in 1900s", "900101-1000000", true],
    ["a woman born in 2000s, no hyphen", "0002294000000", true],
    ["a foreigner born in 1900s", "900101-5000000", true],
    ["a foreigner born in 2000s", "000229-8000000", true],
    ["an order number that begins with a day", "261121-0000001", false],
    ["one of somebody born in the 1800s", "990101-9000000", false],
    ["a masked number", "900101-1******", true],
    ["29 February of no leap year (1900)", "000229-1000000", false],
    ["month 13", "901301-1000000", false],
    ["day 0", "900100-1000000", false],
    ["twelve digits", "900101-100000", false],
    ["fourteen digits", "900101-10000000", false],
    ["a date alone", "900101", false],
  ];
  for (const [what, value, expected] of cases) {
    it(`${expected ? "are" : "are not"} ${what}`, () => expect(isResidentNumber(value)).to.equal(expected));
  }

  it("have the checksum of their kind", () => {
    const digit = (first: string) =>
      [..."0123456789"].filter((last) => hasResidentChecksum(`${first}${last}`)).join("");
    // By hand: 9·2 + 1·5 + 1·7 + 1·8 = 38, 38 mod 11 = 5, (11 - 5) mod 10 = 6; for a foreigner's 5: 38 + 32 = 70, 4, 13 - 4 = 9.
    expect(digit("900101-100000")).to.equal("6");
    expect(digit("900101-500000")).to.equal("9");
    expect(hasResidentChecksum("900101-1******")).to.equal(false);
  });

  it("score higher when the checksum holds, and are found when it does not", () => {
    const failing = detectPersonal("x", ["900101-1000000", "900102-1000000"]);
    const passing = detectPersonal("x", ["900101-1000006", "900101-1000006"]);
    expect(failing).to.deep.include({ kind: "resident-number", treatment: "drop" });
    expect(failing?.score).to.be.within(0.5, 0.95);
    expect(passing?.score).to.be.greaterThan(failing?.score ?? 1);
  });
});

describe("columns are personal by their values", () => {
  const cases: readonly (readonly [string, readonly string[], string | undefined])[] = [
    ["e-mail addresses", ["a@example.com", "b.c@example.ac.kr"], "email"],
    ["handles", ["@a", "b@c"], undefined],
    ["mobile numbers", ["010-0000-0001", "01000000002", "010 0000 0003"], "phone"],
    ["international numbers", ["+82 10-0000-0001", "+821000000002", "+82 (0)10-0000-0003"], "phone"],
    ["landlines", ["02-000-0001", "031-0000-0001", "(051) 000-0001"], "phone"],
    ["nine digits", ["020000001", "310000001"], undefined],
    ["order numbers", ["2026-0001-0001", "2026-0001-0002"], undefined],
    ["cards that pass Luhn", ["4111-1111-1111-1111", "5500000000000004", "3400 000000 00009"], "card-number"],
    ["sixteen digits that fail Luhn", ["4111-1111-1111-1112", "5500000000000005"], undefined],
    ["addresses on the net", ["192.0.2.1", "2001:db8::1"], "ip-address"],
    ["digits in random identifiers", ["3f2a01012345678b-4c", "a01612345678"], undefined],
    ["telephone numbers within Korean text", ["문의는01000000001로", "메모"], "phone"],
    ["section numbers", ["1.2.3", "1.2.4"], undefined],
    ["postal addresses", ["서울특별시 중구 세종대로 110", "경기도 성남시 분당구 1"], "address"],
    ["cities", ["서울", "부산"], undefined],
    ["names of people", ["김가나", "이다라", "박마바", "최사아", "남궁자차"], "person-name"],
    ["departments", ["컴퓨터공학과", "경영학과", "국어국문학과"], undefined],
    ["a repeated category that reads like a name", Array<string>(30).fill("정규직"), undefined],
    ["epoch milliseconds", ["1753056000000", "1753056060000"], undefined],
    ["nothing", ["", " "], undefined],
    ["memos with a phone number", ["통화함", "010-0000-0001 로 연락", "부재"], "phone"],
    ["memos with a registration number", ["없음", "확인 900101-1000000"], "resident-number"],
  ];
  for (const [what, values, kind] of cases) {
    it(`${what}: ${kind ?? "no"}`, () => expect(detectPersonal("x", values)?.kind).to.equal(kind));
  }

  it("drops text that only holds an identifier somewhere", () => {
    expect(detectPersonal("memo", ["mail a@example.com please", "-"])).to.deep.include({
      kind: "email",
      treatment: "drop",
    });
  });

  it("finds one registration number among a thousand memos", () => {
    const memos = [...Array<string>(999).fill("없음"), "본인 900101-1000000 확인"];
    const found = detectPersonal("memo", memos);
    expect(found?.kind).to.equal("resident-number");
    expect(found?.why).to.contain("less than 1% of 1000");
  });
});

describe("columns are personal by their name", () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ["주민등록번호", "resident-number"],
    ["외국인 등록번호", "resident-number"],
    ["RRN", "resident-number"],
    ["학번", "student-id"],
    ["student_no", "student-id"],
    ["사용자ID", "user-id"],
    ["userId", "user-id"],
    ["이메일", "email"],
    ["E-mail", "email"],
    ["contact_email_address", "email"],
    ["휴대 전화", "phone"],
    ["보호자 연락처", "phone"],
    ["mobile_no", "phone"],
    ["카드번호", "card-number"],
    ["접속 IP", "ip-address"],
    ["remote_ip", "ip-address"],
    ["생년월일", "birth-date"],
    ["DOB", "birth-date"],
    ["집주소", "address"],
    ["address", "address"],
    ["홈페이지 주소", undefined],
    ["메일주소", "email"],
    ["성명", "person-name"],
    ["보호자 성명", "person-name"],
    ["full_name", "person-name"],
    ["name", undefined],
    ["과목명", undefined],
    ["아티스트 이름", undefined],
    ["course_id", undefined],
    ["session_id", undefined],
    ["recipe", undefined],
    ["hotel", undefined],
    ["전화 횟수", undefined],
  ];
  for (const [header, kind] of cases) {
    it(`${header}: ${kind ?? "no"}`, () => expect(detectPersonal(header, [])?.kind).to.equal(kind));
  }

  it("and surer when the values agree", () => {
    const values = ["010-0000-0001"];
    const both = detectPersonal("휴대전화", values)?.score ?? 0;
    expect(both).to.be.greaterThan(detectPersonal("휴대전화", [])?.score ?? 1);
    expect(both).to.be.greaterThan(detectPersonal("x", values)?.score ?? 1);
    expect(both).to.be.at.most(0.99);
  });

  it("counts several names of one column once", () => {
    expect(detectPersonal(["학번", "student_id", "학생번호"], [])?.score).to.equal(
      detectPersonal("학번", [])?.score,
    );
  });
});

describe("a finding", () => {
  it("never repeats a value", () => {
    const columns = [
      OLD_NUMBERS,
      ["010-0000-0001"],
      ["a@example.com"],
      ["김가나", "이다라", "박마바"],
      ["4111-1111-1111-1111"],
      ["메모 a@example.com"],
    ];
    for (const values of columns) {
      const { why = "" } = detectPersonal("x", values) ?? {};
      expect(why).not.to.equal("");
      for (const value of values) expect(why).not.to.contain(value);
    }
  });

  it("proposes to drop what a pseudonym is no use or too much risk for", () => {
    const treatments = ["성명", "주소", "카드번호", "주민등록번호", "이메일", "학번"].map(
      (header) => detectPersonal(header, [])?.treatment,
    );
    expect(treatments).to.deep.equal(["drop", "drop", "drop", "drop", "pseudonymise", "pseudonymise"]);
  });
});
