/** What the Spark jobs read of a contract (`contracts.json`, an array of these). */
import { isUnmarked, nameEvidence } from "./detect";
import type {
  ColumnType,
  CsvDelimiter,
  DataSet,
  IdentifierKind,
  Ingestion,
  QualityRule,
  Treatment,
} from "./model";
import type { Evidence } from "./personal/evidence";

export interface SparkColumn {
  readonly name: string;
  /** Header in the CSV file. */
  readonly source: string;
  readonly type: ColumnType;
  readonly required: boolean;
  readonly treatment: Treatment;
  readonly kind: IdentifierKind | null;
  /** Characters that treatment `mask` leaves at the end; null for the others. */
  readonly keepLast: number | null;
  readonly pattern: string | null;
  readonly allowed: readonly string[] | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly maxLength: number | null;
  /** What the column's names say of personal data; null where the contract marks it or says why it holds none. */
  readonly unmarked: readonly Evidence[] | null;
}

export interface SparkQualityRule extends Omit<QualityRule, "minimum" | "maximum"> {
  readonly minimum: number | null;
  readonly maximum: number | null;
}

export interface SparkSpec {
  readonly id: string;
  readonly domain: string;
  readonly name: string;
  readonly version: string;
  readonly ingestion: Ingestion;
  readonly delimiter: CsvDelimiter;
  readonly timeZone: string;
  readonly partition: { readonly column: "dt"; readonly from: string | null };
  readonly primaryKey: readonly string[];
  readonly columns: readonly SparkColumn[];
  readonly quality: readonly SparkQualityRule[];
}

/** Every key is present and absent values are null, so that Python reads it without defaults of its own. */
export function sparkSpec(dataSet: DataSet): SparkSpec {
  const { id, domain, name, version, ingestion, timeZone, partition, primaryKey, columns, quality } = dataSet;
  return {
    id,
    domain,
    name,
    version,
    ingestion,
    delimiter: dataSet.delimiter ?? ",",
    timeZone,
    partition: { column: partition.column, from: partition.from ?? null },
    primaryKey,
    columns: columns.map((column) => ({
      name: column.name,
      source: column.sourceName,
      type: column.type,
      required: column.required,
      treatment: column.treatment,
      kind: column.kind ?? null,
      keepLast: column.keepLast ?? null,
      pattern: column.pattern ?? null,
      allowed: column.allowed ?? null,
      minimum: column.minimum ?? null,
      maximum: column.maximum ?? null,
      maxLength: column.maxLength ?? null,
      unmarked: isUnmarked(column) ? nameEvidence(column) : null,
    })),
    quality: quality.map((rule) => ({
      ...rule,
      minimum: rule.minimum ?? null,
      maximum: rule.maximum ?? null,
    })),
  };
}
