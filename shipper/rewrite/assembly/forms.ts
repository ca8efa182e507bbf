/** Whether text has the form of a type. Only forms that every engine reads alike; anything else is looked at elsewhere. */

/** The caller's `FORMS` has the same numbers. */
export enum Form {
  Text = 0,
  Integer = 1,
  Double = 2,
  Boolean = 3,
  Date = 4,
  Timestamp = 5,
  Decimal = 6,
}

/** Before 1972-02 offsets of time zones were no whole quarter hours (tz database). */
const FIRST_YEAR: u32 = 1973;
/** Digits behind a second's point that all engines keep. */
const MICROSECONDS: usize = 6;

/** What the last timestamp said. */
export let hasOffset: bool = false;
/** Quarter hours since 1970, of UTC where there is an offset, else of the wall clock. */
export let quarter: i32 = 0;
/** Microseconds since 1970, likewise. */
export let microseconds: i64 = 0;
/** What the last date was: days since 1970. */
export let days: i32 = 0;

@inline
function byteAt(at: usize): u32 {
  return <u32>load<u8>(at);
}

@inline
function digitsFrom(at: usize, end: usize): usize {
  while (at < end && byteAt(at) - 0x30 <= 9) at++;
  return at;
}

@inline
function unsigned(at: usize): usize {
  const byte = byteAt(at);
  return byte == 0x2b || byte == 0x2d ? at + 1 : at;
}

/** @param scale digits that a decimal may have behind its point. */
export function hasForm(form: u32, at: usize, length: u32, scale: u32): bool {
  const end = at + length;
  if (form == Form.Integer) return isInteger(at, end);
  if (form == Form.Double) return isDouble(at, end);
  if (form == Form.Timestamp) return isTimestamp(at, end);
  if (form == Form.Date) return length == 10 && isDate(at);
  if (form == Form.Decimal) return isDecimal(at, end, scale);
  return isBoolean(at, length);
}

function isInteger(at: usize, end: usize): bool {
  at = unsigned(at);
  return at < end && digitsFrom(at, end) == end;
}

function isDecimal(at: usize, end: usize, scale: u32): bool {
  at = unsigned(at);
  const point = digitsFrom(at, end);
  if (point == at) return false;
  if (point == end) return true;
  return byteAt(point) == 0x2e && digitsFrom(point + 1, end) == end && end - point - 1 <= <usize>scale;
}

function isDouble(at: usize, end: usize): bool {
  at = unsigned(at);
  const whole = digitsFrom(at, end);
  if (whole == at) return false;
  let next = whole;
  if (next < end && byteAt(next) == 0x2e) {
    next = digitsFrom(whole + 1, end);
    if (next == whole + 1) return false;
  }
  return next == end || ((byteAt(next) | 0x20) == 0x65 && isInteger(next + 1, end));
}

function isBoolean(at: usize, length: u32): bool {
  const spaces: u32 = 0x20202020;
  if (length == 4) return (load<u32>(at) | spaces) == 0x65757274;
  return length == 5 && (load<u32>(at) | spaces) == 0x736c6166 && (byteAt(at + 4) | 0x20) == 0x65;
}

function isDate(at: usize): bool {
  days = daysOf(at);
  return days != NO_DAY;
}

/** `YYYY-MM-DD[T ]hh:mm:ss[.f]`, then `Z`, `+hh:mm`, `-hh:mm` or nothing. */
function isTimestamp(at: usize, end: usize): bool {
  if (end - at < 19) return false;
  if (!isDate(at)) return false;
  const between = byteAt(at + 10);
  if (between != 0x54 && between != 0x20) return false;
  const hour = two(at + 11);
  const minute = two(at + 14);
  const second = two(at + 17);
  if (hour > 23 || minute > 59 || second > 59) return false;
  if (byteAt(at + 13) != 0x3a || byteAt(at + 16) != 0x3a) return false;
  // Beyond 32 bits from the year 6053 on.
  let minutes = <i64>days * 1440 + <i64>(hour * 60 + minute);
  let zone = at + 19;
  let fraction: u32 = 0;
  if (zone < end && byteAt(zone) == 0x2e) {
    zone = digitsFrom(at + 20, end);
    if (zone == at + 20 || zone - at - 20 > MICROSECONDS) return false;
    for (let digit = at + 20; digit < at + 26; digit++) fraction = fraction * 10 + (digit < zone ? byteAt(digit) - 0x30 : 0);
  }
  hasOffset = zone < end;
  if (hasOffset && !(byteAt(zone) == 0x5a && zone + 1 == end)) {
    if (end - zone != 6 || byteAt(zone + 3) != 0x3a) return false;
    const sign = byteAt(zone);
    const offset = <i32>(two(zone + 1) * 60 + two(zone + 4));
    if ((sign != 0x2b && sign != 0x2d) || two(zone + 1) > 17 || two(zone + 4) > 59) return false;
    minutes += sign == 0x2b ? -(<i64>offset) : <i64>offset;
  }
  quarter = <i32>(minutes / 15);
  microseconds = (minutes * 60 + second) * 1000000 + fraction;
  return true;
}

const NO_DAY: i32 = i32.MIN_VALUE;
const NO_NUMBER: u32 = 100;

/** Two digits, or {@link NO_NUMBER}. */
@inline
function two(at: usize): u32 {
  const tens = byteAt(at) - 0x30;
  const ones = byteAt(at + 1) - 0x30;
  return tens <= 9 && ones <= 9 ? tens * 10 + ones : NO_NUMBER;
}

/** Days since 1970 of a date that exists, from {@link FIRST_YEAR} on; else {@link NO_DAY}. */
function daysOf(at: usize): i32 {
  const century = two(at);
  const rest = two(at + 2);
  const month = two(at + 5);
  const day = two(at + 8);
  if (century == NO_NUMBER || rest == NO_NUMBER || byteAt(at + 4) != 0x2d || byteAt(at + 7) != 0x2d) return NO_DAY;
  const year = century * 100 + rest;
  if (year < FIRST_YEAR || month - 1 > 11 || day - 1 > 30) return NO_DAY;
  const leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  if (month == 2 ? day > (leap ? 29 : 28) : day == 31 && (month == 4 || month == 6 || month == 9 || month == 11)) {
    return NO_DAY;
  }
  // Years that begin in March have their leap day at the end.
  const shifted = <i32>(month > 2 ? year : year - 1);
  const inYear = <i32>((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1);
  // Days from 0000-03-01 to 1970-01-01.
  return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + inYear - 719468;
}
