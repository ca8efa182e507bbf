/** The check as a person reads it. */
import { plural } from "../plural";
import { sameFix, type CheckFinding, type CheckResult } from "./findings";
import type { Locate } from "./location";

/** Lines grouped by severity, the worst first, and one line that sums up. */
export function formatReport(result: CheckResult, locate?: Locate): string {
  const sections = [
    section("Violations", result.violations, locate),
    section("Warnings", result.warnings, locate),
    section("Not decidable in this preview", result.undecided, locate),
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

/**
 * Findings under a title, by severity; nothing for none. What a rule says of one resource stands together, its fix once.
 *
 * @param locate tells the line that makes a resource. @default no line is told
 */
export function section(title: string, findings: readonly CheckFinding[], locate?: Locate): string {
  if (findings.length === 0) return "";
  const severities = [...new Set(findings.map((finding) => finding.severity))];
  const groups = severities.map((severity) => {
    const own = findings.filter((finding) => finding.severity === severity);
    return [`  ${severity.toUpperCase()}`, ...sameFix(own).map((same) => paragraph(same, locate))].join("\n");
  });
  return [`${title} (${findings.length})`, ...groups].join("\n");
}

function paragraph(same: readonly CheckFinding[], locate: Locate | undefined): string {
  const { rule, resource, fix, reference } = same[0]!;
  const demand = reference === "" ? "" : ` [${reference}]`;
  const place = locate?.(same[0]!);
  return [
    `    ${rule}: ${resource}${demand}${place === undefined ? "" : ` ${place.file}:${place.line}`}`,
    ...same.map(({ problem }) => `      ${problem}`),
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
