/** Finds columns that hold personal data, by their name and by the form of their values. */
import type { Column, IdentifierKind, Treatment } from "./model";
import type { Evidence } from "./personal/evidence";
import { headerEvidence } from "./personal/headers";
import { valueEvidence } from "./personal/values";

/** From this score on a column is called personal. */
export const PERSONAL_FROM = 0.5;

/** What to write about a column that {@link unmarkedPersonal} finds. */
export const MARK_IT =
  "mark each in the contract with customProperties identifierKind and treatment," +
  " or give it customProperties notPersonal with the reason why it is not";

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

/** Whether a column is kept in clear and the contract does not say why it may be: only such columns are looked into. */
export function isUnmarked({ kind, treatment, notPersonal }: Column): boolean {
  return kind === undefined && treatment === "keep" && notPersonal === undefined;
}

/** What an unmarked column looks like by its names and the given values; undefined for a marked or harmless one. */
export function unmarkedPersonal(column: Column, values: readonly string[]): PersonalFinding | undefined {
  return isUnmarked(column) ? detectPersonal(namesOf(column), values) : undefined;
}

/** What the names of a column say about it; where several say the same, the strongest. */
export function nameEvidence(column: Column): Evidence[] {
  return strongest(namesOf(column).flatMap(headerEvidence));
}

/** Everything a column is called. */
export function namesOf({ sourceName, name, businessName }: Column): string[] {
  return [sourceName, name, businessName];
}

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
  return candidatesOf([...strongest([headers].flat().flatMap(headerEvidence)), ...valueEvidence(values)]);
}

/** The reasons of each kind added up; the likeliest first. */
export function candidatesOf(evidence: readonly Evidence[]): PersonalFinding[] {
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
