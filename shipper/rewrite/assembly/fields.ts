/** The fields of a record, as the contract has them, and the days of their moments. */
import { hasOffset, quarter } from "./forms";

/** @returns the number of the day that the quarter hour is in, or -1 when that takes a calendar. */
@external("calendar", "dayOf")
declare function dayOf(quarter: i32, hasOffset: bool): i32;

/** What becomes of a field. The caller's `Action` has the same numbers. */
export enum Action {
  /** Is not written. */
  Skip = 0,
  Keep = 1,
  Pseudonymise = 2,
  /** Its text, then its pseudonym: for checks of the text. */
  KeepAndPseudonymise = 3,
}

/**
 * One column: u8 action | u8 form | u8 whether it must have a value | u8 key | u8 scale | u8 offsets seen | 2 spare | u32 most
 * characters.
 */
const FIELD: usize = 12;
const fields = memory.data(12 * 16384, 16);
export let width: u32 = 0;
export let separator: u32 = 0x2c;
/** Columns with pseudonyms. */
export let personal: u32 = 0;
/** Whether no record is beyond doubt. */
export let engineOnly: bool = false;
/** Column whose moment decides the day; none where all rows are of one. */
let dayField: u32 = u32.MAX_VALUE;

/** Offsets that a column of moments has shown in this chunk. */
enum Offsets {
  Unknown = 0,
  With = 1,
  Without = 2,
}

/** Number of the record's day, when its moment was read. */
export let day: i32 = 0;
let lastQuarter: i32 = i32.MIN_VALUE;
let lastWithOffset: bool = false;
let lastDay: i32 = 0;

/**
 * @param columns at most 16,384. @param dayColumn position of the column that decides the day, or -1.
 * @param none whether no record is beyond doubt.
 */
export function setTable(columns: u32, delimiter: u32, dayColumn: i32, none: bool): void {
  width = columns;
  engineOnly = none;
  separator = delimiter;
  dayField = <u32>dayColumn;
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
  const field = fieldAt(at);
  store<u8>(field, action);
  store<u8>(field, form, 1);
  store<u8>(field, needed ? 1 : 0, 2);
  store<u8>(field, key, 3);
  store<u8>(field, scale, 4);
  store<u32>(field, longest, 8);
  if (action >= <u32>Action.Pseudonymise) personal++;
}

@inline
export function fieldAt(at: u32): usize {
  return fields + <usize>at * FIELD;
}
@inline
export function actionOf(field: usize): u32 {
  return load<u8>(field);
}
@inline
export function formOf(field: usize): u32 {
  return load<u8>(field, 1);
}
@inline
export function isNeeded(field: usize): bool {
  return load<u8>(field, 2) != 0;
}
@inline
export function keyOf(field: usize): u32 {
  return load<u8>(field, 3);
}
@inline
export function scaleOf(field: usize): u32 {
  return load<u8>(field, 4);
}
@inline
export function longestOf(field: usize): u32 {
  return load<u32>(field, 8);
}

/** Whether a field's pseudonym is written. */
@inline
export function isPersonal(at: u32): bool {
  return at < width && actionOf(fieldAt(at)) >= <u32>Action.Pseudonymise;
}

/** 0 unknown, 1 with an offset, 2 without: what the rows' moments in this column have. */
export function offsetsOf(at: u32): u32 {
  return <u32>load<u8>(fieldAt(at), 5);
}

/** Forgets what a chunk before has shown. */
export function beginChunk(): void {
  day = 0;
  lastQuarter = i32.MIN_VALUE;
  for (let at: u32 = 0; at < width; at++) store<u8>(fieldAt(at), <u8>Offsets.Unknown, 5);
}

/** Whether the last moment is written as the column's others are, and its day is known. */
export function agrees(at: u32): bool {
  const field = fieldAt(at);
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
