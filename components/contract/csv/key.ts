/** Which columns identify a row. */
import type { ProposedColumn } from "./proposed-column";

export interface ChosenKey {
  readonly columns: readonly string[];
  readonly notes: readonly string[];
}

/** Pairs are tried over the first columns only: keys stand at the front, and all pairs of a wide file are many. */
const TRIED_IN_PAIRS = 8;
const KEY_NAME = /(^|_)(id|no|number|code)$/;

/**
 * The first unique column without gaps (names such as `_id` before others), else the first unique pair, else all columns
 * without gaps, so that only rows which are the same in all of them are duplicates. Dropped columns identify nothing.
 */
export function chooseKey(
  columns: readonly ProposedColumn[],
  values: readonly (readonly string[])[],
): ChosenKey {
  const kept = columns
    .map((column, index) => ({ ...column, values: values[index] }))
    .filter(({ finding }) => finding?.treatment !== "drop");
  const full = kept.filter((column) => column.values.every((value) => value.trim() !== ""));
  const likely = [
    ...full.filter(({ name }) => KEY_NAME.test(name)),
    ...full.filter(({ name }) => !KEY_NAME.test(name)),
  ];

  const single = likely.find((column) => unique([column.values]));
  if (single !== undefined) return { columns: [single.name], notes: [] };

  const front = likely.slice(0, TRIED_IN_PAIRS);
  for (const [index, first] of front.entries()) {
    const second = front.slice(index + 1).find((column) => unique([first.values, column.values]));
    if (second !== undefined) return { columns: [first.name, second.name], notes: [] };
  }
  const all = full.length > 0 ? full : kept.slice(0, 1);
  return {
    columns: all.map(({ name }) => name),
    notes: [
      full.length > 0
        ? "no column or pair of columns is unique: rows that are the same in every full column count as duplicates"
        : "every column has gaps: name the primary key yourself, or rows without it will be refused",
    ],
  };
}

function unique(columns: readonly (readonly string[])[]): boolean {
  const [first] = columns;
  const seen = new Set(first.map((_, row) => JSON.stringify(columns.map((values) => values[row].trim()))));
  return seen.size === first.length;
}
