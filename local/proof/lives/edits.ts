/** What a person does to a program from one deployment to the next, drawn at random. */
import type { Random } from "../../../samples/random";
import { KINDS, type Kind, type Place } from "./kinds";
import {
  dependants,
  needsOf,
  withNode,
  withOptions,
  type Node,
  type Options,
  type Plan,
  type Values,
} from "./plan";

export interface Edit {
  readonly plan: Plan;
  /** What was done, in a few words. */
  readonly what: string;
}

/** Draws edits; keys and names are never given twice. */
export class Editor {
  private made = 0;

  /** @param prefix of every name in the cloud. */
  constructor(
    private readonly random: Random,
    private readonly prefix: string,
  ) {}

  /** A first program of so many resources, or a few more that those need. */
  begin(resources: number): Plan {
    let plan: Plan = [];
    while (plan.length < resources) plan = this.add(plan)?.plan ?? plan;
    return plan;
  }

  /** One edit; undefined where the one that was drawn has nothing to change. */
  draw(plan: Plan): Edit | undefined {
    const { random } = this;
    const weighed: readonly (readonly [number, (plan: Plan, node: Node) => Edit | undefined])[] = [
      [6, (all) => this.add(all)],
      [3, (all, node) => this.remove(all, node)],
      [12, (all, node) => this.change(all, node)],
      [3, (all, node) => this.rename(all, node)],
      [2, (all, node) => this.move(all, node)],
      [2, (all, node) => this.callAnew(all, node)],
      [1, (all, node) => this.option(all, node, { protect: node.options.protect !== true })],
      [1, (all, node) => this.option(all, node, { retainOnDelete: node.options.retainOnDelete !== true })],
      [1, (all, node) => this.ignore(all, node)],
      [1, (all, node) => this.wait(all, node)],
      [1, (all) => ({ plan: random.shuffled(all), what: "written in another order" })],
    ];
    const total = weighed.reduce((sum, [weight]) => sum + weight, 0);
    let at = random.next() * total;
    const [, edit] = weighed.find(([weight]) => (at -= weight) < 0)!;
    return edit(plan, random.pick(plan));
  }

  /** Changes inputs of one resource, as somebody at the console would too. */
  varied(plan: Plan, node: Node, least = 1): Values | undefined {
    const { vary } = KINDS[node.kind]!;
    if (vary.length === 0) return undefined;
    const place = this.placeOf(plan, node);
    const chosen = this.random.choose(vary, this.random.integer(least, Math.max(least, 2)));
    const inputs = Object.assign({}, node.inputs, ...chosen.map((each) => each(place))) as Values;
    const given = Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
    return JSON.stringify(given) === JSON.stringify(node.inputs) ? undefined : given;
  }

  private add(plan: Plan, kind = this.random.pick(Object.keys(KINDS))): Edit | undefined {
    const known: Kind = KINDS[kind]!;
    let grown = plan;
    const needs: Record<string, string> = {};
    for (const need of known.needs ?? []) {
      const there = grown.filter((node) => node.kind === need);
      if (there.length === 0 || this.random.chance(0.2)) {
        const added = this.add(grown, need);
        if (added === undefined) return undefined;
        grown = added.plan;
      }
      const fitting = grown.filter((node) => node.kind === need);
      needs[need] = (grown === plan ? this.random.pick(fitting) : fitting.at(-1)!).key;
    }
    this.made += 1;
    const key = `n${this.made}`;
    const called = `${this.prefix}-${key}`;
    const part = this.random.chance(0.3) ? this.random.pick(PARTS) : undefined;
    const bare: Node = { key, kind, name: key, called, part, needs, inputs: {}, options: {} };
    const inputs = known.make(this.placeOf(grown, bare));
    const first: Node = { ...bare, inputs: given(inputs) };
    const node = this.random.chance(0.6)
      ? { ...first, inputs: this.varied(grown, first) ?? first.inputs }
      : first;
    if (isTaken(grown, node)) return undefined;
    const added = [...grown.slice(plan.length), node].map((each) => `${each.kind} ${each.key}`);
    return { plan: [...grown, node], what: `add ${added.join(", ")}` };
  }

  /** With all that needs it. */
  private remove(plan: Plan, { key, kind }: Node): Edit | undefined {
    const gone = dependants(plan, key).add(key);
    if (gone.size > 4 || plan.some((node) => gone.has(node.key) && node.options.protect === true))
      return undefined;
    const rest = plan.filter((node) => !gone.has(node.key));
    return { plan: rest, what: `remove ${kind} ${[...gone].join(", ")}` };
  }

  private change(plan: Plan, node: Node): Edit | undefined {
    const inputs = this.varied(plan, node);
    if (inputs === undefined) return undefined;
    const changed = { ...node, inputs };
    // What is protected can't be made anew; what has to go first takes along what needs it.
    if (node.options.protect === true && node.kind in REPLACED) return undefined;
    if (isTaken(plan, changed)) return undefined;
    const names = [...new Set([...Object.keys(inputs), ...Object.keys(node.inputs)])].filter(
      (name) => JSON.stringify(inputs[name]) !== JSON.stringify(node.inputs[name]),
    );
    const what = `change ${node.kind} ${node.key} ${names.join(", ")}`;
    return { plan: withNode(plan, node.key, () => changed), what };
  }

