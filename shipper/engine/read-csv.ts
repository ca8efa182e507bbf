/** The engine's reader of CSV, told everything and guessing nothing. */
import { LONGEST_RECORD_BYTES } from "../source/chunks";
import { quote } from "./checks-sql";

/** Where lines are short, small buffers: the engine's own grow with the longest line, to 16 times as much, at each start. */
const BUFFERS = {
  short: ["max_line_size = 1048576", "buffer_size = 8388608"],
  any: [`max_line_size = ${2 * LONGEST_RECORD_BYTES}`],
} as const;

/**
 * A table expression. Everything is text; an empty field is null, quoted or not; lines end in a line feed.
 * @param quoteMark "" where nothing is quoted. @param lines `short` below a megabyte.
 */
export function readCsvSql(
  file: string,
  columns: readonly string[],
  delimiter: string,
  quoteMark: string,
  lines: keyof typeof BUFFERS,
): string {
  const types = columns.map((name) => `'${name}': 'VARCHAR'`).join(", ");
  const options = [
    `columns = {${types}}`,
    "auto_detect = false",
    "header = false",
    `delim = ${quote(delimiter)}`,
    `quote = ${quote(quoteMark)}`,
    `escape = ${quote(quoteMark)}`,
    "comment = ''",
    "nullstr = ''",
    "new_line = '\\n'",
    // Records were checked before; the strict mode of DuckDB 1.5 loses rows that end in CR LF.
    "strict_mode = false",
    ...BUFFERS[lines],
    "parallel = false",
  ];
  // The engine takes paths for patterns.
  return `read_csv(${quote(file.replace(/[[*?]/g, "[$&]"))}, ${options.join(", ")})`;
}
