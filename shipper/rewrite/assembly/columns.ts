/** Rows as values of columns: each stored column has a slot for each row, so that a record taken back leaves nothing behind. */
import { Action, actionOf, agrees, fieldAt, formOf, isNeeded, keyOf, longestOf, scaleOf } from "./fields";
import { days, Form, hasForm, hasOffset, microseconds } from "./forms";
import { integer, powerOfTen, readInteger, readReal, real } from "./numbers";
import { entryOf, LONGEST_VALUE, PSEUDONYM, writePseudonym } from "./pseudonyms";
import { characters, mask, unescape } from "./text";

/** What a column stores. The caller's `Store` has the same numbers. */
export enum Store {
  Nothing = 0,
  /** Slot: u32 address, 0 for null | u32 bytes. */
  Text = 1,
  /** Slot: the pseudonym's text | a byte | u8 whether it is one. */
  Pseudonym = 2,
  /** Of the text, in a slot of text. */
  Mask = 3,
  /** Slots of 8 bytes, then a byte for each whether it is a value. */
  Integer = 4,
  Real = 5,
  Boolean = 6,
}

/**
 * What a field is held to and where its values go: u8 store | u8 whether it has limits | u8 keep last | spare | u32 slots | u32
 * list of allowed values | u32 how many | f64 minimum | f64 maximum | i64 lowest | i64 highest. An allowed value: u32 bytes |
 * text.
 */
const COLUMN: usize = 48;
const columns = memory.data(48 * 16384, 16);
const ALLOWED_BYTES: usize = 65536;
const allowed = memory.data(65536, 16);
let allowedUsed: usize = 0;
/** Integers up to this are exact as doubles. */
const EXACT_INTEGER: i64 = 1 << 53;

const PSEUDONYM_SLOT: usize = 24;
const IS_ONE: usize = 23;

/** Rows that there are slots for. */
let capacity: u32 = 0;
/** Text that is not in the input as it is stored. */
let place: usize = 0;
let placeEnd: usize = 0;

/** Whether there are slots or bytes too few. */
export let isFull: bool = false;
/** Whether the chunk has wall-clock time, which takes a calendar. */
export let isUnfit: bool = false;
/** Records that are good perhaps, but have values that are not read here. */
export let unread: u32 = 0;

/** @param least the least value that the column's type holds, in its last digit's units. */
export function setColumn(
  at: u32,
  kind: u32,
  hasLimits: bool,
  keepLast: u32,
  minimum: f64,
  maximum: f64,
  least: i64,
  most: i64,
): void {
  const column = columnAt(at);
  store<u8>(column, kind);
  store<u8>(column, hasLimits ? 1 : 0, 1);
  store<u8>(column, keepLast, 2);
  store<u32>(column, 0, 12);
  store<f64>(column, minimum, 16);
  store<f64>(column, maximum, 24);
  store<i64>(column, least, 32);
  store<i64>(column, most, 40);
}

/** Room for the next allowed value of a column, which the caller writes; a column's values follow each other. @returns 0 when full. */
export function allow(at: u32, bytes: u32): usize {
  if (allowedUsed + 4 + bytes > ALLOWED_BYTES) return 0;
  const column = columnAt(at);
  const entry = allowed + allowedUsed;
  if (load<u32>(column, 12) == 0) store<u32>(column, <u32>entry, 8);
  store<u32>(column, load<u32>(column, 12) + 1, 12);
  store<u32>(entry, bytes);
  allowedUsed += 4 + bytes;
  return entry + 4;
}

/** Lays out the slots of `width` columns for so many rows. @returns the end. */
export function layColumns(from: u64, width: u32, rows: u32): u64 {
  capacity = rows;
  for (let at: u32 = 0; at < width; at++) {
    const column = columnAt(at);
    store<u32>(column, <u32>from, 4);
    from += (<u64>slotBytes(storeOf(column)) * rows + 15) & ~15;
  }
  return from;
}

function slotBytes(kind: u32): usize {
  if (kind == Store.Nothing) return 0;
  if (kind == Store.Pseudonym) return PSEUDONYM_SLOT;
  return kind >= <u32>Store.Integer ? 9 : 8;
}

/** @param output room for text that is not in the input as it is stored. */
export function beginRows(output: usize, end: usize): void {
  place = output;
  placeEnd = end;
  isFull = false;
  isUnfit = false;
  unread = 0;
}

@inline
function columnAt(at: u32): usize {
  return columns + <usize>at * COLUMN;
}
@inline
function storeOf(column: usize): u32 {
  return load<u8>(column);
}
@inline
function slotsOf(column: usize): usize {
  return load<u32>(column, 4);
}

