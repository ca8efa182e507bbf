/** HMAC-SHA-256 (RFC 2104) of four values at a time. The states after the key's pads are kept: two blocks a value, not four. */
import { begin, BLOCK, compress, SCHEDULE, STATE, transpose, turned, VECTOR } from "./sha256";

/** Keys that can be loaded: one a kind of identifier. */
export const MOST_KEYS: u32 = 16;
/** Longest value that fits one block behind the pad: the block's length bytes and the closing bit need nine. */
export const ONE_BLOCK: u32 = 55;
/** Bytes of a digest that make a pseudonym. */
const PSEUDONYM: usize = 16;

const WORDS: usize = 32;
/** For each key, the eight words behind its inner pad and behind its outer pad. */
const PADDED = memory.data(16 * 2 * 32, 16);
/** A key's pads, written by the caller: inner, then outer. */
export const PADS = memory.data(2 * 64, 16);
/** Four blocks, one a lane. */
export const LANES = memory.data(4 * 64, 16);
/** The first 16 bytes of four digests. */
export const DIGESTS = memory.data(4 * 16, 16);

const state = memory.data(8 * 16, 16);

@inline
function padded(key: u32, outer: bool): usize {
  return PADDED + (<usize>key * 2 + (outer ? 1 : 0)) * WORDS;
}

/** Keeps the states behind {@link PADS} under a number, and forgets the pads. */
export function loadKey(key: u32): void {
  for (let side: u32 = 0; side < 2; side++) {
    for (let lane: usize = 0; lane < 4; lane++) memory.copy(LANES + lane * BLOCK, PADS + <usize>side * BLOCK, BLOCK);
    begin(state);
    fromLanes();
    compress(state);
    const to = padded(key, side == 1);
    for (let i: usize = 0; i < 8; i++) store<u32>(to + i * 4, load<u32>(state + i * VECTOR));
  }
  memory.fill(PADS, 0, 2 * BLOCK);
  memory.fill(LANES, 0, 4 * BLOCK);
}

/** Closes a lane's block behind a message of so many bytes that follows one block of pad. */
@inline
export function close(lane: usize, length: u32): void {
  const block = LANES + lane * BLOCK;
  memory.fill(block + length, 0, BLOCK - length);
  store<u8>(block + length, 0x80);
  // The bits' number stands big-endian at the end; it fits the last four bytes.
  store<u32>(block + 60, bswap<u32>((<u32>BLOCK + length) * 8));
}

/** {@link DIGESTS} of the four closed blocks in {@link LANES} under a key. */
export function hmac4(key: u32): void {
  begin(state, padded(key, false));
  fromLanes();
  compress(state);
  finish(key);
}

/** The first of {@link DIGESTS}, of a message of any length. */
export function hmacLong(key: u32, message: usize, length: u32): void {
  begin(state, padded(key, false));
  let at: u32 = 0;
  for (; length - at >= <u32>BLOCK; at += <u32>BLOCK) {
    memory.copy(LANES, message + at, BLOCK);
    fromLanes();
    compress(state);
  }
  const rest = length - at;
  memory.copy(LANES, message + at, rest);
  memory.fill(LANES + rest, 0, BLOCK - rest);
  store<u8>(LANES + rest, 0x80);
  if (rest > ONE_BLOCK) {
    fromLanes();
    compress(state);
    memory.fill(LANES, 0, BLOCK);
  }
  store<u64>(LANES + 56, bswap<u64>((<u64>BLOCK + length) * 8));
  fromLanes();
  compress(state);
  finish(key);
}

/** The outer hash: over the inner digest, which already stands in lanes. */
function finish(key: u32): void {
  memory.copy(SCHEDULE, state, STATE);
  v128.store(SCHEDULE + 8 * VECTOR, i32x4.splat(0x80000000));
  for (let i: usize = 9; i < 15; i++) v128.store(SCHEDULE + i * VECTOR, i32x4.splat(0));
  v128.store(SCHEDULE + 15 * VECTOR, i32x4.splat((64 + 32) * 8));
  begin(state, padded(key, true));
  compress(state);
  transpose(
    DIGESTS,
    PSEUDONYM,
    turned(v128.load(state)),
    turned(v128.load(state, 16)),
    turned(v128.load(state, 32)),
    turned(v128.load(state, 48)),
  );
}

/** The block of the schedule: word i of each lane side by side. */
function fromLanes(): void {
  for (let i: usize = 0; i < 4; i++) {
    const at = LANES + i * VECTOR;
    transpose(
      SCHEDULE + i * 4 * VECTOR,
      VECTOR,
      turned(v128.load(at)),
      turned(v128.load(at, 64)),
      turned(v128.load(at, 128)),
      turned(v128.load(at, 192)),
    );
  }
}
