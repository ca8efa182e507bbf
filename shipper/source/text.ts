/** A source file as UTF-8 text: unpacked, decoded; never all of it in memory. */
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createGunzip, gunzipSync, constants } from "node:zlib";
import { ShipError, systemCode } from "../ship-error";
import { Cp949Decoder } from "./cp949-stream";

export type Encoding = "utf-8" | "cp949";
export const ENCODINGS: readonly Encoding[] = ["utf-8", "cp949"];

/** As curation's: enough to meet Korean text in a file of Korean text. */
const SAMPLE_BYTES = 1 << 18;
/** Large reads keep the disk busy while a chunk is scanned. */
const READ_BYTES = 1 << 22;
export const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** RFC 1952, 2.3.1. */
const GZIP = Buffer.from([0x1f, 0x8b]);
const ZIP = Buffer.from("PK\x03\x04", "latin1");

/** Bytes that are no text of the encoding, told with their offset in the unpacked file. */
export class EncodingError extends Error {
  constructor(readonly offset: number) {
    super(`byte ${offset} is no character`);
    this.name = "EncodingError";
  }
}

export function isPacked(path: string): boolean {
  return path.toLowerCase().endsWith(".gz");
}

/** The first bytes of the unpacked file, as they are. */
export async function readStart(path: string): Promise<Buffer> {
  const file = await opened(path);
  let packed = false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0);
    const start = buffer.subarray(0, bytesRead);
    if (!isPacked(path)) return start;
    packed = start.subarray(0, GZIP.length).equals(GZIP);
    // Without a flush at the end, a file that is cut off here would be an error.
    return gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, SAMPLE_BYTES);
  } catch (error) {
    if (!isPacked(path)) throw error;
    if (packed) throw damaged(path);
    throw new ShipError(path, "is no gzip file", "pack it with gzip, or name the unpacked file");
  } finally {
    await file.close();
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (error) {
    throw new ShipError(path, `can't be read (${systemCode(error)})`, "name a file that you may read");
  }
}

/** @throws ShipError for workbooks, UTF-16 and anything that is neither UTF-8 nor CP949. */
export function encodingOf(path: string, start: Buffer): Encoding {
  if (start.subarray(0, 4).equals(ZIP)) {
    throw new ShipError(path, "is a workbook or an archive", "save the sheet as CSV (UTF-8 or CP949)");
  }
  if (start.includes(0)) throw new ShipError(path, "holds NUL bytes (UTF-16?)", "save it as UTF-8 or CP949");
  if (decodes(start)) return "utf-8";
  const decoder = new Cp949Decoder();
  decoder.decode(start);
  if (decoder.failure === undefined) return "cp949";
  // A file of one of them with a single wrong byte is read further as that one.
  const invalid = firstInvalid(start);
  const [at, nearer] = invalid > decoder.failure ? [invalid, "UTF-8"] : [decoder.failure, "CP949"];
  throw new ShipError(
    path,
    `is neither UTF-8 nor CP949: byte ${at}, line ${lineAt(start, at)}, is no character of ${nearer}`,
    "save it as one of them",
  );
}

/** Line, from 1, that the offset is in. */
function lineAt(bytes: Buffer, offset: number): number {
  return 1 + bytes.subarray(0, offset).filter((byte) => byte === 0x0a).length;
}

/** The text of the first bytes, in full characters. */
export function textOfStart(start: Buffer, encoding: Encoding): string {
  const bytes = encoding === "cp949" ? new Cp949Decoder().decode(start) : withoutMark(start);
  return new TextDecoder("utf-8").decode(bytes, { stream: true });
}

/** A text that is read piece by piece. */
export interface TextReader {
  /**
   * Writes what comes next into the buffer, from `at` on.
   * @returns bytes, 0 at the end.
   * @throws EncodingError behind the last text that could be decoded.
   */
  read(into: Buffer, at: number): Promise<number>;
  close(): Promise<void>;
}

/**
 * The file's text. UTF-8 is handed on as it is, byte order mark included, and for its reader to check.
 *
 * @param onRead told how many bytes of the file, as it lies on disk, were read.
 */
export async function openText(
  path: string,
  encoding: Encoding,
  onRead: (bytes: number) => void,
): Promise<TextReader> {
  if (encoding === "cp949") return new PieceReader(decoded(path, onRead));
  if (isPacked(path)) return new PieceReader(unpacked(path, onRead));
  const file = await open(path, "r");
  return {
    // Straight into the caller's memory: copies would cost as much as the scan.
    read: async (into, at) => {
      const { bytesRead } = await file.read(into, at, Math.min(READ_BYTES, into.length - at));
      onRead(bytesRead);
      return bytesRead;
    },
    close: () => file.close(),
  };
}

/** Pieces of any size, handed on as they fit. */
export class PieceReader implements TextReader {
  private readonly pieces: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(pieces: AsyncIterable<Buffer>) {
    this.pieces = pieces[Symbol.asyncIterator]();
  }

  async read(into: Buffer, at: number): Promise<number> {
    while (this.rest.length === 0) {
      const { done, value } = await this.pieces.next();
      if (done === true) return 0;
      this.rest = value;
    }
    const copied = this.rest.copy(into, at);
    this.rest = this.rest.subarray(copied);
    return copied;
  }

  async close(): Promise<void> {
    await this.pieces.return?.();
  }
}

async function* decoded(path: string, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  const decoder = new Cp949Decoder();
  for await (const bytes of unpacked(path, onRead)) {
    yield decoder.decode(bytes);
    if (decoder.failure !== undefined) throw new EncodingError(decoder.failure);
  }
  decoder.end();
  if (decoder.failure !== undefined) throw new EncodingError(decoder.failure);
}

async function* unpacked(path: string, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: READ_BYTES });
  file.on("data", (piece) => onRead(piece.length));
  file.pause();
  if (!isPacked(path)) return yield* file as AsyncIterable<Buffer>;
  const gunzip = createGunzip({ chunkSize: 1 << 20 });
  file.on("error", (error) => gunzip.destroy(error));
  try {
    yield* file.pipe(gunzip) as AsyncIterable<Buffer>;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code?.startsWith("Z_") !== true) throw error;
    throw damaged(path);
  } finally {
    file.destroy();
  }
}

function damaged(path: string): ShipError {
  const problem = "is cut off, damaged or followed by other bytes: it can't be unpacked to its end";
  return new ShipError(path, problem, "copy it again, or name the unpacked file");
}

/** Start of the first sequence that is not UTF-8, by halving: a prefix with it never decodes, one before it does. */
export function firstInvalid(bytes: Buffer): number {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (decodes(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

/** Whether the bytes are UTF-8; they may end within a character. */
export function decodes(bytes: Buffer): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function withoutMark(bytes: Buffer): Buffer {
  return bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? bytes.subarray(3) : bytes;
}
