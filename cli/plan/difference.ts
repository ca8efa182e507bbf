/** What a change does to a plan, by component: created, changed, replaced and deleted resources. */
import { alternatives } from "../../local/provider/changes";
import type { ResourcePrint } from "./print";
import { lostWith, replacingPaths } from "./replacement";

/** As Pulumi names steps; `update` is in place as far as Naru knows the type. */
export type ChangeAction = "replace" | "delete" | "update" | "create";

export interface ResourceChange {
  readonly action: ChangeAction;
  /** URN without stack and project. */
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly component: string;
  /** Inputs that differ; for a replacement those that cause it come first. Never a value. */
  readonly inputs: readonly string[];
  /** What is gone with a replaced or deleted resource; undefined where the program makes all of it again. */
  readonly loses?: string;
  /** Pulumi refuses to replace or delete it until its protection is taken away. */
  readonly protected: boolean;
}

export interface ComponentChange {
  readonly component: string;
  /** The grave first: replaced and deleted, those that lose something before others. */
  readonly changes: readonly ResourceChange[];
}

export interface PlanDifference {
  readonly components: readonly ComponentChange[];
  /** Replaced or deleted resources that can't be made again, of all components. */
  readonly losses: readonly ResourceChange[];
  readonly counts: Readonly<Record<ChangeAction, number>>;
  readonly unchanged: number;
}

/** `after` beside `before`: resources are the same when their ids are, or an alias of one is the other's. */
export function planDifference(
  before: readonly ResourcePrint[],
  after: readonly ResourcePrint[],
): PlanDifference {
  const former = new Map(before.map((print) => [print.id, print]));
  const pairs = after.map((print) => ({ print, old: predecessor(print, former) }));
  const kept = new Set(pairs.flatMap(({ old }) => (old === undefined ? [] : [old.id])));
  const replaced = replacements(pairs);
  const changes = [
    ...before.filter(({ id }) => !kept.has(id)).map((print) => change("delete", print, print, [])),
    ...pairs.flatMap(({ print, old }) => {
      if (old === undefined) return [change("create", print, undefined, [])];
      const causes = replaced.get(print.id);
      const inputs = differing(old, print);
      if (causes !== undefined) return [change("replace", print, old, [...new Set([...causes, ...inputs])])];
      return inputs.length === 0 ? [] : [change("update", print, old, inputs)];
    }),
  ].sort(byGravity);
  const count = (action: ChangeAction) => changes.filter((each) => each.action === action).length;
  return {
    components: [...new Set(changes.map(({ component }) => component))].sort().map((component) => ({
      component,
      changes: changes.filter((each) => each.component === component),
    })),
    losses: changes.filter(({ loses }) => loses !== undefined),
    counts: {
      ...{ replace: count("replace"), delete: count("delete") },
      ...{ update: count("update"), create: count("create") },
    },
    unchanged: after.length - changes.filter(({ action }) => action !== "delete").length,
  };
}

/** A protection that is gone is a change too: the next one may delete. */
const PROTECTION = "(protect)";

function predecessor(
  print: ResourcePrint,
  former: ReadonlyMap<string, ResourcePrint>,
): ResourcePrint | undefined {
  return [print.id, ...(print.aliases ?? [])].map((id) => former.get(id)).find((old) => old !== undefined);
}

interface Pair {
  readonly print: ResourcePrint;
  readonly old: ResourcePrint | undefined;
}

/**
 * Inputs that replace a resource, by its id. A replacement goes on to whoever takes a value that the preview doesn't
 * know, such as a key's ARN, from what is replaced, into an input that replaces it in turn.
 */
function replacements(pairs: readonly Pair[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { print, old } of pairs) {
    if (old === undefined) continue;
    // A path that the table of changes has newly learnt is no change where the whole input is as it was.
    const differs = (path: string) =>
      [path.split(".")[0]!, path].every((each) => print.inputs[each] !== old.inputs[each]);
    const exchanged = alternatives(print.type)
      .map((inputs) => inputs.filter(differs))
      .filter((inputs) => inputs.length > 1);
    const causes = [...replacingPaths(print.type).filter(differs), ...exchanged.flat()];
    if (causes.length > 0) found.set(print.id, causes);
  }
  for (let known = -1; known !== found.size;) {
    known = found.size;
    for (const { print, old } of pairs) {
      if (old === undefined || found.has(print.id)) continue;
      const causes = Object.entries(print.comesFrom ?? {}).flatMap(([path, ids]) =>
        ids.some((id) => found.has(id)) ? [path] : [],
      );
      if (causes.length > 0) found.set(print.id, causes);
    }
  }
  return found;
}

/** Top-level inputs; a path into one is told by a replacement only. */
function differing(old: ResourcePrint, print: ResourcePrint): string[] {
  const paths = new Set([...Object.keys(old.inputs), ...Object.keys(print.inputs)]);
  const inputs = [...paths].filter((path) => !path.includes(".") && old.inputs[path] !== print.inputs[path]);
  return [...inputs.sort(), ...(old.protect === print.protect ? [] : [PROTECTION])];
}

function change(
  action: ChangeAction,
  { id, type, name, component }: ResourcePrint,
  old: ResourcePrint | undefined,
  inputs: readonly string[],
): ResourceChange {
  const loses = action === "replace" || action === "delete" ? lostWith(type) : undefined;
  return {
    ...{ action, id, type, name, component, inputs },
    ...(loses !== undefined && { loses }),
    protected: old?.protect ?? false,
  };
}

const ORDER: readonly ChangeAction[] = ["replace", "delete", "update", "create"];

function byGravity(left: ResourceChange, right: ResourceChange): number {
  return (
    Number(left.loses === undefined) - Number(right.loses === undefined) ||
    ORDER.indexOf(left.action) - ORDER.indexOf(right.action) ||
    (left.id < right.id ? -1 : 1)
  );
}
