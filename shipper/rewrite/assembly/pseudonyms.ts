/** Pseudonyms by value: each distinct value is hashed once while it is remembered, four at a time. */
import { close, DIGESTS, hmac4, hmacLong, LANES, MOST_KEYS, ONE_BLOCK } from "./hmac";
import { isDecomposed, normalise } from "./normalise";
import { BLOCK } from "./sha256";

/** Characters of a pseudonym: 16 bytes in base64url (RFC 4648), without padding. */
export const PSEUDONYM: u32 = 22;
/** Longer values go the other way. */
export const LONGEST_VALUE: u32 = 4096;

/*
 * An entry, aligned to 8: u32 hash | u16 bytes of the value | u8 key | u8 whether known | 24 bytes with the pseudonym | the
 * value, with zeros to a multiple of 8.
 */
const LENGTH: usize = 4;
const KEY: usize = 6;
const KNOWN: usize = 7;
const TEXT: usize = 8;
const VALUE: usize = 32;

/** About what stays in a core's cache; measured against 2^14 to 2^20. */
const MOST_ENTRIES: u32 = 1 << 16;
const PLACES: u32 = MOST_ENTRIES * 2;
const ARENA: usize = 8 << 20;
/** What the values of one record can take: {@link LONGEST_VALUE} for each of 200 columns. */
const RECORD: usize = 1 << 20;
const MOST_WAITING: u32 = 1024;
const MOST_PATCHES: u32 = 1 << 16;

/** Open addressing: the entry, or 0. */
const places = memory.data(4 * 2 * 65536, 16);
const arena = memory.data(8388608, 16);
const rules = memory.data(16, 16);
const waiting = memory.data(16 * 4 * 1024, 16);
const waitingCount = memory.data(16 * 4, 16);
/** Where a pseudonym is to be written when it is known: u32 place, u32 entry. */
const patches = memory.data(8 * 65536, 16);
/** Entries of the four lanes. */
const hashed = memory.data(16, 16);
const spelling = memory.data(4096 + 16, 16);
const ALPHABET = memory.data<u8>([
  65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 97, 98, 99,
  100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122,
  48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 45, 95,
]);

let entries: u32 = 0;
let used: usize = 0;
let patched: u32 = 0;

/** Values of the key are spelled by this rule. */
export function setRule(key: u32, rule: u32): void {
  store<u8>(rules + key, rule);
}

/** Makes room for another record of so many personal fields. */
@inline
export function makeRoom(fields: u32): void {
  const full = entries + fields > MOST_ENTRIES || used + RECORD > ARENA;
  if (full || patched + fields > MOST_PATCHES) settle(full);
}

/** The value's entry, or 0 for text in decomposed form. The seven bytes behind the value must be readable. */
export function entryOf(key: u32, value: usize, length: u32): usize {
  const hash = hashOf(key, value, length);
  let place = hash & (PLACES - 1);
  for (;;) {
    const found = <usize>load<u32>(places + (<usize>place << 2));
    if (found == 0) break;
    if (load<u32>(found) == hash && isSame(found, key, value, length)) return found;
    place = (place + 1) & (PLACES - 1);
  }
  if (isDecomposed(value, length)) return 0;
  const entry = arena + used;
  used += VALUE + ((<usize>length + 7) & ~7);
  entries++;
  store<u32>(entry, hash);
  store<u16>(entry + LENGTH, length);
  store<u8>(entry + KEY, key);
  store<u8>(entry + KNOWN, 0);
  for (let at: u32 = 0; at < length; at += 8) store<u64>(entry + VALUE + at, word(value, at, length));
  store<u32>(places + (<usize>place << 2), <u32>entry);
  wait(key, entry);
  return entry;
}

/** Writes the pseudonym of an entry, now or when it is known. */
@inline
export function writePseudonym(entry: usize, to: usize): void {
  if (load<u8>(entry + KNOWN) != 0) copyText(entry, to);
  else {
    const patch = patches + (<usize>patched << 3);
    store<u32>(patch, <u32>to);
    store<u32>(patch + 4, <u32>entry);
    patched++;
  }
}

/** How many pseudonyms are still to be written, to come back to. */
@inline
export function mark(): u32 {
  return patched;
}

/** Forgets what was to be written since a mark. */
@inline
export function rollBack(to: u32): void {
  patched = to;
}

/** Writes every pseudonym that is still to be written. @param forget whether values are forgotten too. */
export function settle(forget: bool): void {
  for (let key: u32 = 0; key < MOST_KEYS; key++) hashWaiting(key);
  for (let i: u32 = 0; i < patched; i++) {
    const patch = patches + (<usize>i << 3);
    copyText(load<u32>(patch + 4), load<u32>(patch));
  }
  patched = 0;
  if (!forget) return;
  memory.fill(places, 0, <usize>PLACES * 4);
  memory.fill(arena, 0, used);
  entries = 0;
  used = 0;
}

