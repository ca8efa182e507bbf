/** What becomes of each field of a CSV file, in the numbers that the rewriter's module knows. */
import type { Column, ColumnType, DataSet, IdentifierKind } from "../../components/contract/model";
import type { TypedTable } from "./typed-table";

/** Numbers of `Action` in `assembly/rewrite.ts`. */
export enum Action {
  Skip,
  Keep,
  Pseudonymise,
  KeepAndPseudonymise,
}

/** Numbers of `Form` in `assembly/forms.ts`. */
enum Form {
  Text,
  Integer,
  Double,
  Boolean,
  Date,
  Timestamp,
  Decimal,
}

const FORMS: Readonly<Record<string, Form>> = {
  string: Form.Text,
  int: Form.Integer,
  bigint: Form.Integer,
  double: Form.Double,
  boolean: Form.Boolean,
  date: Form.Date,
  timestamp: Form.Timestamp,
};

/** Numbers of `Rule` in `assembly/normalise.ts`: how values of a kind are spelled before they are hashed. */
export const RULES: Readonly<Record<IdentifierKind, number>> = {
  "person-name": 0,
  address: 0,
  "birth-date": 0,
  email: 1,
  "ip-address": 1,
  "student-id": 2,
  "user-id": 2,
  "resident-number": 3,
  "card-number": 3,
  phone: 4,
};

/** More than any field has. */
const UNLIMITED = 0xffffffff;

/** One field of the file, in the file's order. */
export interface Field {
  readonly action: Action;
  readonly form: number;
  /** Whether a row without a value goes the other way, to be rejected there. */
  readonly needed: boolean;
  /** Number of the kind's key in {@link Table.kinds}. */
  readonly key: number;
  /** Digits behind a decimal's point. */
  readonly scale: number;
  /** Characters that text may have. */
  readonly longest: number;
}

export interface Table {
  readonly delimiter: string;
  /** Whether no record is beyond doubt: the day is decided by something else than a timestamp, or nothing would be left. */
  readonly engineOnly: boolean;
  readonly fields: readonly Field[];
  /** Kinds of the pseudonyms, by the number of their key. */
  readonly kinds: readonly IdentifierKind[];
  /** Spelling of each key's values. */
  readonly rules: readonly number[];
  /** Position of the field whose moment decides the day; undefined where all rows are of one. */
  readonly dayField?: number;
  readonly timeZone: string;
  /** Columns of what the rewriter writes: {@link textColumn} and {@link pseudonymColumn} by the contract's positions. */
  readonly written: readonly string[];
  /** How rows are written as Parquet, where the rewriter can do that; else they are CSV for the engine. */
  readonly typed?: TypedTable;
}

/** Name of a column's text. @param at position in the contract. */
export function textColumn(at: number): string {
  return `x${at}`;
}

/** Name of a column's pseudonym. @param at position in the contract. */
export function pseudonymColumn(at: number): string {
  return `p${at}`;
}

/**
 * @param inFile the contract's column names in the file's order.
 */
export function rewrittenTable(dataSet: DataSet, inFile: readonly string[]): Table {
  const { columns, partition, delimiter = ",", timeZone } = dataSet;
  const kinds = [
    ...new Set(columns.flatMap(({ treatment, kind }) => (treatment === "pseudonymise" ? [kind!] : []))),
  ];
  const placed = inFile.map((name) => columns.findIndex((column) => column.name === name));
  const actions = placed.map((at) => actionOf(columns[at]));
  const written = placed.flatMap((at, place) => namesOf(actions[place], at));
  const dayField = inFile.indexOf(partition.from ?? "");
  return {
    delimiter,
    // An empty line would be a row of a single column.
    engineOnly: written.length < 2 || (dayField >= 0 && columns[placed[dayField]].type !== "timestamp"),
    fields: placed.map((at, place) => ({
      action: actions[place],
      form: FORMS[columns[at].type] ?? Form.Decimal,
      needed: isNeeded(dataSet, columns[at]),
      key: Math.max(0, kinds.indexOf(columns[at].kind!)),
      scale: scaleOf(columns[at].type),
      longest: columns[at].type === "string" ? (columns[at].maxLength ?? UNLIMITED) : UNLIMITED,
    })),
    kinds,
    rules: kinds.map((kind) => RULES[kind]),
    ...(dayField < 0 ? {} : { dayField }),
    timeZone,
    written,
  };
}

/** A row without a key or a day has no place in the table, whatever the contract says. */
export function isNeeded({ primaryKey, partition }: DataSet, { name, required }: Column): boolean {
  return required || primaryKey.includes(name) || partition.from === name;
}

/** Whether the engine must see a column's text to check it. */
function hasLimits({ type, pattern, allowed, minimum, maximum }: Column): boolean {
  return type !== "string" || [pattern, allowed, minimum, maximum].some((limit) => limit !== undefined);
}

function actionOf(column: Column): Action {
  const { treatment } = column;
  if (treatment === "pseudonymise")
    return hasLimits(column) ? Action.KeepAndPseudonymise : Action.Pseudonymise;
  return treatment === "drop" && !hasLimits(column) ? Action.Skip : Action.Keep;
}

function namesOf(action: Action, at: number): string[] {
  if (action === Action.Skip) return [];
  if (action === Action.Keep) return [textColumn(at)];
  return action === Action.Pseudonymise ? [pseudonymColumn(at)] : [textColumn(at), pseudonymColumn(at)];
}

function scaleOf(type: ColumnType): number {
  return Number(/^decimal\(\d+,(\d+)\)$/.exec(type)?.[1] ?? 0);
}
