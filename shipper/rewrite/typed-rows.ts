/** Rows that became values of columns in the rewriter's module, as the pages of a Parquet file. */
import type { ColumnPages, ParquetFile } from "../parquet/file";
import type { StoredType } from "../parquet/schema";
import type { Calls } from "./calls";
import type { TypedTable } from "./typed-table";

/** Rows of a group, as the engine has them; `GROUP` in `assembly/dictionary.ts`. */
const GROUP_ROWS = 122_880;
/** Numbers of `Physical` in `assembly/pages.ts`. */
const PHYSICAL = { text: 0, int32: 1, int64: 2, double: 3, boolean: 4 } as const;

/** Neighbouring rows. */
export interface RowRun {
  readonly from: number;
  /** Behind the last. */
  readonly to: number;
}

/** Tells the module what to hold each field to, and where its values go. */
export function setColumns(calls: Calls, { fields }: TypedTable): void {
  fields.forEach(({ store, keepLast, minimum, maximum, least, most, allowed }, at) => {
    const hasLimits = minimum !== undefined || maximum !== undefined;
    const [low, high] = [minimum ?? -Infinity, maximum ?? Infinity];
    calls.setColumn(at, store, hasLimits ? 1 : 0, keepLast, low, high, least, most);
    for (const value of allowed) {
      const bytes = Buffer.from(value);
      const room = calls.allow(at, bytes.length);
      if (room === 0) throw new Error("the rewriter has no room for so many allowed values");
      new Uint8Array(calls.memory.buffer, room, bytes.length).set(bytes);
    }
  });
}

export class TypedRows {
  constructor(
    private readonly calls: Calls,
    private readonly table: TypedTable,
  ) {}

  /** Writes the rows of the runs, in groups. @returns how many there are. */
  write(file: ParquetFile, runs: readonly RowRun[]): number {
    let rows = 0;
    for (const group of groupsOf(runs)) {
      const count = group.reduce((sum, { from, to }) => sum + to - from, 0);
      file.group(count, this.pages(group, count));
      rows += count;
    }
    return rows;
  }

  /** Views of the module's memory, which the next column overwrites. */
  private *pages(group: readonly RowRun[], rows: number): Generator<ColumnPages> {
    const { calls } = this;
    const runs = calls.runsAt();
    new Uint32Array(calls.memory.buffer, runs, group.length * 2).set(
      group.flatMap(({ from, to }) => [from, to]),
    );
    for (const { type, field } of this.table.columns) {
      if (field === undefined) calls.encodeConstant(this.table.epoch, rows);
      else calls.encode(field, PHYSICAL[type.physical], runs, group.length);
      yield this.encoded(type, rows);
    }
  }

  private encoded(type: StoredType, rows: number): ColumnPages {
    const { calls } = this;
    const distinct = calls.dictionaryValues();
    const values = calls.values.value;
    const dictionary = {
      values: distinct,
      rawBytes: calls.dictionaryBytes.value,
      packed: this.bytes(calls.dictionaryAt(), calls.dictionaryPacked.value),
    };
    const data = {
      values: rows,
      rawBytes: calls.dataBytes.value,
      packed: this.bytes(calls.dataAt(), calls.dataPacked.value),
    };
    return {
      ...(distinct === 0 ? {} : { dictionary }),
      data,
      nulls: rows - values,
      ...(values === 0 || type.physical === "text" ? {} : { bounds: this.bounds(type) }),
    };
  }

  private bounds({ physical }: StoredType): readonly [Uint8Array, Uint8Array] {
    const [least, greatest] = [this.calls.least, this.calls.greatest].map(({ value }) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(value);
      return bytes;
    });
    if (physical === "double") return [signedZero(least, -0), signedZero(greatest, 0)];
    const width = { int32: 4, int64: 8, boolean: 1, text: 0 }[physical];
    return [least.subarray(0, width), greatest.subarray(0, width)];
  }

  private bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.calls.memory.buffer, at, length);
  }
}

/** Of two zeros the bound is the outer one (parquet.thrift, `ColumnOrder`). */
function signedZero(bound: Buffer, zero: number): Buffer {
  if (bound.readDoubleLE(0) === 0) bound.writeDoubleLE(zero);
  return bound;
}

/** Cuts runs into groups of rows, in order. */
function groupsOf(runs: readonly RowRun[]): RowRun[][] {
  const groups: RowRun[][] = [];
  let group: RowRun[] = [];
  let room = GROUP_ROWS;
  for (const run of runs) {
    for (let { from } = run; from < run.to;) {
      const to = Math.min(run.to, from + room);
      group.push({ from, to });
      room -= to - from;
      from = to;
      if (room > 0) continue;
      groups.push(group);
      group = [];
      room = GROUP_ROWS;
    }
  }
  return group.length === 0 ? groups : [...groups, group];
}
