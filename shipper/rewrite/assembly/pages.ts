/** One column of a row group as the pages of a Parquet file: a dictionary perhaps, and one page of data (V1). */
import { bitsAt, hasBits, hasValue, readText, textFrom, textLength } from "./columns";
import {
  distinct,
  entries,
  GROUP,
  indexBits,
  indices,
  MOST_BYTES,
  ofNumbers,
  ofTexts,
  putNumbers,
  putTexts,
} from "./dictionary";
import { longestPacked, pack } from "./snappy";

/** How a column's values are stored. The caller's `Physical` has the same numbers. */
enum Physical {
  Text = 0,
  Int32 = 1,
  Int64 = 2,
  Double = 3,
  Boolean = 4,
}

/** Whether each row of the group has a value. */
const present = memory.data(122880 + 64, 16);
/** The group's values without its nulls: u32 address | u32 bytes, or the bits of a number. */
const gathered = memory.data(8 * 122880 + 64, 16);

/** Memory that the caller has laid out. */
let raw: usize = 0;
let packedDictionary: usize = 0;
let packedData: usize = 0;

/** What {@link encode} made. */
export let values: u32 = 0;
export let dictionaryBytes: usize = 0;
export let dictionaryPacked: usize = 0;
export let dataBytes: usize = 0;
export let dataPacked: usize = 0;
/** Of numbers: bits of the least and the greatest. */
export let least: u64 = 0;
export let greatest: u64 = 0;

/** @param textBytes that the texts of a column have together, at most. @returns the end. */
export function layPages(from: u64, textBytes: usize): u64 {
  raw = <usize>from;
  const rawBytes = (textBytes + <usize>GROUP * 32 + MOST_BYTES + 15) & ~15;
  from += rawBytes;
  packedDictionary = <usize>from;
  from += longestPacked(MOST_BYTES + 65536);
  packedData = <usize>from;
  return from + longestPacked(rawBytes);
}

export function dictionaryAt(): usize {
  return packedDictionary;
}
export function dataAt(): usize {
  return packedData;
}
/** How many values the dictionary has; 0 where there is none. */
export function dictionaryValues(): u32 {
  return dictionaryBytes == 0 ? 0 : distinct;
}

/**
 * @param runs of rows: u32 first | u32 behind the last, together at most {@link GROUP} rows.
 */
export function encode(at: u32, physical: u32, runs: usize, count: u32): void {
  const rows = gather(at, runs, count);
  encodeGathered(physical, rows);
}

/** A column that has the same number in every row. */
export function encodeConstant(value: u32, rows: u32): void {
  for (let row: u32 = 0; row < rows; row++) store<u64>(gathered + (<usize>row << 3), value);
  values = rows;
  encodeGathered(Physical.Int32, rows);
}

/** @returns the rows. */
function gather(at: u32, runs: usize, count: u32): u32 {
  let rows: u32 = 0;
  values = 0;
  const isNumber = hasBits(at);
  for (let run: u32 = 0; run < count; run++) {
    const behind = load<u32>(runs + (<usize>run << 3), 4);
    for (let row = load<u32>(runs + (<usize>run << 3)); row < behind; row++, rows++) {
      const slot = gathered + (<usize>values << 3);
      let has: bool;
      if (isNumber) {
        has = hasValue(at, row);
        store<u64>(slot, bitsAt(at, row));
      } else {
        has = readText(at, row);
        store<u32>(slot, <u32>textFrom);
        store<u32>(slot, textLength, 4);
      }
      store<u8>(present + rows, has ? 1 : 0);
      values += has ? 1 : 0;
    }
  }
  return rows;
}

