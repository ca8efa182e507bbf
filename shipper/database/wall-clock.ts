/** Date and time that a server keeps without a zone, as a moment: it is meant in the contract's zone. */

/** Years before 1000 read as others in `Date.UTC`; no contract type takes them either. */
const WALL_CLOCK = /^([1-9]\d{3})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?$/;

const DAY_MS = 86_400_000;
/** Dates kept before the cache starts anew: more than a century, some 5 MB. */
const CACHED_DATES = 50_000;

/** Seconds' fraction without the zeros at its end, which only MySQL tells: equal tables make equal files. */
export function shortFraction(text: string): string {
  return text.replace(/(\.\d*[1-9])0+$|\.0+$/, "$1");
}

export class WallClock {
  private readonly format: Intl.DateTimeFormat;
  /** Offset from UTC, milliseconds, by the date on the wall. */
  private readonly known = new Map<string, number | null>();

  /** @param timeZone IANA name. */
  constructor(timeZone: string) {
    this.format = new Intl.DateTimeFormat("en-US", {
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

  /**
   * ISO 8601 in UTC. As Java and so Spark do it: a time that comes twice is the earlier one, one that is left out is so
   * much later. What is no date and time stays as it is, for the checks to tell.
   */
  moment(text: string): string {
    const match = WALL_CLOCK.exec(text);
    if (match === null) return text;
    const [, year, month, day, hour, minute, second = "00", fraction = ""] = match;
    const wall = Date.UTC(
      Number(year),
      Number(month) - 1,
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
    );
    // A day or an hour that there is not was carried over.
    if (new Date(wall).toISOString().slice(0, 19) !== `${year}-${month}-${day}T${hour}:${minute}:${second}`) {
      return text;
    }
    const moment = new Date(wall - this.offset(text.slice(0, 10), wall)).toISOString();
    return `${moment.slice(0, 19)}${shortFraction(fraction)}Z`;
  }

  private offset(date: string, wall: number): number {
    let offset = this.known.get(date);
    if (offset === undefined) {
      if (this.known.size >= CACHED_DATES) this.known.clear();
      this.known.set(date, (offset = this.offsetOfDate(date)));
    }
    return offset ?? this.offsetOfWall(wall);
  }

  /** Null where the zone changes on the date or beside it. */
  private offsetOfDate(date: string): number | null {
    const start = Date.parse(`${date}T00:00:00Z`);
    const before = this.offsetAt(start - DAY_MS);
    return before === this.offsetAt(start + 2 * DAY_MS) ? before : null;
  }

  /** No zone changes twice within three days. */
  private offsetOfWall(wall: number): number {
    const before = this.offsetAt(wall - DAY_MS);
    const after = this.offsetAt(wall + DAY_MS);
    if (before === after || this.offsetAt(wall - before) === before) return before;
    return this.offsetAt(wall - after) === after ? after : before;
  }

  private offsetAt(moment: number): number {
    const parts = Object.fromEntries(
      this.format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]),
    ) as Readonly<Record<"year" | "month" | "day" | "hour" | "minute" | "second", number>>;
    const { year, month, day, hour, minute, second } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment / 1000) * 1000;
  }
}
