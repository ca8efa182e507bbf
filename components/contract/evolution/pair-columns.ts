/** Which new column is which old one, renamed ones included. */
import type { Column, DataSet } from "../model";

export interface ColumnPair {
  readonly before: Column;
  readonly after: Column;
}

export interface PairedColumns {
  /** In the new order; renamed ones are those whose names differ. */
  readonly pairs: readonly ColumnPair[];
  readonly added: readonly Column[];
  readonly removed: readonly Column[];
}

/**
 * A column that went is a renamed one when one that came reads the same source (header or event key), or is described
 * in the same words and alike in type and treatment. Anything less is a removal and an addition: both are major where
 * a rename is, so a wrong guess never makes a change look safer than it is.
 */
export function pairColumns(before: readonly Column[], after: readonly Column[]): PairedColumns {
  const named = new Map(before.map((column) => [column.name, column]));
  const gone = before.filter(({ name }) => after.every((column) => column.name !== name));
  const came = after.filter(({ name }) => !named.has(name));
  const renamed = new Map<Column, Column>();
  for (const alike of [sameSource, sameWords]) {
    for (const column of came.filter((candidate) => !renamed.has(candidate))) {
      const taken = [...renamed.values()];
      const source = gone.find((candidate) => !taken.includes(candidate) && alike(candidate, column));
      if (source !== undefined) renamed.set(column, source);
    }
  }
  const pairs = after.flatMap((column) => {
    const source = named.get(column.name) ?? renamed.get(column);
    return source === undefined ? [] : [{ before: source, after: column }];
  });
  return {
    pairs,
    added: came.filter((column) => !renamed.has(column)),
    removed: gone.filter((column) => ![...renamed.values()].includes(column)),
  };
}

/** The older set with the newer names of its columns, so that a rename is told once and not for each place that names it. */
export function withNewNames(before: DataSet, after: DataSet): DataSet {
  const { pairs } = pairColumns(before.columns, after.columns);
  const names = new Map(pairs.map((pair) => [pair.before.name, pair.after.name]));
  const now = (name: string): string => names.get(name) ?? name;
  const { from } = before.partition;
  return {
    ...before,
    partition: { ...before.partition, ...(from === undefined ? {} : { from: now(from) }) },
    primaryKey: before.primaryKey.map(now),
    quality: before.quality.map((rule) => ({ ...rule, columns: rule.columns.map(now) })),
  };
}

function sameSource(before: Column, after: Column): boolean {
  return before.sourceName === after.sourceName;
}

function sameWords(before: Column, after: Column): boolean {
  return (
    before.description !== "" &&
    before.description === after.description &&
    before.type === after.type &&
    before.treatment === after.treatment &&
    before.kind === after.kind
  );
}
