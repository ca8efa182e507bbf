/** The policy packs over one plan, from the compilation to the report. */
import type { RecordedResource } from "../../local/recorder/recorded-resource";
import { compilePolicies } from "./compile-policies";
import type { CheckResult } from "./findings";
import type { Locate } from "./location";
import { formatReport } from "./report";
import type { PackProcess } from "./pack-process";
import { examinePlan, runPack, type RunPackOptions } from "./run-pack";

/** What `naru check` ends with. */
export const EXIT_CODES = { passed: 0, violations: 1, failed: 2 } as const;

export interface CheckOptions extends RunPackOptions {
  /** A pack that serves, or will. @default compiled, started and ended for this check */
  readonly pack?: Promise<PackProcess>;
  /** Write the result as JSON instead of a report. @default false */
  readonly json?: boolean;
  /** Tells the line of the program that makes a resource. @default the report names no line */
  readonly locate?: Locate;
  /** Where the report goes. @default the standard output */
  readonly write?: (text: string) => void;
  /** Where the reason goes when the check itself fails. @default the standard error output */
  readonly writeError?: (text: string) => void;
}

export interface CheckOutcome {
  readonly exitCode: (typeof EXIT_CODES)[keyof typeof EXIT_CODES];
  /** Missing when the check itself failed. */
  readonly result?: CheckResult;
}

/**
 * Compiles the pack, runs it over the plan and reports. Never throws: a check that could not be made is no pass, so it
 * has an exit code of its own.
 */
export async function checkStack(
  resources: readonly RecordedResource[],
  {
    pack,
    json = false,
    locate,
    write = (text) => process.stdout.write(text),
    writeError = (text) => process.stderr.write(text),
    ...options
  }: CheckOptions,
): Promise<CheckOutcome> {
  try {
    const result =
      pack === undefined
        ? await runPack(await compilePolicies(), resources, options)
        : await examinePlan(await pack, resources, options);
    write(json ? `${resultJson(result)}\n` : `${formatReport(result, locate)}\n`);
    return { exitCode: result.ok ? EXIT_CODES.passed : EXIT_CODES.violations, result };
  } catch (error) {
    writeError(
      `The check of ${options.stack} could not be made: ${error instanceof Error ? error.message : error}\n`,
    );
    return { exitCode: EXIT_CODES.failed };
  }
}

/** A result as data; what the rules say of themselves is `naru explain`'s. */
function resultJson({ rules: _rules, ...result }: CheckResult): string {
  return JSON.stringify(result, null, 2);
}
