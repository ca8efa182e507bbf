/** What looks like a personal value, but is part of a pseudonym by chance. */

/** 32 lower-case hex digits. */
const PSEUDONYM_LENGTH = 32;

/**
 * Whether bytes found are only digits, and stand within a pseudonym that the run made of some other value.
 *
 * A phone number's eleven digits stand in a pseudonym by chance once in 8 million for 10^5 people; a run over them makes
 * 4 x 10^5 pseudonyms, so one run in twenty would raise a false alarm. The excuse is exact, not statistical: the 32
 * digits around must be a known pseudonym, letter by letter.
 *
 * @param pseudonyms asked for only when it matters, since making them takes seconds. Absent: nothing is excused.
 */
export function standsInPseudonym(
  bytes: Uint8Array,
  start: number,
  length: number,
  pseudonyms?: () => ReadonlySet<string>,
): boolean {
  if (pseudonyms === undefined || length >= PSEUDONYM_LENGTH) return false;
  for (let at = start; at < start + length; at++) if (!isDigit(bytes[at]!)) return false;
  let first = start;
  while (first > 0 && isHexDigit(bytes[first - 1]!)) first -= 1;
  let after = start + length;
  while (after < bytes.length && isHexDigit(bytes[after]!)) after += 1;
  if (after - first !== PSEUDONYM_LENGTH) return false;
  return pseudonyms().has(Buffer.from(bytes.subarray(first, after)).toString("latin1"));
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isHexDigit(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x61 && byte <= 0x66);
}
