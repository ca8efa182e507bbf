/**
 * Reads CSV records and writes those that are beyond doubt anew: personal fields as pseudonyms, dropped ones not at all.
 * RFC 4180 with any one-byte separator; a quote opens only at the start of a field. Records with anything that readers
 * take differently are told as doubtful, those that have not the header's fields as broken.
 */
import { Form, hasForm, hasOffset, quarter } from "./forms";
import { entryOf, LONGEST_VALUE, makeRoom, mark, PSEUDONYM, rollBack, settle, writePseudonym } from "./pseudonyms";

/** @returns the number of the day that the quarter hour is in, or -1 when that takes a calendar. */
@external("calendar", "dayOf")
declare function dayOf(quarter: i32, hasOffset: bool): i32;

/** What becomes of a field. The caller's `Action` has the same numbers. */
enum Action {
  /** Is not written. */
  Skip = 0,
  Keep = 1,
  Pseudonymise = 2,
  /** Its text, then its pseudonym: for checks of the text. */
  KeepAndPseudonymise = 3,
}

/** Longer records go the other way: the engine reads what is written here with small buffers. */
const LONGEST_RECORD: usize = 1 << 16;

const LF: u32 = 0x0a;
const CR: u32 = 0x0d;
const QUOTE: u32 = 0x22;

/**
 * One column: u8 action | u8 form | u8 whether it must have a value | u8 key | u8 scale | u8 offsets seen | 2 spare | u32 most
 * characters.
 */
const FIELD: usize = 12;
const fields = memory.data(12 * 16384, 16);
let width: u32 = 0;
let separator: u32 = 0x2c;
/** Column whose moment decides the day; none where all rows are of one. */
let dayField: u32 = u32.MAX_VALUE;
let personal: u32 = 0;
let engineOnly: bool = false;

/** Offsets that a column of moments has shown in this chunk. */
enum Offsets {
  Unknown = 0,
  With = 1,
  Without = 2,
}

/** Memory that the caller has laid out. */
let input: usize = 0;
let output: usize = 0;
let outputEnd: usize = 0;
let rowList: usize = 0;
let doubtList: usize = 0;
let brokenList: usize = 0;

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

let lastQuarter: i32 = i32.MIN_VALUE;
let lastWithOffset: bool = false;
let lastDay: i32 = 0;

/**
 * @param columns at most 16,384. @param day position of the column that decides the day, or -1.
 * @param none whether no record is beyond doubt.
 */
export function setTable(columns: u32, delimiter: u32, day: i32, none: bool): void {
  width = columns;
  engineOnly = none;
  separator = delimiter;
  dayField = <u32>day;
  personal = 0;
}

/** @param longest characters that text may have. */
export function setField(
  at: u32,
  action: u32,
  form: u32,
  needed: bool,
  key: u32,
  scale: u32,
  longest: u32,
): void {
  const field = fields + <usize>at * FIELD;
  store<u8>(field, action);
  store<u8>(field, form, 1);
  store<u8>(field, needed ? 1 : 0, 2);
  store<u8>(field, key, 3);
  store<u8>(field, scale, 4);
  store<u32>(field, longest, 8);
  if (action >= <u32>Action.Pseudonymise) personal++;
}

/**
 * Lays out memory. Behind the input there is room to read on for a vector.
 * @param records with all fields, at most. @returns the input's start, or 0 when there is no memory.
 */
