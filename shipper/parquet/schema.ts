/** Columns in Parquet's types, to the bit as the engine declares them, so that one reader sees one table. */
import { type Fields, flag, i32, list, struct, text, type Value } from "./thrift";

/** How a column is stored, and what it means. */
export type StoredType =
  | { readonly physical: "text" | "double" | "boolean" }
  | { readonly physical: "int32" | "int64"; readonly logical: "int" | "date" | "timestamp" }
  | {
      readonly physical: "int32" | "int64";
      readonly logical: "decimal";
      readonly precision: number;
      readonly scale: number;
    };

/** `Type` of parquet.thrift. */
export const PHYSICAL = { boolean: 0, int32: 1, int64: 2, double: 5, text: 6 } as const;

/** `ConvertedType` of parquet.thrift. */
const CONVERTED = { utf8: 0, decimal: 5, date: 6, timestampMicros: 10, int32: 17, int64: 18 } as const;

const REQUIRED = 0;
const OPTIONAL = 1;
/** Members of the union `LogicalType`. */
const LOGICAL = { decimal: 5, timestamp: 8 } as const;
/** The member of the union `TimeUnit` for microseconds. */
const MICROS = 2;

/** The schema: its root, then its columns, all of which may be null. */
export function schemaOf(columns: readonly { readonly name: string; readonly type: StoredType }[]): Value {
  // The engine's name of the root.
  const root = { 3: i32(REQUIRED), 4: text("duckdb_schema"), 5: i32(columns.length) };
  return list([struct(root), ...columns.map(({ name, type }) => struct(elementOf(name, type)))]);
}

/** `SchemaElement`. */
function elementOf(name: string, type: StoredType): Fields {
  const decimal = "logical" in type && type.logical === "decimal" ? type : undefined;
  const converted = convertedOf(type);
  return {
    1: i32(PHYSICAL[type.physical]),
    3: i32(OPTIONAL),
    4: text(name),
    6: converted === undefined ? undefined : i32(converted),
    7: decimal && i32(decimal.scale),
    8: decimal && i32(decimal.precision),
    10: logicalOf(type),
  };
}

function convertedOf(type: StoredType): number | undefined {
  if (type.physical === "text") return CONVERTED.utf8;
  if (!("logical" in type)) return undefined;
  if (type.logical === "int") return type.physical === "int32" ? CONVERTED.int32 : CONVERTED.int64;
  const { decimal, date, timestampMicros } = CONVERTED;
  return { decimal, date, timestamp: timestampMicros }[type.logical];
}

/** The engine tells it where the converted type leaves something open. */
function logicalOf(type: StoredType): Value | undefined {
  if (!("logical" in type)) return undefined;
  if (type.logical === "decimal") {
    return struct({ [LOGICAL.decimal]: struct({ 1: i32(type.scale), 2: i32(type.precision) }) });
  }
  if (type.logical !== "timestamp") return undefined;
  // Not adjusted: what is written is UTC, and says nothing of zones.
  return struct({ [LOGICAL.timestamp]: struct({ 1: flag(false), 2: struct({ [MICROS]: struct({}) }) }) });
}
