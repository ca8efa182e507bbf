/** Findings as SARIF 2.1.0 (OASIS), which code scanning of GitHub and others read. */
import { createHash } from "node:crypto";
import type { CheckFinding, JudgingRule, SeverityName } from "../findings";
import type { JudgedStack } from "./judged-stack";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** GitHub's "security-severity" is a CVSS score: above 9 critical, 7 high, 4 medium. */
const SCORES: Readonly<Record<SeverityName, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.0",
};
const LEVELS: Readonly<Record<SeverityName, string>> = {
  ...{ critical: "error", high: "error", medium: "warning", low: "note" },
};

/** One run for all stacks, as code scanning takes one run of a tool and category; rules stand in it once. */
export function sarif(stacks: readonly JudgedStack[]): string {
  const rules = [
    ...new Map(stacks.flatMap(({ result }) => result.rules).map((rule) => [rule.name, rule])).values(),
  ];
  const at = new Map(rules.map((rule, index) => [rule.name, index]));
  const pack = stacks[0]?.result.pack;
  const log = {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: pack?.name ?? "naru",
            ...(pack !== undefined && { version: pack.version }),
            rules: rules.map(reportingDescriptor),
          },
        },
        automationDetails: { id: `naru-check/${stacks.map(({ result }) => result.stack).join("+")}` },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { SRCROOT: { description: { text: "The root of the project." } } },
        results: stacks.flatMap((stack) => resultsOf(stack, at)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function reportingDescriptor(rule: JudgingRule): object {
  const { name, group, severity, description, fix, reference, url } = rule;
  const help = [
    description,
    ...(fix === "" ? [] : [`Fix: ${fix}`]),
    ...(reference === "" ? [] : [`Reference: ${reference}`]),
    `More: naru explain ${name}`,
  ];
  return {
    id: name,
    // A name of SARIF is one word of Pascal case.
    name: name.replace(/(^|-)([a-z0-9])/g, (_all, _hyphen, letter: string) => letter.toUpperCase()),
    shortDescription: { text: description },
    fullDescription: { text: reference === "" ? description : `${description} (${reference})` },
    help: { text: help.join("\n"), markdown: help.join("\n\n") },
    ...(url !== "" && { helpUri: url }),
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { tags: ["security", group], "security-severity": SCORES[severity], precision: "very-high" },
  };
}

type Kind = "violation" | "warning" | "undecided";

function resultsOf({ result, locate }: JudgedStack, rules: ReadonlyMap<string, number>): object[] {
  const seen = new Map<string, number>();
  const told = (kind: Kind, findings: readonly CheckFinding[]) =>
    findings.map((finding) => {
      const { rule, severity, urn, resource, problem, fix } = finding;
      const { file, line } = locate(finding);
      const subject = `${rule}\n${urn}`;
      const turn = seen.get(subject) ?? 0;
      seen.set(subject, turn + 1);
      return {
        ruleId: rule,
        ...(rules.has(rule) && { ruleIndex: rules.get(rule) }),
        ...(kind === "undecided"
          ? { kind: "open", level: "none" }
          : { kind: "fail", level: level(kind, severity) }),
        message: { text: `${resource} (${result.stack}): ${problem}${fix === "" ? "" : ` Fix: ${fix}`}` },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: encodeURI(file), uriBaseId: "SRCROOT" },
              region: { startLine: line },
            },
            ...(urn !== "" && {
              logicalLocations: [{ name: resource, fullyQualifiedName: urn, kind: "resource" }],
            }),
          },
        ],
        partialFingerprints: { "naruFinding/v1": fingerprint(subject, turn) },
        properties: { stack: result.stack, outcome: kind },
      };
    });
  return [
    ...told("violation", result.violations),
    ...told("warning", result.warnings),
    ...told("undecided", result.undecided),
  ];
}

function level(kind: Kind, severity: SeverityName): string {
  return kind === "violation" ? LEVELS[severity] : "warning";
}

/** The same for as long as a rule finds the same resource: neither lines nor wording count. */
function fingerprint(subject: string, turn: number): string {
  return createHash("sha256").update(`${subject}\n${turn}`).digest("hex");
}
