/** What each treatment asks of a column. */
import type { Column, IdentifierKind } from "./model";
import type { ProblemList } from "./problem";

/** Kinds that have a coarser form, and what it is. */
const GENERALISED = {
  "birth-date": "its year",
  address: "its first two administrative parts",
  "ip-address": "its /24 or /48 network",
} as const;

export type GeneralisedKind = keyof typeof GENERALISED;

/** Whether values of the kind can be generalised. */
export function isGeneralised(kind: IdentifierKind | null | undefined): kind is GeneralisedKind {
  return kind !== null && kind !== undefined && Object.hasOwn(GENERALISED, kind);
}

/** Rules for `mask` and `generalise`. @param key where the column stands in the file. */
export function checkCoarseTreatment(
  column: Column,
  inPrimaryKey: boolean,
  key: string,
  problems: ProblemList,
): void {
  const { treatment, kind } = column;
  if (treatment !== "mask" && column.keepLast !== undefined) {
    problems.add(
      `${key}.customProperties.keepLast`,
      `stands beside treatment ${treatment}`,
      "delete it or use treatment mask",
    );
  }
  if (treatment !== "mask" && treatment !== "generalise") return;
  const at = `${key}.customProperties.treatment`;
  if (kind === undefined) {
    problems.add(at, `is ${treatment} without an identifierKind`, "add identifierKind, such as phone");
  }
  if (inPrimaryKey) {
    problems.add(
      at,
      `is ${treatment} on a part of the primary key`,
      "use pseudonymise: different values become one here, so rows would be taken for duplicates",
    );
  }
  if (treatment === "mask") checkMask(column, key, problems);
  else if (kind !== undefined) checkGeneralise(column, kind, key, problems);
}

function checkMask({ kind, type, keepLast, maxLength }: Column, key: string, problems: ProblemList): void {
  if (kind === "resident-number") {
    problems.add(
      `${key}.customProperties.treatment`,
      "is mask on a resident registration number",
      "use drop: the number may be processed only where a law names it (PIPA article 24-2)",
    );
  }
  if (type !== "string") {
    problems.add(`${key}.logicalType`, `is ${type} on a masked column`, "use string: a masked value is text");
  }
  const most = maxLength === undefined ? Number.MAX_SAFE_INTEGER : Math.floor(maxLength / 2);
  if (keepLast === undefined || !Number.isInteger(keepLast) || keepLast < 1 || keepLast > most) {
    problems.add(
      `${key}.customProperties.keepLast`,
      keepLast === undefined ? "is missing on a masked column" : `is ${keepLast}`,
      maxLength === undefined
        ? "write how many of the last characters stay, a whole number from 1"
        : `write how many of the last characters stay, a whole number from 1 to ${most}, half of maxLength`,
    );
  }
}

function checkGeneralise({ type }: Column, kind: IdentifierKind, key: string, problems: ProblemList): void {
  if (!isGeneralised(kind)) {
    const known = Object.entries(GENERALISED).map(([name, result]) => `${name} (to ${result})`);
    problems.add(
      `${key}.customProperties.treatment`,
      `is generalise on a column of kind ${kind}`,
      `use another treatment; what can be generalised is ${known.join(", ")}`,
    );
  } else if (type !== "string" && !(kind === "birth-date" && type === "date")) {
    problems.add(
      `${key}.logicalType`,
      `is ${type} on a generalised column of kind ${kind}`,
      kind === "birth-date" ? "use date or string" : "use string",
    );
  }
}
