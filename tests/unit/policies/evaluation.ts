/** Rules run in process, over properties wrapped exactly as the policy SDK wraps them: reading an unknown throws. */
import { unknownCheckingProxy } from "@pulumi/policy";
import * as sdk from "@pulumi/policy/deserialize";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { RecordedResource } from "../../../local/recorder/recorded-resource";
import type { Finding, Rule } from "../../../policies/model/rule";
import { evaluate } from "../../../policies/model/pack";
import { Stack, type StackResource } from "../../../policies/model/stack";
import { RULES } from "../../../policies/rules";

/** The SDK's own unpacking (secrets become plain values); it exports the function but not its type. */
const { deserializeProperties } = sdk as unknown as {
  deserializeProperties(properties: Struct, proxySecrets: boolean): object;
};

export function ruleNamed(name: string): Rule {
  const rule = RULES.find((each) => each.name === name);
  if (rule === undefined) throw new Error(`There is no rule "${name}".`);
  return rule;
}

/** Every finding of one rule over a plan. */
export function findingsOf(rule: Rule, plan: readonly RecordedResource[]): Finding[] {
  return findingsIn(rule, stackOf(plan));
}

export function findingsIn(rule: Rule, stack: Stack): Finding[] {
  return rule.scope === "stack"
    ? evaluate(rule, stack)
    : stack.resources.flatMap((resource) => evaluate(rule, resource));
}

export function stackOf(plan: readonly RecordedResource[]): Stack {
  const byUrn = new Map<string, StackResource & { propertyDependencies: Record<string, StackResource[]> }>();
  for (const { type, name, urn, inputs, options: opts } of plan) {
    const props = wrapped(inputs);
    byUrn.set(urn, { type, name, urn, props, opts, propertyDependencies: {} });
  }
  for (const { urn, propertyDependencies } of plan) {
    for (const [property, urns] of Object.entries(propertyDependencies)) {
      byUrn.get(urn)!.propertyDependencies[property] = urns.flatMap((each) => byUrn.get(each) ?? []);
    }
  }
  return new Stack([...byUrn.values()]);
}

/** Wrapping is the slow part, and most resources of a changed plan are the same ones. */
const WRAPPED = new WeakMap<object, Record<string, unknown>>();

/** Inputs as a rule gets them from the SDK. */
export function wrapped(inputs: Record<string, unknown>): Record<string, unknown> {
  const known = WRAPPED.get(inputs);
  if (known !== undefined) return known;
  const struct = Struct.fromJavaScript(inputs as { [key: string]: JavaScriptValue });
  const props = unknownCheckingProxy(deserializeProperties(struct, false)) as Record<string, unknown>;
  WRAPPED.set(inputs, props);
  return props;
}

export type Outcome = "pass" | "violation" | "undecided";

/** One word for a list of findings: a violation outweighs what is undecided. */
export function outcomeOf(findings: readonly Finding[]): Outcome {
  if (findings.some((finding) => finding.outcome === "violation")) return "violation";
  return findings.length > 0 ? "undecided" : "pass";
}

export const ABSENT = Symbol("absent");

/** A copy of the plan with one value of one resource replaced, or taken away. */
export function changed(
  plan: readonly RecordedResource[],
  name: string,
  path: readonly (string | number)[],
  value: unknown,
): RecordedResource[] {
  const original = plan.find((each) => each.name === name);
  if (original === undefined) throw new Error(`The plan has no resource "${name}".`);
  const resource = structuredClone(original);
  const parents = path.slice(0, -1);
  const last = path[path.length - 1];
  const container = parents.reduce<Record<string | number, unknown>>(
    (current, key) => (current[key] ??= {}) as Record<string | number, unknown>,
    resource.inputs,
  );
  if (value === ABSENT && Array.isArray(container)) container.splice(Number(last), 1);
  else if (value === ABSENT) delete container[last];
  else container[last] = value;
  return plan.map((each) => (each === original ? resource : each));
}

/** The value at a path of a resource. */
export function valueAt(
  plan: readonly RecordedResource[],
  name: string,
  path: readonly (string | number)[],
): unknown {
  return path.reduce<unknown>(
    (current, key) => (current as Record<string | number, unknown>)[key],
    plan.find((each) => each.name === name)!.inputs,
  );
}

/** The plan without one resource. */
export function without(plan: readonly RecordedResource[], name: string): RecordedResource[] {
  return plan.filter((each) => each.name !== name);
}
