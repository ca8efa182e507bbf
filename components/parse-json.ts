/** JSON that a person wrote into a setting. */

/** @returns undefined for text that is no JSON; the caller tells what to write. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
