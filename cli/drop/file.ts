/** What is wrong with a file, told before it lies in landing, where whoever drops it can't look any more. */
import { basename } from "node:path";
import { CsvError } from "../../components/contract/csv/csv-error";
import { readCsvText } from "../../components/contract/csv/decode";
import type { DataSet } from "../../components/contract/model";
import { firstRows, matchHeader } from "../../shipper/source/header";
import { ShipError } from "../../shipper/ship-error";
import type { DroppedFile } from "./landing";

/** @param all data sets, to say whose header the file has. */
export function fileProblems(file: string, dataSet: DataSet, all: readonly DataSet[]): string[] {
  try {
    const { text } = readCsvText(file);
    const [header = [], ...rows] = firstRows(file, text, dataSet.delimiter ?? ",", 2);
    const fits = (one: DataSet) => problemOf(() => matchHeader(file, header, one)) === undefined;
    const wrong = problemOf(() => matchHeader(file, header, dataSet));
    const meant = wrong === undefined ? undefined : all.find((one) => one.ingestion === "csv" && fits(one));
    if (meant !== undefined) {
      return [`${file}: has the header of ${meant.id}, not of ${dataSet.id}; write --contract ${meant.id}`];
    }
    if (wrong !== undefined) return [wrong];
    return rows.length > 0
      ? []
      : [`${file}: has a header and no row; export it again, as there is nothing to curate`];
  } catch (error) {
    if (error instanceof CsvError) return [error.message];
    throw error;
  }
}

/** Files of one content: their rows would be counted as repeated ones. */
export function sameContents(files: readonly DroppedFile[]): string[] {
  const first = new Map<string, string>();
  return files.flatMap(({ path, checksum }) => {
    const other = first.get(checksum);
    if (other === undefined) first.set(checksum, path);
    return other === undefined
      ? []
      : [`${basename(path)}: has the same bytes as ${basename(other)}; drop one of them`];
  });
}

function problemOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof ShipError) return error.message;
    throw error;
  }
}
