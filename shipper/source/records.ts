/** Where the records of a text begin and end. Works on bytes: quotes, separators and line breaks are ASCII in UTF-8. */

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;

/** What {@link CutRecords} found. */
export type Cut =
  | { /** Behind the record's line break. */ readonly end: number }
  | { /** Start of the record that is not finished. */ readonly open: number };

/**
 * Finds the first record that ends at `target` or behind, in text that begins with a record.
 * @param end of the text. @param last no bytes follow behind it.
 */
export type CutRecords = (bytes: Buffer, end: number, target: number, last: boolean) => Cut;

/** Lines. */
export const cutLines: CutRecords = (bytes, end, target, last) => {
  const found = bytes.indexOf(LF, Math.max(0, target - 1));
  if (found >= 0 && found < end) return { end: found + 1 };
  return last ? { end } : { open: bytes.lastIndexOf(LF, end - 1) + 1 };
};

/** RFC 4180 with any one-byte separator; a quote opens only at the start of a field. */
export function cutCsv(delimiter: string): CutRecords {
  const separator = delimiter.charCodeAt(0);
  return (bytes, end, target, last) => {
    const quote = bytes.indexOf(QUOTE);
    // Most files have none: then every line is a record.
    if (quote < 0 || quote >= end) return cutLines(bytes, end, target, last);
    const before = bytes.indexOf(LF, Math.max(0, target - 1));
    if (before >= 0 && before < quote) return { end: before + 1 };
    let at = bytes.lastIndexOf(LF, quote) + 1;
    let open = at;
    let fieldStart = true;
    let quoted = false;
    for (; at < end; at++) {
      const byte = bytes[at];
      if (quoted) {
        if (byte !== QUOTE) continue;
        if (bytes[at + 1] === QUOTE && at + 1 < end) at++;
        else quoted = false;
      } else if (byte === LF) {
        open = at + 1;
        fieldStart = true;
        if (open >= target) return { end: open };
      } else if (byte === separator) fieldStart = true;
      else {
        quoted = fieldStart && byte === QUOTE;
        fieldStart = false;
      }
    }
    return last && !quoted ? { end } : { open };
  };
}

/** Records in the source's own form, UTF-8, each ended by a line feed but perhaps the last. */
export interface Records {
  readonly bytes: Uint8Array;
  /** Line of each record in the source, from 1. */
  readonly lines: readonly number[];
}

/** Control characters stand escaped in JSON; one of them separates columns when the engine reads lines. */
export const LINE_SEPARATOR = String.fromCharCode(0x01);

/** JSON lines as records, and the numbers of the lines that are none; empty lines are neither. */
export function linesOf(
  bytes: Buffer,
  firstLine: number,
): { readonly records: Records; readonly broken: readonly number[] } {
  const separator = LINE_SEPARATOR.charCodeAt(0);
  const lines: number[] = [];
  const broken: number[] = [];
  const kept: Buffer[] = [];
  let whole = true;
  for (let start = 0, line = firstLine; start < bytes.length; line++) {
    const found = bytes.indexOf(LF, start);
    const next = found < 0 ? bytes.length : found + 1;
    const text = bytes.subarray(
      start,
      found < 0 ? next : bytes[found - 1] === CR && found > start ? found - 1 : found,
    );
    start = next;
    if (text.length > 0 && !text.includes(separator)) {
      lines.push(line);
      kept.push(text);
      whole &&= text.length + 1 === next - (text.byteOffset - bytes.byteOffset);
      continue;
    }
    whole = false;
    if (text.length > 0) broken.push(line);
  }
  return { records: { bytes: whole ? bytes : joined(kept), lines }, broken };
}

function joined(lines: readonly Buffer[]): Buffer {
  const lineFeed = Buffer.from([LF]);
  return Buffer.concat(lines.flatMap((line) => [line, lineFeed]));
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
