/** Finds columns that hold personal data, by their name and by the form of their values. */
import type { IdentifierKind, Treatment } from "./model";
import type { Evidence } from "./personal/evidence";
import { headerEvidence } from "./personal/headers";
import { valueEvidence } from "./personal/values";

/** From this score on a column is called personal. */
export const PERSONAL_FROM = 0.5;

export interface PersonalFinding {
  readonly kind: IdentifierKind;
  /** 0 to 1. */
  readonly score: number;
  /** The reasons, without any value. */
  readonly why: string;
  readonly treatment: Treatment;
}

/** Kinds of no use to analysis as pseudonyms, or of too much risk. */
const DROPPED: readonly IdentifierKind[] = ["resident-number", "card-number", "person-name", "address"];

/**
 * The likeliest kind of personal data in a column, or undefined.
 * Name and values add up: two reasons of 0.7 make 0.91. Without values the name decides alone.
 *
 * @param headers the column's names: source header, column name, business name.
 * @param values sample values; none is ever repeated in the answer.
 */
export function detectPersonal(
  headers: string | readonly string[],
  values: readonly string[],
): PersonalFinding | undefined {
  return personalCandidates(headers, values).find(({ score }) => score >= PERSONAL_FROM);
}

/** As {@link detectPersonal}, with the candidates too weak to call: the likeliest first. */
export function personalCandidates(
  headers: string | readonly string[],
  values: readonly string[],
): PersonalFinding[] {
  const named = [headers].flat().flatMap(headerEvidence);
  const evidence = [...strongest(named), ...valueEvidence(values)];
  const kinds = [...new Set(evidence.map(({ kind }) => kind))];
  return kinds
    .map((kind) =>
      finding(
        kind,
        evidence.filter((reason) => reason.kind === kind),
      ),
    )
    .sort((left, right) => right.score - left.score);
}

function finding(kind: IdentifierKind, reasons: readonly Evidence[]): PersonalFinding {
  const doubt = reasons.reduce((rest, { score }) => rest * (1 - score), 1);
  const embedded = reasons.some((reason) => reason.embedded === true);
  return {
    kind,
    score: Math.min(0.99, Math.round((1 - doubt) * 100) / 100),
    why: reasons.map(({ why }) => why).join("; "),
    treatment: embedded || DROPPED.includes(kind) ? "drop" : "pseudonymise",
  };
}

/** Several names of one column say the same thing once. */
function strongest(evidence: readonly Evidence[]): Evidence[] {
  const byKind = new Map<IdentifierKind, Evidence>();
  for (const reason of evidence) {
    if ((byKind.get(reason.kind)?.score ?? 0) < reason.score) byKind.set(reason.kind, reason);
  }
  return [...byKind.values()];
}
