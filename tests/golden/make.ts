/**
 * Writes the golden vectors that Node, Spark and the shipper share: `node -r ts-node/register tests/golden/make.ts`.
 * The normalised spellings are written by hand and the keyed hash is spelt out from RFC 2104, so nothing here comes from
 * the code that the vectors test.
 */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { detectionCases } from "./detection-cases";
import { normalFormCases, treatmentCases } from "./treatment-cases";

/** Stands for the key inside KMS; GenerateMac with it gives the epoch keys. For tests only. */
const TEST_KMS_KEY = createHash("sha256").update("naru golden vectors: a key for tests only").digest();

/** RFC 2104 by its definition: H(key ^ opad, H(key ^ ipad, data)), block of 64 bytes. */
export function hmacSha256(key: Buffer, data: Buffer): Buffer {
  const sha256 = (...parts: Buffer[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
  const block = Buffer.alloc(64);
  (key.length > 64 ? sha256(key) : key).copy(block);
  return sha256(
    block.map((byte) => byte ^ 0x5c) as Buffer,
    sha256(block.map((byte) => byte ^ 0x36) as Buffer, data),
  );
}

/** kind, epoch, value, normalised. All people and numbers are invented. */
const VALUES: readonly (readonly [string, number, string, string])[] = [
  ["student-id", 1, "S20261234", "S20261234"],
  ["student-id", 2, "S20261234", "S20261234"],
  ["student-id", 1, " s20261234\r\n", "S20261234"],
  ["student-id", 1, "", ""],
  ["user-id", 1, "U00012345", "U00012345"],
  ["user-id", 2, "u00012345", "U00012345"],
  ["user-id", 1, "S20261234", "S20261234"],
  ["user-id", 1, "uß-ı", "Uß-ı"],
  ["email", 1, "honggildong@example.ac.kr", "honggildong@example.ac.kr"],
  ["email", 1, "  HongGilDong@Example.AC.KR\t", "honggildong@example.ac.kr"],
  ["email", 2, "honggildong@example.ac.kr", "honggildong@example.ac.kr"],
  ["email", 1, "홍길동@예시.한국", "홍길동@예시.한국"],
  ["email", 1, "ÀBC@EXAMPLE.KR", "Àbc@example.kr"],
  ["email", 1, "ＨＯＮＧ@example.kr", "ＨＯＮＧ@example.kr"],
  ["email", 1, " \t\r\n", ""],
  ["phone", 1, "010-1234-5678", "01012345678"],
  ["phone", 1, "+82 10-1234-5678", "01012345678"],
  ["phone", 1, "82.10.1234.5678", "01012345678"],
  ["phone", 1, "(+82) 010 1234 5678", "8201012345678"],
  ["phone", 2, "01012345678", "01012345678"],
  ["phone", 1, "02-820-1234", "028201234"],
  ["phone", 1, "+82-2-820-1234", "028201234"],
  ["phone", 1, "82", "82"],
  ["phone", 1, "０１０-1234-5678", "12345678"],
  ["phone", 1, "없음", ""],
  ["person-name", 1, "홍길동", "홍길동"],
  ["person-name", 1, " 홍길동 ", "홍길동"],
  ["person-name", 1, "홍 길 동", "홍 길 동"],
  ["person-name", 1, "　홍길동　", "　홍길동　"],
  ["person-name", 2, "McDonald 남궁", "McDonald 남궁"],
  ["person-name", 1, "😀뷁", "😀뷁"],
  ["resident-number", 1, "010203-3123456", "0102033123456"],
  ["resident-number", 1, "0102033123456", "0102033123456"],
  ["resident-number", 2, "010203 - 3123456", "0102033123456"],
  ["card-number", 1, "1234-5678-9012-3456", "1234567890123456"],
  ["card-number", 1, "1234 5678 9012 3456", "1234567890123456"],
  ["ip-address", 1, "192.0.2.17", "192.0.2.17"],
  ["ip-address", 1, "2001:DB8::AbCd", "2001:db8::abcd"],
  ["address", 1, "서울특별시 중구 세종대로 110\n", "서울특별시 중구 세종대로 110"],
  ["address", 2, "서울특별시 중구 세종대로 110", "서울특별시 중구 세종대로 110"],
  ["birth-date", 1, "2001-02-03", "2001-02-03"],
  ["birth-date", 1, "\t2001.02.03 ", "2001.02.03"],
];

/** RFC 4231, section 4: HMAC-SHA-256 of its seven test cases (the fifth is published cut to 128 bits). */
const RFC_4231 = [
  [1, "0b".repeat(20), "4869205468657265", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"],
  [
    2,
    "4a656665",
    "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  ],
  [
    3,
    "aa".repeat(20),
    "dd".repeat(50),
    "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
  ],
  [
    4,
    "0102030405060708090a0b0c0d0e0f10111213141516171819",
    "cd".repeat(50),
    "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
  ],
  [5, "0c".repeat(20), "546573742057697468205472756e636174696f6e", "a3b6167473100ee06e0c796c2955552b"],
  [
    6,
    "aa".repeat(131),
    Buffer.from("Test Using Larger Than Block-Size Key - Hash Key First").toString("hex"),
    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
  ],
  [
    7,
    "aa".repeat(131),
    Buffer.from(
      "This is a test using a larger than block-size key and a larger than block-size data. " +
        "The key needs to be hashed before being used by the HMAC algorithm.",
    ).toString("hex"),
    "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
  ],
] as const;

/** value, time zone, dt, UTC as stored. A day begins at 15:00 UTC of the day before in Seoul. */
const MOMENTS: readonly (readonly [string, string, string, string])[] = [
  ["2026-11-20T14:59:59.999Z", "Asia/Seoul", "2026-11-20", "2026-11-20 14:59:59.999"],
  ["2026-11-20T15:00:00Z", "Asia/Seoul", "2026-11-21", "2026-11-20 15:00:00.000"],
  ["2026-11-20T15:00:00.000Z", "Asia/Seoul", "2026-11-21", "2026-11-20 15:00:00.000"],
  ["2026-11-20T23:59:59.999+09:00", "Asia/Seoul", "2026-11-20", "2026-11-20 14:59:59.999"],
  ["2026-11-21T00:00:00+09:00", "Asia/Seoul", "2026-11-21", "2026-11-20 15:00:00.000"],
  ["2026-11-21T00:00:00.001+09:00", "Asia/Seoul", "2026-11-21", "2026-11-20 15:00:00.001"],
  ["2026-11-20T10:00:00-05:00", "Asia/Seoul", "2026-11-21", "2026-11-20 15:00:00.000"],
  ["2026-12-31T15:30:00Z", "Asia/Seoul", "2027-01-01", "2026-12-31 15:30:00.000"],
  ["2028-02-28T15:00:00Z", "Asia/Seoul", "2028-02-29", "2028-02-28 15:00:00.000"],
  ["1987-10-10T16:59:59Z", "Asia/Seoul", "1987-10-11", "1987-10-10 16:59:59.000"],
  ["1988-07-01T14:00:00Z", "Asia/Seoul", "1988-07-02", "1988-07-01 14:00:00.000"],
  ["2026-11-20T18:29:59Z", "Asia/Kolkata", "2026-11-20", "2026-11-20 18:29:59.000"],
  ["2026-11-20T18:30:00Z", "Asia/Kolkata", "2026-11-21", "2026-11-20 18:30:00.000"],
  ["2026-11-20T18:14:59Z", "Asia/Kathmandu", "2026-11-20", "2026-11-20 18:14:59.000"],
  ["2026-11-20T18:15:00Z", "Asia/Kathmandu", "2026-11-21", "2026-11-20 18:15:00.000"],
  ["2026-11-20T00:00:00Z", "UTC", "2026-11-20", "2026-11-20 00:00:00.000"],
];

function pseudonyms() {
  return VALUES.map(([kind, epoch, value, normalised]) => {
    const key = hmacSha256(TEST_KMS_KEY, Buffer.from(`naru/v1/${kind}/${epoch}`));
    const pseudonym = hmacSha256(key, Buffer.from(normalised, "utf8")).subarray(0, 16).toString("base64url");
    return { kind, epoch, keyHex: key.toString("hex"), value, normalised, pseudonym };
  });
}

/** File name and content of each golden file. */
export function goldenFiles(): Record<string, string> {
  const file = (rows: readonly object[]) => `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(",\n")}\n]\n`;
  // Editors and checkouts may compose what they show.
  const escaped = (text: string) =>
    text.replace(/[\u0300-\u036f\u1100-\u11ff]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return {
    "pseudonyms.json": file(pseudonyms()),
    "hmac-sha256.json": file(
      RFC_4231.map(([testCase, keyHex, dataHex, macHex]) => ({ rfc4231: testCase, keyHex, dataHex, macHex })),
    ),
    "normal-form.json": escaped(file(normalFormCases())),
    "detection.json": escaped(detectionCases()),
    "treatments.json": escaped(file(treatmentCases())),
    "partition-dates.json": file(MOMENTS.map(([value, timeZone, dt, utc]) => ({ value, timeZone, dt, utc }))),
  };
}

/** The key that stands for the one inside KMS in these vectors, in hex. */
export const testKmsKeyHex = TEST_KMS_KEY.toString("hex");

if (require.main === module) {
  for (const [name, content] of Object.entries(goldenFiles())) writeFileSync(join(__dirname, name), content);
}
