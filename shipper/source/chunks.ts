/** Record-aligned pieces of a source. Where one ends depends on the text alone, so that a resumed run cuts the same ones. */
import { isUtf8 } from "node:buffer";
import { ShipError } from "../ship-error";
import type { CutRecords } from "./records";
import { BYTE_ORDER_MARK, EncodingError, firstInvalid, type TextReader } from "./text";

/** Longest record. More is a quote that nobody closed, or no text. */
export const LONGEST_RECORD_BYTES = 16 * 1024 * 1024;

const LF = 0x0a;
/** What decoders write for bytes that are no character, U+FFFD. */
const REPLACEMENT = Buffer.from("\ufffd");

/** Chunks whose memory is kept. */
const MOST_FREE = 4;

/** UTF-8 text of whole records. */
export interface Chunk {
  /** Alone in its memory, which other threads read. */
  readonly bytes: Buffer;
  /** Line of the first record in the source, from 1. */
  readonly firstLine: number;
  /** Whether it begins the source. */
  readonly first: boolean;
  /** Whether U+FFFD stands anywhere in it. */
  readonly replacements: boolean;
}

export interface ChunkOptions {
  /** For messages. */
  readonly path: string;
  readonly cut: CutRecords;
  /** A chunk ends with the first record that ends at this many bytes or behind. */
  readonly chunkBytes: number;
  /** @default {@link LONGEST_RECORD_BYTES} */
  readonly longestRecord?: number;
}

/**
 * Closes the text at its end, or when nobody asks for more.
 * @throws ShipError for bytes that are no text, a quote that is never closed, and a record that is too long.
 */
export async function* chunksOf(text: TextReader, options: ChunkOptions): AsyncGenerator<Chunk> {
  const { path, cut, chunkBytes, longestRecord = LONGEST_RECORD_BYTES } = options;
  let bytes = memoryOf(chunkBytes + longestRecord);
  let filled = 0;
  let firstLine = 1;
  /** Of the buffer in the source's text. */
  let offset = 0;
  let first = true;
  /** Chunks that are complete in the buffer. */
  const cutOff = function* (last: boolean): Generator<Chunk> {
    while (filled > 0) {
      const found = cut(bytes, filled, chunkBytes, last);
      if ("open" in found) {
        const line = firstLine + count(bytes.subarray(0, found.open), LF);
        if (filled - found.open > longestRecord) throw tooLong(path, line, longestRecord);
        if (!last) return;
        throw new ShipError(
          path,
          `the record at line ${line} has a quote that is never closed`,
          'write "" for a quote inside a quoted field',
        );
      }
      const { end } = found;
      const whole = bytes;
      const chunk = { bytes: whole.subarray(0, end), firstLine, first };
      refuseOtherText(path, chunk, offset);
      // The chunk keeps its memory; what follows moves to another.
      const rest = whole.subarray(end, filled);
      bytes = memoryOf(chunkBytes + longestRecord);
      filled = rest.copy(bytes);
      offset += end;
      firstLine += count(chunk.bytes, LF);
      first = false;
      yield { ...chunk, replacements: chunk.bytes.includes(REPLACEMENT) };
    }
  };
  try {
    for (;;) {
      const read = await text.read(bytes, filled);
      if (read === 0) break;
      filled += read;
      if (first && offset === 0 && filled >= BYTE_ORDER_MARK.length && isMarked(bytes)) {
        bytes.copyWithin(0, BYTE_ORDER_MARK.length, filled);
        filled -= BYTE_ORDER_MARK.length;
        offset = BYTE_ORDER_MARK.length;
      }
      // One byte short of full, a record that long would never end.
      if (filled >= chunkBytes) yield* cutOff(false);
      if (filled === bytes.length) throw tooLong(path, firstLine, longestRecord);
    }
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    const line = firstLine + count(bytes.subarray(0, filled), LF);
    throw notText(path, error.offset, line, "CP949");
  } finally {
    await text.close();
  }
  yield* cutOff(true);
}

/**
 * Memory of chunks that are done with: fresh memory costs as much as reading into it. Shared, because memory that moves
 * between threads is counted anew by each, and its size makes V8 collect garbage where there is none.
 */
const free: SharedArrayBuffer[] = [];

/** Gives a chunk's memory back. */
export function reuse(memory: ArrayBufferLike): void {
  if (memory instanceof SharedArrayBuffer && free.length < MOST_FREE) free.push(memory);
}

function memoryOf(bytes: number): Buffer {
  const found = free.findIndex(({ byteLength }) => byteLength === bytes);
  return found < 0 ? Buffer.from(new SharedArrayBuffer(bytes)) : Buffer.from(free.splice(found, 1)[0]);
}

function isMarked(bytes: Buffer): boolean {
  return bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
}

/** @param offset of the chunk in the source. */
function refuseOtherText(
  path: string,
  { bytes, firstLine }: Pick<Chunk, "bytes" | "firstLine">,
  offset: number,
): void {
  const lineAt = (place: number) => firstLine + count(bytes.subarray(0, place), LF);
  const zero = bytes.indexOf(0);
  if (zero >= 0) {
    throw new ShipError(
      path,
      `byte ${offset + zero}, line ${lineAt(zero)}, is NUL`,
      "remove it, or save the file as UTF-8 or CP949",
    );
  }
  if (isUtf8(bytes)) return;
  const place = firstInvalid(bytes);
  throw notText(path, offset + place, lineAt(place), "UTF-8");
}

function notText(path: string, offset: number, line: number, encoding: string): ShipError {
  return new ShipError(
    path,
    `byte ${offset}, line ${line}, is no character of ${encoding}`,
    "save the file as UTF-8, or name its encoding with --encoding if the start of the file misled",
  );
}

function tooLong(path: string, line: number, limit: number): ShipError {
  return new ShipError(
    path,
    `the record at line ${line} is longer than ${limit} bytes`,
    'close its quotes: "" stands for a quote inside a quoted field',
  );
}

function count(bytes: Buffer, byte: number): number {
  let found = 0;
  for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) found++;
  return found;
}
