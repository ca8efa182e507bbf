/** Makes a broken life smaller, as long as it breaks in the same way. */
import { dependants, type Plan } from "./plan";
import type { Step } from "./draw";
import type { Broken } from "./life";

/** Most tries: each is a life. */
const MOST_TRIES = 12;

/**
 * Deployments are left out, then resources. Each step holds a whole program, so any of them may follow any other. A life
 * that breaks by another problem counts as one that holds: what is left out may itself be what that one misses.
 * @param live undefined where nothing breaks.
 */
export async function smallest(
  steps: readonly Step[],
  found: Pick<Broken, "step" | "problems">,
  live: (steps: readonly Step[]) => Promise<Pick<Broken, "step" | "problems"> | undefined>,
): Promise<readonly Step[]> {
  let least: readonly Step[] = steps.slice(0, found.step + 1);
  let tries = 0;
  const holds = async (fewer: readonly Step[]) => {
    if (tries >= MOST_TRIES || fewer.some(({ plan }) => plan.length === 0)) return;
    tries += 1;
    const broken = await live(fewer);
    if (broken !== undefined && broken.problems[0] === found.problems[0]) {
      least = fewer.slice(0, broken.step + 1);
    }
  };
  for (const step of least.slice(0, -1).reverse()) await holds(least.filter((each) => each !== step));
  for (const key of keysOf(least)) {
    if (keysOf(least).has(key)) await holds(least.map((step) => withoutKey(step, key)));
  }
  return least;
}

function keysOf(steps: readonly Step[]): Set<string> {
  return new Set(steps.flatMap(({ plan }) => plan.map(({ key }) => key)));
}

function withoutKey(step: Step, key: string): Step {
  return { ...step, plan: without(step.plan, key) };
}

function without(plan: Plan, key: string): Plan {
  const gone = dependants(plan, key).add(key);
  return plan.filter((node) => !gone.has(node.key));
}
