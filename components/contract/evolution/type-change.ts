/** Whether files of an old column type can be read by a new one. */
import type { ColumnType } from "../model";
import type { ChangeKind, Party } from "./change";

export interface TypeChange {
  readonly kind: Extract<ChangeKind, "type widened" | "type narrowed" | "type changed">;
  /** Readers that fail on older files, or read another value there. */
  readonly breaks: readonly Party[];
  readonly why: string;
}

/** Digits before the point that every value of an integer type has room for. */
const INTEGER_DIGITS: Readonly<Partial<Record<ColumnType, number>>> = { int: 10, bigint: 19 };

/**
 * Athena, Spark and DuckDB each read other pairs of types; a pair is readable here when all of them do. Measured on
 * Spark 3.5.9 and DuckDB (`spark-jobs/tests/test_evolution.py`); Athena by its user guide, "Change a column data type":
 * int as bigint is the only pair of Naru's types in its table.
 */
export function typeChange(before: ColumnType, after: ColumnType): TypeChange {
  const widened = holds(after, before);
  const kind = widened ? "type widened" : holds(before, after) ? "type narrowed" : "type changed";
  if (!widened) {
    return {
      kind,
      breaks: ["athena", "spark", "bi"],
      why: "older files hold values that the new type has no room for: readers fail, or read another number",
    };
  }
  if (decimalWidth(before) !== undefined && decimalWidth(before) === decimalWidth(after)) {
    return {
      kind,
      breaks: [],
      why: "scale and storage of the number stay, so older files are read as they are",
    };
  }
  if (before === "int" && after === "bigint") {
    return {
      kind,
      breaks: ["spark"],
      why: "Athena reads older int files as bigint, Spark 3.5 fails on them",
    };
  }
  return {
    kind,
    breaks: ["athena", "spark", "bi"],
    why: "Spark 3.5 fails on older files, and Athena's guide does not list the pair",
  };
}

/** Whether every value of `inner` is one of `outer`, exactly. */
function holds(outer: ColumnType, inner: ColumnType): boolean {
  if (inner === "int" && (outer === "bigint" || outer === "double")) return true;
  const [wide, narrow] = [decimal(outer), decimal(inner)];
  if (wide === undefined) return false;
  if (narrow !== undefined) {
    return wide.digits >= narrow.digits && wide.scale >= narrow.scale && outer !== inner;
  }
  const digits = INTEGER_DIGITS[inner];
  return digits !== undefined && wide.digits >= digits;
}

/** Digits before and behind the point. */
function decimal(type: ColumnType): { digits: number; scale: number; precision: number } | undefined {
  const found = /^decimal\((\d+),(\d+)\)$/.exec(type);
  if (found === null) return undefined;
  const [precision, scale] = [Number(found[1]), Number(found[2])];
  return { digits: precision - scale, scale, precision };
}

/**
 * Scale and physical type of a decimal in Parquet: 32 bits to 9 digits, 64 to 18, else bytes (Parquet's format
 * specification, "DECIMAL"). Spark's vectorised reader wants both as they were.
 */
function decimalWidth(type: ColumnType): string | undefined {
  const found = decimal(type);
  if (found === undefined) return undefined;
  const bits = found.precision <= 9 ? "32" : found.precision <= 18 ? "64" : "bytes";
  return `${bits}/${found.scale}`;
}
