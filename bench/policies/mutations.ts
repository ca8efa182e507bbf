/** The mutation table: what of the changes that would weaken a compliant plan the rules catch. */
import type { Severity } from "@pulumi/policy";
import { RULES } from "../../policies/rules";
import { compliantPlans, type NamedPlan } from "./mutation/compliant-plans";
import { Judge, type Judgement } from "./mutation/judge";
import type { Mutant } from "./mutation/mutant";
import { everyMutant, representatives, type PlannedMutant } from "./mutation/representatives";
import { readTable, type Entry, type Table } from "./mutation/table";

/** A mutant that was tried, with the row of the table that speaks of it. */
export interface Trial {
  readonly plan: NamedPlan;
  readonly mutant: Mutant;
  /** Undefined: the table has no row for it. */
  readonly entry: Entry | undefined;
  readonly judgement: Judgement;
}

export interface Outcome {
  /** Findings in the plans as they are. */
  readonly unmutated: readonly string[];
  readonly trials: readonly Trial[];
  readonly seconds: number;
}

/** Tries mutants over the rules of this process. */
export function tryMutants(plans: readonly NamedPlan[], mutants: readonly PlannedMutant[]): Outcome {
  const table = readTable();
  const started = performance.now();
  const judges = new Map(plans.map((plan) => [plan, new Judge(plan.resources)]));
  const trials = mutants.map(({ plan, mutant }) => ({
    ...{ plan, mutant, entry: table.entryFor(mutant) },
    judgement: judges.get(plan)!.judge(mutant),
  }));
  return {
    unmutated: plans.flatMap((plan) =>
      judges.get(plan)!.unmutated.map((finding) => `${plan.name}: ${finding}`),
    ),
    trials,
    seconds: (performance.now() - started) / 1000,
  };
}

/** `type path mutation`: what a row of the table speaks of. */
export function pairOf({ type, path, mutation }: Mutant): string {
  return `${type} ${path === "" ? "(itself)" : path} ${mutation}`;
}

/** Pairs that the table has no row for. */
export function unlisted(table: Table, mutants: readonly PlannedMutant[]): string[] {
  const without = mutants.filter(({ mutant }) => table.entryFor(mutant) === undefined);
  return [...new Set(without.map(({ mutant }) => `${pairOf(mutant)} (${mutant.original.name})`))];
}

/** What is wrong between the table and the rules, in words; nothing when they agree. */
export function disagreements({ trials }: Outcome): string[] {
  const wrong = trials.flatMap(({ plan, mutant, entry, judgement: { violations } }) => {
    const where = `${pairOf(mutant)} of ${mutant.original.name} (${plan.name})`;
    if (entry === undefined)
      return [`unlisted: ${where}; caught by ${[...violations].join(", ") || "no rule"}`];
    if (entry.rule !== undefined && !violations.has(entry.rule))
      return [
        `missed: ${where}, by ${entry.rule} (${entry.place}); caught by ${[...violations].join(", ") || "no rule"}`,
      ];
    return entry.irrelevant !== undefined && violations.size > 0
      ? [`hidden: ${where}, listed as irrelevant (${entry.place}); caught by ${[...violations].join(", ")}`]
      : [];
  });
  return [...new Set(wrong)];
}

export interface Share {
  readonly severity: Severity;
  readonly caught: number;
  readonly of: number;
}

export interface Numbers {
  /** Pairs of (type, path, mutation), and how they are listed; a pair may be listed in two ways, by resource. */
  readonly pairs: {
    readonly all: number;
    readonly bound: number;
    readonly irrelevant: number;
    readonly gaps: number;
  };
  readonly mutants: {
    readonly all: number;
    readonly bound: number;
    readonly caught: number;
    readonly gaps: number;
  };
  /** Mutants of gaps that some rule catches nevertheless. */
  readonly closedGaps: number;
  /** Of what is bound to rules of a severity: how much the rule that is meant for it caught. */
  readonly shares: readonly Share[];
}

export function numbersOf({ trials }: Outcome): Numbers {
  const pairs = (some: readonly Trial[]) => new Set(some.map(({ mutant }) => pairOf(mutant))).size;
  const bound = trials.filter(({ entry }) => entry?.rule !== undefined);
  const irrelevant = trials.filter(({ entry }) => entry?.irrelevant !== undefined);
  const gaps = trials.filter(({ entry }) => entry?.gap !== undefined);
  const isCaught = ({ entry, judgement }: Trial) => judgement.violations.has(entry?.rule ?? "");
  return {
    pairs: { all: pairs(trials), bound: pairs(bound), irrelevant: pairs(irrelevant), gaps: pairs(gaps) },
    mutants: {
      ...{ all: trials.length, bound: bound.length },
      caught: bound.filter(isCaught).length,
      gaps: gaps.length,
    },
    closedGaps: gaps.filter(({ judgement }) => judgement.violations.size > 0).length,
    shares: (["critical", "high", "medium", "low"] as const).map((severity) => {
      const rules = new Set(RULES.filter((rule) => rule.severity === severity).map(({ name }) => name));
      const own = bound.filter(({ entry }) => rules.has(entry!.rule!));
      return { severity, caught: own.filter(isCaught).length, of: own.length };
    }),
  };
}

/** The numbers as lines, with each reason of a gap. */
export function report(outcome: Outcome): string {
  const { pairs, mutants, closedGaps, shares } = numbersOf(outcome);
  const gaps = new Map<string, Set<string>>();
  for (const { mutant, entry } of outcome.trials) {
    if (entry?.gap === undefined) continue;
    const reason = `${mutant.type}: ${entry.gap}`;
    gaps.set(reason, (gaps.get(reason) ?? new Set()).add(pairOf(mutant)));
  }
  return [
    `${mutants.all} mutants of ${pairs.all} pairs (type, path, mutation) in ${outcome.seconds.toFixed(1)} s`,
    `pairs: ${pairs.bound} bound to a rule, ${pairs.irrelevant} not security relevant, ${pairs.gaps} gaps`,
    `findings in the plans as they are: ${outcome.unmutated.length}`,
    "",
    "severity   caught by the rule meant for it",
    ...shares.map(
      ({ severity, caught, of }) =>
        `${severity.padEnd(8)} ${String(caught).padStart(6)} of ${String(of).padStart(5)}  ${of === 0 ? "" : `${((100 * caught) / of).toFixed(1)} %`}`,
    ),
    "",
    `gaps, by pairs (${mutants.gaps} mutants, ${closedGaps} of which some rule catches nevertheless):`,
    ...[...gaps]
      .sort((one, other) => other[1].size - one[1].size)
      .map(([reason, of]) => `${String(of.size).padStart(5)}  ${reason}`),
  ].join("\n");
}

/**
 * Prints the table's numbers.
 *
 * @param all every mutant of every resource, and not only one of each kind: two minutes. @default false
 * @returns 0 when the table and the rules agree and no plan has a finding, else 1
 */
export async function printMutations({ all = false }: { all?: boolean } = {}): Promise<number> {
  const plans = await compliantPlans();
  const outcome = tryMutants(plans, all ? everyMutant(plans) : representatives(plans));
  console.log(report(outcome));
  const wrong = [...outcome.unmutated, ...disagreements(outcome)];
  if (wrong.length > 0) console.error(`\n${wrong.join("\n")}`);
  return wrong.length === 0 ? 0 : 1;
}
