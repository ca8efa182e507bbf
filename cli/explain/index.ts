/** `naru explain RULE`: what a rule demands and why, how to put it right, an example, and how to waive it. */
import type { Rule } from "../../policies/model/rule";
import { RULES } from "../../policies/rules";
import { goodPlan } from "../../tests/policy/plan";
import { BROKEN } from "../../tests/policy/broken-platforms";
import { processOutput, type Output } from "../contract/output";
import { exampleDifferences, type ExampleDifference } from "./example";

export interface ExplainOptions {
  /** Without it all rules are listed. */
  readonly rule?: string;
  /** @default false */
  readonly json?: boolean;
  readonly output?: Output;
}

/** @returns 0; 2 for a rule that there is not. */
export async function explain({
  rule: name,
  json = false,
  output = processOutput,
}: ExplainOptions): Promise<number> {
  if (name === undefined) {
    output.out(json ? JSON.stringify(RULES.map(summary), null, 2) : list(RULES));
    return 0;
  }
  const rule = RULES.find((each) => each.name === name);
  if (rule === undefined) {
    const near = RULES.filter(({ name: known }) => name.split("-").some((word) => known.includes(word)));
    const names = (near.length > 0 ? near : RULES).map(({ name: known }) => known).join(", ");
    output.err(`naru explain: there is no rule "${name}"; there ${near.length > 0 ? "is" : "are"} ${names}`);
    return 2;
  }
  const example = exampleOf(rule);
  output.out(json ? JSON.stringify({ ...summary(rule), example }, null, 2) : told(rule, example));
  return 0;
}

export interface RuleExample {
  /** What somebody wrote. */
  readonly title: string;
  readonly differences: readonly ExampleDifference[];
}

/** Undefined for a rule that no test breaks yet. */
export function exampleOf({ name }: Rule): RuleExample | undefined {
  const broken = BROKEN[name];
  if (broken === undefined) return undefined;
  return { title: broken.title, differences: exampleDifferences(goodPlan(), broken.plan(), broken.at) };
}

function summary(rule: Rule): object {
  const { name, group, severity, scope, description, framework, remediation, url } = rule;
  return {
    ...{ name, group, severity, scope, description },
    framework: { name: framework.name, reference: framework.reference, says: framework.specification },
    ...{
      fix: remediation,
      url,
      settings: (rule.settings ?? []).map(({ key, must, byDefault }) => ({ key, must, byDefault })),
    },
  };
}

function list(rules: readonly Rule[]): string {
  const groups = [...new Set(rules.map(({ group }) => group))];
  const width = Math.max(...rules.map(({ name }) => name.length));
  return [
    ...groups.flatMap((group) => [
      group,
      ...rules
        .filter((rule) => rule.group === group)
        .map(
          ({ name, severity, description }) =>
            `  ${name.padEnd(width)}  ${severity.padEnd(8)}  ${description}`,
        ),
      "",
    ]),
    `${rules.length} rules; naru explain RULE tells of one.`,
  ].join("\n");
}

/** So many places show what is meant. */
const SHOWN = 6;

function told(rule: Rule, example: RuleExample | undefined): string {
  const { name, group, severity, scope, description, framework, remediation, url, settings = [] } = rule;
  return [
    `${name}: ${description}`,
    "",
    `Severity   ${severity}; group ${group}`,
    `Judges     ${scope === "resource" ? "each resource by its own inputs, before it is made" : "links between resources, at the end of the preview"}`,
    `Why        ${framework.reference}: ${framework.specification ?? framework.name}`,
    `Fix        ${remediation}`,
    ...(url === undefined ? [] : [`More       ${url}`]),
    ...settings.map(
      ({ key, must, byDefault }) =>
        `Setting    ${key} ${must}; without it ${JSON.stringify(byDefault)} (policies/STACK.yaml, settings: ${name}:)`,
    ),
    "",
    ...(example === undefined ? [] : [...exampleLines(example), ""]),
    "Waive it, with a reason and a last day, in policies/STACK.yaml:",
    "  waivers:",
    `    - rule: ${name}`,
    '      resource: "*::NAME" # the URN that `naru check STACK --json` tells; * stands for any characters',
    "      reason: Why the platform is safe without the rule here.",
    "      expires: YYYY-MM-DD",
  ].join("\n");
}

function exampleLines({ title, differences }: RuleExample): string[] {
  const resources = [...new Set(differences.map(({ resource }) => resource))];
  return [
    `Refused: ${title}`,
    ...resources.flatMap((resource) => [
      `  ${resource}`,
      ...differences
        .filter((each) => each.resource === resource)
        .slice(0, SHOWN)
        .flatMap(({ input, good, bad }) => [
          `    ${input === "" ? "the whole resource" : input}`,
          `      good  ${good ?? "absent"}`,
          `      bad   ${bad ?? "absent"}`,
        ]),
    ]),
  ];
}
