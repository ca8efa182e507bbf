/** Which columns of a table the contract's are, told all at once where they are not. */
import type { DataSet } from "../../components/contract/model";
import { ShipError } from "../ship-error";
import type { ReadColumn } from "./row-json";
import type { TableColumn } from "./reader";

/** Numbers of JSON go through 8-byte floats, which keep so many digits whatever they are (IEEE 754 binary64). */
const EXACT_DIGITS = 15;

/**
 * A column is found by the name that the contract has for the source (`physicalName`), else by its own; upper and lower
 * case differ only where the table has both.
 * @throws ShipError with every column that is missing, may not be read, or can't be carried.
 */
export function matchColumns(
  label: string,
  dataSet: DataSet,
  inTable: readonly TableColumn[],
): readonly ReadColumn[] {
  const missing: string[] = [];
  const found: ReadColumn[] = [];
  for (const column of dataSet.columns) {
    const { name, sourceName } = column;
    const from = named(inTable, sourceName) ?? named(inTable, name);
    if (from !== undefined) found.push({ column, from });
    else missing.push(sourceName === name ? name : `${sourceName} (${name})`);
  }
  const told = (columns: readonly ReadColumn[]) => columns.map(({ from }) => from.name).join(", ");
  const locked = found.filter(({ from }) => !from.readable);
  const binary = found.filter(({ from }) => from.kind === "binary");
  const wide = found.filter(({ column }) => digitsOf(column.type) > EXACT_DIGITS);
  const faults = [
    missing.length > 0 && `column ${missing.join(", ")} is missing, or this user may not see it`,
    locked.length > 0 && `column ${told(locked)} may not be read by this user`,
    binary.length > 0 && `column ${told(binary)} holds bytes, which no contract type takes`,
    wide.length > 0 && `column ${told(wide)} has more than ${EXACT_DIGITS} digits, which would be rounded`,
  ].filter((fault) => fault !== false);
  if (faults.length === 0) return found;
  throw new ShipError(
    label,
    faults.join("; "),
    `grant this user SELECT, or make a view with the columns of ${dataSet.file} and ship that` +
      (wide.length > 0 ? "; numbers of so many digits go by a CSV export" : ""),
  );
}

function named(inTable: readonly TableColumn[], wanted: string): TableColumn | undefined {
  const name = wanted.normalize("NFC");
  return (
    inTable.find((column) => column.name.normalize("NFC") === name) ??
    inTable.find((column) => column.name.normalize("NFC").toLowerCase() === name.toLowerCase())
  );
}

function digitsOf(type: string): number {
  return Number(/^decimal\((\d+),/.exec(type)?.[1] ?? 0);
}
