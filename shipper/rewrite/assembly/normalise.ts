/** One spelling for one person, as `functions/pseudonym/normalise.ts` defines it; on UTF-8 bytes. */
import { isSpace } from "./text";

/** How a kind of identifier is spelled. The caller's `RULES` has the same numbers. */
export enum Rule {
  /** Only stripped. */
  Text = 0,
  Lower = 1,
  Upper = 2,
  Digits = 3,
  Phone = 4,
}

@inline
function isDigit(byte: u32): bool {
  return byte - 0x30 <= 9;
}

/** Writes the spelling that is hashed. @returns its bytes, never more than it was given. */
export function normalise(rule: u32, from: usize, length: u32, to: usize): u32 {
  let end = from + length;
  while (from < end && isSpace(load<u8>(from))) from++;
  while (end > from && isSpace(load<u8>(end - 1))) end--;
  if (rule == Rule.Lower) return letters(from, end, to, 0x41, 0x20);
  if (rule == Rule.Upper) return letters(from, end, to, 0x61, -0x20);
  if (rule == Rule.Digits) return digits(from, end, to);
  if (rule == Rule.Phone) return domestic(to, digits(from, end, to));
  memory.copy(to, from, end - from);
  return <u32>(end - from);
}

/** ASCII letters from `start` on move by `shift`; all other bytes stay. */
function letters(from: usize, end: usize, to: usize, start: u32, shift: i32): u32 {
  for (let at = from; at < end; at++) {
    const byte = <u32>load<u8>(at);
    store<u8>(to + (at - from), byte - start < 26 ? byte + shift : byte);
  }
  return <u32>(end - from);
}

function digits(from: usize, end: usize, to: usize): u32 {
  let length: u32 = 0;
  for (let at = from; at < end; at++) {
    const byte = <u32>load<u8>(at);
    if (isDigit(byte)) store<u8>(to + length++, byte);
  }
  return length;
}

/** A number with Korea's country code, 82, becomes the domestic one with 0. */
function domestic(number: usize, length: u32): u32 {
  const abroad = length >= 3 && load<u16>(number) == 0x3238 && <u32>load<u8>(number + 2) - 0x31 <= 8;
  if (!abroad) return length;
  store<u8>(number, 0x30);
  memory.copy(number + 1, number + 2, length - 2);
  return length - 1;
}

/** Whether UTF-8 text holds combining marks (U+0300 to U+036F) or single letters of Hangul (U+1100 to U+11FF). */
export function isDecomposed(from: usize, length: u32): bool {
  for (let at = from, end = from + length; at < end; at++) {
    const byte = <u32>load<u8>(at);
    if (byte < 0xcc) continue;
    const second = at + 1 < end ? <u32>load<u8>(at + 1) : 0;
    if (byte == 0xcc && second >= 0x80) return true;
    if (byte == 0xcd && second >= 0x80 && second <= 0xaf) return true;
    if (byte == 0xe1 && second >= 0x84 && second <= 0x87) return true;
  }
  return false;
}
