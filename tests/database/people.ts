/** A set of made-up people with every type of the contract, and its table in both servers. */
import { column, custom, DAY, tableContract } from "./contract-parts";

const personal = (name: string, identifierKind: string, sourceName = name) =>
  column(name, "string", {
    classification: "restricted",
    customProperties: custom({ identifierKind, treatment: "pseudonymise", sourceName }),
  });

/** @param properties of the set, without the day's. */
function contractOf(properties: readonly object[]): string {
  return tableContract({
    ...{ name: "people", title: "People", purpose: "Busy hours.", description: "One person." },
    properties: [...properties, DAY],
  });
}

const SEQ = column("seq", "integer", {
  physicalType: "bigint",
  required: true,
  primaryKey: true,
  primaryKeyPosition: 1,
});

/** Every type of a contract, and three personal columns. @param more names of integer columns that no table has. */
export function peopleContract(...more: readonly string[]): string {
  return contractOf([
    SEQ,
    personal("student_id", "student-id", "학번"),
    personal("email", "email"),
    personal("phone", "phone"),
    column("department", "string", { customProperties: custom({ sourceName: "학과" }) }),
    column("score", "number", { physicalType: "double" }),
    column("single", "number", { physicalType: "double" }),
    column("fee", "number", { physicalType: "decimal(12,2)" }),
    column("joined", "date"),
    column("seen_at", "timestamp"),
    column("paid_at", "timestamp"),
    column("active", "boolean"),
    ...more.map((name) => column(name, "integer")),
  ]);
}

/** Two columns, none marked as personal. */
export const PLACES_CONTRACT = contractOf([SEQ, column("place", "string")]);

export const COLUMNS = [
  "seq",
  "학번",
  "email",
  "phone",
  "학과",
  "score",
  "single",
  "fee",
  "joined",
  "seen_at",
  "paid_at",
  "active",
];

/** Rows as both servers take them, out of order; the last column is in no contract. */
const VALUES = [
  "(3, 'S3', '', '010-1111-2222', '국어국문학과', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'left behind')",
  "(1, 's1 ', 'One@Example.com', '+82 10-1111-2222', '똠방각하 뷁과', 0.1, 3.7, 1234567890.12, '2026-02-28', '2026-11-20 08:30:00.123456', '2026-11-20 00:30:00', true, 'left behind')",
  "(9007199254740993, NULL, NULL, NULL, 'a \"quoted\"\nline\t\\', -12.5e100, 1234567, -0.05, '1999-12-31', '1988-07-01 00:30:00', '1988-07-01 15:00:00', false, 'left behind')",
  "(2, '', 'one@example.com', NULL, '', 100, -0.001, 10, '2028-02-29', '2026-11-20 00:00:00', '2026-11-20 15:00:00', true, 'left behind')",
].join(",\n");

export const POSTGRES_TABLE = [
  `CREATE TABLE people (seq bigint PRIMARY KEY, "학번" varchar(20), email text, phone char(20), "학과" text,
    score double precision, single real, fee numeric(12,2), joined date, seen_at timestamp, paid_at timestamptz,
    active boolean, remark text)`,
  "SET TimeZone = 'UTC'",
  `INSERT INTO people VALUES ${VALUES}`,
];

/** @param charset of the table's text. */
export function mysqlTable(charset = "utf8mb4", name = "people"): string[] {
  return [
    `CREATE TABLE ${name} (seq bigint PRIMARY KEY, \`학번\` varchar(20), email varchar(80), phone char(20), \`학과\` varchar(40),
      score double, single float, fee decimal(12,2), joined date, seen_at datetime(6), paid_at timestamp NULL,
      active tinyint(1), remark text) CHARACTER SET ${charset}`,
    "SET time_zone = '+00:00'",
    `INSERT INTO ${name} VALUES ${VALUES.replaceAll("\t\\'", "\t\\\\'")}`,
  ];
}

/** What a shipment of the table holds, without the pseudonyms; moments in UTC, bigints and all as text of JSON. */
export const EXPECTED = [
  [
    "1",
    "똠방각하 뷁과",
    0.1,
    3.7,
    1234567890.12,
    "2026-02-28",
    "2026-11-19T23:30:00.123Z",
    "2026-11-20T00:30:00.000Z",
    true,
  ],
  ["2", "", 100, -0.001, 10, "2028-02-29", "2026-11-19T15:00:00.000Z", "2026-11-20T15:00:00.000Z", true],
  ["3", "국어국문학과", null, null, null, null, null, null, null],
  // Korea kept summer time in 1988: ten hours ahead.
  [
    "9007199254740993",
    'a "quoted"\nline\t\\',
    -12.5e100,
    1234567,
    -0.05,
    "1999-12-31",
    "1988-06-30T14:30:00.000Z",
    "1988-07-01T15:00:00.000Z",
    false,
  ],
];
