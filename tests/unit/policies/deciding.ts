import type { Outcome } from "./evaluation";

/** A property that decides a rule, and what the rule says when the value is not the good plan's. */
export interface Deciding {
  readonly rule: string;
  readonly resource: string;
  readonly path: readonly (string | number)[];
  readonly bad: unknown;
  /** @default "violation" */
  readonly absent?: Outcome;
  /** @default "undecided" */
  readonly unknown?: Outcome;
  /** @default "violation" */
  readonly wrongType?: Outcome;
}
