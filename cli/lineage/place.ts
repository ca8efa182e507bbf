/** What a person names: a table by its id, or a file or folder of it by its URI. */

export interface TablePlace {
  /** `<domain>.<name>` */
  readonly table: string;
  /** Day that the URI names. */
  readonly dt?: string;
}

/** @returns undefined for what is neither. */
export function readPlace(text: string, curated: string): TablePlace | undefined {
  if (/^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/.test(text)) return { table: text };
  const [, bucket, domain, name, , dt] =
    /^s3:\/\/([^/]+)\/([a-z0-9_]+)\/([a-z0-9_]+)\/?(dt=(\d{4}-\d{2}-\d{2})(\/[^/]*)?)?$/.exec(text) ?? [];
  if (bucket !== curated) return undefined;
  return { table: `${domain}.${name}`, ...(dt !== undefined && { dt }) };
}

/** Most names that a person is shown. */
const SHOWN = 3;

/** The names that are most alike, the likeliest first: by what is written in common, whatever its order. */
export function nearestNames(wanted: string, names: readonly string[]): string[] {
  const pairs = (text: string) => new Set([...text].map((_, at) => text.slice(at, at + 2)));
  const own = pairs(wanted);
  const likeness = (name: string) => {
    const others = pairs(name);
    return [...own].filter((pair) => others.has(pair)).length / Math.max(own.size, others.size);
  };
  return [...names].sort((a, b) => likeness(b) - likeness(a) || a.localeCompare(b)).slice(0, SHOWN);
}
