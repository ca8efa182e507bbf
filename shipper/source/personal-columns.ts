/** Stops personal data that the contract does not know of before any of it is converted. */
import { MARK_IT, unmarkedPersonal } from "../../components/contract/detect";
import type { DataSet } from "../../components/contract/model";
import { ShipError } from "../ship-error";

/**
 * @param valuesOf sample values of a column; none is repeated in an error.
 * @throws ShipError with every column that looks personal, is kept in clear, and carries no reason why it may be.
 */
export function refuseUnmarked(
  path: string,
  dataSet: DataSet,
  valuesOf: (column: string) => readonly string[],
): void {
  const found = dataSet.columns.flatMap((column) => {
    const finding = unmarkedPersonal(column, valuesOf(column.name));
    return finding === undefined ? [] : [{ name: column.name, ...finding }];
  });
  if (found.length === 0) return;
  const told = found.map(
    ({ name, kind, score, why }) => `${name} looks like ${kind} (score ${score}: ${why})`,
  );
  throw new ShipError(
    path,
    `columns that ${dataSet.file} keeps in clear look personal: ${told.join("; ")}`,
    MARK_IT,
  );
}
