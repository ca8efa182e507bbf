/**
 * The contract model: what the rest of Naru knows of a data set. `load.ts` reads Open Data Contract Standard v3.1 files
 * into it; everything else (Glue, Firehose, collector, Spark, policies, BI) is derived from it and from nothing else.
 */

/**
 * How data of the set arrives: `stream` as events through the collector, `csv` as files dropped into the landing zone,
 * `derived` written by the platform's own jobs from other sets.
 */
export type Ingestion = "stream" | "csv" | "derived";

/** Separators of CSV files; spreadsheets write semicolons where the comma is a decimal sign. */
export type CsvDelimiter = "," | ";" | "\t" | "|";

/** Hive types that Glue, Athena, Spark and Firehose all read the same way. */
export type ColumnType =
  "string" | "int" | "bigint" | "double" | "boolean" | "date" | "timestamp" | `decimal(${number},${number})`;

/** How far a column may travel. Personal columns are `restricted` at the source and never leave the closed zone in clear. */
export type Classification = "public" | "internal" | "confidential" | "restricted";

/**
 * What happens to a value on its way out of the closed zone.
 * - `keep`: copied as it is.
 * - `pseudonymise`: replaced by its keyed pseudonym (22 characters of base64url, a `string` column).
 * - `mask`: all but the last characters replaced by `*` (a `string` column; see {@link Column.keepLast}).
 * - `generalise`: replaced by a coarser value (a `string` column): a birth date by its year, an address by its first two
 *   administrative parts, an IP address by its network.
 * - `drop`: the column does not exist outside the closed zone.
 */
export type Treatment = "keep" | "pseudonymise" | "mask" | "generalise" | "drop";

/**
 * The kind of identifier a personal column holds. One kind has one key, so equal values of one kind join across data
 * sets and values of different kinds never do. Each kind has its own normalisation (`functions/pseudonym/normalise.ts`).
 */
export type IdentifierKind =
  | "student-id"
  | "user-id"
  | "email"
  | "phone"
  | "person-name"
  | "resident-number"
  | "card-number"
  | "ip-address"
  | "address"
  | "birth-date";

/** One column of the source, in the contract's order. */
export interface Column {
  /** ASCII, lower snake case; the name in every store. */
  readonly name: string;
  /** The column's header in the source file or its key in the event. Korean headers keep their original here. */
  readonly sourceName: string;
  /** What a person calls it (`businessName`). */
  readonly businessName: string;
  readonly description: string;
  readonly type: ColumnType;
  readonly required: boolean;
  readonly classification: Classification;
  readonly treatment: Treatment;
  /** Set exactly when the column is personal. */
  readonly kind?: IdentifierKind;
  /** Why a column that looks personal is not: overrides detection, for people to review. */
  readonly notPersonal?: string;
  /** Characters that `mask` leaves at the end, from 1; set exactly for that treatment. */
  readonly keepLast?: number;
  /** A regular expression that a string value must match, anchored at both ends. */
  readonly pattern?: string;
  /** The only values allowed, when there are few. */
  readonly allowed?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** Most characters of a string. */
  readonly maxLength?: number;
  /** Invented sample values, for people and for the linter; never real ones. */
  readonly examples?: readonly string[];
}

/** How the `dt` partition is found. */
export interface Partition {
  readonly column: "dt";
  /** The timestamp column whose date in `timeZone` is the partition; absent: the day that the file's path names. */
  readonly from?: string;
}

/** A quality rule that runs before data is published; `error` stops the job, `warning` is reported. */
export interface QualityRule {
  readonly name: string;
  readonly metric: "rowCount" | "nullValues" | "invalidValues" | "duplicateValues";
  /** Columns the metric is about; empty for `rowCount`. */
  readonly columns: readonly string[];
  /** Allowed range of the metric's value, both ends included. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** `rows`: a count; `percent`: of the rows that were read. */
  readonly unit: "rows" | "percent";
  readonly severity: "error" | "warning";
}

/** One data set: one ODCS file, one table in the raw or curated zone. */
export interface DataSet {
  /** `<domain>.<name>`. */
  readonly id: string;
  readonly domain: string;
  readonly name: string;
  /** Semantic version of the contract. */
  readonly version: string;
  /** Life-cycle status as the standard names it (draft, active, ...); a draft is deployed like any other. */
  readonly status?: string;
  readonly description: string;
  /** The question or indicator the data serves. */
  readonly purpose: string;
  readonly owner: string;
  /** E-mail addresses that are told of bad rows and failed rules: `support` of the contract. @default [] */
  readonly contacts?: readonly string[];
  readonly ingestion: Ingestion;
  /** What separates the fields of a CSV file. @default "," */
  readonly delimiter?: CsvDelimiter;
  /** IANA name; the zone in which `dt` is a day. @default "Asia/Seoul" */
  readonly timeZone: string;
  readonly partition: Partition;
  /** Columns that identify a row; a repeated key is a duplicate. */
  readonly primaryKey: readonly string[];
  readonly columns: readonly Column[];
  readonly quality: readonly QualityRule[];
  /** Days that curated rows are kept. */
  readonly retentionDays: number;
  /** Busiest sustained rate, events a second; 0 for files. */
  readonly eventsPerSecond: number;
  /** Average size of one event or row, bytes. */
  readonly eventBytes: number;
  /** Path of the contract file, relative to the project. */
  readonly file: string;
}

/** Every contract of a stack. */
export type Contracts = readonly DataSet[];

/** A table column as a store sees it: what is left after treatment. */
export interface StoredColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly description: string;
  readonly classification: Classification;
}

/** Whether the source holds personal data, so that its way in stays closed. */
export function isPersonal(dataSet: DataSet): boolean {
  return dataSet.columns.some((column) => column.kind !== undefined);
}

/** Columns of the set outside the closed zone, without the partition: dropped ones gone, treated ones as `string`. */
export function storedColumns(dataSet: DataSet): StoredColumn[] {
  const stored = dataSet.columns.filter((column) => column.treatment !== "drop").map(storedColumn);
  const pseudonymised = dataSet.columns.some((column) => column.treatment === "pseudonymise");
  return pseudonymised ? [...stored, PSEUDONYM_EPOCH] : stored;
}

/** What a treated column is called and how far it may travel; masked and coarse values still tell of a person. */
const TREATED: Readonly<Record<"pseudonymise" | "mask" | "generalise", readonly [string, Classification]>> = {
  pseudonymise: ["keyed pseudonym", "internal"],
  mask: ["masked", "confidential"],
  generalise: ["generalised", "confidential"],
};

function storedColumn({ name, type, description, classification, treatment }: Column): StoredColumn {
  if (treatment === "keep" || treatment === "drop") return { name, type, description, classification };
  const [what, treated] = TREATED[treatment];
  return {
    name,
    type: "string",
    description: `${description.replace(/\.$/, "")} (${what})`,
    classification: treated,
  };
}

/** Beside pseudonyms stands the epoch of the key that made them, so that a rotation can be told apart. */
const PSEUDONYM_EPOCH: StoredColumn = {
  name: "pseudonym_epoch",
  type: "int",
  description: "Key epoch of the pseudonyms in this row",
  classification: "internal",
};
