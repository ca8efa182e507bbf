/** What changed in the columns of a set. */
import type { Classification, Column, DataSet } from "../model";
import { breaking, type ContractChange, compatible, invisible, type Party, READERS } from "./change";
import { limitChanges } from "./limits";
import { type ColumnPair, pairColumns } from "./pair-columns";
import { treatmentChanges } from "./treatment-changes";
import { typeChange } from "./type-change";

/** Least protected first. */
const CLASSIFICATIONS: readonly Classification[] = ["public", "internal", "confidential", "restricted"];

/** @returns one entry for each thing that changed, in the new contract's order, removals last. */
export function columnChanges(before: DataSet, after: DataSet): ContractChange[] {
  const { pairs, added, removed } = pairColumns(before.columns, after.columns);
  return [
    ...pairs.flatMap((pair) => [...renaming(pair), ...pairChanges(pair, after)]),
    ...added.map((column) => addition(column, after)),
    ...removed.map((column) => removal(column, after)),
    ...reordering(pairs, before),
  ];
}

/** Nobody sends what the platform's own jobs write. */
export function producersOf({ ingestion }: DataSet): readonly Party[] {
  return ingestion === "derived" ? [] : ["producers"];
}

function pairChanges(pair: ColumnPair, after: DataSet): ContractChange[] {
  return [
    ...sourceName(pair, after),
    ...types(pair, after),
    ...nullability(pair, after),
    ...treatmentChanges(pair, producersOf(after)),
    ...classification(pair),
    ...limits(pair, after),
    ...documentation(pair),
  ];
}

function renaming({ before, after }: ColumnPair): ContractChange[] {
  if (before.name === after.name) return [];
  const facts = {
    kind: "column renamed",
    column: after.name,
    before: before.name,
    after: after.name,
  } as const;
  return after.treatment === "drop" && before.treatment === "drop"
    ? [invisible({ ...facts, why: "it is not stored, and nothing outside the closed zone names it" })]
    : [
        breaking(READERS, {
          ...facts,
          why: "Parquet is read by name: older files are null under the new name, and queries name the old one",
        }),
      ];
}

function addition(column: Column, { ingestion }: DataSet): ContractChange {
  const { name } = column;
  const facts = {
    kind: "column added",
    column: name,
    after: `${column.type}, ${told(column.required)}`,
  } as const;
  // csv_headers: a file holds the contract's headers, all of them and no others.
  if (ingestion === "csv") {
    return breaking(["producers"], {
      ...facts,
      why: "a file without the header is refused, one that still lies in landing too",
    });
  }
  if (column.required && ingestion === "stream") {
    return breaking(["producers"], { ...facts, why: "an event without it is refused" });
  }
  return compatible({ ...facts, why: "older files are null there" });
}

function removal(column: Column, after: DataSet): ContractChange {
  const readers = column.treatment === "drop" ? [] : READERS;
  return breaking([...producersOf(after), ...readers], {
    kind: "column removed",
    column: column.name,
    before: column.type,
    why:
      readers.length === 0
        ? "events and files that still carry it are refused"
        : "queries that name it fail, and events and files that still carry it are refused",
  });
}

function reordering(pairs: readonly ColumnPair[], { columns }: DataSet): ContractChange[] {
  const positions = pairs.map(({ before }) => columns.indexOf(before));
  if (positions.every((position, at) => at === 0 || positions[at - 1] < position)) return [];
  return [
    invisible({
      kind: "columns reordered",
      why: "headers, event keys and columns in Parquet are found by name",
    }),
  ];
}

function sourceName({ before, after }: ColumnPair, set: DataSet): ContractChange[] {
  if (before.sourceName === after.sourceName || producersOf(set).length === 0) return [];
  return [
    breaking(["producers"], {
      kind: "source name",
      column: after.name,
      before: before.sourceName,
      after: after.sourceName,
      why: "the header or event key of before is not accepted any more",
    }),
  ];
}

function types({ before, after }: ColumnPair, set: DataSet): ContractChange[] {
  if (before.type === after.type) return [];
  const { kind, breaks, why } = typeChange(before.type, after.type);
  const facts = { kind, column: after.name, before: before.type, after: after.type };
  if (before.treatment === "keep" && after.treatment === "keep") {
    const refused = kind === "type widened" ? [] : producersOf(set);
    return [breaking([...refused, ...breaks], { ...facts, why })];
  }
  // Treated columns are stored as text, or not at all: only what is accepted changes.
  return kind === "type widened"
    ? [compatible({ ...facts, why: "it is stored as text or not at all, and more is accepted" })]
    : [breaking(producersOf(set), { ...facts, why: "values of before may be refused" })];
}

function nullability({ before, after }: ColumnPair, set: DataSet): ContractChange[] {
  if (before.required === after.required) return [];
  const facts = {
    kind: "nullability",
    column: after.name,
    before: told(before.required),
    after: told(after.required),
  } as const;
  return after.required
    ? [breaking(producersOf(set), { ...facts, why: "events and rows without it are refused" })]
    : [compatible({ ...facts, why: "nothing fails, but readers meet nulls where there were none" })];
}

function classification({ before, after }: ColumnPair): ContractChange[] {
  if (before.classification === after.classification) return [];
  const facts = {
    kind: "classification",
    column: after.name,
    before: before.classification,
    after: after.classification,
  } as const;
  // What a treated column is outside the closed zone follows from its treatment.
  if (before.treatment !== "keep" || after.treatment !== "keep") {
    return [invisible({ ...facts, why: "the column's treatment decides what is stored" })];
  }
  const rank = (name: Classification): number => CLASSIFICATIONS.indexOf(name);
  return rank(after.classification) > rank(before.classification)
    ? [breaking(READERS, { ...facts, why: "who may read the lower class only loses the column" })]
    : [
        compatible({
          ...facts,
          why: "nobody loses the column, and more people may read it",
          review: `more people may read ${after.name}, in files of before too`,
        }),
      ];
}

function limits({ before, after }: ColumnPair, set: DataSet): ContractChange[] {
  return limitChanges(before, after).map(({ name, tightened, ...values }) => {
    const facts = {
      column: after.name,
      before: `${name} ${values.before}`,
      after: `${name} ${values.after}`,
    };
    return tightened
      ? breaking(producersOf(set), {
          kind: "limits tightened",
          ...facts,
          why: "values that were accepted may be refused",
        })
      : compatible({
          kind: "limits loosened",
          ...facts,
          why: "readers meet values that there were not before",
        });
  });
}

function documentation({ before, after }: ColumnPair): ContractChange[] {
  // A column that nobody named otherwise is called by its own name.
  const words = ({ name, businessName, description, examples = [] }: Column): string =>
    JSON.stringify([businessName === name ? "" : businessName, description, examples]);
  return words(before) === words(after)
    ? []
    : [invisible({ kind: "documentation", column: after.name, why: "only what people read changed" })];
}

function told(required: boolean): string {
  return required ? "required" : "optional";
}