  /** In the cloud: another is made, and the old one deleted. */
  private rename(plan: Plan, node: Node): Edit | undefined {
    const { named } = KINDS[node.kind]!;
    if (named === undefined || this.isHeld(plan, node)) return undefined;
    const renamed = this.calledAnew(node, named);
    return { plan: withNode(plan, node.key, () => renamed), what: `rename ${node.kind} ${node.key}` };
  }

  /** Into a component or out of it: by an alias the same, without one another of another name. */
  private move(plan: Plan, node: Node): Edit | undefined {
    const part = this.random.pick([undefined, ...PARTS]);
    if (part === node.part) return undefined;
    return this.placed(plan, node, { part }, `move ${node.kind} ${node.key} to ${part ?? "the stack"}`);
  }

  /** In the program. */
  private callAnew(plan: Plan, node: Node): Edit | undefined {
    this.made += 1;
    return this.placed(
      plan,
      node,
      { name: `${node.key}-${this.made}` },
      `call ${node.kind} ${node.key} anew`,
    );
  }

  private placed(plan: Plan, node: Node, change: Partial<Node>, what: string): Edit | undefined {
    const { named } = KINDS[node.kind]!;
    // Two of the same would stand in each other's way: without an alias the new one needs a name of its own.
    if (this.random.chance(0.6) || named === undefined || this.isHeld(plan, node)) {
      const alias = { name: node.name, part: node.part };
      const moved = withOptions(
        withNode(plan, node.key, () => ({ ...node, ...change })),
        node.key,
        { alias },
      );
      return { plan: moved, what: `${what}, with an alias` };
    }
    const other = { ...this.calledAnew(node, named), ...change };
    return { plan: withNode(plan, node.key, () => other), what };
  }

  private option(plan: Plan, { key, kind }: Node, options: Options): Edit {
    return { plan: withOptions(plan, key, options), what: `${kind} ${key} ${JSON.stringify(options)}` };
  }

  private ignore(plan: Plan, node: Node): Edit | undefined {
    const { ignoreChanges = [] } = node.options;
    if (ignoreChanges.length > 0) return this.option(plan, node, { ignoreChanges: [] });
    if (!("tags" in node.inputs)) return undefined;
    return this.option(plan, node, { ignoreChanges: ["tags"] });
  }

  private wait(plan: Plan, node: Node): Edit | undefined {
    const { dependsOn = [] } = node.options;
    const circle = dependants(plan, node.key).add(node.key);
    const free = plan.filter(({ key }) => !circle.has(key));
    if (dependsOn.length > 0) return this.option(plan, node, { dependsOn: [] });
    if (free.length === 0) return undefined;
    return this.option(plan, node, { dependsOn: [this.random.pick(free).key] });
  }

  private calledAnew(node: Node, named: string): Node {
    this.made += 1;
    const called = `${this.prefix}-${node.key}-${this.made}`;
    const text = JSON.stringify(node.inputs[named]);
    const input = JSON.parse(
      text.replaceAll(node.called, called).replaceAll(underscored(node.called), underscored(called)),
    ) as string;
    return { ...node, called, inputs: { ...node.inputs, [named]: input } };
  }

  /** Whether it, or what may be made anew with it, is protected. */
  private isHeld(plan: Plan, node: Node): boolean {
    const along = dependants(plan, node.key).add(node.key);
    return plan.some(({ key, options }) => along.has(key) && options.protect === true);
  }

  private placeOf(plan: Plan, node: Node): Place {
    const circle = () => dependants(plan, node.key).add(node.key);
    return {
      random: this.random,
      called: node.called,
      need: (kind) => node.needs[kind]!,
      other: (kind) => {
        const taboo = circle();
        const free = plan.filter((each) => each.kind === kind && !taboo.has(each.key));
        return free.length === 0 ? undefined : this.random.pick(free).key;
      },
    };
  }
}

const PARTS = ["left", "right"];

/** Kinds with an input, beside their name, by whose change one is made anew. */
const REPLACED: Readonly<Record<string, true>> = { security: true, table: true, bucket: true };

function isTaken(plan: Plan, node: Node): boolean {
  const { only } = KINDS[node.kind]!;
  if (only === undefined) return false;
  const wanted = only(node.inputs);
  return plan.some(
    (each) => each.key !== node.key && each.kind === node.kind && only(each.inputs) === wanted,
  );
}

function given(inputs: Values): Values {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}

function underscored(name: string): string {
  return name.replaceAll("-", "_");
}

/** What holds for one step only: where something stood before, and what was there already. */
export function settledPlan(plan: Plan): Plan {
  return plan.map((node) => {
    const { alias: _alias, importId: _importId, ...options } = node.options;
    return { ...node, options };
  });
}

/** A program without what keeps resources from being deleted or changed. */
export function released(plan: Plan): Plan {
  return plan.map((node) => {
    const { protect: _protect, retainOnDelete: _retain, ignoreChanges: _ignored, ...options } = node.options;
    return { ...node, options };
  });
}

/** Whether nothing in the program speaks of it. */
export function isLeaf(plan: Plan, key: string): boolean {
  return !plan.some((node) => needsOf(node).has(key));
}
