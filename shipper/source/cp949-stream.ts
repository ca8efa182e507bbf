/** CP949 to UTF-8, buffer by buffer, by one table look-up a character. */
import { decodeCp949 } from "../../components/contract/csv/cp949";

const FIRST_LEAD = 0x81;
const LAST_LEAD = 0xfe;
const FIRST_TRAIL = 0x41;

let table: Uint16Array | undefined;

/** Code units by both bytes; 0 where there is no character. */
function decodingTable(): Uint16Array {
  if (table !== undefined) return table;
  table = new Uint16Array(1 << 16);
  for (let lead = FIRST_LEAD; lead <= LAST_LEAD; lead++) {
    for (let trail = FIRST_TRAIL; trail <= LAST_LEAD; trail++) {
      const bytes = Buffer.from([lead, trail]);
      const character = decoded(bytes);
      if (character !== undefined) table[bytes.readUInt16BE()] = character.charCodeAt(0);
    }
  }
  return table;
}

function decoded(bytes: Buffer): string | undefined {
  try {
    return decodeCp949(bytes);
  } catch {
    return undefined;
  }
}

export class Cp949Decoder {
  private readonly table = decodingTable();
  private lead = 0;
  private taken = 0;
  /** Offset of the first byte that begins no character, counted from the first byte that the decoder got. */
  failure: number | undefined;

  /** What can be decoded: all of it, or what stands before {@link failure}. */
  decode(bytes: Buffer): Buffer {
    // Two bytes become three at most; one is carried from the buffer before.
    const out = Buffer.allocUnsafe(Math.ceil((bytes.length + 1) * 1.5) + 3);
    const { table } = this;
    let { lead } = this;
    let length = 0;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (lead === 0) {
        if (byte <= 0x7f) out[length++] = byte;
        else lead = byte;
        continue;
      }
      const point = table[(lead << 8) | byte];
      if (point === 0) {
        this.failure = this.taken + at - 1;
        break;
      }
      lead = 0;
      if (point > 0x7ff) {
        out[length++] = 0xe0 | (point >> 12);
        out[length++] = 0x80 | ((point >> 6) & 0x3f);
      } else out[length++] = 0xc0 | (point >> 6);
      out[length++] = 0x80 | (point & 0x3f);
    }
    this.lead = lead;
    this.taken += bytes.length;
    return out.subarray(0, length);
  }

  /** Tells that the text is over: it may have ended within a character. */
  end(): void {
    if (this.lead !== 0) this.failure ??= this.taken - 1;
  }
}