/** One field of a record. @returns false when another reader must look at the record. */
export function take(at: u32, row: u32, start: usize, end: usize, quoted: bool, escaped: bool): bool {
  if (row >= capacity) {
    isFull = true;
    return true;
  }
  const field = fieldAt(at);
  const column = columnAt(at);
  let from = quoted ? start + 1 : start;
  let length = <u32>((quoted ? end - 1 : end) - from);
  if (length == 0) {
    if (isNeeded(field)) return false;
    putNothing(column, row);
    return true;
  }
  if (escaped) {
    if (!hasRoom(length)) return true;
    length = unescape(from, length, place);
    from = place;
    place += length;
  }
  const form = formOf(field);
  if (form == Form.Text) {
    const longest = longestOf(field);
    if (length > longest && characters(from, length) > longest) return false;
    if (load<u32>(column, 12) != 0 && !isAllowed(column, from, length)) return false;
  } else if (!hasForm(form, from, length, scaleOf(field)) || !takeTyped(at, column, row, form, from, length)) return false;
  const kind = storeOf(column);
  if (kind == Store.Text) putText(column, row, from, length);
  else if (kind == Store.Pseudonym) return takePersonal(field, column, row, from, length);
  else if (kind == Store.Mask) {
    if (!hasRoom(length)) return true;
    const masked = mask(from, length, load<u8>(column, 2), place);
    putText(column, row, place, masked);
    place += masked;
  }
  return true;
}

@inline
function hasRoom(length: u32): bool {
  // Texts are copied in vectors.
  isFull = place + length + 64 > placeEnd;
  return !isFull;
}

function takeTyped(at: u32, column: usize, row: u32, form: u32, from: usize, length: u32): bool {
  const kind = storeOf(column);
  if (form == Form.Double) {
    if (!readReal(from, length)) return isRead(false);
    if (!isWithin(column, real)) return false;
    if (kind == Store.Real) putBits(column, row, reinterpret<u64>(real));
    return true;
  }
  let value: i64 = 0;
  if (form == Form.Timestamp) {
    if (!agrees(at)) return false;
    isUnfit = !hasOffset;
    value = microseconds;
  } else if (form == Form.Date) value = days;
  else if (form == Form.Boolean) value = (load<u8>(from) | 0x20) == 0x74 ? 1 : 0;
  else {
    const scale = scaleOf(fieldAt(at));
    if (!readInteger(from, length, scale)) return isRead(false);
    value = integer;
    if (value < load<i64>(column, 32) || value > load<i64>(column, 40)) return false;
    if (load<u8>(column, 1) != 0) {
      if (value > EXACT_INTEGER || value < -EXACT_INTEGER) return isRead(false);
      if (!isWithin(column, <f64>value / powerOfTen(scale))) return false;
    }
  }
  if (kind >= <u32>Store.Integer) putBits(column, row, value);
  return true;
}

@inline
function isRead(read: bool): bool {
  if (!read) unread++;
  return read;
}

@inline
function isWithin(column: usize, value: f64): bool {
  return value >= load<f64>(column, 16) && value <= load<f64>(column, 24);
}

function isAllowed(column: usize, from: usize, length: u32): bool {
  let entry = <usize>load<u32>(column, 8);
  for (let left = load<u32>(column, 12); left > 0; left--) {
    const bytes = load<u32>(entry);
    if (bytes == length && memory.compare(entry + 4, from, length) == 0) return true;
    entry += 4 + bytes;
  }
  return false;
}

function takePersonal(field: usize, column: usize, row: u32, from: usize, length: u32): bool {
  if (length > LONGEST_VALUE) return false;
  const entry = entryOf(keyOf(field), from, length);
  if (entry == 0) return false;
  const slot = slotsOf(column) + <usize>row * PSEUDONYM_SLOT;
  writePseudonym(entry, slot);
  store<u8>(slot + IS_ONE, 1);
  return true;
}

function putNothing(column: usize, row: u32): void {
  const kind = storeOf(column);
  const slots = slotsOf(column);
  if (kind == Store.Text || kind == Store.Mask) store<u32>(slots + (<usize>row << 3), 0);
  else if (kind == Store.Pseudonym) store<u8>(slots + <usize>row * PSEUDONYM_SLOT + IS_ONE, 0);
  else if (kind >= <u32>Store.Integer) store<u8>(slots + (<usize>capacity << 3) + row, 0);
}

@inline
function putText(column: usize, row: u32, from: usize, length: u32): void {
  const slot = slotsOf(column) + (<usize>row << 3);
  store<u32>(slot, <u32>from);
  store<u32>(slot, length, 4);
}

@inline
function putBits(column: usize, row: u32, bits: u64): void {
  const slots = slotsOf(column);
  store<u64>(slots + (<usize>row << 3), bits);
  store<u8>(slots + (<usize>capacity << 3) + row, 1);
}

/** Whether a column's values are numbers, as {@link bitsAt} has them. */
@inline
export function hasBits(at: u32): bool {
  return storeOf(columnAt(at)) >= <u32>Store.Integer;
}

/** Whether a row has a value; then {@link textFrom} and {@link textLength} are its text. */
@inline
export function readText(at: u32, row: u32): bool {
  const column = columnAt(at);
  const slots = slotsOf(column);
  if (storeOf(column) == Store.Pseudonym) {
    textFrom = slots + <usize>row * PSEUDONYM_SLOT;
    textLength = PSEUDONYM;
    return load<u8>(textFrom + IS_ONE) != 0;
  }
  const slot = slots + (<usize>row << 3);
  textFrom = load<u32>(slot);
  textLength = load<u32>(slot, 4);
  return textFrom != 0;
}
export let textFrom: usize = 0;
export let textLength: u32 = 0;

@inline
export function hasValue(at: u32, row: u32): bool {
  return load<u8>(slotsOf(columnAt(at)) + (<usize>capacity << 3) + row) != 0;
}

@inline
export function bitsAt(at: u32, row: u32): u64 {
  return load<u64>(slotsOf(columnAt(at)) + (<usize>row << 3));
}
