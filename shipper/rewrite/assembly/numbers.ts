/** Numbers of text that has their form already. Only those that are exact; others are read elsewhere. */

/** Digits that a signed number of 64 bits surely holds. */
const MOST_DIGITS: u32 = 18;
/** Digits that a double surely holds, and the largest power of ten that it holds: between them one rounding is exact (Clinger). */
const EXACT_DIGITS: u32 = 15;
const EXACT_POWER: i32 = 22;
// prettier-ignore
const POWERS = memory.data<f64>([
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]);

/** What was read last. */
export let integer: i64 = 0;
export let real: f64 = 0;

const MINUS: u32 = 0x2d;
const PLUS: u32 = 0x2b;
const POINT: u32 = 0x2e;

/** Digits read, and how many of them count. */
let digits: i64 = 0;
let counted: u32 = 0;

@inline
function digitAt(at: usize): u32 {
  return <u32>load<u8>(at) - 0x30;
}

/** Reads on from {@link digits}. @returns where the digits end. */
@inline
function readDigits(at: usize, end: usize): usize {
  for (; at < end; at++) {
    const digit = digitAt(at);
    if (digit > 9) break;
    if (counted > 0 || digit > 0) counted++;
    if (counted <= MOST_DIGITS) digits = digits * 10 + digit;
  }
  return at;
}

@inline
function begin(): void {
  digits = 0;
  counted = 0;
}

@inline
function behindSign(at: usize): usize {
  const byte = <u32>load<u8>(at);
  return byte == MINUS || byte == PLUS ? at + 1 : at;
}

/** A whole number, or one with at most `scale` digits behind its point, in units of the last. @returns false beyond 18 digits. */
export function readInteger(at: usize, length: u32, scale: u32): bool {
  const end = at + length;
  begin();
  const point = readDigits(behindSign(at), end);
  let left = scale;
  if (point < end) {
    readDigits(point + 1, end);
    left -= <u32>(end - point - 1);
  }
  for (; left > 0; left--) {
    digits *= 10;
    if (counted > 0) counted++;
  }
  integer = load<u8>(at) == MINUS ? -digits : digits;
  return counted <= MOST_DIGITS;
}

/** @returns false where one rounding is not enough to be exact. */
export function readReal(at: usize, length: u32): bool {
  const end = at + length;
  begin();
  let next = readDigits(behindSign(at), end);
  let power: i32 = 0;
  if (next < end && load<u8>(next) == POINT) {
    const fraction = readDigits(next + 1, end);
    power = -(<i32>(fraction - next - 1));
    next = fraction;
  }
  if (counted > EXACT_DIGITS) return false;
  if (next < end) {
    let exponent: i32 = 0;
    for (let digit = behindSign(next + 1); digit < end; digit++) {
      exponent = exponent * 10 + <i32>digitAt(digit);
      if (exponent > 1000) return false;
    }
    power += load<u8>(next + 1) == MINUS ? -exponent : exponent;
  }
  if (power > EXACT_POWER || power < -EXACT_POWER) return false;
  const whole = <f64>digits;
  const value = power < 0 ? whole / powerOfTen(-power) : whole * powerOfTen(power);
  real = load<u8>(at) == MINUS ? -value : value;
  return true;
}

@inline
export function powerOfTen(power: i32): f64 {
  return load<f64>(POWERS + (<usize>power << 3));
}
