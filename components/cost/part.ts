/** What one resource costs, in parts: each an amount at a price, or what it would take to know. */
import type { AssumptionId } from "./assumptions";

/** An amount that is known or reckoned. */
export interface BilledPart {
  /** Idle: also in a month without an event. */
  readonly kind: "idle" | "usage";
  readonly what: string;
  /** A month's, in the price's unit. */
  readonly quantity: number;
  /** Of the price file. */
  readonly price: string;
  /**
   * What is kept grows: the first month's data, or all that is there once the oldest goes. Undefined: the same in every month.
   */
  readonly when?: "first-month" | "after-retention";
  readonly assumes?: readonly AssumptionId[];
}

/** An amount that only use tells, or that the plan leaves open. In no sum. */
export interface DependingPart {
  readonly kind: "depends";
  readonly what: string;
  readonly on: string;
  readonly price?: string;
}

/** Something that is billed, and whose price is not known. In no sum, and never 0. */
export interface UnpricedPart {
  readonly kind: "not-priced";
  readonly what: string;
  readonly why: string;
}

export type CostPart = BilledPart | DependingPart | UnpricedPart;

export const idle = (what: string, quantity: number, price: string): BilledPart => ({
  ...{ kind: "idle", what, quantity, price },
});

export const usage = (
  what: string,
  quantity: number,
  price: string,
  assumes: readonly AssumptionId[] = [],
): BilledPart => ({ ...{ kind: "usage", what, quantity, price, assumes } });

export const depends = (what: string, on: string, price?: string): DependingPart => ({
  ...{ kind: "depends", what, on, price },
});

export const unpriced = (what: string, why: string): UnpricedPart => ({ kind: "not-priced", what, why });
