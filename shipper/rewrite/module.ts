/** The rewriter's WebAssembly module: its memory, its calls, and what it found as plain values. */
import { readFileSync } from "node:fs";
import { Calendar } from "../../functions/event-time";
import type { Calls } from "./calls";
import { MODULE } from "./compile";
import type { Table } from "./table";
import { setColumns, type RowRun, TypedRows } from "./typed-rows";

/** SHA-256's block (FIPS 180-4), and HMAC's pad. */
const BLOCK = 64;
/** Room for the output when nothing is known: pseudonyms may be longer than what they stand for. */
const OUTPUT_SHARE = 1.5;
/** Bytes of the shortest usual field and what ends it, by which slots for rows are laid out. */
const SHORT_FIELD = 4;
/** As `assembly/fields.ts` has it. */
const MOST_FIELDS = 16_384;
const QUARTER_MS = 15 * 60_000;
const DAY_MS = 86_400_000;
/** A year's. */
const KNOWN_QUARTERS = 40_000;

/** Row: start in the input, line from 0, end in the output, day. */
const ROW = 4;
/** Doubtful record: start and end in the input, line from 0, whether it must be written anew. */
const DOUBT = 4;

/** Counts pass into the module in 32 bits. */
const MOST_COUNT = 0xffffffff;
/** What {@link RewriteModule.rewrite} says of a chunk that is too large for the module. */
export const FULL = "the rewriter's memory is full";

/** A record that the engine must look at. */
export interface Doubtful {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly odd: boolean;
}

/** A row that was written. */
export interface Row {
  /** In the input. */
  readonly start: number;
  readonly line: number;
  /** In the output; the one before ends where it starts. */
  readonly end: number;
  /** Position in {@link RewriteModule.days}. */
  readonly day: number;
}

/** How a column's moments are written in one chunk. */
export type Offsets = "with" | "without" | "none";

export class RewriteModule {
  /** Days of the rows so far, `YYYY-MM-DD`; a row has the position of its own. */
  readonly days: string[] = [];
  private readonly calls: Calls;
  private readonly calendar: Calendar;
  private readonly known = new Map<number, number>();
  private inputBytes = 0;
  private outputBytes = 0;
  private slots = 0;
  private input = 0;

  /** @param pads inner and outer pad of each key, in the order of the table's kinds. */
  constructor(
    private readonly table: Table,
    pads: readonly (readonly [inner: Uint8Array, outer: Uint8Array])[],
  ) {
    const imports = {
      calendar: { dayOf: (quarter: number, offset: number) => this.dayOf(quarter, offset !== 0) },
    };
    const module = new WebAssembly.Module(readFileSync(MODULE));
    this.calls = new WebAssembly.Instance(module, imports).exports as unknown as Calls;
    this.calendar = new Calendar(table.timeZone);
    for (const [key, [inner, outer]] of pads.entries()) {
      this.bytes(this.calls.PADS.value, 2 * BLOCK).set([...inner, ...outer]);
      this.calls.loadKey(key);
      this.calls.setRule(key, table.rules[key]);
    }
    const { fields, delimiter, dayField = -1, engineOnly } = table;
    if (fields.length > MOST_FIELDS) throw new Error(`the rewriter reads at most ${MOST_FIELDS} columns`);
    this.calls.setTable(fields.length, delimiter.charCodeAt(0), dayField, engineOnly ? 1 : 0);
    if (table.typed !== undefined) setColumns(this.calls, table.typed);
    fields.forEach(({ action, form, needed, key, scale, longest }, at) =>
      this.calls.setField(at, action, form, needed ? 1 : 0, key, scale, longest),
    );
  }

  /**
   * @param header whether the first record is one. @param replacements whether the text has U+FFFD anywhere.
   * @param typed whether rows become values of columns; else CSV.
   */
  rewrite(text: Uint8Array, header: boolean, replacements: boolean, typed: boolean): void {
    const slots = typed ? Math.ceil(text.length / (SHORT_FIELD * this.table.fields.length)) + 1 : 0;
    this.reserve(text.length, Math.ceil(text.length * OUTPUT_SHARE), slots);
    this.bytes(this.input, text.length).set(text);
    const flags = [header, replacements, typed].map(Number) as [number, number, number];
    for (;;) {
      this.calls.rewrite(text.length, ...flags);
      if (this.calls.overflow.value === 0) return;
      this.reserve(text.length, this.outputBytes * 2, this.slots * 2);
      this.bytes(this.input, text.length).set(text);
    }
  }

  /** Whether rows can't become values: wall-clock time takes a calendar for each. */
  get isUnfit(): boolean {
    return this.calls.isUnfit.value !== 0;
  }

  /** Doubtful records that have only numbers too long to be read here. */
  get unread(): number {
    return this.calls.unread.value;
  }

  /** Rows that became values. */
  typedRows(): TypedRows {
    return new TypedRows(this.calls, this.table.typed!);
  }

  get rowCount(): number {
    return this.calls.rows.value;
  }

