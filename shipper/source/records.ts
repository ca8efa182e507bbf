/** Where the records of a text begin and end. Works on bytes: both quotes and separators are ASCII in UTF-8. */

/** What a scanner tells of one record; positions are in its buffer. */
export interface RecordSink {
  /**
   * @param start of the record. @param end behind its last byte, before the line break. @param next start of the next.
   * @param line of the record's start, 0-based from where the scanner began.
   */
  record(start: number, end: number, next: number, line: number, form: RecordForm): void;
}

export enum RecordForm {
  /** Has the fields of the header. */
  Good,
  /** Nothing between two line breaks. */
  Blank,
  /** Has quotes or carriage returns that only some readers take: is written anew. */
  Odd,
  /** Has more or fewer fields than the header, or text behind a closing quote. */
  Broken,
}

/** Finds records, however the buffer is filled: it goes on where it stopped. */
export interface RecordScanner {
  /**
   * Goes on to the first record that ends at `target` or behind, or to `end`.
   * @param last no bytes follow behind `end`.
   * @returns where that record ends, or undefined when `end` came before.
   */
  scan(bytes: Buffer, end: number, last: boolean, target: number, sink: RecordSink): number | undefined;
  /** The unfinished record's start. */
  readonly open: number;
  /** Line of it, 0-based. */
  readonly line: number;
  /** Whether the text ended within quotes. */
  readonly unclosed: boolean;
  /** Begins anew at a fresh buffer whose first bytes are the rest of the last. */
  rebase(): void;
}

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;

enum In {
  FieldStart,
  Plain,
  Quoted,
  /** Behind a quote within quotes: the end of the field, or the first half of an escaped quote. */
  QuoteInQuotes,
}

/** RFC 4180 with any one-byte separator; a quote opens only at the start of a field. */
export class CsvScanner implements RecordScanner {
  open = 0;
  line = 0;
  unclosed = false;
  private at = 0;
  private state = In.FieldStart;
  private fields = 1;
  private breaks = 0;
  private odd = false;
  private broken = false;

  /** @param width fields of the header. @param delimiter one ASCII character. */
  constructor(
    private readonly width: number,
    delimiter: string,
  ) {
    this.separator = delimiter.charCodeAt(0);
  }

  private readonly separator: number;

  rebase(): void {
    this.at -= this.open;
    this.open = 0;
    this.line = 0;
  }

  scan(bytes: Buffer, end: number, last: boolean, target: number, sink: RecordSink): number | undefined {
    const separator = this.separator;
    let { at, state } = this;
    while (at < end) {
      const byte = bytes[at];
      if (state === In.Quoted) {
        if (byte === QUOTE) state = In.QuoteInQuotes;
        else if (byte === LF) this.breaks++;
        at++;
        continue;
      }
      if (state === In.QuoteInQuotes && byte === QUOTE) {
        state = In.Quoted;
        at++;
        continue;
      }
      if (byte === separator) {
        this.fields++;
        state = In.FieldStart;
        at++;
      } else if (byte === LF) {
        const next = this.finish(at, at + 1, sink);
        at = next;
        state = In.FieldStart;
        if (next >= target) return this.stop(at, state, next);
      } else if (byte === CR) {
        if (at + 1 === end && !last) break;
        if (at + 1 < end && bytes[at + 1] === LF) {
          const next = this.finish(at, at + 2, sink);
          at = next;
          state = In.FieldStart;
          if (next >= target) return this.stop(at, state, next);
        } else {
          state = this.oddity(state);
          at++;
        }
      } else if (byte === QUOTE) {
        if (state === In.FieldStart) state = In.Quoted;
        else this.odd = true;
        at++;
      } else {
        if (state === In.QuoteInQuotes) this.broken = true;
        state = In.Plain;
        at++;
        // Most bytes are here.
        while (at < end) {
          const plain = bytes[at];
          if (plain === separator || plain === LF || plain === CR || plain === QUOTE) break;
          at++;
        }
      }
    }
    this.at = at;
    this.state = state;
    if (!last) return undefined;
    this.unclosed = state === In.Quoted;
    if (this.open < end && !this.unclosed) this.finish(end, end, sink);
    return this.stop(end, In.FieldStart, end);
  }

  /** A carriage return that ends no line. */
  private oddity(state: In): In {
    if (state === In.QuoteInQuotes) this.broken = true;
    this.odd = true;
    return In.Plain;
  }

  private stop(at: number, state: In, result: number): number {
    this.at = at;
    this.state = state;
    return result;
  }

  private finish(end: number, next: number, sink: RecordSink): number {
    const { open, line } = this;
    sink.record(open, end, next, line, this.form(end - open));
    this.open = next;
    this.line += this.breaks + 1;
    this.breaks = 0;
    this.fields = 1;
    this.odd = false;
    this.broken = false;
    return next;
  }

  private form(length: number): RecordForm {
    if (length === 0) return RecordForm.Blank;
    if (this.broken || this.fields !== this.width) return RecordForm.Broken;
    return this.odd ? RecordForm.Odd : RecordForm.Good;
  }
}

/** One JSON object a line. */
export class LineScanner implements RecordScanner {
  open = 0;
  line = 0;
  readonly unclosed = false;
  private at = 0;

  rebase(): void {
    this.at -= this.open;
    this.open = 0;
    this.line = 0;
  }

  scan(bytes: Buffer, end: number, last: boolean, target: number, sink: RecordSink): number | undefined {
    for (;;) {
      const found = bytes.indexOf(LF, this.at);
      const ended = found >= 0 && found < end;
      if (!ended && !last) {
        this.at = end;
        return undefined;
      }
      if (!ended && this.open === end) return end;
      const stop = ended ? found : end;
      const next = ended ? found + 1 : end;
      sink.record(this.open, stop, next, this.line, formOfLine(bytes, this.open, stop));
      this.open = next;
      this.at = next;
      this.line++;
      if (next >= target || !ended) return next;
    }
  }
}

/** Control characters stand escaped in JSON; one of them separates columns when the engine reads lines. */
export const LINE_SEPARATOR = 0x01;

function formOfLine(bytes: Buffer, start: number, end: number): RecordForm {
  const line = bytes.subarray(start, end);
  if (line.length === 0 || (line.length === 1 && line[0] === CR)) return RecordForm.Blank;
  return line.includes(LINE_SEPARATOR) ? RecordForm.Broken : RecordForm.Good;
}

/** A record of which only some readers know the fields, in the form that all know. */
export function rewritten(record: Buffer, delimiter: string): Buffer {
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  const text = record.toString("utf8");
  for (let at = 0, start = true; at < text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') field += text[at++];
      else quoted = false;
    } else if (character === delimiter) {
      fields.push(field);
      field = "";
      start = true;
      continue;
    } else if (character === '"' && start) quoted = true;
    else field += character;
    start = false;
  }
  fields.push(field);
  return Buffer.from(fields.map((value) => `"${value.replaceAll('"', '""')}"`).join(delimiter));
}
