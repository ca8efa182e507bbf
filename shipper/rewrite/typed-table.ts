/** Contracts whose rows the rewriter can write as Parquet by itself: every check and every type is one that it knows. */
import type { Column, ColumnType, DataSet } from "../../components/contract/model";
import { storedColumns } from "../../components/contract/model";
import type { StoredType } from "../parquet/schema";

/** Numbers of `Store` in `assembly/columns.ts`. */
export enum Store {
  Nothing,
  Text,
  Pseudonym,
  Mask,
  Integer,
  Real,
  Boolean,
}

/** What the rewriter holds a field to, and how it stores it; in the file's order. */
export interface TypedField {
  readonly store: Store;
  readonly keepLast: number;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Range of a whole number or decimal, in units of its last digit. */
  readonly least: bigint;
  readonly most: bigint;
  /** Empty where every value is allowed. */
  readonly allowed: readonly string[];
}

/** A column of the files. */
export interface TypedColumn {
  readonly name: string;
  readonly type: StoredType;
  /** Position of its field in the file; undefined for the key epoch, which is the same in every row. */
  readonly field?: number;
}

export interface TypedTable {
  readonly fields: readonly TypedField[];
  readonly columns: readonly TypedColumn[];
  readonly epoch: number;
}

const TYPES: Readonly<Record<string, StoredType>> = {
  string: { physical: "text" },
  int: { physical: "int32", logical: "int" },
  bigint: { physical: "int64", logical: "int" },
  double: { physical: "double" },
  boolean: { physical: "boolean" },
  date: { physical: "int32", logical: "date" },
  timestamp: { physical: "int64", logical: "timestamp" },
};

/** Digits of the largest decimals that 4 and 8 bytes hold (Parquet's "Logical Types", DECIMAL). */
const DIGITS = { int32: 9, int64: 18 } as const;
/** Digits that a double tells apart: limits are compared as doubles. */
const COMPARED_DIGITS = 15;
/** A list is searched from its start for every row. */
const MOST_ALLOWED = 64;
const MOST_ALLOWED_BYTES = 1024;

/**
 * @param inFile the contract's column names in the file's order. @param epoch key epoch.
 * @returns undefined where the engine must see every row.
 */
export function typedTable(
  dataSet: DataSet,
  inFile: readonly string[],
  epoch: number,
): TypedTable | undefined {
  const { columns } = dataSet;
  if (!columns.every(isKnown)) return undefined;
  return {
    fields: inFile.map((name) => fieldOf(columns.find((column) => column.name === name)!)),
    columns: storedColumns(dataSet).map(({ name, type }) => {
      const field = inFile.indexOf(name);
      return { name, type: storedType(type)!, ...(field < 0 ? {} : { field }) };
    }),
    epoch,
  };
}

function isKnown(column: Column): boolean {
  const { type, treatment, pattern, allowed = [], minimum, maximum, maxLength } = column;
  if (storedType(type) === undefined || treatment === "generalise" || pattern !== undefined) return false;
  const bytes = allowed.reduce((sum, value) => sum + Buffer.byteLength(value), 0);
  if (allowed.length > MOST_ALLOWED || bytes > MOST_ALLOWED_BYTES || allowed.includes("")) return false;
  const hasRange = minimum !== undefined || maximum !== undefined;
  if (type === "string") return !hasRange;
  if (maxLength !== undefined || allowed.length > 0) return false;
  return !hasRange || isCompared(type);
}

function isCompared(type: ColumnType): boolean {
  if (type === "int" || type === "bigint" || type === "double") return true;
  const decimal = decimalOf(type);
  return decimal !== undefined && decimal.precision <= COMPARED_DIGITS;
}

function fieldOf(column: Column): TypedField {
  const { type, treatment, keepLast = 0, minimum, maximum, allowed = [] } = column;
  const [least, most] = rangeOf(type);
  return {
    store: storeOf(type, treatment),
    keepLast,
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    least,
    most,
    allowed,
  };
}

function storeOf(type: ColumnType, treatment: Column["treatment"]): Store {
  if (treatment === "drop") return Store.Nothing;
  if (treatment === "pseudonymise") return Store.Pseudonym;
  if (treatment === "mask") return Store.Mask;
  if (type === "string") return Store.Text;
  if (type === "double") return Store.Real;
  return type === "boolean" ? Store.Boolean : Store.Integer;
}

function rangeOf(type: ColumnType): readonly [least: bigint, most: bigint] {
  const decimal = decimalOf(type);
  if (decimal !== undefined) {
    const most = 10n ** BigInt(decimal.precision) - 1n;
    return [-most, most];
  }
  const bits = type === "int" ? 31n : 63n;
  return [-(1n << bits), (1n << bits) - 1n];
}

function storedType(type: ColumnType): StoredType | undefined {
  const decimal = decimalOf(type);
  if (decimal === undefined) return TYPES[type];
  if (decimal.precision > DIGITS.int64) return undefined;
  return {
    physical: decimal.precision <= DIGITS.int32 ? "int32" : "int64",
    logical: "decimal",
    ...decimal,
  };
}

function decimalOf(type: ColumnType): { readonly precision: number; readonly scale: number } | undefined {
  const found = /^decimal\((\d+),(\d+)\)$/.exec(type);
  return found === null ? undefined : { precision: Number(found[1]), scale: Number(found[2]) };
}