function wait(key: u32, entry: usize): void {
  const count = load<u32>(waitingCount + (<usize>key << 2));
  store<u32>(queueOf(key) + (<usize>count << 2), <u32>entry);
  store<u32>(waitingCount + (<usize>key << 2), count + 1);
  if (count + 1 == MOST_WAITING) hashWaiting(key);
}

@inline
function queueOf(key: u32): usize {
  return waiting + <usize>(key * MOST_WAITING * 4);
}

function hashWaiting(key: u32): void {
  const count = load<u32>(waitingCount + (<usize>key << 2));
  const queue = queueOf(key);
  const rule = <u32>load<u8>(rules + key);
  let lane: usize = 0;
  let long: usize = 0;
  for (let i: u32 = 0; i < count; i++) {
    const entry = <usize>load<u32>(queue + (<usize>i << 2));
    const length = normalise(rule, entry + VALUE, <u32>load<u16>(entry + LENGTH), spelling);
    if (length > ONE_BLOCK) {
      // Kept at the queue's start, which was read before.
      store<u32>(queue + (long++ << 2), <u32>entry);
      continue;
    }
    memory.copy(LANES + lane * BLOCK, spelling, length);
    close(lane, length);
    store<u32>(hashed + (lane++ << 2), <u32>entry);
    if (lane < 4) continue;
    hmac4(key);
    for (lane = 0; lane < 4; lane++) keep(lane);
    lane = 0;
  }
  if (lane > 0) {
    hmac4(key);
    for (let left: usize = 0; left < lane; left++) keep(left);
  }
  for (let i: usize = 0; i < long; i++) {
    const entry = load<u32>(queue + (i << 2));
    const length = normalise(rule, <usize>entry + VALUE, <u32>load<u16>(entry, LENGTH), spelling);
    hmacLong(key, spelling, length);
    store<u32>(hashed, entry);
    keep(0);
  }
  store<u32>(waitingCount + (<usize>key << 2), 0);
}

/** The text of a lane's digest, into the lane's entry. */
function keep(lane: usize): void {
  const entry = <usize>load<u32>(hashed + (lane << 2));
  const digest = DIGESTS + (lane << 4);
  let to = entry + TEXT;
  for (let at: usize = 0; at < 15; at += 3, to += 4) {
    const bits = (<u32>load<u8>(digest + at) << 16) | (<u32>load<u8>(digest + at, 1) << 8) | <u32>load<u8>(digest + at, 2);
    store<u8>(to, letter(bits >> 18));
    store<u8>(to, letter(bits >> 12), 1);
    store<u8>(to, letter(bits >> 6), 2);
    store<u8>(to, letter(bits), 3);
  }
  const last = <u32>load<u8>(digest, 15);
  store<u8>(to, letter(last >> 2));
  store<u8>(to, letter(last << 4), 1);
  store<u8>(entry, 1, KNOWN);
}

@inline
function letter(bits: u32): u8 {
  return load<u8>(ALPHABET + (bits & 63));
}

@inline
function copyText(entry: usize, to: usize): void {
  v128.store(to, v128.load(entry, TEXT));
  store<u64>(to + 14, load<u64>(entry + TEXT + 14));
}

/** Eight bytes of a value as a number; behind its end, zeros. */
@inline
function word(value: usize, at: u32, length: u32): u64 {
  const left = length - at;
  const bytes = load<u64>(value + at);
  return left >= 8 ? bytes : bytes & ((<u64>1 << (<u64>left << 3)) - 1);
}

function hashOf(key: u32, value: usize, length: u32): u32 {
  // Multiplication by an odd number with mixed bits (the golden ratio's), as in Fibonacci hashing.
  const factor: u64 = 0x9e3779b97f4a7c15;
  let hash = ((<u64>length << 8) | key) * factor;
  for (let at: u32 = 0; at < length; at += 8) {
    hash = (hash ^ word(value, at, length)) * factor;
    hash ^= hash >> 29;
  }
  return <u32>(hash >> 32);
}

@inline
function isSame(entry: usize, key: u32, value: usize, length: u32): bool {
  if (<u32>load<u16>(entry + LENGTH) != length || <u32>load<u8>(entry + KEY) != key) return false;
  for (let at: u32 = 0; at < length; at += 8) {
    if (load<u64>(entry + VALUE + at) != word(value, at, length)) return false;
  }
  return true;
}
