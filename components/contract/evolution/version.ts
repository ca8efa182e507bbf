/** Steps between semantic versions of contracts. */
import { VERSION_STEPS, type VersionStep } from "./change";

/** The step from one version to another; `same` and `back` are none. Versions are three numbers, as the loader asks. */
export function stepBetween(before: string, after: string): VersionStep | "same" | "back" {
  const [old, now] = [numbers(before), numbers(after)];
  const at = old.findIndex((number, index) => number !== now[index]);
  if (at < 0) return "same";
  if (now[at] < old[at]) return "back";
  return (["major", "minor", "patch"] as const)[at];
}

/** The smallest version that is a step of this size ahead. */
export function nextVersion(version: string, step: VersionStep): string {
  const [major, minor, patch] = numbers(version);
  if (step === "major") return `${major + 1}.0.0`;
  return step === "minor" ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

/** The greatest of some steps; none of none. */
export function greatestStep(steps: readonly VersionStep[]): VersionStep | undefined {
  return [...VERSION_STEPS].reverse().find((step) => steps.includes(step));
}

/** Whether a version step is at least as great as the one that changes ask for. */
export function suffices(step: VersionStep, needed: VersionStep): boolean {
  return VERSION_STEPS.indexOf(step) >= VERSION_STEPS.indexOf(needed);
}

/** The first number of a version; what breaks is told apart by it. */
export function majorOf(version: string): number {
  return numbers(version)[0];
}

function numbers(version: string): [number, number, number] {
  const [major, minor, patch] = version.split(".").map(Number);
  return [major, minor, patch];
}
