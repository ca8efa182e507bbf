/** Which of the contract's columns stands where in a CSV file. The same rules as curation's (`csv_headers.py`). */
import { parse } from "csv-parse/sync";
import type { CsvDelimiter, DataSet } from "../../components/contract/model";
import { nameHeaders } from "../../components/contract/csv/headers";
import { ShipError } from "../ship-error";

const DELIMITER_NAMES: Readonly<Record<CsvDelimiter, string>> = {
  ",": "commas",
  ";": "semicolons",
  "\t": "tabs",
  "|": "vertical bars",
};

/** Records of the file's start, the header first; those that can't be parsed are left out. */
export function firstRows(path: string, text: string, delimiter: CsvDelimiter, most: number): string[][] {
  try {
    return parse(text, {
      delimiter,
      to: most,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
    });
  } catch {
    // The parser's message may quote a field.
    throw new ShipError(
      path,
      "has no header that can be read",
      "write the contract's headers into the first line",
    );
  }
}

/**
 * The contract's column names in the file's order.
 * @throws ShipError with every column that is missing or too many. Unknown headers are told by position only: the first
 * line of a file without a header holds a person's values.
 */
export function matchHeader(path: string, header: readonly string[], dataSet: DataSet): string[] {
  const written = header.map(spelling);
  const named = nameHeaders(written).map(({ source }) => source);
  const names = new Map(dataSet.columns.map(({ sourceName, name }) => [spelling(sourceName), name]));
  const missing = dataSet.columns.filter(({ sourceName }) => !named.includes(spelling(sourceName)));
  const surplus = named.flatMap((name, at) =>
    names.has(name) ? [] : [{ written: written[at], position: at + 1 }],
  );
  const repeated = [...new Set(surplus.filter((one) => names.has(one.written)).map((one) => one.written))];
  const unknown = surplus.filter((one) => !names.has(one.written)).map(({ position }) => position);
  const faults = [
    missing.length > 0 &&
      `column ${missing.map(({ sourceName, name }) => `${sourceName} (${name})`).join(", ")} is missing`,
    unknown.length > 0 && `the header at position ${unknown.join(", ")} is not in the contract ${dataSet.id}`,
    repeated.length > 0 && `column ${repeated.join(", ")} stands there more often than in the contract`,
  ].filter((fault) => fault !== false);
  if (faults.length > 0) {
    throw new ShipError(
      path,
      faults.join("; "),
      `write the contract's headers into the first line, in any order, separated by ${DELIMITER_NAMES[dataSet.delimiter ?? ","]}`,
    );
  }
  return named.map((name) => names.get(name)!);
}

/** Files from macOS carry Korean decomposed into single letters. */
function spelling(header: string): string {
  return header.normalize("NFC").trim();
}
