/** What changed in how personal values leave the closed zone. */
import type { Column, Treatment } from "../model";
import { breaking, type ContractChange, invisible, type Party, READERS } from "./change";
import type { ColumnPair } from "./pair-columns";

/** What tells least of a person first: a pseudonym can be joined and never read, a mask shows characters. */
const CLEARNESS: readonly Treatment[] = ["drop", "pseudonymise", "mask", "generalise", "keep"];

/** Treatments that refuse a value they can't treat. */
const REFUSING: readonly Treatment[] = ["pseudonymise", "generalise"];

/** @param producers those who send the set; nobody for a derived one. */
export function treatmentChanges(pair: ColumnPair, producers: readonly Party[]): ContractChange[] {
  const { before, after } = pair;
  if (before.treatment !== after.treatment) return [treatment(pair, producers), ...reason(pair, producers)];
  return [...identifierKind(pair, producers), ...keptCharacters(pair), ...reason(pair, producers)];
}

function treatment({ before, after }: ColumnPair, producers: readonly Party[]): ContractChange {
  const clearer = CLEARNESS.indexOf(after.treatment) > CLEARNESS.indexOf(before.treatment);
  const facts = {
    kind: "treatment",
    column: after.name,
    before: before.treatment,
    after: after.treatment,
    ...(clearer
      ? {
          review: `${after.name} becomes clearer outside the closed zone (${before.treatment} to ${after.treatment})`,
        }
      : {}),
  } as const;
  const refused = REFUSING.includes(after.treatment) ? producers : [];
  if (before.treatment === "drop") {
    return breaking(refused, {
      ...facts,
      why:
        refused.length === 0
          ? "the column is new to readers, and null in older files"
          : "values that can't be treated so are refused; to readers the column is new",
    });
  }
  if (after.treatment === "drop")
    return breaking(READERS, { ...facts, why: "queries that name the column fail" });
  return breaking([...refused, ...READERS], {
    ...facts,
    why: "older files hold the other form: equal values differ, joins and counts over both are wrong",
  });
}

function identifierKind({ before, after }: ColumnPair, producers: readonly Party[]): ContractChange[] {
  if (before.kind === after.kind) return [];
  const facts = {
    kind: "identifier kind",
    column: after.name,
    before: before.kind ?? "none",
    after: after.kind ?? "none",
  } as const;
  if (!REFUSING.includes(after.treatment))
    return [invisible({ ...facts, why: "what is stored does not depend on it" })];
  return [
    breaking([...producers, ...READERS], {
      ...facts,
      why: "each kind has its own key and form: equal values of before and after differ",
    }),
  ];
}

function keptCharacters({ before, after }: ColumnPair): ContractChange[] {
  const [kept, keeps] = [before.keepLast ?? 0, after.keepLast ?? 0];
  if (kept === keeps) return [];
  return [
    breaking(READERS, {
      kind: "kept characters",
      column: after.name,
      before: String(kept),
      after: String(keeps),
      why: "older files hold the other form: equal values differ",
      ...(keeps > kept ? { review: `${after.name} shows ${keeps} characters instead of ${kept}` } : {}),
    }),
  ];
}

/** The reason why a column that looks personal is none switches detection off for it. */
function reason({ before, after }: ColumnPair, producers: readonly Party[]): ContractChange[] {
  const told = ({ notPersonal }: Column): string => notPersonal ?? "none";
  if (told(before) === told(after)) return [];
  const facts = {
    kind: "not personal",
    column: after.name,
    before: told(before),
    after: told(after),
  } as const;
  if (after.notPersonal !== undefined) {
    return [
      invisible({
        ...facts,
        why: "detection takes the contract's word",
        review: `${after.name} is said not to be personal`,
      }),
    ];
  }
  return after.treatment === "keep"
    ? [
        breaking(producers, {
          ...facts,
          why: "detection looks at the column again, and refuses what it finds",
        }),
      ]
    : [invisible({ ...facts, why: "the column is treated now" })];
}
