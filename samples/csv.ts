/** CSV as spreadsheets write it: RFC 4180 quoting. */

export type CsvValue = string | number | null;

/** Header and rows, each with its CRLF; `null` is an empty field. */
export function csvLines(header: readonly string[], rows: readonly (readonly CsvValue[])[]): string[] {
  return [header, ...rows].map((row) => `${row.map(field).join(",")}\r\n`);
}

function field(value: CsvValue): string {
  const text = value === null ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
