/** The little that the collector and the pseudonymising function read of a contract (`contracts.json`, an array). */
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
    columns: columns.map(({ name, sourceName, type, treatment, kind, keepLast, required }) => ({
      name,
      source: sourceName,
      type,
      treatment,
      kind: kind ?? null,
      keepLast: keepLast ?? null,
      required,
    })),
    eventSchema: eventSchema(dataSet),
  };
}