  /** Whether the rows are of more than one day. */
  get manyDays(): boolean {
    return this.calls.manyDays.value !== 0;
  }

  row(at: number): Row {
    const [start, line, end, day] = this.words(this.calls.rowsAt() + at * ROW * 4, ROW);
    return { start, line, end, day };
  }

  /** Days of all rows, by their positions. */
  rowDays(): Uint32Array {
    return this.rowWords(3);
  }

  /** Where each row ends in the output. */
  rowEnds(): Uint32Array {
    return this.rowWords(2);
  }

  doubtful(): Doubtful[] {
    const words = this.words(this.calls.doubtfulAt(), this.calls.doubtful.value * DOUBT);
    return Array.from({ length: this.calls.doubtful.value }, (_, at) => ({
      start: words[at * DOUBT],
      end: words[at * DOUBT + 1],
      line: words[at * DOUBT + 2],
      odd: words[at * DOUBT + 3] === 1,
    }));
  }

  /** Lines, from 0, of the records that have not the header's fields. */
  broken(): number[] {
    return [...this.words(this.calls.brokenAt(), this.calls.broken.value)];
  }

  /** What was written; a view that the next call overwrites. */
  output(): Uint8Array {
    return this.bytes(this.calls.outputAt(), this.calls.written.value);
  }

  /** Bytes of the input; a view that the next call overwrites. */
  inputBetween(start: number, end: number): Uint8Array {
    return this.bytes(this.input + start, end - start);
  }

  offsets(field: number): Offsets {
    return (["none", "with", "without"] as const)[this.calls.offsetsOf(field)];
  }

  private reserve(input: number, output: number, slots: number): void {
    const isEnough = input <= this.inputBytes && output <= this.outputBytes && slots <= this.slots;
    if (this.input !== 0 && isEnough) return;
    this.inputBytes = Math.max(input, this.inputBytes);
    this.outputBytes = Math.max(output, this.outputBytes);
    this.slots = Math.max(slots, this.slots);
    // Each field of a record has at least the separator or line break behind it.
    const records = Math.ceil(this.inputBytes / this.table.fields.length) + 1;
    const isPossible = Math.max(this.outputBytes, this.slots) <= MOST_COUNT;
    this.input = isPossible ? this.calls.layOut(this.inputBytes, this.outputBytes, records, this.slots) : 0;
    if (this.input === 0) throw new Error(FULL);
  }

  /**
   * Position of the day of a quarter hour. Wall-clock time counts where the zone's offset is the same a day before and a
   * day behind; else -1, and the engine, which knows the zone's rules, decides.
   */
  private dayOf(quarter: number, hasOffset: boolean): number {
    const key = quarter * 2 + (hasOffset ? 1 : 0);
    let day = this.known.get(key);
    if (day === undefined) {
      if (this.known.size >= KNOWN_QUARTERS) this.known.clear();
      this.known.set(key, (day = this.findDay(quarter, hasOffset)));
    }
    return day;
  }

  private findDay(quarter: number, hasOffset: boolean): number {
    const moment = quarter * QUARTER_MS;
    if (!hasOffset && !this.isRegular(moment)) return -1;
    const date = hasOffset ? this.calendar.date(moment) : new Date(moment).toISOString().slice(0, 10);
    const position = this.days.indexOf(date);
    return position >= 0 ? position : this.days.push(date) - 1;
  }

  private isRegular(wallClock: number): boolean {
    const [before, after] = [-DAY_MS, DAY_MS].map((shift) => this.offsetAt(wallClock + shift));
    return before === after;
  }

  /** The zone's offset at a moment of UTC, as `Intl` writes it. */
  private offsetAt(moment: number): string {
    const parts = new Intl.DateTimeFormat("en", {
      timeZone: this.table.timeZone,
      timeZoneName: "longOffset",
    });
    return parts.formatToParts(moment).find(({ type }) => type === "timeZoneName")!.value;
  }

  /** Runs of neighbouring rows of each day, in the source's order. */
  dayRuns(): ReadonlyMap<number, readonly RowRun[]> {
    if (this.rowCount === 0) return new Map();
    if (!this.manyDays) return new Map([[this.row(0).day, [{ from: 0, to: this.rowCount }]]]);
    const days = this.rowDays();
    const runs = new Map<number, RowRun[]>();
    for (let from = 0; from < days.length;) {
      let to = from + 1;
      while (to < days.length && days[to] === days[from]) to++;
      const own = runs.get(days[from]);
      if (own === undefined) runs.set(days[from], [{ from, to }]);
      else own.push({ from, to });
      from = to;
    }
    return runs;
  }

  /** One word of each row. */
  private rowWords(word: number): Uint32Array {
    const rows = this.words(this.calls.rowsAt(), this.rowCount * ROW);
    const found = new Uint32Array(this.rowCount);
    for (let row = 0; row < found.length; row++) found[row] = rows[row * ROW + word];
    return found;
  }

  private bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.calls.memory.buffer, at, length);
  }

  private words(at: number, length: number): Uint32Array {
    return new Uint32Array(this.calls.memory.buffer, at, length);
  }
}
