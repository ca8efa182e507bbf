/** What the base says of a stack, by its own program, contracts, settings and rules: asked of its own `naru`. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { RecordedResource } from "../../../local/recorder";
import type { ComparableCost } from "../../cost/difference";
import type { CheckResult } from "../findings";

export interface RecordedBase {
  readonly resources: readonly RecordedResource[];
  /** Null where the base has no such command, or could not judge. */
  readonly judged: Omit<CheckResult, "rules"> | null;
  /** Null where the base has no such command, or could not reckon. */
  readonly cost: ComparableCost | null;
}

/**
 * @returns null when the base has no such stack.
 * @throws Error with the base's own words when its plan can't be recorded.
 */
export async function recordBase(folder: string, stack: string): Promise<RecordedBase | null> {
  if (!existsSync(join(folder, `Pulumi.${stack}.yaml`))) return null;
  const planned = await naru(folder, "plan", stack, "--json");
  const resources = parsed<RecordedResource[]>(planned.output);
  if (resources === null) {
    throw new Error(`The plan of ${stack} at the base can't be recorded: ${planned.errors.trim()}`);
  }
  const judged = await naru(folder, "check", stack, "--json");
  const reckoned = await naru(folder, "cost", stack, "--json");
  return {
    resources,
    judged: parsed<CheckResult>(judged.output),
    cost: parsed<ComparableCost[]>(reckoned.output)?.[0] ?? null,
  };
}

/** Plans of large stacks are some megabytes. */
const LONGEST_OUTPUT = 512 * 1024 * 1024;

function naru(folder: string, ...arguments_: string[]): Promise<{ output: string; errors: string }> {
  // A base that finds itself in a workflow would annotate its own findings.
  const { GITHUB_ACTIONS: _actions, ...env } = process.env;
  return new Promise((settle) =>
    execFile(
      process.execPath,
      [join(folder, "cli", "naru.js"), ...arguments_],
      { cwd: folder, env, maxBuffer: LONGEST_OUTPUT },
      (_error, output, errors) => settle({ output, errors }),
    ),
  );
}

/** Null for what is no JSON: a message, or nothing. */
function parsed<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}
