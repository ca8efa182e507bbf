/** Makes a broken life smaller, as long as it breaks. */
import { dependants, type Plan } from "./plan";
import type { Step } from "./draw";
import type { Broken } from "./life";

/** Most tries: each is a life. */
const MOST_TRIES = 12;

/**
 * Deployments are left out, then resources. Each step holds a whole program, so any of them may follow any other.
 * @param live undefined where nothing breaks.
 */
export async function smallest(
  steps: readonly Step[],
  found: Broken,
  live: (steps: readonly Step[]) => Promise<Broken | undefined>,
): Promise<readonly Step[]> {
  let least: readonly Step[] = steps.slice(0, found.step + 1);
  let tries = 0;
  const holds = async (fewer: readonly Step[]) => {
    if (fewer.length === 0 || tries >= MOST_TRIES) return;
    tries += 1;
    if ((await live(fewer)) !== undefined) least = fewer;
  };
  for (const step of least.slice(0, -1).reverse()) await holds(least.filter((each) => each !== step));
  for (const key of keysOf(least)) {
    const fewer = least.map((step) => ({ ...step, plan: without(step.plan, key) }));
    if (fewer.every(({ plan }) => plan.length > 0)) await holds(fewer);
  }
  return least;
}

function keysOf(steps: readonly Step[]): Set<string> {
  return new Set(steps.flatMap(({ plan }) => plan.map(({ key }) => key)));
}

function without(plan: Plan, key: string): Plan {
  const gone = dependants(plan, key).add(key);
  return plan.filter((node) => !gone.has(node.key));
}
