/**
 * Looks for millions of byte strings in bytes at once. Three stages, each rarer than the one before:
 *
 * 1. a Bloom filter of the first eight bytes of every pattern, asked at every position;
 * 2. where it says perhaps, a hash over the bytes that follow, looked up at every length that a pattern has;
 * 3. where the table knows the hash, a comparison with the pattern's own bytes. So nothing is found by a hash alone, and
 *    nothing is missed: neither stage before can say no to a pattern that stands there.
 *
 * Patterns are not kept. The table holds their numbers, six bytes for each, and the third stage makes the bytes again.
 */

/** One spelling of one value, as it is reported: never the value itself. */
export interface Pattern {
  readonly encoding: string;
  /** Position of the value in the list searched for. */
  readonly value: number;
}

/** Byte strings to look for, numbered. */
export interface PatternSet {
  /** Numbers are below this; some may be unused. */
  readonly size: number;
  /** Gives every pattern, each byte string of a value once. */
  each(take: (bytes: Uint8Array, number: number) => void): void;
  bytesOf(number: number): Uint8Array;
  describe(number: number): Pattern;
}

const PREFIX = 8;
/** Bits of the filter for each pattern: with three of them set, fewer than one position in 200 passes for nothing. */
const BITS_A_PATTERN = 16;
const LEAST_FILTER_BITS = 16;
/** 64 MiB; beyond 2^25 patterns more positions pass for nothing. */
const MOST_FILTER_BITS = 29;

export class ByteSearch {
  /** Patterns looked for. */
  readonly patterns: number;
  private readonly filter: Uint8Array;
  private readonly filterShift: number;
  /** Open addressing: number of the pattern and 1; 0 is a free place. */
  private readonly numbers: Uint32Array;
  private readonly checks: Uint16Array;
  /** 1 at each length that a pattern has. */
  private readonly lengths: Uint8Array;

  /** @throws RangeError for a pattern shorter than eight bytes: it would be found by chance. */
  constructor(private readonly sets: readonly PatternSet[]) {
    const most = sets.reduce((sum, { size }) => sum + size, 0);
    const bits = Math.ceil(Math.log2(Math.max(1, most * BITS_A_PATTERN)));
    const filterBits = Math.min(MOST_FILTER_BITS, Math.max(LEAST_FILTER_BITS, bits));
    this.filter = new Uint8Array(2 ** (filterBits - 3));
    this.filterShift = 32 - filterBits;
    // About a third of the numbers is never used (values that two encodings spell alike), so places stay free.
    this.numbers = new Uint32Array(Math.ceil(most * 1.1) + 1);
    this.checks = new Uint16Array(this.numbers.length);
    const lengths: number[] = [];
    let patterns = 0;
    let first = 0;
    for (const set of sets) {
      set.each((bytes, number) => {
        if (bytes.length < PREFIX) throw new RangeError(`A pattern has fewer than ${PREFIX} bytes`);
        lengths[bytes.length] = 1;
        this.add(bytes, first + number);
        patterns += 1;
      });
      first += set.size;
    }
    this.patterns = patterns;
    this.lengths = Uint8Array.from({ length: lengths.length }, (_, length) => lengths[length] ?? 0);
  }

  /** Patterns that stand in any of the given byte strings, each once. */
  find(...layers: readonly Uint8Array[]): Pattern[] {
    const found = new Set<number>();
    for (const layer of layers) this.scan(layer, found);
    return [...found].map((number) => this.owner(number, (set, own) => set.describe(own)));
  }

  private add(bytes: Uint8Array, number: number): void {
    let hash = prefixHash(word(bytes, 0), word(bytes, 4));
    for (let probe = 0; probe < PROBES; probe++) {
      const bit = hash >>> this.filterShift;
      this.filter[bit >>> 3]! |= 1 << (bit & 7);
      hash = nextProbe(hash);
    }
    let [a, b] = [SEED_A, SEED_B];
    for (const byte of bytes) {
      a = Math.imul(a ^ byte, FNV_PRIME);
      b = Math.imul(b + byte, GOLDEN);
    }
    let place = this.place(a, b);
    while (this.numbers[place] !== 0) place = place + 1 === this.numbers.length ? 0 : place + 1;
    this.numbers[place] = number + 1;
    this.checks[place] = b >>> 16;
  }

  private scan(bytes: Uint8Array, found: Set<number>): void {
    const { filter, filterShift } = this;
    let high = 0;
    let low = 0;
    for (let end = 0; end < bytes.length; end++) {
      high = (high << 8) | (low >>> 24);
      low = (low << 8) | bytes[end]!;
      let hash = prefixHash(high, low);
      let bit = hash >>> filterShift;
      if ((filter[bit >>> 3]! & (1 << (bit & 7))) === 0) continue;
      hash = nextProbe(hash);
      bit = hash >>> filterShift;
      if ((filter[bit >>> 3]! & (1 << (bit & 7))) === 0) continue;
      bit = nextProbe(hash) >>> filterShift;
      if ((filter[bit >>> 3]! & (1 << (bit & 7))) === 0) continue;
      if (end >= PREFIX - 1) this.compareAt(bytes, end - PREFIX + 1, found);
    }
  }

  private compareAt(bytes: Uint8Array, start: number, found: Set<number>): void {
    const { lengths } = this;
    const most = Math.min(lengths.length - 1, bytes.length - start);
    let a = SEED_A;
    let b = SEED_B;
    for (let length = 1; length <= most; length++) {
      const byte = bytes[start + length - 1]!;
      a = Math.imul(a ^ byte, FNV_PRIME);
      b = Math.imul(b + byte, GOLDEN);
      if (lengths[length] === 1) this.lookUp(bytes, start, length, this.place(a, b), b >>> 16, found);
    }
  }

  private lookUp(
    bytes: Uint8Array,
    start: number,
    length: number,
    from: number,
    check: number,
    found: Set<number>,
  ): void {
    const { numbers, checks } = this;
    for (let place = from; numbers[place] !== 0; place = place + 1 === numbers.length ? 0 : place + 1) {
      if (checks[place] !== check) continue;
      const number = numbers[place]! - 1;
      if (found.has(number)) continue;
      const pattern = this.owner(number, (set, own) => set.bytesOf(own));
      if (pattern.length === length && pattern.every((byte, at) => byte === bytes[start + at]))
        found.add(number);
    }
  }

  private place(a: number, b: number): number {
    const mixed = Math.imul(a ^ (b >>> 15), GOLDEN);
    return Math.floor((((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32) * this.numbers.length);
  }

  private owner<Result>(number: number, ask: (set: PatternSet, own: number) => Result): Result {
    let own = number;
    for (const set of this.sets) {
      if (own < set.size) return ask(set, own);
      own -= set.size;
    }
    throw new RangeError(`There is no pattern ${number}`);
  }
}

const PROBES = 3;
/** FNV-1a's constants (32 bits), and Knuth's multiplier; hashes only choose places, so any good mixing would do. */
const [SEED_A, FNV_PRIME] = [0x811c9dc5 | 0, 0x01000193];
const [SEED_B, GOLDEN] = [0x2545f491, 0x9e3779b1 | 0];

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

function prefixHash(high: number, low: number): number {
  const mixed = Math.imul(high, GOLDEN) ^ Math.imul(low ^ (low >>> 13), 0x85ebca6b | 0);
  return Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35 | 0);
}

/** The sum keeps 0 from following 0: a run of zero bytes, of which files are full, would ask one bit three times. */
function nextProbe(hash: number): number {
  return (Math.imul(hash ^ (hash >>> 13), 0x27d4eb2f) + GOLDEN) | 0;
}
