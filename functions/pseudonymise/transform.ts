/** One event of the stream to one row of the raw table. */
import type { IdentifierKind } from "../../components/contract/model";
import type { FunctionColumn, FunctionSpec } from "../../components/contract/function-spec";
import { ConfigurationError } from "../environment";
import { Calendar, parseMoment } from "../event-time";
import type { Pseudonymiser } from "../pseudonym/pseudonym";
import { cast, CastError, type Stored } from "./cast";
import { TransformError } from "./transform-error";
import { treat } from "./treat";

export interface Row {
  /** `YYYY-MM-DD` in the contract's time zone. */
  readonly dt: string;
  /** One JSON object by column names, ended by a line feed. */
  readonly line: string;
}

/** Identifier kinds whose keys the data set's pseudonyms need. */
export function pseudonymKinds(spec: FunctionSpec): IdentifierKind[] {
  return spec.columns.flatMap(({ treatment, kind }) =>
    treatment === "pseudonymise" && kind !== null ? [kind] : [],
  );
}

/** Casts, renames, treats and drops columns as the contract says; keys that it does not name are left behind. */
export class RowTransform {
  private readonly calendar: Calendar;
  private readonly hasPseudonyms: boolean;
  private readonly dated: FunctionColumn | undefined;

  /** @throws ConfigurationError or RangeError when the contract's partition column or time zone does not exist. */
  constructor(
    private readonly spec: FunctionSpec,
    private readonly epoch: number,
  ) {
    this.calendar = new Calendar(spec.timeZone);
    this.hasPseudonyms = pseudonymKinds(spec).length > 0;
    this.dated = spec.columns.find(({ name }) => name === spec.partition.from);
    if (spec.partition.from !== null && this.dated === undefined) {
      throw new ConfigurationError(
        `${spec.id}: partition.from names "${spec.partition.from}", which is not a column`,
      );
    }
  }

  /**
   * @param data the record as the producer wrote it.
   * @param arrival when the stream took it, milliseconds since 1970; the partition of sets without a date of their own.
   * @throws TransformError when the event is not what the contract says.
   */
  row(data: Buffer, arrival: number, pseudonyms: Pseudonymiser): Row {
    const event = parseObject(data);
    const row: Record<string, Stored> = {};
    for (const column of this.spec.columns) {
      const value = castColumn(column, event);
      if (column.treatment !== "drop") row[column.name] = treat(column, value, pseudonyms);
    }
    if (this.hasPseudonyms) row.pseudonym_epoch = this.epoch;
    return { dt: this.date(event, arrival), line: `${JSON.stringify(row)}\n` };
  }

  private date(event: Record<string, unknown>, arrival: number): string {
    if (this.dated === undefined) return this.calendar.date(arrival);
    const value = Object.hasOwn(event, this.dated.source) ? event[this.dated.source] : undefined;
    const moment = typeof value === "string" ? parseMoment(value) : undefined;
    if (moment === undefined) throw new TransformError(`${this.dated.source}: is needed for the partition`);
    return this.calendar.date(moment);
  }
}

/** Dropped columns are cast too: a wrong type there tells of a broken producer, and the record stays in the closed zone. */
function castColumn(column: FunctionColumn, event: Record<string, unknown>): Stored {
  const value = Object.hasOwn(event, column.source) ? event[column.source] : undefined;
  if (value === undefined || value === null) {
    if (column.required) throw new TransformError(`${column.source}: is required`);
    return null;
  }
  try {
    return cast(column.type, value);
  } catch (error) {
    if (error instanceof CastError) throw new TransformError(`${column.source}: ${error.message}`);
    throw error;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function parseObject(data: Buffer): Record<string, unknown> {
  let event: unknown;
  try {
    event = JSON.parse(utf8.decode(data));
  } catch {
    // The parser's own message quotes the text, so it goes no further.
    throw new TransformError("is not JSON in UTF-8");
  }
  if (typeof event !== "object" || event === null || Array.isArray(event)) {
    throw new TransformError("is not a JSON object");
  }
  return event as Record<string, unknown>;
}
