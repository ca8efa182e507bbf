/** What a check leaves for other programs: SARIF, JUnit, annotations of GitHub and a pull request's comment. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { CheckedStack } from "./command";
import type { StackComparison } from "./comparison";
import { annotations } from "./formats/annotations";
import type { JudgedStack } from "./formats/judged-stack";
import { junit as junitReport } from "./formats/junit";
import { sarif as sarifLog } from "./formats/sarif";
import { locatingStack } from "./location";
import { commentOf } from "./markdown";

export interface MachineOptions {
  /** Folder of another Pulumi program. @default this project */
  readonly program?: string;
  /** File that takes SARIF 2.1.0. @default none */
  readonly sarif?: string;
  /** File that takes JUnit's XML. @default none */
  readonly junit?: string;
  /** File that takes the comment of a pull request. @default none */
  readonly markdown?: string;
  /** Lines of GitHub's workflow commands. @default whether GITHUB_ACTIONS is "true" */
  readonly annotations?: boolean;
  readonly json?: boolean;
}

/** Compared stacks tell what this change broke only. */
export function tellMachines(
  root: string,
  checked: readonly CheckedStack[],
  comparisons: readonly StackComparison[] | undefined,
  options: MachineOptions,
): void {
  const { sarif, junit, markdown, json = false } = options;
  const annotate = options.annotations ?? process.env.GITHUB_ACTIONS === "true";
  if (sarif === undefined && junit === undefined && markdown === undefined && !annotate) return;
  const stacks = checked.map(({ record, result }, index): JudgedStack => {
    const broken = comparisons?.[index]?.findings.broken;
    return { result: { ...result, ...broken }, locate: locatingStack(root, record) };
  });
  if (sarif !== undefined) write(sarif, sarifLog(stacks));
  if (junit !== undefined) write(junit, junitReport(stacks));
  if (markdown !== undefined && comparisons !== undefined) {
    write(markdown, commentOf(comparisons));
  }
  if (annotate) {
    // The runner reads both outputs; findings as JSON stay JSON.
    const tell = json ? console.error : console.log;
    for (const line of annotations(stacks)) tell(line);
  }
}

function write(file: string, text: string): void {
  mkdirSync(dirname(resolve(file)), { recursive: true });
  writeFileSync(file, text);
}