function encodeGathered(physical: u32, rows: u32): void {
  if (physical == Physical.Double) findRealBounds();
  else if (physical != Physical.Text) findBounds();
  const width: u32 = physical == Physical.Int32 ? 4 : 8;
  dictionaryBytes = 0;
  dictionaryPacked = 0;
  const isIndexed = values > 0 && physical != Physical.Boolean && hasDictionary(physical, width);
  if (isIndexed) {
    const end =
      physical == Physical.Text ? putTexts(entries(), distinct, raw) : putNumbers(entries(), distinct, width, raw);
    dictionaryBytes = end - raw;
    dictionaryPacked = pack(raw, dictionaryBytes, packedDictionary);
  }
  let to = putLevels(rows);
  if (isIndexed) to = putIndices(to);
  else if (physical == Physical.Text) to = putTexts(gathered, values, to);
  else if (physical == Physical.Boolean) to = putBits(gathered, 8, values, to);
  else to = putNumbers(gathered, values, width, to);
  dataBytes = to - raw;
  dataPacked = pack(raw, dataBytes, packedData);
}

@inline
function hasDictionary(physical: u32, width: u32): bool {
  return physical == Physical.Text ? ofTexts(gathered, values) : ofNumbers(gathered, values, width);
}

/** Definition levels: 1 where there is a value. "Run Length Encoding / Bit-Packing Hybrid", with its length before it. */
function putLevels(rows: u32): usize {
  let to = raw + 4;
  if (values == rows || values == 0) {
    to = putVarint(rows << 1, to);
    store<u8>(to++, values == 0 ? 0 : 1);
  } else {
    to = putVarint((((rows + 7) >> 3) << 1) | 1, to);
    to = putBits(present, 1, rows, to);
  }
  store<u32>(raw, <u32>(to - raw - 4));
  return to;
}

/** One bit each, lowest first. @param step bytes from one to the next. */
function putBits(from: usize, step: usize, count: u32, to: usize): usize {
  let byte: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    byte |= <u32>(load<u8>(from + <usize>i * step) & 1) << (i & 7);
    if ((i & 7) == 7) {
      store<u8>(to++, byte);
      byte = 0;
    }
  }
  if ((count & 7) != 0) store<u8>(to++, byte);
  return to;
}

/** Encoding RLE_DICTIONARY: the bits of an index, then the indices packed. */
function putIndices(to: usize): usize {
  const bits = indexBits();
  store<u8>(to++, bits);
  if (distinct == 1) {
    to = putVarint(values << 1, to);
    store<u8>(to++, 0);
    return to;
  }
  const groups = (values + 7) >> 3;
  to = putVarint((groups << 1) | 1, to);
  // Groups are whole: what is behind the values is zeros.
  memory.fill(indices + (<usize>values << 2), 0, <usize>((groups << 3) - values) << 2);
  let word: u64 = 0;
  let filled: u32 = 0;
  for (let i: u32 = 0; i < groups << 3; i++) {
    word |= <u64>load<u32>(indices + (<usize>i << 2)) << filled;
    filled += bits;
    if (filled < 32) continue;
    store<u32>(to, <u32>word);
    to += 4;
    word >>>= 32;
    filled -= 32;
  }
  // Eight indices are whole bytes.
  for (; filled > 0; filled -= 8, word >>>= 8) store<u8>(to++, <u32>word);
  return to;
}

function putVarint(value: u32, to: usize): usize {
  for (; value >= 0x80; value >>>= 7) store<u8>(to++, value | 0x80);
  store<u8>(to++, value);
  return to;
}

function findBounds(): void {
  let low = i64.MAX_VALUE;
  let high = i64.MIN_VALUE;
  for (let i: u32 = 0; i < values; i++) {
    const value = load<i64>(gathered + (<usize>i << 3));
    low = min(low, value);
    high = max(high, value);
  }
  least = low;
  greatest = high;
}

function findRealBounds(): void {
  let low = f64.MAX_VALUE;
  let high = -f64.MAX_VALUE;
  for (let i: u32 = 0; i < values; i++) {
    const value = load<f64>(gathered + (<usize>i << 3));
    low = min(low, value);
    high = max(high, value);
  }
  least = reinterpret<u64>(low);
  greatest = reinterpret<u64>(high);
}