export function layOut(inputBytes: u32, outputBytes: u32, records: u32): usize {
  input = (__heap_base + 15) & ~15;
  output = (input + inputBytes + 64 + 15) & ~15;
  outputEnd = output + outputBytes;
  rowList = (outputEnd + 64 + 15) & ~15;
  doubtList = rowList + <usize>records * ROW;
  brokenList = doubtList + <usize>records * DOUBT;
  // A broken record is at least one byte and its line break.
  const end = brokenList + (<usize>inputBytes / 2 + 1) * 4;
  const pages = <i32>((end + 0xffff) >>> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) return 0;
  return input;
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
/** 0 unknown, 1 with an offset, 2 without: what the rows' moments in this column have. */
export function offsetsOf(at: u32): u32 {
  return <u32>load<u8>(fields + <usize>at * FIELD, 5);
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

/** The record being read. */
let place: usize = 0;
let runStart: usize = 0;
let day: i32 = 0;

/**
 * @param length bytes of input; a chunk ends with a record's end.
 * @param header whether the first record is one.
 * @param replacements whether the text has U+FFFD anywhere: then each record is searched for it.
 */
export function rewrite(length: u32, header: bool, replacements: bool): void {
  written = 0;
  rows = 0;
  doubtful = 0;
  broken = 0;
  overflow = false;
  manyDays = false;
  lastQuarter = i32.MIN_VALUE;
  for (let at: u32 = 0; at < width; at++) store<u8>(fields + <usize>at * FIELD, <u8>Offsets.Unknown, 5);
  const end = input + length;
  place = output;
  runStart = 0;
  day = 0;
  let recordStart = input;
  let fieldStart = input;
  /** Bytes before it were looked at. */
  let seen = input;
  let field: u32 = 0;
  let line: u32 = 0;
  let breaks: u32 = 0;
  let inQuotes = false;
  let quoted = false;
  let odd = false;
  let isBroken = false;
  let doubt = engineOnly;
  let recordPlace = place;
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
          // An escaped quote: a kept field has it as it is, a personal one is read elsewhere.
          seen = at + 2;
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
    else if (!doubt && !odd && !isBroken) doubt = !take(field, fieldStart, at, quoted);
    if (overflow) return;
    if (byte == separator) {
      field++;
      fieldStart = at + 1;
      quoted = false;
      continue;
    }
    // A record ends at `at`; the next begins behind its line break.
    const next = at == end ? end : byte == CR ? at + 2 : at + 1;
    if (at > recordStart || field > 0) {
      if (header) {
        header = false;
        roll(recordPlace, recordMark);
      } else if (isBroken || field + 1 != width) {
        roll(recordPlace, recordMark);
        store<u32>(brokenList + (<usize>broken << 2), line);
        broken++;
      } else if (doubt || odd || at - recordStart > LONGEST_RECORD || (replacements && hasReplacement(recordStart, at))) {
        roll(recordPlace, recordMark);
        const record = doubtList + <usize>doubtful * DOUBT;
        doubtful++;
        store<u32>(record, <u32>(recordStart - input));
        store<u32>(record, <u32>(at - input), 4);
        store<u32>(record, line, 8);
        store<u32>(record, odd ? 1 : 0, 12);
      } else {
        if (runStart != 0) {
          flush(at);
          if (overflow) return;
          store<u8>(place++, LF);
        } else if (place > recordPlace) store<u8>(place - 1, LF);
        else store<u8>(place++, LF);
        const row = rowList + <usize>rows * ROW;
        if (rows > 0 && load<u32>(row - ROW, 12) != <u32>day) manyDays = true;
        rows++;
        store<u32>(row, <u32>(recordStart - input));
        store<u32>(row, line, 4);
        store<u32>(row, <u32>(place - output), 8);
        store<u32>(row, <u32>day, 12);
      }
    }
    runStart = 0;
    line += breaks + 1;
    recordStart = next;
    fieldStart = next;
    field = 0;
    breaks = 0;
    quoted = false;
    odd = false;
    isBroken = false;
    doubt = engineOnly;
    makeRoom(personal);
    recordPlace = place;
    recordMark = mark();
    if (next >= end) break;
  }
  settle(false);
  written = place - output;
}

@inline
function isPersonal(field: u32): bool {
  return field < width && load<u8>(fields + <usize>field * FIELD) >= <u8>Action.Pseudonymise;
}

function roll(to: usize, marked: u32): void {
  place = to;
  rollBack(marked);
}

/** Writes the fields that stand together and are kept, up to `end`. */
@inline
function flush(end: usize): void {
  const length = end - runStart;
  if (place + length + 64 > outputEnd) {
    overflow = true;
    return;
  }
  memory.copy(place, runStart, length);
  place += length;
  runStart = 0;
}

/** One field of a record. @returns false when another reader must look at the record. */
function take(at: u32, start: usize, end: usize, quoted: bool): bool {
  const field = fields + <usize>at * FIELD;
  const from = quoted ? start + 1 : start;
  const length = <u32>((quoted ? end - 1 : end) - from);
  const action = <u32>load<u8>(field);
  if (length == 0) {
    if (load<u8>(field, 2) != 0) return false;
  } else {
    const form = <u32>load<u8>(field, 1);
    if (form != Form.Text) {
      if (!hasForm(form, from, length, <u32>load<u8>(field, 4))) return false;
      if (form == Form.Timestamp && !agrees(field, at)) return false;
    }
    const longest = load<u32>(field, 8);
    if (length > longest && characters(from, length) > longest) return false;
  }
  if (action == Action.Skip) {
    if (runStart != 0) flush(start);
    return true;
  }
  if (runStart == 0 && action != Action.Pseudonymise) runStart = start;
  if (action == Action.Keep) return true;
  return pseudonymise(action, field, start, end, from, length);
}

function pseudonymise(action: u32, field: usize, start: usize, end: usize, from: usize, length: u32): bool {
  if (length > LONGEST_VALUE) return false;
  if (action == Action.KeepAndPseudonymise) {
    flush(end);
    store<u8>(place++, separator);
  } else if (runStart != 0) flush(start);
  if (place + 64 > outputEnd) overflow = true;
  if (overflow) return true;
  if (length > 0) {
    const entry = entryOf(<u32>load<u8>(field, 3), from, length);
    if (entry == 0) return false;
    writePseudonym(entry, place);
    place += PSEUDONYM;
  }
  store<u8>(place++, separator);
  return true;
}

/** Whether a moment is written as the column's others are, and its day is known. */
function agrees(field: usize, at: u32): bool {
  const offsets = hasOffset ? Offsets.With : Offsets.Without;
  const others = <u32>load<u8>(field, 5);
  if (others != Offsets.Unknown && others != offsets) return false;
  if (at == dayField) {
    if (quarter != lastQuarter || hasOffset != lastWithOffset) {
      lastDay = dayOf(quarter, hasOffset);
      lastQuarter = quarter;
      lastWithOffset = hasOffset;
    }
    if (lastDay < 0) return false;
    day = lastDay;
  }
  store<u8>(field, <u8>offsets, 5);
  return true;
}

/** Code points of UTF-8. */
function characters(from: usize, length: u32): u32 {
  let count: u32 = 0;
  for (let at = from, end = from + length; at < end; at++) count += (load<u8>(at) & 0xc0) != 0x80 ? 1 : 0;
  return count;
}

/** U+FFFD: bytes that were no character for a decoder before. */
function hasReplacement(from: usize, end: usize): bool {
  for (let at = from; at + 2 < end; at++) {
    if (load<u8>(at) == 0xef && load<u8>(at, 1) == 0xbf && load<u8>(at, 2) == 0xbd) return true;
  }
  return false;
}
