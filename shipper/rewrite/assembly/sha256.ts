/**
 * SHA-256 (FIPS 180-4) of four messages at a time: word i of all four stands in one vector. WebAssembly has no SHA
 * instructions, so four lanes are what makes it fast.
 */

/** Round constants: the first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
// prettier-ignore
const K = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);

/** The state before any message: square roots of the first 8 primes. */
// prettier-ignore
const INITIAL = memory.data<u32>([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);

/** Bytes of a vector, of a block, and of a state. */
export const VECTOR: usize = 16;
export const BLOCK: usize = 64;
export const STATE: usize = 8 * VECTOR;

/** Message schedule; its first 16 vectors are the block. */
export const SCHEDULE = memory.data(64 * 16, 16);

@inline
function rotated(x: v128, by: i32): v128 {
  return v128.or(i32x4.shr_u(x, by), i32x4.shl(x, 32 - by));
}

@inline
function xor3(a: v128, b: v128, c: v128): v128 {
  return v128.xor(v128.xor(a, b), c);
}

@inline
function scheduled(t: usize): v128 {
  return v128.load(SCHEDULE + t * VECTOR);
}

/** What round `t` adds: h, the choice of f and g by e, the constant and the schedule's word. */
@inline
function first(e: v128, f: v128, g: v128, h: v128, t: usize): v128 {
  const sum = xor3(rotated(e, 6), rotated(e, 11), rotated(e, 25));
  const choice = v128.bitselect(f, g, e);
  const word = i32x4.add(scheduled(t), v128.load32_splat(K + t * 4));
  return i32x4.add(i32x4.add(h, word), i32x4.add(sum, choice));
}

@inline
function second(a: v128, b: v128, c: v128): v128 {
  const sum = xor3(rotated(a, 2), rotated(a, 13), rotated(a, 22));
  return i32x4.add(sum, v128.bitselect(c, a, v128.xor(a, b)));
}

/** Sets four lanes of a state to one state of eight words, or to the initial one. */
export function begin(state: usize, words: usize = INITIAL): void {
  for (let i: usize = 0; i < 8; i++) v128.store(state + i * VECTOR, v128.load32_splat(words + i * 4));
}

/** Takes the block at the start of {@link SCHEDULE} into the state. */
export function compress(state: usize): void {
  for (let t: usize = 16; t < 64; t++) {
    const early = scheduled(t - 15);
    const late = scheduled(t - 2);
    const small0 = xor3(rotated(early, 7), rotated(early, 18), i32x4.shr_u(early, 3));
    const small1 = xor3(rotated(late, 17), rotated(late, 19), i32x4.shr_u(late, 10));
    const word = i32x4.add(i32x4.add(scheduled(t - 16), small0), i32x4.add(scheduled(t - 7), small1));
    v128.store(SCHEDULE + t * VECTOR, word);
  }
  let a = v128.load(state);
  let b = v128.load(state, 16);
  let c = v128.load(state, 32);
  let d = v128.load(state, 48);
  let e = v128.load(state, 64);
  let f = v128.load(state, 80);
  let g = v128.load(state, 96);
  let h = v128.load(state, 112);
  // Eight rounds a turn: the variables change places instead of values.
  for (let t: usize = 0; t < 64; t += 8) {
    let sum = first(e, f, g, h, t);
    d = i32x4.add(d, sum);
    h = i32x4.add(sum, second(a, b, c));
    sum = first(d, e, f, g, t + 1);
    c = i32x4.add(c, sum);
    g = i32x4.add(sum, second(h, a, b));
    sum = first(c, d, e, f, t + 2);
    b = i32x4.add(b, sum);
    f = i32x4.add(sum, second(g, h, a));
    sum = first(b, c, d, e, t + 3);
    a = i32x4.add(a, sum);
    e = i32x4.add(sum, second(f, g, h));
    sum = first(a, b, c, d, t + 4);
    h = i32x4.add(h, sum);
    d = i32x4.add(sum, second(e, f, g));
    sum = first(h, a, b, c, t + 5);
    g = i32x4.add(g, sum);
    c = i32x4.add(sum, second(d, e, f));
    sum = first(g, h, a, b, t + 6);
    f = i32x4.add(f, sum);
    b = i32x4.add(sum, second(c, d, e));
    sum = first(f, g, h, a, t + 7);
    e = i32x4.add(e, sum);
    a = i32x4.add(sum, second(b, c, d));
  }
  v128.store(state, i32x4.add(a, v128.load(state)));
  v128.store(state, i32x4.add(b, v128.load(state, 16)), 16);
  v128.store(state, i32x4.add(c, v128.load(state, 32)), 32);
  v128.store(state, i32x4.add(d, v128.load(state, 48)), 48);
  v128.store(state, i32x4.add(e, v128.load(state, 64)), 64);
  v128.store(state, i32x4.add(f, v128.load(state, 80)), 80);
  v128.store(state, i32x4.add(g, v128.load(state, 96)), 96);
  v128.store(state, i32x4.add(h, v128.load(state, 112)), 112);
}

/** Turns the bytes of each 32-bit word around: SHA-256 reads big-endian words. */
@inline
export function turned(words: v128): v128 {
  return i8x16.shuffle(words, words, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

/** Stores four rows of a 4x4 matrix of words as its columns, `step` bytes apart. */
@inline
export function transpose(to: usize, step: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab0 = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const ab1 = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const cd0 = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const cd1 = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(ab0, cd0, 0, 2));
  v128.store(to + step, i64x2.shuffle(ab0, cd0, 1, 3));
  v128.store(to + 2 * step, i64x2.shuffle(ab1, cd1, 0, 2));
  v128.store(to + 3 * step, i64x2.shuffle(ab1, cd1, 1, 3));
}
