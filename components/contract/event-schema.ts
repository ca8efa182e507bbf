/** The JSON schema (draft-07, ajv's default) of one event of a stream set, for the collector. */
import type { Column, DataSet } from "./model";

/** A JSON schema, or a part of one. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** Range of Hive `int`. */
const INT = { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 };

/**
 * Keys are the contract's source names; unknown keys are refused, so that nobody sends personal data that no contract
 * covers. A column that is not required may be absent or null. `date-time` asks for an offset or `Z` (ajv-formats).
 */
export function eventSchema(dataSet: DataSet): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: dataSet.id,
    type: "object",
    additionalProperties: false,
    required: dataSet.columns.filter((column) => column.required).map((column) => column.sourceName),
    properties: Object.fromEntries(
      dataSet.columns.map((column) => [
        column.sourceName,
        nullable(column, valueSchema(column, dataSet.primaryKey.includes(column.name))),
      ]),
    ),
  };
}

function nullable({ required }: Column, schema: JsonSchema): JsonSchema {
  if (required) return schema;
  return {
    ...schema,
    type: [schema.type, "null"],
    ...(Array.isArray(schema.enum) ? { enum: [...schema.enum, null] } : {}),
  };
}

function valueSchema(column: Column, identifies: boolean): JsonSchema {
  const { type } = column;
  if (type.startsWith("decimal")) return { type: "number", ...bounds(column) };
  switch (type) {
    case "int":
      return {
        type: "integer",
        minimum: Math.max(column.minimum ?? INT.minimum, INT.minimum),
        maximum: Math.min(column.maximum ?? INT.maximum, INT.maximum),
      };
    case "bigint":
      // JSON numbers are doubles: beyond 2^53 another number would arrive than was sent.
      return {
        type: "integer",
        minimum: Math.max(column.minimum ?? Number.MIN_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
        maximum: Math.min(column.maximum ?? Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
      };
    case "double":
      return { type: "number", ...bounds(column) };
    case "boolean":
      return { type: "boolean" };
    case "date":
      return { type: "string", format: "date" };
    case "timestamp":
      return { type: "string", format: "date-time" };
    default:
      return {
        type: "string",
        ...(identifies ? { minLength: 1 } : {}),
        ...(column.maxLength === undefined ? {} : { maxLength: column.maxLength }),
        ...(column.pattern === undefined ? {} : { pattern: `^(?:${column.pattern})$` }),
        ...(column.allowed === undefined ? {} : { enum: column.allowed }),
      };
  }
}

function bounds({ minimum, maximum }: Column): JsonSchema {
  return { ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) };
}
