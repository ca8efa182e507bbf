/** Resources as a plan records them, for the rules. */
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { expect } from "chai";
import type { StreamLoad } from "../../../components/capacity";
import { costOf, estimate, ruleOf, type CostContext, type PlannedResource } from "../../../components/cost";

export const UNKNOWN: unknown = unknownValue;

export function resource(
  type: string,
  inputs: Record<string, unknown> = {},
  propertyDependencies: Record<string, string[]> = {},
): PlannedResource {
  return { type, name: "one", urn: `urn:${type}`, inputs, propertyDependencies };
}

/** One event a second of 1,000 bytes: 2,628,000 a month. */
export const STREAM: StreamLoad = {
  id: "lms.requests",
  eventsPerSecond: 1,
  eventBytes: 1000,
  consumed: false,
};

export function contextOf(args: Partial<CostContext> = {}): CostContext {
  return { streams: [STREAM], eventsPerRequest: null, resources: [], ...args };
}

export function partsOf(given: PlannedResource, context: CostContext = contextOf()) {
  const rule = ruleOf(given.type);
  if (rule.kind !== "priced") throw new Error(`${given.type} has no rule: it is ${rule.kind}`);
  return rule.parts(given, context);
}

/** USD by what is billed; what depends or is not priced by its kind. */
export function billOf(given: PlannedResource, context?: CostContext): Record<string, number | string> {
  return Object.fromEntries(
    partsOf(given, context).map((part) => [
      part.what,
      part.kind === "idle" || part.kind === "usage" ? costOf(part.price, part.quantity) : part.kind,
    ]),
  );
}

export function estimateOf(resources: readonly PlannedResource[], context: Partial<CostContext> = {}) {
  return estimate([{ name: "one", resources }], contextOf({ resources, ...context }));
}

/** Of a bill, within a millionth: sums by hand have other digits at the end. */
export function expectBill(
  bill: Record<string, number | string>,
  expected: Record<string, number | string>,
): void {
  expect(Object.keys(bill)).to.have.members(Object.keys(expected));
  for (const [what, value] of Object.entries(expected)) {
    if (typeof value === "string") expect(bill[what], what).to.equal(value);
    else expect(bill[what], what).to.be.closeTo(value, 1e-6);
  }
}

/** 730 hours of 3,600 seconds. */
export const EVENTS = 2_628_000;
export const GB = 1_073_741_824;
