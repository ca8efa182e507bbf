/** The little that the collector and the pseudonymising function read of a contract (`contracts.json`, an array). */
import { isUnmarked } from "./detect";
import { eventSchema, type JsonSchema } from "./event-schema";
import type { ColumnType, DataSet, IdentifierKind, Treatment } from "./model";

export interface FunctionColumn {
  readonly name: string;
  /** Key in the event. */
  readonly source: string;
  readonly type: ColumnType;
  readonly treatment: Treatment;
  readonly kind: IdentifierKind | null;
  /** Characters that treatment `mask` leaves at the end; null for the others. */
  readonly keepLast: number | null;
  readonly required: boolean;
  /** The contract takes it for harmless without saying why: the collector looks into its values. */
  readonly unmarked: boolean;
}

export interface FunctionSpec {
  readonly id: string;
  readonly timeZone: string;
  readonly partition: { readonly column: "dt"; readonly from: string | null };
  readonly primaryKey: readonly string[];
  readonly columns: readonly FunctionColumn[];
  /** See {@link eventSchema}. */
  readonly eventSchema: JsonSchema;
}

export function functionSpec(dataSet: DataSet): FunctionSpec {
  const { id, timeZone, partition, primaryKey, columns } = dataSet;
  return {
    id,
    timeZone,
    partition: { column: partition.column, from: partition.from ?? null },
    primaryKey,
    columns: columns.map((column) => ({
      name: column.name,
      source: column.sourceName,
      type: column.type,
      treatment: column.treatment,
      kind: column.kind ?? null,
      keepLast: column.keepLast ?? null,
      required: column.required,
      unmarked: isUnmarked(column),
    })),
    eventSchema: eventSchema(dataSet),
  };
}
