/** A set of made-up things with every type of the contract and awkward values, and its table in both servers. */
import { column, custom, DAY, tableContract } from "./contract-parts";

const NAMES = ["things", "things_of_mysql"] as const;

/** Sets whose import must fail, each for a reason of its own. */
export const FAULTY = [
  "untrusted",
  "other_name",
  "without_tls",
  "locked",
  "unlike",
  "absent",
  "empty",
] as const;

function contractOf(name: string): string {
  const properties = [
    column("id", "integer", {
      ...{ physicalType: "bigint", required: true, primaryKey: true, primaryKeyPosition: 1 },
    }),
    column("label", "string", {
      customProperties: custom({ sourceName: '표제, "원문"', notPersonal: "What stands on it." }),
    }),
    column("town", "string", { customProperties: custom({ notPersonal: "No address." }) }),
    column("keeper", "string", {
      classification: "restricted",
      customProperties: custom({ identifierKind: "person-name", treatment: "drop" }),
    }),
    column("number", "integer", {
      physicalType: "int",
      customProperties: custom({ notPersonal: "A count." }),
    }),
    column("price", "number", { physicalType: "decimal(20,6)" }),
    column("ratio", "number", { physicalType: "double" }),
    column("single", "number", { physicalType: "double" }),
    column("made_on", "date", { customProperties: custom({ notPersonal: "Of a thing." }) }),
    column("seen_at", "timestamp"),
    column("paid_at", "timestamp"),
    column("active", "boolean"),
    DAY,
  ];
  const description = "One thing.";
  return tableContract({ name, title: "Things", purpose: "What there is.", description, properties });
}

/** Texts of contracts by name of the set. */
export const THING_CONTRACTS: Readonly<Record<string, string>> = Object.fromEntries(
  [...NAMES, ...FAULTY].map((name) => [name, contractOf(name)]),
);

/** As tables take it: null, or the text of its value. */
export type Thing = readonly (string | null)[];

const LABELS = [
  "plain",
  "a,b;c\td|e",
  '"quoted"',
  '""',
  '"',
  "line\nbreak",
  "cr\rreturn\r\nboth\r\n",
  "  spaces on both sides  ",
  "back\\slash\\",
  '\\"',
  "NULL",
  "\\N",
  "# no comment",
  "😀 뷁 똠방각하",
  "'; DROP TABLE things; --",
  "\u2028\u0085\u00a0",
  "null",
  "\t",
];
const TOWNS = ["서울", "똠방", "뷁", "강릉", " ", ""];

const two = (value: number) => String(value).padStart(2, "0");
const day = (n: number) => `${1950 + (n % 90)}-${two(1 + (n % 12))}-${two(1 + (n % 28))}`;
const time = (n: number) =>
  `${two(n % 24)}:${two((n * 7) % 60)}:${two((n * 11) % 60)}.${String((n * 7919) % 1_000_000).padStart(6, "0")}`;

/** Row `n`: id, label, town, keeper, number, price, ratio, single, made_on, seen_at (wall clock), paid_at (UTC), active. */
export function thing(n: number): Thing {
  const maybe = (every: number, value: string) => (n % every === 0 ? null : value);
  return [
    // Beyond what 8-byte floats tell apart.
    n % 1000 === 999 ? String(9_007_199_254_740_993n + BigInt(n)) : String(n),
    n % 7 === 0 ? (n % 14 === 0 ? null : "") : `${LABELS[n % LABELS.length]}${n % 5 === 0 ? "" : n}`,
    maybe(11, TOWNS[n % TOWNS.length]!),
    `김뷁똠${n}`,
    maybe(13, String((n * 104_729) % 2 === 0 ? n - 10_000 : -n)),
    maybe(17, `${n % 3 === 0 ? "-" : ""}${n * 1_000_003}.${String((n * 37) % 1_000_000).padStart(6, "0")}`),
    maybe(19, String(((n % 2 === 0 ? -1 : 1) * (n + 0.1) * 10 ** ((n % 61) - 30)) / 3)),
    maybe(23, String(n % 2 === 0 ? n / 8 : (n % 1000) / 10)),
    maybe(29, day(n)),
    maybe(31, `${day(n + 3)} ${time(n)}`),
    maybe(37, `${1990 + (n % 40)}-${two(1 + (n % 12))}-${two(1 + (n % 28))} ${time(n + 1)}`),
    maybe(41, String(n % 3 === 0)),
  ];
}

/** Owners of the clear values of a row, that must stay in landing. */
export const KEEPER = /김뷁똠/;

/** Statements that fill a table of these columns with rows 1 to `rows`. @param backslashes whether the server reads them. */
function filled(table: string, rows: number, backslashes: boolean): string[] {
  const literal = (value: string | null, at: number) => {
    if (value === null) return "NULL";
    if (at === 11) return value;
    const text = value.replaceAll("'", "''");
    return `'${backslashes ? text.replaceAll("\\", "\\\\") : text}'`;
  };
  const statements = [];
  for (let from = 1; from <= rows; from += 2000) {
    const some = Array.from({ length: Math.min(2000, rows - from + 1) }, (_, at) => thing(from + at));
    const values = some.map((row) => `(${[...row.map(literal), "'left behind'"].join(",")})`);
    statements.push(`INSERT INTO ${table} VALUES ${values.join(",")}`);
  }
  return statements;
}

export function postgresThings(rows: number): string[] {
  return [
    `CREATE TABLE things (id bigint PRIMARY KEY, "표제, ""원문""" text, town varchar(20), keeper text NOT NULL, number integer,
      price numeric(20,6), ratio double precision, single real, made_on date, seen_at timestamp, paid_at timestamptz,
      active boolean, remark text)`,
    "SET TimeZone = 'UTC'",
    ...filled("things", rows, false),
    "CREATE VIEW slow_things AS SELECT * FROM things WHERE pg_sleep(0.0005) IS NOT NULL",
    "CREATE TABLE nothing (LIKE things)",
    `CREATE TABLE unlike (id text, town bytea, keeper text, number bigint, price numeric(20,7), ratio text, single real,
      made_on timestamp, seen_at date, paid_at timestamptz, active integer)`,
  ];
}

export function mysqlThings(rows: number): string[] {
  return [
    `CREATE TABLE things (id bigint PRIMARY KEY, \`표제, "원문"\` text, town varchar(20) CHARACTER SET euckr,
      keeper varchar(40) NOT NULL, number int, price decimal(20,6), ratio double, single float, made_on date,
      seen_at datetime(6), paid_at timestamp(6) NULL, active tinyint(1), remark text) CHARACTER SET utf8mb4`,
    "SET time_zone = '+00:00'",
    ...filled("things", rows, true),
  ];
}
