/** A small program as data: what a random life makes, changes and takes away again. */

/**
 * Values of inputs. In texts `${n3.arn}` stands for an output of another resource of the program; `{ $secret }` is told to
 * Pulumi as a secret, and `{ $code }` is a function's code.
 */
export type Value =
  string | number | boolean | null | Value[] | { readonly [key: string]: Value | undefined };
export type Values = Readonly<Record<string, Value | undefined>>;

export interface Options {
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly ignoreChanges?: readonly string[];
  /** Keys of resources beside those that its inputs name. */
  readonly dependsOn?: readonly string[];
  /** Where it was called, or stood, before this step. */
  readonly alias?: { readonly name: string; readonly part?: string };
  /** Id of what is there already and comes into the state. */
  readonly importId?: string;
}

export interface Node {
  /** For the whole of its life. */
  readonly key: string;
  /** Of ./kinds. */
  readonly kind: string;
  /** Its name in the program. */
  readonly name: string;
  /** Its name in the cloud. */
  readonly called: string;
  /** The component that it stands in. @default the stack */
  readonly part?: string;
  /** By kind, keys of those that it belongs to. */
  readonly needs: Readonly<Record<string, string>>;
  readonly inputs: Values;
  readonly options: Options;
}

export type Plan = readonly Node[];

/** Keys of the resources that a value speaks of. */
export function keysIn(value: Value | undefined): string[] {
  return [...JSON.stringify(value ?? null).matchAll(/\$\{(\w+)\.\w+\}/g)].map(([, key]) => key!);
}

/** Keys that a resource waits for. */
export function needsOf({ inputs, options }: Node): Set<string> {
  return new Set([...keysIn(inputs as Value), ...(options.dependsOn ?? [])]);
}

/** What speaks of a resource, of what speaks of it, and so on. */
export function dependants(plan: Plan, key: string): Set<string> {
  const found = new Set<string>();
  for (const from = [key]; from.length > 0;) {
    const next = from.pop()!;
    for (const node of plan) {
      if (found.has(node.key) || !needsOf(node).has(next)) continue;
      found.add(node.key);
      from.push(node.key);
    }
  }
  return found;
}

/** With one of them changed. */
export function withNode(plan: Plan, key: string, change: (node: Node) => Node): Plan {
  return plan.map((node) => (node.key === key ? change(node) : node));
}

export function withOptions(plan: Plan, key: string, options: Options): Plan {
  return withNode(plan, key, (node) => ({ ...node, options: { ...node.options, ...options } }));
}
