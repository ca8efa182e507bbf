/** Whether a service has what was asked of it, when it tells it in a form of its own. */
import { isDeepStrictEqual } from "node:util";

/**
 * @param asked the input as the program wrote it; undefined where it says nothing, and at an import.
 * @param sent what the service was told for it, JSON documents as text or as objects; its default where `asked` is
 * undefined. Undefined at an import.
 * @param found what the service has.
 * @returns `asked` when the service has what was sent, else `found`: a drift.
 */
export function asAsked<T>(asked: T | undefined, sent: unknown, found: unknown): T | undefined {
  return isDeepStrictEqual(meant({ sent }), meant({ sent: found })) ? asked : (found as T);
}

/** Documents as objects, and no keys without a value; an empty list or map says as little as none. */
function meant(value: unknown): unknown {
  if (typeof value === "string") return isDocument(value) ? meant(JSON.parse(value)) : value;
  if (Array.isArray(value)) return value.map(meant);
  if (typeof value !== "object" || value === null) return value ?? undefined;
  const said = Object.entries(value)
    .map(([key, item]) => [key, meant(item)] as const)
    .filter(([, item]) => item !== undefined && !isEmpty(item));
  return Object.fromEntries(said);
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function isDocument(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
