/** The check as a person reads it. */
import { plural } from "../plural";
import type { CheckFinding, CheckResult } from "./findings";

/** Lines grouped by severity, the worst first, and one line that sums up. */
export function formatReport(result: CheckResult): string {
  const sections = [
    section("Violations", result.violations),
    section("Warnings", result.warnings),
    section("Not decidable in this preview", result.undecided),
    remedied(result),
  ];
  return [...sections.filter((text) => text !== ""), summary(result)].join("\n\n");
}

function remedied({ remedied: changed }: CheckResult): string {
  if (changed.length === 0) return "";
  return [
    `Remedied (${changed.length})`,
    ...changed.map(({ remedy, resource }) => `    ${remedy}: ${resource}`),
  ].join("\n");
}

/** Findings under a title, by severity; nothing for none. */
export function section(title: string, findings: readonly CheckFinding[]): string {
  if (findings.length === 0) return "";
  const severities = [...new Set(findings.map((finding) => finding.severity))];
  const groups = severities.map((severity) => {
    const own = findings.filter((finding) => finding.severity === severity);
    return [`  ${severity.toUpperCase()}`, ...own.map(paragraph)].join("\n");
  });
  return [`${title} (${findings.length})`, ...groups].join("\n");
}

function paragraph({ rule, resource, problem, fix, reference }: CheckFinding): string {
  const demand = reference === "" ? "" : ` [${reference}]`;
  return [
    `    ${rule}: ${resource}${demand}`,
    `      ${problem}`,
    ...(fix === "" ? [] : [`      Fix: ${fix}`]),
  ].join("\n");
}

function summary({
  ok,
  project,
  stack,
  pack,
  resources,
  violations,
  warnings,
  undecided,
  milliseconds,
}: CheckResult): string {
  const counts = [
    plural(violations.length, "violation"),
    plural(warnings.length, "warning"),
    `${undecided.length} undecided`,
  ].join(", ");
  const seconds = (milliseconds.total / 1000).toFixed(1);
  return (
    `${ok ? "PASSED" : "FAILED"} ${project}/${stack}: ${counts}; ${plural(resources, "resource")} against ` +
    `${plural(pack.rules, "rule")} of ${pack.name} ${pack.version} in ${seconds} s`
  );
}
