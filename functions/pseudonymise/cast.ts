/** JSON values to the contract's column types, in the form that Firehose's conversion to Parquet reads. */
import type { ColumnType } from "../../components/contract/model";
import { hiveTimestamp, isDate, parseMoment } from "../event-time";

/** What a stored column can hold. */
export type Stored = string | number | boolean | null;

/** A cast that did not work. The message holds the type and never the value. */
export class CastError extends Error {}

const INT = { least: -(2 ** 31), most: 2 ** 31 - 1 };

/**
 * Strict: a number is not read from a string nor a string from a number, since a value in the wrong type is more often a
 * producer's mistake than a spelling.
 * @throws CastError when `value` is not of the type.
 */
export function cast(type: ColumnType, value: unknown): Stored {
  switch (type) {
    case "string":
      if (typeof value === "string") return value;
      break;
    case "int":
      if (isInteger(value) && value >= INT.least && value <= INT.most) return value;
      break;
    case "bigint":
      // JSON.parse rounds integers above 2^53, so those are refused rather than stored wrong.
      if (isInteger(value)) return value;
      break;
    case "double":
      if (typeof value === "number") return value;
      break;
    case "boolean":
      if (typeof value === "boolean") return value;
      break;
    case "date":
      if (typeof value === "string" && isDate(value)) return value;
      break;
    case "timestamp": {
      const moment = typeof value === "string" ? parseMoment(value) : undefined;
      if (moment !== undefined) return hiveTimestamp(moment);
      break;
    }
    default:
      if (typeof value === "number" && fitsDecimal(type, value)) return value;
  }
  throw new CastError(`is not of type ${type}`);
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** Whether the number's own digits fit `decimal(precision,scale)` without rounding. */
function fitsDecimal(type: `decimal(${number},${number})`, value: number): boolean {
  const [precision, scale] = type.slice("decimal(".length, -1).split(",").map(Number);
  const match = /^-?(\d+)(?:\.(\d+))?$/.exec(String(value));
  if (match === null) return false;
  const whole = match[1] === "0" ? 0 : match[1].length;
  return whole <= precision - scale && (match[2] ?? "").length <= scale;
}
