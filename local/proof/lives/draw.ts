/** A life drawn from a seed: data, so that it can be told, replayed and made smaller. */
import { Random } from "../../../samples/random";
import { Editor, isLeaf, settledPlan } from "./edits";
import { KINDS } from "./kinds";
import type { Plan, Values } from "./plan";
import type { Fault } from "./proxy";

/** One deployment, and what comes before or between. */
export interface Step {
  readonly what: string;
  /** What the program asks for from now on. */
  readonly plan: Plan;
  /** The deployment meets it at the call that changes something after `left` others; told, it is killed (-9) there. */
  readonly meets?: { readonly fault: Fault; readonly left: number };
  /** Changed at the console before: with these inputs, or deleted. */
  readonly byHand?: { readonly key: string; readonly inputs?: Values };
  /** Lost to the state, and taken in again by its id. */
  readonly imports?: string;
}

export interface LifeSize {
  /** Resources that it begins with. */
  readonly resources: number;
  /** Deployments after the first. */
  readonly steps: number;
}

/** Most edits between two deployments. */
const MOST_EDITS = 4;

export function drawLife(seed: number, { resources, steps }: LifeSize): Step[] {
  const random = new Random(seed);
  const editor = new Editor(random, `life-${seed}`);
  const meets = () => met(random);
  let plan = editor.begin(resources);
  const life: Step[] = [{ what: "begin", plan, meets: meets() }];
  while (life.length <= steps) {
    plan = settledPlan(plan);
    const node = random.pick(plan);
    const kind = KINDS[node.kind]!;
    const drawn = random.next();
    if (drawn < 0.1 && isLeaf(plan, node.key)) {
      life.push({ what: `by hand delete ${node.kind} ${node.key}`, plan, byHand: { key: node.key } });
    } else if (drawn < 0.2) {
      const inputs = editor.varied(plan, node);
      if (inputs === undefined || kind.imports === false) continue;
      life.push({ what: `by hand change ${node.kind} ${node.key}`, plan, byHand: { key: node.key, inputs } });
    } else if (drawn < 0.27) {
      if (kind.imports === false || !isLeaf(plan, node.key)) continue;
      life.push({ what: `import ${node.kind} ${node.key}`, plan, imports: node.key });
    } else {
      const done: string[] = [];
      for (let left = random.integer(1, MOST_EDITS); left > 0; left -= 1) {
        const edit = editor.draw(plan);
        if (edit === undefined || edit.plan.length === 0) continue;
        plan = edit.plan;
        done.push(edit.what);
      }
      if (done.length === 0) continue;
      life.push({ what: done.join("; "), plan, meets: meets() });
    }
  }
  return life;
}

function met(random: Random): Step["meets"] {
  if (random.chance(0.6)) return undefined;
  const fault = random.pick<Fault>(["refuse", "refuse", "cut", "tell"]);
  return { fault, left: random.integer(0, 6) };
}
