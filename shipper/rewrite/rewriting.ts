/** One chunk rewritten: its rows in a file for each day, and what the engine must look at instead. */
import { closeSync, openSync, writeSync } from "node:fs";
import { ParquetFile } from "../parquet/file";
import { rewritten } from "../source/records";
import { type Doubtful, type Offsets, RewriteModule } from "./module";
import type { Table } from "./table";

/** A piece of a CSV source that begins and ends with a record. */
export interface CsvText {
  readonly bytes: Uint8Array;
  /** Of the first record in the source, from 1. */
  readonly firstLine: number;
  readonly header: boolean;
  /** Whether U+FFFD stands anywhere in it. */
  readonly replacements: boolean;
}

/** Records in the source's own form, UTF-8, each ended by a line feed. */
export interface Records {
  readonly bytes: Uint8Array;
  /** Line of each record in the source, from 1. */
  readonly lines: readonly number[];
}

/** Rows of one day. */
export interface DayFile {
  /** `YYYY-MM-DD`; undefined where all rows of the shipment are of one day. */
  readonly day?: string;
  readonly file: string;
  readonly rows: number;
}

/** Rows of one day as Parquet, safely on disk. */
export interface DayParquet extends DayFile {
  readonly bytes: number;
  readonly sha256: string;
}

export interface Rewritten {
  /** CSV that the engine types and writes. */
  readonly days: readonly DayFile[];
  /** Finished rows; of one chunk either these or {@link days}. */
  readonly finished: readonly DayParquet[];
  readonly doubtful: Records;
  /** Lines of the records that have not the header's fields, from 1. */
  readonly broken: readonly number[];
  /** Of each field of the file. */
  readonly offsets: readonly Offsets[];
}

const LINE_FEED = Buffer.from("\n");
/** Where more than one row in so many has numbers that only the engine reads, it reads all, from CSV. */
const UNREAD_SHARE = 8;
/** `FileMetaData.created_by`, in the form that readers look for. Another number where equal rows become other bytes. */
const WRITER = "naru-shipper version 1";

export class Rewriting {
  private readonly module: RewriteModule;
  /** Line of the last text's first record, and its bytes. */
  private firstLine = 1;
  private length = 0;
  private prefix = "";

  constructor(
    private readonly table: Table,
    pads: ConstructorParameters<typeof RewriteModule>[1],
  ) {
    this.module = new RewriteModule(table, pads);
  }

  /**
   * @param prefix of the files' paths: `<prefix><day>.parquet`, or `<prefix><day>.csv`, mode 0600, as checked columns stand
   * there in clear.
   */
  rewrite(text: CsvText, prefix: string): Rewritten {
    this.firstLine = text.firstLine;
    this.length = text.bytes.length;
    this.prefix = prefix;
    const write = (typed: boolean) => this.module.rewrite(text.bytes, text.header, text.replacements, typed);
    if (this.table.typed !== undefined && !this.table.engineOnly) {
      write(true);
      const { isUnfit, unread, rowCount } = this.module;
      if (!isUnfit && unread * UNREAD_SHARE <= rowCount) return this.told([], this.finished(), []);
    }
    write(false);
    return this.deliver(new Set());
  }

  /**
   * The same chunk once more, without rows that the engine has found fault with: they become doubtful.
   * @param rows of each of the days that {@link rewrite} told, from 1.
   */
  doubt(rows: readonly (readonly number[])[]): Rewritten {
    const days = this.rowsByDay();
    return this.deliver(
      new Set(rows.flatMap((numbers, day) => numbers.map((number) => days[day].rows[number - 1]))),
    );
  }

  private deliver(doubted: ReadonlySet<number>): Rewritten {
    return this.told(this.days(doubted), [], this.again(doubted));
  }

  private told(
    days: readonly DayFile[],
    finished: readonly DayParquet[],
    doubted: readonly Doubtful[],
  ): Rewritten {
    return {
      days,
      finished,
      doubtful: this.records([...this.module.doubtful(), ...doubted]),
      broken: this.module.broken().map((line) => line + this.firstLine),
      offsets: this.table.fields.map((_, at) => this.module.offsets(at)),
    };
  }

