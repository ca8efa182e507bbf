/** What each rule says of a mutant, beside what it says of the plan it comes from. */
import type { RecordedResource } from "../../../local/recorder/recorded-resource";
import { evaluate } from "../../../policies/model/pack";
import type { Finding, Rule } from "../../../policies/model/rule";
import { Stack, type StackResource } from "../../../policies/model/stack";
import { RULES } from "../../../policies/rules";
import { stackOf, wrapped } from "../../../tests/unit/policies/evaluation";
import type { Mutant } from "./mutant";

/** Names of the rules that found something which they did not find in the plan as it was. */
export interface Judgement {
  readonly violations: ReadonlySet<string>;
  /** Rules that the change leaves without a decision, and without a violation. */
  readonly undecided: ReadonlySet<string>;
}

/** Noted of a rule that lists the properties: it would see any other. */
const EVERY_KEY = "*";

const NOTHING: Judgement = { violations: new Set(), undecided: new Set() };

/**
 * Judges mutants of one plan. A rule is run anew only when it looked at the changed property of the resource in the plan
 * as it was: else it does what it did, as rules have no other source.
 */
export class Judge {
  /** Rules by the property that they read, `urn property`. */
  private readonly readers = new Map<string, Set<Rule>>();
  private readonly before = new Map<Rule, ReadonlySet<string>>();
  private readonly stack: Stack;
  private readonly byUrn: ReadonlyMap<string, StackResource>;

  constructor(private readonly plan: readonly RecordedResource[]) {
    this.stack = stackOf(plan);
    this.byUrn = new Map(this.stack.resources.map((each) => [each.urn, each]));
    for (const rule of RULES) {
      const watched = this.watched(rule);
      this.before.set(rule, new Set(findings(rule, watched).map(keyOf)));
    }
  }

  /** Findings of any rule in the plan as it is, with the rules' names. */
  get unmutated(): string[] {
    return RULES.flatMap((rule) => [...this.before.get(rule)!].map((each) => `${rule.name}: ${each}`));
  }

  judge({ original, changed }: Mutant): Judgement {
    const resource = changed();
    if (resource === undefined) {
      const rest = stackOf(this.plan.filter((each) => each !== original));
      return this.compare(
        RULES.filter(({ scope }) => scope === "stack"),
        rest,
      );
    }
    const property = Object.keys({ ...original.inputs, ...resource.inputs }).find(
      (key) => original.inputs[key] !== resource.inputs[key],
    );
    const readers = new Set(
      [property, EVERY_KEY].flatMap((key) => [...(this.readers.get(`${original.urn} ${key}`) ?? [])]),
    );
    if (readers.size === 0) return NOTHING;
    const present = this.byUrn.get(original.urn)! as {
      -readonly [Key in keyof StackResource]: StackResource[Key];
    };
    const { props, propertyDependencies } = present;
    try {
      present.props = wrapped(resource.inputs);
      present.propertyDependencies = Object.fromEntries(
        Object.entries(propertyDependencies).filter(([key]) => key in resource.propertyDependencies),
      );
      return this.compare([...readers], new Stack(this.stack.resources), present);
    } finally {
      Object.assign(present, { props, propertyDependencies });
    }
  }

  private compare(rules: readonly Rule[], stack: Stack, changed?: StackResource): Judgement {
    const violations = new Set<string>();
    const undecided = new Set<string>();
    for (const rule of rules) {
      const found =
        rule.scope === "stack" ? evaluate(rule, stack) : changed === undefined ? [] : evaluate(rule, changed);
      const anew = found.filter((each) => !this.before.get(rule)!.has(keyOf(each)));
      if (anew.some(({ outcome }) => outcome === "violation")) violations.add(rule.name);
      else if (anew.length > 0) undecided.add(rule.name);
    }
    return { violations, undecided };
  }

  /** The stack, with every look at a property written down. */
  private watched(rule: Rule): Stack {
    const note = (urn: string, property: string | symbol) => {
      const key = `${urn} ${String(property)}`;
      if (!this.readers.has(key)) this.readers.set(key, new Set());
      this.readers.get(key)!.add(rule);
    };
    const copies = new Map<
      string,
      StackResource & { propertyDependencies: Record<string, StackResource[]> }
    >();
    for (const each of this.stack.resources) {
      const watch = <T extends object>(target: T): T =>
        new Proxy(target, {
          get: (on, key) => (note(each.urn, key), Reflect.get(on, key) as unknown),
          has: (on, key) => (note(each.urn, key), Reflect.has(on, key)),
          ownKeys: (on) => (note(each.urn, EVERY_KEY), Reflect.ownKeys(on)),
        });
      copies.set(each.urn, { ...each, props: watch(each.props), propertyDependencies: {} });
    }
    for (const each of this.stack.resources) {
      const copy = copies.get(each.urn)!;
      const sources = Object.entries(each.propertyDependencies).map(
        ([property, from]) => [property, from.map(({ urn }) => copies.get(urn)!)] as const,
      );
      copy.propertyDependencies = new Proxy(Object.fromEntries(sources), {
        get: (on, key) => (note(each.urn, key), Reflect.get(on, key) as StackResource[]),
      });
    }
    return new Stack([...copies.values()]);
  }
}

function findings(rule: Rule, stack: Stack): Finding[] {
  return rule.scope === "stack"
    ? evaluate(rule, stack)
    : stack.resources.flatMap((resource) => evaluate(rule, resource));
}

function keyOf({ outcome, resource, problem }: Finding): string {
  return `${outcome} ${resource.urn} ${problem}`;
}
