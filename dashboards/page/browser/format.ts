/** Values of a query result, which arrive as text, as a person reads them. */
import type { ColumnType } from "../../definition";

const PSEUDONYM_DIGITS = 8;

/** How numbers and times read in one language and time zone. */
export class Formats {
  private readonly numbers: Intl.NumberFormat;
  private readonly times: Intl.DateTimeFormat;
  private readonly parts: Intl.DateTimeFormat;

  constructor(language: string, timeZone: string) {
    this.numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 3 });
    this.times = new Intl.DateTimeFormat(language, { timeZone, dateStyle: "medium", timeStyle: "short" });
    this.parts = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  /** With thousands separators and at most three decimals. */
  number(value: number): string {
    return this.numbers.format(value);
  }

  time(instant: number): string {
    return this.times.format(instant);
  }

  /** A value as its column's type reads; null as a dash. */
  value(value: string | null, type: ColumnType): string {
    if (value === null) return "–";
    if (type === "integer" || type === "decimal") return this.number(Number(value));
    if (type === "datetime") return this.time(instantOf(value));
    return value;
  }

  /**
   * The instant that a UTC clock would show when the reader's clock shows `instant`: chart axes know only UTC and the
   * browser's own zone.
   */
  wallClock(instant: number): number {
    const part = (type: Intl.DateTimeFormatPartTypes): number =>
      Number(this.parts.formatToParts(instant).find((each) => each.type === type)?.value ?? 0);
    return Date.UTC(
      part("year"),
      part("month") - 1,
      part("day"),
      part("hour"),
      part("minute"),
      part("second"),
    );
  }
}

/** An Athena timestamp, `YYYY-MM-DD HH:MM:SS[.fff]` in UTC, as milliseconds. */
export function instantOf(timestamp: string): number {
  return Date.parse(
    `${timestamp
      .trim()
      .replace(" ", "T")
      .replace(/(\.\d{3})\d+/, "$1")
      .replace(/( UTC|Z)$/, "")}Z`,
  );
}

/** Enough digits of a pseudonym to tell rows apart. */
export function shortPseudonym(pseudonym: string): string {
  return pseudonym.length > PSEUDONYM_DIGITS ? `${pseudonym.slice(0, PSEUDONYM_DIGITS)}…` : pseudonym;
}
