/** Which mutants are tried: one of each kind, as a plan repeats most resources many times. */
import type { RecordedResource } from "../../../local/recorder/recorded-resource";
import { DATA_CLASS, ROLE, ZONE } from "../../../policies/model/tags";
import type { NamedPlan } from "./compliant-plans";
import { mutantsOf, type Mutant } from "./mutant";

export interface PlannedMutant {
  readonly plan: NamedPlan;
  readonly mutant: Mutant;
}

/**
 * The first mutant of each pair (type, path, mutation), anew for each combination of the tags that rules go by and of
 * the properties beside the changed one: those tell apart what a rule may treat otherwise.
 */
export function representatives(plans: readonly NamedPlan[]): PlannedMutant[] {
  const seen = new Set<string>();
  return everyMutant(plans).filter(({ mutant }) => {
    const kind = [mutant.type, mutant.path, mutant.mutation, mutant.beside, ...tagsOf(mutant.original)].join(
      "\n",
    );
    const isNew = !seen.has(kind);
    seen.add(kind);
    return isNew;
  });
}

/** Every mutant of every resource of the plans. */
export function everyMutant(plans: readonly NamedPlan[]): PlannedMutant[] {
  return plans.flatMap((plan) =>
    plan.resources
      .filter(({ custom }) => custom)
      .flatMap((resource) => mutantsOf(resource).map((mutant) => ({ plan, mutant }))),
  );
}

function tagsOf({ inputs: { tags } }: RecordedResource): string[] {
  const values = typeof tags === "object" && tags !== null ? (tags as Record<string, unknown>) : {};
  return [DATA_CLASS, ZONE, ROLE].map((key) => String(values[key] ?? ""));
}
