/** Masking: enough of a value to recognise one's own, too little to reach a person by it. */
import { strip } from "../pseudonym/normalise";

/**
 * The last `keepLast` characters after as many `*` as there were others; values shorter than twice `keepLast` wholly
 * masked. White space at the ends is stripped first, so an empty result comes from an empty value only. Characters are
 * Unicode code points, which Spark and DuckDB count too.
 */
export function mask(value: string, keepLast: number): string {
  const characters = Array.from(strip(value));
  const hidden = 2 * keepLast <= characters.length ? characters.length - keepLast : characters.length;
  return "*".repeat(hidden) + characters.slice(hidden).join("");
}
