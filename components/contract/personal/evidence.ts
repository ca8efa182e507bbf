import type { IdentifierKind } from "../model";

/** One reason to take a column for personal. */
export interface Evidence {
  readonly kind: IdentifierKind;
  /** 0 to 1: how sure this reason alone makes. */
  readonly score: number;
  /** For people; says how many values matched, never which. */
  readonly why: string;
  /** The identifier stands inside longer text, so a pseudonym of the whole value would be of no use. */
  readonly embedded?: boolean;
}
