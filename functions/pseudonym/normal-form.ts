/** Text in composed form, the only form that pseudonyms are made of. */

/**
 * Combining marks and the single letters of Hangul syllables: what macOS and some keyboards write instead of whole
 * characters. Spark's curation refuses the same (`naru_spark/checks.py`).
 */
const DECOMPOSED = /[\u0300-\u036f\u1100-\u11ff]/;

/**
 * Whether the value can be hashed. Composed and decomposed text look alike and hash differently, and Spark has no
 * built-in normaliser that could compose it: a refusal is seen, a join that finds nobody is not.
 */
export function isComposed(value: string): boolean {
  return !DECOMPOSED.test(value);
}
