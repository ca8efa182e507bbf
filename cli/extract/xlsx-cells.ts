/** Values of Athena as cells of SpreadsheetML (ECMA-376, part 1, section 18.3). */

/** Formats of cells, by their place in the workbook's styles. */
const STYLE = { text: 1, date: 2, timestamp: 3 } as const;

/** Excel computes with 15 digits; what has more would change. */
const MOST_DIGITS = 15;
const DAY_MS = 86_400_000;
/** Day 0 as all days from March 1900 on are counted; before that, Excel knows a 29 February 1900, which never was. */
const DAY_ZERO = Date.UTC(1899, 11, 30);
const FIRST_DAY = Date.UTC(1900, 2, 1);

/** @param place as `B3`. A value that can't stand as what it is without changing (an early date, a long number) stands as text. */
export function cell(place: string, type: string, text: string | null): string {
  if (text === null) return "";
  return typedCell(place, type, text) ?? textCell(place, text);
}

/** A text with the format "Text": no spreadsheet reads a formula in it, neither when it opens nor when somebody edits it. */
function textCell(place: string, text: string): string {
  return `<c r="${place}" s="${STYLE.text}" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;
}

/** Characters that a column shows: a narrower date is shown as ####. */
export function columnWidth(type: string): number {
  return { date: 12, timestamp: 25 }[type] ?? (type === "varchar" ? 24 : 14);
}

function typedCell(place: string, type: string, text: string): string | undefined {
  switch (type) {
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
    case "decimal":
      return text.replace(/^[-+]?0*\.?0*|\./g, "").length <= MOST_DIGITS
        ? `<c r="${place}"><v>${text}</v></c>`
        : undefined;
    case "float":
    case "real":
    case "double":
      return Number.isFinite(Number(text)) ? `<c r="${place}"><v>${Number(text)}</v></c>` : undefined;
    case "boolean":
      return `<c r="${place}" t="b"><v>${text === "true" ? 1 : 0}</v></c>`;
    case "date":
      return momentCell(place, STYLE.date, /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : "");
    case "timestamp":
      // Finer than milliseconds, Excel shows nothing.
      return momentCell(
        place,
        STYLE.timestamp,
        /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,3}0*)?$/.test(text) ? `${text.replace(" ", "T")}Z` : "",
      );
    default:
      return undefined;
  }
}

function momentCell(place: string, style: number, iso: string): string | undefined {
  const moment = Date.parse(iso);
  return moment >= FIRST_DAY
    ? `<c r="${place}" s="${style}"><v>${(moment - DAY_ZERO) / DAY_MS}</v></c>`
    : undefined;
}

/** XML has no control characters but tab and line feed; SpreadsheetML writes them, and what looks like it, as _xHHHH_. */
function escaped(text: string): string {
  return text
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_")
    .replace(/[\u0000-\u0008\u000B-\u001F\uFFFE\uFFFF]/g, (character) => `_x${hex(character)}_`)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;");
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
}

/** `A` for 0, `AA` for 26. */
export function columnLetters(at: number): string {
  const rest = at < 26 ? "" : columnLetters(Math.floor(at / 26) - 1);
  return rest + String.fromCharCode(65 + (at % 26));
}
