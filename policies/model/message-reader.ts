/** Reads protobuf's wire format from its beginning to its end. */

/** How a field's content is told, by the last three bits of its tag. */
const VARINT = 0;
const FIXED_64 = 1;
const LENGTH = 2;
const FIXED_32 = 5;

/** Keys are remembered up to so many bytes: a plan has few, each thousands of times. */
const SHORT = 40;
const REMEMBERED = 4096;

/** The bytes are not as expected: cut off, or a form that nothing has written for years. */
export class MessageError extends Error {}

export class MessageReader {
  private at = 0;
  private readonly keys: (string | undefined)[] = new Array<string | undefined>(REMEMBERED).fill(undefined);
  private bytes: Buffer = Buffer.alloc(0);

  /** Begins a message. */
  read(message: Buffer): void {
    this.bytes = message;
    this.at = 0;
  }

  /** Where the message ends. */
  get end(): number {
    return this.bytes.length;
  }

  /** Whether there is another field before `end`. */
  isBefore(end: number): boolean {
    if (this.at > end) throw new MessageError("A field is longer than what it stands in.");
    return this.at < end;
  }

  /** A tag, a length or another whole number up to 2^31 - 1. */
  varint(): number {
    const first = this.bytes[this.at++]!;
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let shift = 7; shift <= 28; shift += 7) {
      const byte = this.bytes[this.at++]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80 && value >= 0) return value;
    }
    throw new MessageError("A number is too large, or cut off.");
  }

  /** Where the content ends whose length stands here. */
  enclosed(): number {
    const length = this.varint();
    const end = this.at + length;
    if (end > this.bytes.length) throw new MessageError("A field is longer than the message.");
    return end;
  }

  double(): number {
    if (this.at + 8 > this.bytes.length) throw new MessageError("A number is cut off.");
    this.at += 8;
    return this.bytes.readDoubleLE(this.at - 8);
  }

  text(): string {
    const end = this.enclosed();
    const text = this.bytes.toString("utf8", this.at, end);
    this.at = end;
    return text;
  }

  /** A text that stands in many places. */
  key(): string {
    const end = this.enclosed();
    const length = end - this.at;
    let hash = length;
    for (let at = this.at; at < end; at++) hash = (Math.imul(hash, 31) + this.bytes[at]!) | 0;
    const slot = (hash ^ (hash >>> 15)) & (REMEMBERED - 1);
    const known = this.keys[slot];
    if (known !== undefined && this.stands(known, length)) {
      this.at = end;
      return known;
    }
    const key = this.bytes.toString("utf8", this.at, end);
    this.at = end;
    // A text of ASCII has as many characters as bytes, so that comparing them is enough.
    if (key.length === length && length <= SHORT) this.keys[slot] = key;
    return key;
  }

  private stands(known: string, length: number): boolean {
    if (known.length !== length) return false;
    for (let index = 0; index < length; index++) {
      if (known.charCodeAt(index) !== this.bytes[this.at + index]) return false;
    }
    return true;
  }

  /** Passes over the content of a field that is not wanted. */
  skip(tag: number): void {
    switch (tag & 7) {
      case VARINT:
        while (this.bytes[this.at++]! >= 0x80);
        return;
      case FIXED_64:
        this.at += 8;
        return;
      case LENGTH:
        this.at = this.enclosed();
        return;
      case FIXED_32:
        this.at += 4;
        return;
      default:
        throw new MessageError("A field is told in a form that is not used any more.");
    }
  }
}
