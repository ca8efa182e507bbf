/**
 * Snappy's plain format (google/snappy, format_description.txt): the length, then literals and copies. Blocks of 64 KB are searched
 * each for itself, with a table of where four bytes stood last. Where nothing repeats the steps grow.
 */

const BLOCK: usize = 1 << 16;
const TABLE_BITS: i32 = 14;
const table = memory.data(2 * 16384, 16);
/** Bytes at a block's end that are not searched: four are read at a time, and compared eight at a time. */
const MARGIN: usize = 15;

/** Bytes that so many may become. */
export function longestPacked(bytes: usize): usize {
  return 32 + bytes + bytes / 6;
}

/** @returns the bytes written. */
export function pack(from: usize, bytes: usize, to: usize): usize {
  let at = to;
  let left = bytes;
  for (; left >= 0x80; left >>>= 7) store<u8>(at++, <u32>left | 0x80);
  store<u8>(at++, <u32>left);
  for (let done: usize = 0; done < bytes; done += BLOCK) {
    at = packBlock(from + done, min<usize>(BLOCK, bytes - done), at);
  }
  return at - to;
}

@inline
function hash(four: u32): usize {
  return (four * 0x1e35a7bd) >>> (32 - TABLE_BITS);
}

function packBlock(block: usize, bytes: usize, to: usize): usize {
  const end = block + bytes;
  let literal = block;
  if (bytes > MARGIN) {
    memory.fill(table, 0, 2 << TABLE_BITS);
    const last = end - MARGIN;
    let at = block + 1;
    for (;;) {
      // 32 misses a step of one, 32 of two, and so on.
      let skip: usize = 32;
      let candidate: usize = 0;
      for (;;) {
        if (at > last) return putLiteral(literal, end - literal, to);
        const four = load<u32>(at);
        const place = table + (hash(four) << 1);
        candidate = block + load<u16>(place);
        store<u16>(place, <u32>(at - block));
        if (candidate < at && load<u32>(candidate) == four) break;
        at += skip++ >> 5;
      }
      if (at > literal) to = putLiteral(literal, at - literal, to);
      let next = at + 4;
      let same = candidate + 4;
      while (next + 8 <= end && load<u64>(next) == load<u64>(same)) {
        next += 8;
        same += 8;
      }
      while (next < end && load<u8>(next) == load<u8>(same)) {
        next++;
        same++;
      }
      to = putCopies(at - candidate, next - at, to);
      literal = next;
      if (next > last) break;
      const before = load<u32>(next - 1);
      store<u16>(table + (hash(before) << 1), <u32>(next - 1 - block));
      at = next;
    }
  }
  return literal < end ? putLiteral(literal, end - literal, to) : to;
}

/** Element type 00. */
function putLiteral(from: usize, length: usize, to: usize): usize {
  const less = <u32>length - 1;
  if (less < 60) store<u8>(to++, less << 2);
  else if (less < 256) {
    store<u8>(to, 60 << 2);
    store<u8>(to + 1, less);
    to += 2;
  } else {
    store<u8>(to, 61 << 2);
    store<u16>(to + 1, less);
    to += 3;
  }
  memory.copy(to, from, length);
  return to + length;
}

/** Element types 01 (4 to 11 bytes within 2047) and 10 (up to 64 bytes). */
function putCopies(distance: usize, length: usize, to: usize): usize {
  while (length >= 68) {
    to = putLongCopy(distance, 64, to);
    length -= 64;
  }
  // What is left has at least the four bytes of the short form.
  if (length > 64) {
    to = putLongCopy(distance, 60, to);
    length -= 60;
  }
  if (length >= 12 || distance >= 2048) return putLongCopy(distance, length, to);
  store<u8>(to, 1 | ((<u32>length - 4) << 2) | ((<u32>distance >> 8) << 5));
  store<u8>(to + 1, <u32>distance);
  return to + 2;
}

@inline
function putLongCopy(distance: usize, length: usize, to: usize): usize {
  store<u8>(to, 2 | ((<u32>length - 1) << 2));
  store<u16>(to + 1, <u32>distance);
  return to + 3;
}
