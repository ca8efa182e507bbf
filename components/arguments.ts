/** Checks of a component's arguments: every wrong one is told at once, with what to write instead. */
import { wholeNumberWithin, type Bounds } from "./limits";
import { ToldError } from "./told-error";

/** What is wrong with one argument: `<argument>: <what>; <fix>`. */
export type ArgumentProblem = string;

/** All that is wrong with the arguments of one component. */
export class ArgumentError extends ToldError {
  constructor(
    component: string,
    name: string,
    readonly problems: readonly ArgumentProblem[],
  ) {
    super(
      `${component} "${name}" has ${problems.length} wrong argument(s):\n${problems.map((p) => `  - ${p}`).join("\n")}`,
    );
    this.name = "ArgumentError";
  }
}

/**
 * @param checks their results, `undefined` where an argument is right.
 * @throws ArgumentError with every problem.
 */
export function checkArguments(
  component: string,
  name: string,
  checks: readonly (ArgumentProblem | undefined)[],
): void {
  const problems = checks.filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new ArgumentError(component, name, problems);
}

/** An absent argument is right: its default is. */
export function checkNumber(
  argument: string,
  value: number | undefined,
  bounds: Bounds,
): ArgumentProblem | undefined {
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && value >= bounds.minimum && value <= bounds.maximum) return undefined;
  return `${argument}: is ${value}; write ${wholeNumberWithin(bounds)}`;
}

/** @param right whether the value is right. @param fix what to write instead. */
export function checkText(
  argument: string,
  value: string | undefined,
  right: (value: string) => boolean,
  fix: string,
): ArgumentProblem | undefined {
  return value === undefined || right(value) ? undefined : `${argument}: is "${value}"; write ${fix}`;
}
