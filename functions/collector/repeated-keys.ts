/** Finds events that name a key twice: JSON parsers silently keep one of the values, and not all the same one. */

const OPENING = new Set(["{", "["]);
const CLOSING = new Set(["}", "]"]);

/**
 * Places, from 0, of events that name a key of theirs twice; a lone event has place 0. Keys deeper inside are not looked
 * at: no contract has nested values.
 * @param json a text that has been parsed as one event or an array of events.
 */
export function repeatingEvents(json: string): ReadonlySet<number> {
  const found = new Set<number>();
  /** Depth at which an event's own keys stand. */
  const keyDepth = json.trimStart().startsWith("[") ? 2 : 1;
  let depth = 0;
  let place = 0;
  /** Whether the event is an object, and a key of it comes next. */
  let isObject = false;
  let isKey = false;
  let keys = new Set<string>();
  for (let at = 0; at < json.length; at++) {
    const character = json[at]!;
    if (character === '"') {
      const end = endOfString(json, at);
      if (isKey && depth === keyDepth) {
        // Parsed, as "id" and "\u0069d" are one key.
        const key = JSON.parse(json.slice(at, end)) as string;
        if (keys.has(key)) found.add(place);
        keys.add(key);
        isKey = false;
      }
      at = end - 1;
    } else if (OPENING.has(character)) {
      depth++;
      if (depth === keyDepth) {
        isObject = character === "{";
        isKey = isObject;
        keys = new Set();
      }
    } else if (CLOSING.has(character)) {
      depth--;
    } else if (character === ",") {
      if (depth === keyDepth) isKey = isObject;
      else if (depth === keyDepth - 1) place++;
    }
  }
  return found;
}

/** The place behind the closing quotation mark. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
  return at + 1;
}
