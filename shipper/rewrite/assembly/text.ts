/** UTF-8 text. */

const QUOTE: u32 = 0x22;

/** Code points. */
export function characters(from: usize, length: u32): u32 {
  let count: u32 = 0;
  for (let at = from, end = from + length; at < end; at++) count += (load<u8>(at) & 0xc0) != 0x80 ? 1 : 0;
  return count;
}

/** U+FFFD: bytes that were no character for a decoder before. */
export function hasReplacement(from: usize, end: usize): bool {
  for (let at = from; at + 2 < end; at++) {
    if (load<u8>(at) == 0xef && load<u8>(at, 1) == 0xbf && load<u8>(at, 2) == 0xbd) return true;
  }
  return false;
}

/** Writes the inside of a quoted field with one quote for two. @returns the bytes. */
export function unescape(from: usize, length: u32, to: usize): u32 {
  let written: u32 = 0;
  for (let at = from, end = from + length; at < end; at++) {
    const byte = <u32>load<u8>(at);
    store<u8>(to + written++, byte);
    if (byte == QUOTE) at++;
  }
  return written;
}

/** Writes all but the last `keep` characters as `*`, as `functions/treatment/mask.ts` defines it. @returns the bytes. */
export function mask(from: usize, length: u32, keep: u32, to: usize): u32 {
  let end = from + length;
  while (from < end && isSpace(load<u8>(from))) from++;
  while (end > from && isSpace(load<u8>(end - 1))) end--;
  const all = characters(from, <u32>(end - from));
  const hidden = keep * 2 <= all ? all - keep : all;
  memory.fill(to, 0x2a, hidden);
  let at = from;
  for (let left = hidden; at < end; at++) {
    if ((load<u8>(at) & 0xc0) == 0x80) continue;
    if (left == 0) break;
    left--;
  }
  memory.copy(to + hidden, at, end - at);
  return hidden + <u32>(end - at);
}

@inline
export function isSpace(byte: u32): bool {
  return byte == 0x20 || byte == 0x09 || byte == 0x0d || byte == 0x0a;
}

/** Copies in vectors: up to 15 bytes behind either end are read or overwritten. */
@inline
export function copy(to: usize, from: usize, length: u32): void {
  for (let at: usize = 0; at < <usize>length; at += 16) v128.store(to + at, v128.load(from + at));
}
