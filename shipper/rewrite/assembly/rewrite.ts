/**
 * Reads CSV records and writes those that are beyond doubt anew: personal fields as pseudonyms, dropped ones not at all.
 * RFC 4180 with any one-byte separator; a quote opens only at the start of a field. Records with anything that readers
 * take differently are told as doubtful, those that have not the header's fields as broken.
 */
import * as columns from "./columns";
import * as csv from "./csv-rows";
import { beginChunk, day, engineOnly, isPersonal, personal, separator, width } from "./fields";
import { layPages } from "./pages";
import { makeRoom, mark, rollBack, settle } from "./pseudonyms";
import { hasReplacement } from "./text";

/** Longer records go the other way: the engine reads what is written here with small buffers. */
const LONGEST_RECORD: usize = 1 << 16;

/** What addresses of 32 bits reach, less a page of 64 KB. */
const MOST_MEMORY: u64 = 0xffff0000;

const LF: u32 = 0x0a;
const CR: u32 = 0x0d;
const QUOTE: u32 = 0x22;

/** Memory that the caller has laid out. */
let input: usize = 0;
let output: usize = 0;
let outputEnd: usize = 0;
let rowList: usize = 0;
let doubtList: usize = 0;
let brokenList: usize = 0;
let runList: usize = 0;

/** What came out. A row: u32 start in the input, u32 line, u32 end in the output, u32 day. */
const ROW: usize = 16;
/** A doubtful record: u32 start, u32 end, u32 line, u32 whether it must be written anew. */
const DOUBT: usize = 16;
export let written: usize = 0;
export let rows: u32 = 0;
export let doubtful: u32 = 0;
export let broken: u32 = 0;
/** Whether the rows are of more than one day. */
export let manyDays: bool = false;
/** Whether {@link rewrite} stopped because the output was full. */
export let overflow: bool = false;

@inline
function aligned(place: u64): u64 {
  return (place + 15) & ~15;
}

/**
 * Lays out memory. Behind the input there is room to read on for a vector.
 * @param records with all fields, at most. @param slots rows that become values of columns, at most; 0 where none do.
 * @returns the input's start, or 0 when there is no memory.
 */
export function layOut(inputBytes: u32, outputBytes: u32, records: u32, slots: u32): usize {
  // In 64 bits: what does not fit is told, where an address would begin anew.
  let end = aligned(__heap_base);
  input = <usize>end;
  end = aligned(end + inputBytes + 64);
  output = <usize>end;
  end += outputBytes;
  outputEnd = <usize>end;
  end = aligned(end + 64);
  rowList = <usize>end;
  end += <u64>records * ROW;
  doubtList = <usize>end;
  end += <u64>records * DOUBT;
  brokenList = <usize>end;
  // A broken record is at least one byte and its line break.
  end += (<u64>inputBytes / 2 + 1) * 4;
  if (slots > 0) {
    end = aligned(end);
    runList = <usize>end;
    // Every second row may begin a run.
    end = columns.layColumns(end + (<u64>slots + 1) * 8, width, slots);
    end = layPages(end, inputBytes);
  }
  if (end > MOST_MEMORY) return 0;
  const pages = <i32>((end + 0xffff) >>> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) return 0;
  return input;
}

/** Where the caller writes runs of rows. */
export function runsAt(): usize {
  return runList;
}
export function outputAt(): usize {
  return output;
}
export function rowsAt(): usize {
  return rowList;
}
export function doubtfulAt(): usize {
  return doubtList;
}
export function brokenAt(): usize {
  return brokenList;
}

/** Bits of the bytes that end something: separator, line breaks, quote. */
@inline
function specials(at: usize): i32 {
  const bytes = v128.load(at);
  const ends = v128.or(
    v128.or(i8x16.eq(bytes, i8x16.splat(<i8>separator)), i8x16.eq(bytes, i8x16.splat(<i8>LF))),
    v128.or(i8x16.eq(bytes, i8x16.splat(<i8>CR)), i8x16.eq(bytes, i8x16.splat(<i8>QUOTE))),
  );
  return i8x16.bitmask(ends);
}

/**
 * @param length bytes of input; a chunk ends with a record's end.
 * @param header whether the first record is one.
 * @param replacements whether the text has U+FFFD anywhere: then each record is searched for it.
 * @param typed whether rows become values of columns; else CSV.
 */
