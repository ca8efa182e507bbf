/** Stops personal data that the contract does not know of before any of it is converted. */
import { detectPersonal } from "../../components/contract/detect";
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
  const found = dataSet.columns
    .filter(({ kind, treatment, notPersonal }) => {
      return kind === undefined && treatment === "keep" && notPersonal === undefined;
    })
    .flatMap(({ name, sourceName, businessName }) => {
      const finding = detectPersonal([sourceName, name, businessName], valuesOf(name));
      return finding === undefined ? [] : [{ name, ...finding }];
    });
  if (found.length === 0) return;
  const told = found.map(
    ({ name, kind, score, why }) => `${name} looks like ${kind} (score ${score}: ${why})`,
  );
  throw new ShipError(
    path,
    `columns that ${dataSet.file} keeps in clear look personal: ${told.join("; ")}`,
    "mark each in the contract with customProperties identifierKind and treatment," +
      " or give it customProperties notPersonal with the reason why it is not",
  );
}
