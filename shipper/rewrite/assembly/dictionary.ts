/** The distinct values of a column's row group, while they are few. */
import { copy } from "./text";

/** Rows of a group at most, as the engine writes them. */
export const GROUP: u32 = 122880;
/** A dictionary's bytes: a page that readers hold whole. */
export const MOST_BYTES: usize = 1 << 20;
/** Values after which it is told whether they repeat; before, even few people look like many. */
const TELLING: u32 = 8192;

/** Twice the values that can be in a dictionary, half of {@link GROUP}, as a power of two. */
const PLACES: u32 = 131072;
/** Open addressing: 1 and the value's number, or 0. */
const places = memory.data(4 * 131072, 16);
/** The distinct values: u32 address | u32 bytes, or the bits of a number. */
const values = memory.data(8 * 61440, 16);
/** The number in the dictionary of each value of the group. */
export const indices = memory.data(4 * 122880 + 64, 16);
export let distinct: u32 = 0;
/** Of the values. */
let bytes: usize = 0;

function begin(): void {
  memory.fill(places, 0, <usize>PLACES * 4);
  distinct = 0;
  bytes = 0;
}

/** Whether there are too many distinct values among the first `seen` of `count`. */
@inline
function areMany(seen: u32, count: u32): bool {
  return distinct * 2 >= count || (seen >= TELLING && distinct * 4 > seen * 3) || bytes > MOST_BYTES;
}

/** @param texts u32 address | u32 bytes. @returns whether there is a dictionary of them. */
export function ofTexts(texts: usize, count: u32): bool {
  begin();
  for (let i: u32 = 0; i < count; i++) {
    const text = texts + (<usize>i << 3);
    const from = <usize>load<u32>(text);
    const length = load<u32>(text, 4);
    let place = hashOf(from, length) & (PLACES - 1);
    let number: u32;
    for (;;) {
      number = load<u32>(places + (<usize>place << 2));
      if (number == 0) break;
      const other = values + (<usize>(number - 1) << 3);
      if (load<u32>(other, 4) == length && isSame(<usize>load<u32>(other), from, length)) break;
      place = (place + 1) & (PLACES - 1);
    }
    if (number == 0) {
      if (areMany(i, count)) return false;
      store<u64>(values + (<usize>distinct << 3), load<u64>(text));
      bytes += 4 + <usize>length;
      number = ++distinct;
      store<u32>(places + (<usize>place << 2), number);
    }
    store<u32>(indices + (<usize>i << 2), number - 1);
  }
  return bytes <= MOST_BYTES;
}

/** @param numbers 8 bytes each, of which `width` are stored. @returns whether there is a dictionary of them. */
export function ofNumbers(numbers: usize, count: u32, width: u32): bool {
  begin();
  for (let i: u32 = 0; i < count; i++) {
    const bits = load<u64>(numbers + (<usize>i << 3));
    let place = mixed(bits) & (PLACES - 1);
    let number: u32;
    for (;;) {
      number = load<u32>(places + (<usize>place << 2));
      if (number == 0 || load<u64>(values + (<usize>(number - 1) << 3)) == bits) break;
      place = (place + 1) & (PLACES - 1);
    }
    if (number == 0) {
      if (areMany(i, count)) return false;
      store<u64>(values + (<usize>distinct << 3), bits);
      bytes += width;
      number = ++distinct;
      store<u32>(places + (<usize>place << 2), number);
    }
    store<u32>(indices + (<usize>i << 2), number - 1);
  }
  return bytes + ((<usize>count * indexBits()) >> 3) < <usize>count * width;
}

/** The distinct values in the order of their numbers. */
@inline
export function entries(): usize {
  return values;
}

/** Bits of an index; at least one, as some readers want. */
export function indexBits(): u32 {
  return distinct <= 2 ? 1 : 32 - clz(distinct - 1);
}

/** Writes texts as PLAIN: u32 bytes | text. @returns the end. */
export function putTexts(texts: usize, count: u32, to: usize): usize {
  for (let i: u32 = 0; i < count; i++) {
    const text = texts + (<usize>i << 3);
    const length = load<u32>(text, 4);
    store<u32>(to, length);
    copy(to + 4, load<u32>(text), length);
    to += 4 + <usize>length;
  }
  return to;
}

/** Writes numbers as PLAIN in `width` bytes. @returns the end. */
export function putNumbers(numbers: usize, count: u32, width: u32, to: usize): usize {
  if (width == 8) memory.copy(to, numbers, <usize>count << 3);
  else for (let i: u32 = 0; i < count; i++) store<u32>(to + (<usize>i << 2), load<u32>(numbers + (<usize>i << 3)));
  return to + <usize>count * width;
}

/** The golden ratio's bits, as in Fibonacci hashing. */
const FACTOR: u64 = 0x9e3779b97f4a7c15;

@inline
function mixed(bits: u64): u32 {
  const product = (bits ^ (bits >>> 32)) * FACTOR;
  return <u32>(product >>> 40);
}

@inline
function hashOf(from: usize, length: u32): u32 {
  let hash: u64 = length;
  let at: u32 = 0;
  for (; at + 8 <= length; at += 8) {
    hash = (hash ^ load<u64>(from + at)) * FACTOR;
    hash ^= hash >>> 29;
  }
  if (at < length) hash = (hash ^ tail(from + at, length - at)) * FACTOR;
  return <u32>(hash >>> 40);
}

@inline
function isSame(left: usize, right: usize, length: u32): bool {
  let at: u32 = 0;
  for (; at + 8 <= length; at += 8) if (load<u64>(left + at) != load<u64>(right + at)) return false;
  return at == length || tail(left + at, length - at) == tail(right + at, length - at);
}

/** The last one to seven bytes. */
@inline
function tail(from: usize, length: u32): u64 {
  return load<u64>(from) & ((<u64>1 << (<u64>length << 3)) - 1);
}
