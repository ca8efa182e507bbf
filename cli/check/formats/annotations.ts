/** Findings as GitHub shows them beside the lines of a pull request: workflow commands on the standard output. */
import type { CheckFinding } from "../findings";
import type { JudgedStack } from "./judged-stack";

/**
 * One line for each finding, the worst first: GitHub shows ten errors and ten warnings of a step, so order counts
 * (docs.github.com, "Workflow commands for GitHub Actions").
 */
export function annotations(stacks: readonly JudgedStack[]): string[] {
  const of = (command: string, select: (stack: JudgedStack) => readonly CheckFinding[]) =>
    stacks.flatMap((stack) => select(stack).map((finding) => annotation(command, stack, finding)));
  return [
    ...of("error", ({ result }) => result.violations),
    ...of("warning", ({ result }) => result.warnings),
    ...of("notice", ({ result }) => result.undecided),
  ];
}

function annotation(command: string, { result, locate }: JudgedStack, finding: CheckFinding): string {
  const { file, line } = locate(finding);
  const { rule, severity, resource, problem, fix, reference } = finding;
  const title = `${rule} (${severity}) in ${result.stack}`;
  const message = [
    `${resource}: ${problem}`,
    ...(fix === "" ? [] : [`Fix: ${fix}`]),
    ...(reference === "" ? [] : [`Reference: ${reference}`]),
  ].join("\n");
  return `::${command} file=${property(file)},line=${line},title=${property(title)}::${data(message)}`;
}

/** As the runner reads them back (actions/toolkit, `escapeData` and `escapeProperty`). */
function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