  private finished(): DayParquet[] {
    const rows = this.module.typedRows();
    const { columns } = this.table.typed!;
    return [...this.module.dayRuns()].map(([position, runs]) => {
      const day = this.dayOf(position);
      const path = `${this.prefix}${day ?? "day"}.parquet`;
      const file = new ParquetFile(path, columns, WRITER);
      try {
        const written = rows.write(file, runs);
        return { ...(day === undefined ? {} : { day }), file: path, rows: written, ...file.finish() };
      } finally {
        file.close();
      }
    });
  }

  private days(doubted: ReadonlySet<number>): DayFile[] {
    const { module } = this;
    if (doubted.size > 0 || module.manyDays) {
      return this.rowsByDay().map(({ day, rows }) => {
        const kept = doubted.size === 0 ? rows : rows.filter((row) => !doubted.has(row));
        return this.write(day, kept.length, this.runs(kept));
      });
    }
    if (module.rowCount === 0) return [];
    return [this.write(this.dayOf(module.row(0).day), module.rowCount, [module.output()])];
  }

  private dayOf(position: number): string | undefined {
    return this.table.dayField === undefined ? undefined : this.module.days[position];
  }

  /** Positions of the rows of each day, in the source's order. */
  private rowsByDay(): { readonly day: string | undefined; readonly rows: readonly number[] }[] {
    const days = this.module.rowDays();
    const byDay = new Map<number, number[]>();
    for (let row = 0; row < days.length; row++) {
      const rows = byDay.get(days[row]);
      if (rows === undefined) byDay.set(days[row], [row]);
      else rows.push(row);
    }
    return [...byDay].map(([day, rows]) => ({ day: this.dayOf(day), rows }));
  }

  /** The rows' bytes, neighbours at a time. */
  private *runs(rows: readonly number[]): Generator<Uint8Array> {
    const ends = this.module.rowEnds();
    const output = this.module.output();
    for (let first = 0; first < rows.length;) {
      let last = first;
      while (last + 1 < rows.length && rows[last + 1] === rows[last] + 1) last++;
      yield output.subarray(rows[first] === 0 ? 0 : ends[rows[first] - 1], ends[rows[last]]);
      first = last + 1;
    }
  }

  private write(day: string | undefined, rows: number, pieces: Iterable<Uint8Array>): DayFile {
    const file = `${this.prefix}${day ?? "day"}.csv`;
    const handle = openSync(file, "w", 0o600);
    try {
      for (const piece of pieces) writeAll(handle, piece);
    } finally {
      closeSync(handle);
    }
    return { ...(day === undefined ? {} : { day }), file, rows };
  }

  /** Where the rows stood in the source. */
  private again(rows: ReadonlySet<number>): Doubtful[] {
    return [...rows].map((at) => {
      const { start, line } = this.module.row(at);
      return { start, line, end: this.endOf(start), odd: false };
    });
  }

  /** End of the record that starts there: quotes of a row are in order. */
  private endOf(start: number): number {
    const bytes = this.module.inputBetween(0, this.length);
    let inQuotes = false;
    let at = start;
    for (; at < bytes.length; at++) {
      if (bytes[at] === 0x22) inQuotes = !inQuotes;
      else if (bytes[at] === 0x0a && !inQuotes) break;
    }
    return bytes[at - 1] === 0x0d ? at - 1 : at;
  }

  private records(doubtful: Doubtful[]): Records {
    doubtful.sort((left, right) => left.start - right.start);
    const pieces = doubtful.flatMap(({ start, end, odd }) => {
      const record = Buffer.from(this.module.inputBetween(start, end));
      return [odd ? rewritten(record, this.table.delimiter) : record, LINE_FEED];
    });
    return { bytes: Buffer.concat(pieces), lines: doubtful.map(({ line }) => line + this.firstLine) };
  }
}

function writeAll(handle: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += writeSync(handle, bytes, written);
}
