/**
 * Writes protobuf's wire format from a message's end to its beginning: what stands within a field is written, and so its
 * length known, before the length that comes first.
 */

/** Above that a native call is faster than a loop over the characters. */
const SHORT = 48;

export class MessageWriter {
  private bytes = Buffer.allocUnsafe(16 * 1024);
  /** Where the part that is written begins. */
  private at = this.bytes.length;

  /** Bytes written so far, by which a field tells how long it is. */
  get length(): number {
    return this.bytes.length - this.at;
  }

  /** What was written; the writer is empty then. */
  taken(): Buffer {
    const message = Buffer.from(this.bytes.subarray(this.at));
    this.clear();
    return message;
  }

  /** Forgets what was written, as after an error in the middle of a message. */
  clear(): void {
    this.at = this.bytes.length;
  }

  byte(value: number): void {
    if (this.at === 0) this.grow(1);
    this.bytes[--this.at] = value;
  }

  /** @param value a whole number from 0 to 2^31 - 1 */
  varint(value: number): void {
    if (value < 0x80) return this.byte(value);
    const last = value >>> 28 ? 4 : value >>> 21 ? 3 : value >>> 14 ? 2 : 1;
    this.byte((value >>> (7 * last)) & 0x7f);
    for (let group = last - 1; group >= 0; group--) this.byte(((value >>> (7 * group)) & 0x7f) | 0x80);
  }

  double(value: number): void {
    if (this.at < 8) this.grow(8);
    this.at -= 8;
    this.bytes.writeDoubleLE(value, this.at);
  }

  /** The field's tag and length before what was written since the writer was `end` bytes long. */
  enclose(tag: number, end: number): void {
    this.varint(this.length - end);
    this.byte(tag);
  }

  /** A field of text. */
  text(tag: number, value: string): void {
    const end = this.length;
    if (value.length > SHORT || !this.ascii(value)) {
      const size = Buffer.byteLength(value);
      if (this.at < size) this.grow(size);
      this.at -= size;
      this.bytes.write(value, this.at, size, "utf8");
    }
    this.enclose(tag, end);
  }

  /** False, and nothing written, when there is another character. */
  private ascii(value: string): boolean {
    const { length } = value;
    if (this.at < length) this.grow(length);
    const start = this.at - length;
    for (let index = 0; index < length; index++) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) return false;
      this.bytes[start + index] = code;
    }
    this.at = start;
    return true;
  }

  /** At least doubles, and keeps what was written at the end. */
  private grow(needed: number): void {
    const { length } = this;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.bytes.length, length + needed));
    this.bytes.copy(larger, larger.length - length, this.at);
    this.bytes = larger;
    this.at = larger.length - length;
  }
}
