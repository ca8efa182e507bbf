/** Findings as test reports: a suite for each stack, a case for each rule. */
import type { CheckFinding } from "../findings";
import type { JudgedStack } from "./judged-stack";

/** A rule with a violation failed; one that only could not be decided was skipped; warnings stand in the output. */
export function junit(stacks: readonly JudgedStack[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    ...stacks.flatMap(suite),
    "</testsuites>",
    "",
  ].join("\n");
}

function suite(stack: JudgedStack): string[] {
  const { project, stack: name, rules, violations, undecided, milliseconds } = stack.result;
  const failed = new Set(violations.map(({ rule }) => rule));
  const skipped = new Set(undecided.map(({ rule }) => rule).filter((rule) => !failed.has(rule)));
  const attributes = [
    `name="${escaped(`${project}/${name}`)}"`,
    `tests="${rules.length}" failures="${failed.size}" errors="0" skipped="${skipped.size}"`,
    `time="${(milliseconds.total / 1000).toFixed(3)}"`,
  ].join(" ");
  return [
    `  <testsuite ${attributes}>`,
    ...rules.flatMap((rule) => testCase(stack, rule.name, rule.group)),
    "  </testsuite>",
  ];
}

function testCase({ result, locate }: JudgedStack, rule: string, group: string): string[] {
  const of = (findings: readonly CheckFinding[]) => findings.filter((finding) => finding.rule === rule);
  const [violations, warnings, undecided] = [result.violations, result.warnings, result.undecided].map(
    of,
  ) as [CheckFinding[], CheckFinding[], CheckFinding[]];
  const text = (findings: readonly CheckFinding[]) =>
    escaped(
      findings
        .map((finding) => {
          const { file, line } = locate(finding);
          return `${file}:${line} ${finding.resource}: ${finding.problem}\nFix: ${finding.fix}`;
        })
        .join("\n\n"),
    );
  const names = (findings: readonly CheckFinding[]) =>
    escaped([...new Set(findings.map(({ resource }) => resource))].join(", "));
  const content = [
    ...(violations.length > 0
      ? [
          `      <failure type="${violations[0]!.severity}" message="${names(violations)}">${text(violations)}</failure>`,
        ]
      : []),
    ...(violations.length === 0 && undecided.length > 0
      ? [`      <skipped message="not decidable in this preview: ${names(undecided)}"/>`]
      : []),
    ...(warnings.length > 0 ? [`      <system-out>${text(warnings)}</system-out>`] : []),
  ];
  const opening = `    <testcase classname="${escaped(group)}" name="${escaped(rule)}"`;
  return content.length === 0 ? [`${opening}/>`] : [`${opening}>`, ...content, "    </testcase>"];
}

/** Text of XML 1.0, which has no place for most control characters. */
function escaped(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]!);
}
