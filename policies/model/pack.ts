/** From Naru's rules to the policies that the SDK serves. */
import type { Policies, PolicyResource, ResourceValidationArgs, StackValidationArgs } from "@pulumi/policy";
import { violation, type Finding, type Resource, type Rule } from "./rule";
import { Stack } from "./stack";
import { applyWaivers, WAIVERS_SCHEMA } from "./waiver";

/** Names of the two policies that report what a preview can't decide; advisory until a configuration raises them. */
const UNDECIDED = { resource: "undecided-resource", stack: "undecided-link" } as const;

/** What these two have in common. */
const REPORTER = {
  enforcementLevel: "advisory",
  severity: "low",
  tags: ["undecided"],
  configSchema: WAIVERS_SCHEMA,
} satisfies Partial<Policies[number]>;

/**
 * One policy a rule, mandatory, and two advisory ones that collect what the rules could not decide: the SDK knows no
 * third result, and an unknown value must be neither a pass nor a refusal of every first preview.
 */
export function policiesOf(rules: readonly Rule[]): Policies {
  return [...rules.map(policyOf), undecidedOfResources(rules), undecidedOfStack(rules)];
}

/** Every finding of one rule; what a rule throws becomes a violation, so that one fault never ends the whole check. */
export function evaluate(rule: Rule, subject: Resource | Stack): Finding[] {
  try {
    if (rule.scope === "stack") return subject instanceof Stack ? rule.check(subject) : [];
    return !(subject instanceof Stack) && rule.types.includes(subject.type) ? rule.check(subject) : [];
  } catch (error) {
    const kind = error instanceof Error ? error.name : typeof error;
    const at = subject instanceof Stack ? { name: "the stack", urn: "" } : subject;
    return [
      violation(
        at,
        `The rule itself failed (${kind}).`,
        "Report the fault of the rule, and waive it until it is mended.",
      ),
    ];
  }
}

function policyOf(rule: Rule): Policies[number] {
  const description = {
    name: rule.name,
    displayName: rule.name,
    description: rule.description,
    enforcementLevel: "mandatory" as const,
    severity: rule.severity,
    framework: rule.framework,
    tags: [rule.group],
    remediationSteps: rule.remediation,
    url: rule.url,
    configSchema: WAIVERS_SCHEMA,
  };
  const report = (findings: Finding[], configuration: object, emit: (message: string, urn: string) => void) =>
    applyWaivers(
      findings.filter((finding) => finding.outcome === "violation"),
      configuration,
      new Date(),
    ).forEach((finding) => emit(message(rule, finding), finding.resource.urn));
  return rule.scope === "resource"
    ? {
        ...description,
        validateResource: (args, emit) => report(evaluate(rule, resourceOf(args)), args.getConfig(), emit),
      }
    : {
        ...description,
        validateStack: (args, emit) => report(evaluate(rule, stackOf(args)), args.getConfig(), emit),
      };
}

function undecidedOfResources(rules: readonly Rule[]): Policies[number] {
  return {
    ...REPORTER,
    name: UNDECIDED.resource,
    description: "What no rule could decide from a resource in this preview",
    validateResource: (args, emit) => {
      const resource = resourceOf(args);
      for (const rule of rules) reportUndecided(rule, evaluate(rule, resource), args.getConfig(), emit);
    },
  };
}

function undecidedOfStack(rules: readonly Rule[]): Policies[number] {
  return {
    ...REPORTER,
    name: UNDECIDED.stack,
    description: "What no rule could decide from the links of the stack in this preview",
    validateStack: (args, emit) => {
      const stack = stackOf(args);
      for (const rule of rules) reportUndecided(rule, evaluate(rule, stack), args.getConfig(), emit);
    },
  };
}

function reportUndecided(
  rule: Rule,
  findings: Finding[],
  configuration: object,
  emit: (message: string, urn: string) => void,
): void {
  const open = findings.filter((finding) => finding.outcome === "undecided");
  for (const finding of applyWaivers(open, configuration, new Date()))
    emit(message(rule, finding), finding.resource.urn);
}

/** Lines with fixed beginnings, so that a person and `naru check` read the same text. */
function message(rule: Rule, finding: Finding): string {
  return [
    `Rule: ${rule.name}`,
    `Resource: ${finding.resource.name}`,
    `Problem: ${finding.problem}`,
    `Fix: ${finding.fix}`,
    `Reference: ${rule.framework.reference}`,
  ].join("\n");
}

function resourceOf({ type, name, urn, props, opts }: ResourceValidationArgs): Resource {
  return { type, name, urn, props, opts };
}

function stackOf({ resources }: StackValidationArgs): Stack {
  return new Stack(resources satisfies PolicyResource[]);
}
