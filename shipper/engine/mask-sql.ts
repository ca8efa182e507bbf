/** Masked text in SQL, as `functions/treatment/mask.ts` defines it. */
import { trimSql } from "./pseudonym-sql";

/** @param keepLast characters that stay at the end; none where the text is shorter than twice as many. */
export function maskSql(text: string, keepLast: number): string {
  const stripped = `(${trimSql(text)})`;
  const hidden = `length(${stripped}) - ${keepLast}`;
  return (
    `CASE WHEN length(${stripped}) >= ${2 * keepLast} THEN repeat('*', ${hidden}) || right(${stripped}, ${keepLast}) ` +
    `ELSE repeat('*', length(${stripped})) END`
  );
}