export function rewrite(length: u32, header: bool, replacements: bool, typed: bool): void {
  written = 0;
  rows = 0;
  doubtful = 0;
  broken = 0;
  overflow = false;
  manyDays = false;
  beginChunk();
  // What an attempt before left unwritten has no place any more.
  rollBack(0);
  csv.beginRows(output, outputEnd);
  columns.beginRows(output, outputEnd);
  const end = input + length;
  let recordStart = input;
  let fieldStart = input;
  /** Bytes before it were looked at. */
  let seen = input;
  let field: u32 = 0;
  let line: u32 = 0;
  let breaks: u32 = 0;
  let inQuotes = false;
  let quoted = false;
  let escaped = false;
  let odd = false;
  let isBroken = false;
  let doubt = engineOnly;
  let recordPlace = csv.place;
  let recordMark = mark();
  let base = input;
  let bits = length > 0 ? specials(base) : 0;
  for (;;) {
    while (bits == 0 && base < end) {
      base += 16;
      bits = specials(base);
    }
    let at = bits == 0 ? end : base + <usize>ctz(bits);
    bits &= bits - 1;
    if (at >= end) {
      if (recordStart >= end) break;
      at = end;
      bits = 0;
      base = end;
    } else if (at < seen) continue;
    const byte = at == end ? LF : <u32>load<u8>(at);
    if (inQuotes && at == end) {
      inQuotes = false;
      isBroken = true;
    } else if (inQuotes) {
      if (byte == LF) breaks++;
      else if (byte == QUOTE) {
        if (at + 1 < end && load<u8>(at + 1) == QUOTE) {
          // An escaped quote: a personal field with one is read elsewhere.
          seen = at + 2;
          escaped = true;
          if (isPersonal(field)) doubt = true;
        } else {
          inQuotes = false;
          const next = at + 1 < end ? <u32>load<u8>(at + 1) : LF;
          const closes = next == separator || next == LF || (next == CR && at + 2 < end && load<u8>(at + 2) == LF);
          // A carriage return that ends no line is odd, anything else is text behind a quote.
          if (!closes) isBroken = true;
        }
      }
      continue;
    }
    if (byte == QUOTE) {
      if (at == fieldStart) {
        inQuotes = true;
        quoted = true;
      } else odd = true;
      continue;
    }
    if (byte == CR) {
      if (at + 1 < end && load<u8>(at + 1) == LF) seen = at + 2;
      else {
        odd = true;
        continue;
      }
    }
    // A field ends.
    if (field >= width) isBroken = true;
    else if (!doubt && !odd && !isBroken) {
      if (typed) {
        doubt = !columns.take(field, rows, fieldStart, at, quoted, escaped);
        if (columns.isUnfit) return;
      } else doubt = !csv.take(field, fieldStart, at, quoted);
      if (csv.isFull || columns.isFull) break;
    }
    if (byte == separator) {
      field++;
      fieldStart = at + 1;
      quoted = false;
      escaped = false;
      continue;
    }
    // A record ends at `at`; the next begins behind its line break.
    const next = at == end ? end : byte == CR ? at + 2 : at + 1;
    if (at > recordStart || field > 0) {
      if (header) {
        header = false;
        forget(recordPlace, recordMark);
      } else if (isBroken || field + 1 != width) {
        forget(recordPlace, recordMark);
        store<u32>(brokenList + (<usize>broken << 2), line);
        broken++;
      } else if (doubt || odd || at - recordStart > LONGEST_RECORD || (replacements && hasReplacement(recordStart, at))) {
        forget(recordPlace, recordMark);
        const record = doubtList + <usize>doubtful * DOUBT;
        doubtful++;
        store<u32>(record, <u32>(recordStart - input));
        store<u32>(record, <u32>(at - input), 4);
        store<u32>(record, line, 8);
        store<u32>(record, odd ? 1 : 0, 12);
      } else {
        if (!typed) csv.endRow(recordPlace, at);
        if (csv.isFull) break;
        const row = rowList + <usize>rows * ROW;
        if (rows > 0 && load<u32>(row - ROW, 12) != <u32>day) manyDays = true;
        rows++;
        store<u32>(row, <u32>(recordStart - input));
        store<u32>(row, line, 4);
        store<u32>(row, <u32>(csv.place - output), 8);
        store<u32>(row, <u32>day, 12);
      }
    } else csv.takeBack(recordPlace);
    line += breaks + 1;
    recordStart = next;
    fieldStart = next;
    field = 0;
    breaks = 0;
    quoted = false;
    escaped = false;
    odd = false;
    isBroken = false;
    doubt = engineOnly;
    makeRoom(personal);
    recordPlace = csv.place;
    recordMark = mark();
    if (next >= end) break;
  }
  overflow = csv.isFull || columns.isFull;
  if (overflow) return;
  settle(false);
  written = csv.place - output;
}

/** A record becomes no row. */
function forget(place: usize, marked: u32): void {
  csv.takeBack(place);
  rollBack(marked);
}
