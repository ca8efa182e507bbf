/** Looks for many byte strings in bytes at once: a table of their first eight bytes, then a full comparison. */
import type { Pattern } from "./encodings";

/** Bits of the filter that most positions fail at once; 4 MiB as bytes, well above any number of patterns here. */
const FILTER_BITS = 22;
const PREFIX = 8;

export class ByteSearch {
  private readonly filter = new Uint8Array(1 << FILTER_BITS);
  private readonly byPrefix = new Map<string, Pattern[]>();

  /** @throws RangeError for a pattern shorter than eight bytes: it would be found by chance. */
  constructor(patterns: readonly Pattern[]) {
    for (const pattern of patterns) {
      if (pattern.bytes.length < PREFIX) throw new RangeError(`A pattern has fewer than ${PREFIX} bytes`);
      const { bytes } = pattern;
      this.filter[slot(bytes.readUInt32BE(0), bytes.readUInt32BE(4))] = 1;
      const prefix = bytes.toString("latin1", 0, PREFIX);
      const alike = this.byPrefix.get(prefix);
      if (alike === undefined) this.byPrefix.set(prefix, [pattern]);
      else alike.push(pattern);
    }
  }

  /** Patterns found in the bytes, each once. */
  find(bytes: Uint8Array): Pattern[] {
    const found = new Set<Pattern>();
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let high = 0;
    let low = 0;
    for (let end = 0; end < buffer.length; end++) {
      high = ((high << 8) | (low >>> 24)) >>> 0;
      low = ((low << 8) | buffer[end]!) >>> 0;
      if (this.filter[slot(high, low)] === 0 || end < PREFIX - 1) continue;
      const start = end - PREFIX + 1;
      for (const pattern of this.byPrefix.get(buffer.toString("latin1", start, start + PREFIX)) ?? []) {
        const { length } = pattern.bytes;
        if (buffer.compare(pattern.bytes, 0, length, start, Math.min(start + length, buffer.length)) === 0) {
          found.add(pattern);
        }
      }
    }
    return [...found];
  }
}

/** Knuth's multiplicative hash of both halves. */
function slot(high: number, low: number): number {
  return (Math.imul(high, 2654435761) ^ Math.imul(low, 2246822519)) >>> (32 - FILTER_BITS);
}
