/** What a change adds to a month's cost, by component. */
import type { CostReport } from "./report";

/** USD a month with the declared events, idle included, before data has been kept for as long as it may be. */
export interface CostChange {
  readonly component: string;
  readonly before: number;
  readonly after: number;
}

export interface CostDifference {
  /** Components whose cost differs by a cent or more, the largest difference first. */
  readonly components: readonly CostChange[];
  readonly total: Omit<CostChange, "component">;
  /** Won for a dollar, of the later plan. */
  readonly krwPerUsd: number;
  /** Types of which nothing is priced, and that the earlier plan did not have. */
  readonly newlyNotPriced: readonly string[];
}

/** As `naru cost --json` tells a stack; the earlier report may be of an earlier program. */
export type ComparableCost = Pick<CostReport, "components" | "total" | "notPriced" | "krwPerUsd">;

/** What is smaller is rounding. */
const CENT = 0.01;

export function costDifference(before: ComparableCost, after: ComparableCost): CostDifference {
  const names = [...new Set([...before.components, ...after.components].map(({ name }) => name))];
  const of = ({ components }: ComparableCost, name: string) =>
    sum(components.find((each) => each.name === name));
  const unpriced = new Set(before.notPriced.map(({ type }) => type));
  return {
    components: names
      .map((component) => ({ component, before: of(before, component), after: of(after, component) }))
      .filter((change) => Math.abs(change.after - change.before) >= CENT)
      .sort((left, right) => Math.abs(right.after - right.before) - Math.abs(left.after - left.before)),
    total: { before: sum(before.total), after: sum(after.total) },
    krwPerUsd: after.krwPerUsd.rate,
    newlyNotPriced: [...new Set(after.notPriced.map(({ type }) => type))].filter(
      (type) => !unpriced.has(type),
    ),
  };
}

function sum(cost: { readonly idle: number; readonly usage: number } | undefined): number {
  return cost === undefined ? 0 : cost.idle + cost.usage;
}
