/** Ways to store the 16 bytes of a pseudonym. */

/** How a form is made of a clear value, in SQL of DuckDB. */
export interface Form {
  readonly name: string;
  /**
   * The columns that a personal column becomes; most become one. `digits` is an expression for 32 hex digits.
   * MD5 of the value stands for the pseudonym: 16 bytes that look random have one size whatever made them.
   */
  readonly columns: (digits: string) => readonly string[];
}

/** The value itself: what a file without pseudonyms would hold. */
export const CLEAR = "clear value";
/** What the others are compared with in joins: the form in which a hash is usually seen. */
export const HEX = "hex, 32 characters";

export const FORMS: readonly Form[] = [
  { name: HEX, columns: (digits) => [digits] },
  { name: "base32, 26 characters", columns: (digits) => [base32(digits)] },
  // What Naru stores.
  { name: "base64url, 22 characters", columns: (digits) => [base64Url(digits)] },
  { name: "binary", columns: (digits) => [`unhex(${digits})`] },
  { name: "UUID", columns: (digits) => [`CAST(${digits} AS UUID)`] },
  { name: "two BIGINT", columns: (digits) => [0, 16].map((from) => bigint(digits, from)) },
];

/** Columns of one personal column in a form: `<name>` or `<name>_0`, `<name>_1`. */
export function columnsOf(form: Form, name: string, value: string): { name: string; sql: string }[] {
  const columns = form.columns(`md5('${name}' || ${value})`);
  return columns.map((sql, at) => ({ name: columns.length === 1 ? name : `${name}_${at}`, sql }));
}

function base64Url(digits: string): string {
  return `translate(rtrim(to_base64(unhex(${digits})), '='), '+/', '-_')`;
}

/** Five bits a character; three groups of ten digits fill eight characters each, and two digits are left. */
function base32(digits: string): string {
  const groups = [
    [1, 10, 8],
    [11, 10, 8],
    [21, 10, 8],
    [31, 2, 2],
  ].map(
    ([from, length, characters]) =>
      `to_base(CAST('0x' || substr(${digits}, ${from}, ${length}) AS BIGINT), 32, ${characters})`,
  );
  return `lower(${groups.join(" || ")})`;
}

/** Sixteen digits as a signed number: engines of the lake have no unsigned one. */
function bigint(digits: string, from: number): string {
  const unsigned = `CAST(CAST('0x' || substr(${digits}, ${from + 1}, 16) AS UBIGINT) AS HUGEINT)`;
  return `CAST(${unsigned} - 9223372036854775808 AS BIGINT)`;
}
