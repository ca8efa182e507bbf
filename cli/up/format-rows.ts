/** Rows as aligned text; Hangul takes two columns of a terminal. */

const WIDEST = 36;

export function formatRows(
  columns: readonly string[],
  rows: readonly (readonly (string | null)[])[],
): string[] {
  const cells = [columns, ...rows].map((row) => row.map((cell) => shorten(cell ?? "–")));
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => width(row[at]!))));
  return cells.map((row) =>
    row
      .map((cell, at) => cell + " ".repeat(widths[at]! - width(cell)))
      .join("  ")
      .trimEnd(),
  );
}

function shorten(cell: string): string {
  return cell.length <= WIDEST ? cell : `${cell.slice(0, WIDEST - 1)}…`;
}

/** East Asian wide characters, as far as Korean data has them. */
function width(text: string): number {
  return [...text].reduce(
    (sum, character) =>
      sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uff00-\uff60]/.test(character) ? 2 : 1),
    0,
  );
}
