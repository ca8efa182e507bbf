/** Row-aligned pieces of a source. Where one ends depends on the text alone, so that a resumed run cuts the same ones. */
import { isUtf8 } from "node:buffer";
import { ShipError } from "../ship-error";
import { LINE_SEPARATOR, RecordForm, type RecordScanner, type RecordSink, rewritten } from "./records";
import { decodes, EncodingError } from "./text";

/** Longest record. More is a quote that nobody closed, or no text. */
export const LONGEST_RECORD_BYTES = 16 * 1024 * 1024;

/** Records for the engine, and where they stood. */
export interface Chunk {
  /** UTF-8; the header, blank lines and broken records are gone, odd ones are rewritten. */
  readonly bytes: Buffer;
  /** What ends each record but perhaps the last. */
  readonly newline: "\n" | "\r\n";
  /** Line of each record in `bytes` in the source, from 1. */
  readonly lines: Uint32Array;
  /** Lines of the records that have not the header's fields. */
  readonly broken: readonly number[];
}

export interface ChunkOptions {
  /** For messages. */
  readonly path: string;
  readonly scanner: RecordScanner;
  /** A chunk ends with the first record that ends at this many bytes or behind. */
  readonly chunkBytes: number;
  /** @default {@link LONGEST_RECORD_BYTES} */
  readonly longestRecord?: number;
  /** Separator of rewritten records. */
  readonly delimiter: string;
  /** The first record is a header and no data. */
  readonly header: boolean;
}

/** @throws ShipError for bytes that are no text, a quote that is never closed, and a record that is too long. */
export async function* chunksOf(text: AsyncIterable<Buffer>, options: ChunkOptions): AsyncGenerator<Chunk> {
  const { path, scanner, chunkBytes, longestRecord = LONGEST_RECORD_BYTES } = options;
  let bytes = Buffer.allocUnsafe(chunkBytes + longestRecord);
  let filled = 0;
  let firstLine = 1;
  let offset = 0;
  let builder = new ChunkBuilder(options, firstLine, options.header);
  /** Chunks that are complete in the buffer. */
  const cut = function* (last: boolean): Generator<Chunk> {
    for (;;) {
      const end = scanner.scan(bytes, filled, last, chunkBytes, builder);
      if (end === undefined) {
        if (filled - scanner.open > longestRecord)
          throw tooLong(path, firstLine + scanner.line, longestRecord);
        return;
      }
      if (scanner.unclosed) {
        throw new ShipError(
          path,
          `the record at line ${firstLine + scanner.line} has a quote that is never closed`,
          'write "" for a quote inside a quoted field',
        );
      }
      const chunk = builder.build(bytes.subarray(0, end), offset);
      offset += end;
      firstLine += scanner.line;
      scanner.rebase();
      builder = new ChunkBuilder(options, firstLine, false, builder.newline);
      const rest = bytes.subarray(end, filled);
      // The chunk keeps its bytes; what follows moves to a buffer of its own.
      bytes = Buffer.allocUnsafe(chunkBytes + longestRecord);
      filled = rest.copy(bytes);
      if (chunk !== undefined) yield chunk;
      if (last && filled === 0) return;
    }
  };
  try {
    for await (const piece of text) {
      for (let taken = 0; taken < piece.length;) {
        const copied = piece.copy(bytes, filled, taken);
        taken += copied;
        filled += copied;
        // One byte short of full, a record that long would never end.
        if (filled >= chunkBytes) yield* cut(false);
        if (filled === bytes.length) throw tooLong(path, firstLine + scanner.line, longestRecord);
      }
    }
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    const line = firstLine + count(bytes.subarray(0, filled), 0x0a);
    throw notText(path, error.offset, line, "CP949");
  }
  if (filled > 0) yield* cut(true);
}

/** Gathers the records of one chunk. */
class ChunkBuilder implements RecordSink {
  private readonly lines: number[] = [];
  private readonly broken: number[] = [];
  private readonly edits: {
    readonly from: number;
    readonly to: number;
    readonly odd?: readonly [number, number];
  }[] = [];

  constructor(
    private readonly options: ChunkOptions,
    private readonly firstLine: number,
    private header: boolean,
    /** Of the file's first record; others are brought in line. */
    public newline?: "\n" | "\r\n",
  ) {}

  record(start: number, end: number, next: number, line: number, form: RecordForm): void {
    const breakBytes = next - end;
    if (breakBytes > 0) this.newline ??= breakBytes === 2 ? "\r\n" : "\n";
    if (form === RecordForm.Blank || this.header) {
      if (form !== RecordForm.Blank) this.header = false;
      this.edits.push({ from: start, to: next });
      return;
    }
    if (form === RecordForm.Broken) {
      this.broken.push(this.firstLine + line);
      this.edits.push({ from: start, to: next });
      return;
    }
    this.lines.push(this.firstLine + line);
    const uniform = breakBytes === 0 || breakBytes === this.newline!.length;
    if (form === RecordForm.Odd || !uniform) this.edits.push({ from: start, to: next, odd: [start, end] });
  }

  /** Undefined when there is nothing to read or to tell. @param offset of the bytes in the source's text. */
  build(bytes: Buffer, offset: number): Chunk | undefined {
    this.refuseOtherText(bytes, offset);
    if (this.lines.length === 0 && this.broken.length === 0) return undefined;
    return {
      bytes: this.edits.length === 0 ? bytes : this.edited(bytes),
      newline: this.newline ?? "\n",
      lines: Uint32Array.from(this.lines),
      broken: this.broken,
    };
  }

  private edited(bytes: Buffer): Buffer {
    const pieces: Buffer[] = [];
    let kept = 0;
    for (const { from, to, odd } of this.edits) {
      pieces.push(bytes.subarray(kept, from));
      if (odd !== undefined) {
        pieces.push(
          rewritten(bytes.subarray(...odd), this.options.delimiter),
          Buffer.from(this.newline ?? "\n"),
        );
      }
      kept = to;
    }
    return Buffer.concat([...pieces, bytes.subarray(kept)]);
  }

  private refuseOtherText(bytes: Buffer, offset: number): void {
    const { path } = this.options;
    const zero = bytes.indexOf(0);
    if (zero >= 0) {
      throw new ShipError(
        path,
        `byte ${offset + zero}, line ${this.lineAt(bytes, zero)}, is NUL`,
        "remove it, or save the file as UTF-8 or CP949",
      );
    }
    if (isUtf8(bytes)) return;
    const place = firstInvalid(bytes);
    throw notText(path, offset + place, this.lineAt(bytes, place), "UTF-8");
  }

  private lineAt(bytes: Buffer, place: number): number {
    return this.firstLine + count(bytes.subarray(0, place), 0x0a);
  }
}

/** Whether lines of JSON hold what separates columns when the engine reads lines. */
export const LINE_DELIMITER = String.fromCharCode(LINE_SEPARATOR);

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

/** Start of the first sequence that is not UTF-8, by halving: a prefix with it never decodes, one before it does. */
function firstInvalid(bytes: Buffer): number {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (decodes(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}
