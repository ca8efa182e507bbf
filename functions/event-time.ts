/** Moments in events: one parser for the collector and the transform, so that what one accepts the other can read. */

/** RFC 3339 with ISO 8601's offset without colon (`+0900`), which many clients write. An offset is a must. */
const MOMENT = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):?(\d\d))$/;

/** Milliseconds since 1970 in UTC, finer fractions cut off; `undefined` when `text` is no moment of the calendar. */
export function parseMoment(text: string): number | undefined {
  const match = MOMENT.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHours, offsetMinutes] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59 || !isDate(`${year}-${month}-${day}`)) {
    return undefined;
  }
  if (Number(offsetHours ?? 0) > 23 || Number(offsetMinutes ?? 0) > 59) return undefined;
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    Number((fraction ?? "").padEnd(3, "0").slice(0, 3)),
  );
  const offset = (Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0)) * 60_000;
  return sign === "-" ? local + offset : local - offset;
}

/** Whether `text` is `YYYY-MM-DD` and a day of the calendar, from year 1000 (years before read as 19xx in `Date.UTC`). */
export function isDate(text: string): boolean {
  const match = /^([1-9]\d{3})-(\d\d)-(\d\d)$/.exec(text);
  if (match === null) return false;
  const date = new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])));
  return date.getUTCMonth() + 1 === Number(match[2]) && date.getUTCDate() === Number(match[3]);
}

/** `YYYY-MM-DD HH:MM:SS.mmm` in UTC: what the JSON SerDes of Firehose's format conversion read as a Hive timestamp. */
export function hiveTimestamp(moment: number): string {
  return new Date(moment).toISOString().replace("T", " ").slice(0, -1);
}

const QUARTER_HOUR = 15 * 60_000;

/** Since 1972 every zone's offset is whole quarters of an hour (tz database), so a day never begins within a quarter. */
const WHOLE_QUARTERS_SINCE = Date.UTC(1972, 1, 1);

/** Quarters kept before the cache starts anew: more than a year's worth, about 3 MB. */
const CACHED_QUARTERS = 40_000;

/** Calendar dates in one time zone. `Intl` costs microseconds, so dates are kept by quarter hour. */
export class Calendar {
  private readonly format: Intl.DateTimeFormat;
  private readonly known = new Map<number, string>();

  /** @param timeZone IANA name. @throws RangeError when it is unknown. */
  constructor(timeZone: string) {
    this.format = new Intl.DateTimeFormat("en-CA", {
      timeZone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
    });
  }

  /** `YYYY-MM-DD` of the moment (milliseconds since 1970). */
  date(moment: number): string {
    if (moment < WHOLE_QUARTERS_SINCE) return this.format.format(moment);
    const quarter = Math.floor(moment / QUARTER_HOUR);
    let date = this.known.get(quarter);
    if (date === undefined) {
      if (this.known.size >= CACHED_QUARTERS) this.known.clear();
      this.known.set(quarter, (date = this.format.format(moment)));
    }
    return date;
  }
}
