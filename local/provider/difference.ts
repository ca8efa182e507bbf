/** What changed between two sets of inputs, and what the change does to the resource. */
import { deletesFirst, effectOfChange, type Effect } from "./changes";
import { equivalent } from "./equivalence";
import { meaning, same, type Wire } from "./wire";

export interface Change {
  /** E.g. `rules[0].status`. */
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  readonly effect: Effect;
}

export interface Difference {
  readonly changes: readonly Change[];
  /** Top-level inputs for which the resource is made anew. */
  readonly replaces: readonly string[];
  /** Changed inputs of which nobody knows whether AWS takes them in place. */
  readonly unknown: readonly string[];
  /** Whether the old one goes first, as AWS's provider has it. */
  readonly deleteBeforeReplace: boolean;
}

export function difference(type: string, olds: Wire, news: Wire): Difference {
  const [before, after] = [meaning(olds), meaning(news)] as [Wire, Wire];
  const changes = keysOf(olds, news).flatMap((input) =>
    changesOf(type, olds[input], news[input], input).map(({ path, kind }): Change => ({
      path,
      kind,
      effect: effectOfChange(type, path, before, after),
    })),
  );
  const inputs = (wanted: Effect) => [
    ...new Set(changes.filter(({ effect }) => effect === wanted).map(({ path }) => topLevel(path))),
  ];
  const replaces = inputs("replace");
  return {
    changes,
    replaces,
    unknown: inputs("unknown"),
    deleteBeforeReplace: replaces.length > 0 && deletesFirst(type, news),
  };
}

/** `rules` of `rules[0].status`. */
export function topLevel(path: string): string {
  return /^[^.[]+/.exec(path)![0];
}

function changesOf(type: string, old: unknown, now: unknown, path: string): Pick<Change, "path" | "kind">[] {
  if (same(old, now) || saySame(type, old, now, path)) return [];
  if (isPlainMap(old) && isPlainMap(now)) {
    return keysOf(old, now).flatMap((key) => changesOf(type, old[key], now[key], `${path}.${key}`));
  }
  if (Array.isArray(old) && Array.isArray(now) && old.length === now.length) {
    return old.flatMap((item, at) => changesOf(type, item, now[at], `${path}[${at}]`));
  }
  return [{ path, kind: old === undefined ? "add" : now === undefined ? "delete" : "update" }];
}

/** In another form than before, or said where it was the default. */
function saySame(type: string, old: unknown, now: unknown, path: string): boolean {
  return equivalent(type, path.replace(/\[\d+\]/g, ""), meaning(old), meaning(now));
}

function keysOf(old: Wire, now: Wire): string[] {
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
}

/** Not a secret, nor anything else with a signature; keys with dots would read as paths. */
function isPlainMap(value: unknown): value is Wire {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.keys(value).every((key) => /^[A-Za-z_]\w*$/.test(key));
}
