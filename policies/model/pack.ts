/** From Naru's rules to the policies that the SDK serves. */
import type { EnforcementLevel, Policies, ReportViolation } from "@pulumi/policy";
import {
  EVERY_TYPE,
  violation,
  type Finding,
  type Resource,
  type ResourceRule,
  type Rule,
  type StackRule,
} from "./rule";
import { configurationFaults, schemaWith, type Configuration } from "./setting";
import { Stack, type StackResource } from "./stack";
import { applyWaivers, WAIVERS_SCHEMA } from "./waiver";

/** Names of the two policies that report what a preview can't decide; advisory until a configuration raises them. */
const UNDECIDED = { resource: "undecided-resource", stack: "undecided-link" } as const;

const CONFIGURATION_FIX = "Write the setting in `policies/<stack>.yaml` as docs/policies.md has it.";

/** The resource that stands for the whole program: where a wrong configuration is reported. */
const PROGRAM = "pulumi:pulumi:Stack";

/** What these two have in common. */
const REPORTER = {
  enforcementLevel: "advisory",
  severity: "low",
  tags: ["undecided"],
  configSchema: WAIVERS_SCHEMA,
} satisfies Partial<PolicyDescription>;

/** What the SDK asks of every policy; the level is always said. */
export type PolicyDescription = Omit<
  Policies[number],
  "validateResource" | "validateStack" | "remediateResource"
> & {
  readonly enforcementLevel: EnforcementLevel;
};

/** The configuration of the policy that is asked, without its level. */
export interface Configured {
  getConfig(): Configuration;
}

/** A policy that judges one resource. */
export interface ResourcePolicy extends PolicyDescription {
  /** Type tokens it is about; about any other resource it has nothing to say. */
  readonly types: ResourceRule["types"];
  validateResource(args: Resource & Configured, report: ReportViolation): void;
}

/** A policy that judges the stack. */
export interface StackPolicy extends PolicyDescription {
  validateStack(
    args: { readonly resources: readonly StackResource[] } & Configured,
    report: ReportViolation,
  ): void;
}

/** A policy of this pack, as far as it judges; the SDK takes it as it is. */
export type PackPolicy = ResourcePolicy | StackPolicy;

/**
 * One policy a rule, mandatory, and two advisory ones that collect what the rules could not decide: the SDK knows no
 * third result, and an unknown value must be neither a pass nor a refusal of every first preview.
 */
export function policiesOf(rules: readonly Rule[]): PackPolicy[] {
  const configurations: Configurations = new Map();
  return [
    ...rules.map((rule) => policyOf(rule, configurations)),
    undecidedOfResources(
      rules.filter((rule) => rule.scope === "resource"),
      configurations,
    ),
    undecidedOfStack(
      rules.filter((rule) => rule.scope === "stack"),
      configurations,
    ),
  ];
}

/**
 * What each rule was configured with, by its name. The SDK hands a policy its own configuration only, and the two that
 * collect what is undecided come after the rules, so that the rules' are known by then.
 */
type Configurations = Map<string, Configuration>;

/** Every finding of one rule; what a rule throws becomes a violation, so that one fault never ends the whole check. */
export function evaluate(
  rule: Rule,
  subject: Resource | Stack,
  configuration: Configuration = {},
): Finding[] {
  try {
    if (rule.scope === "stack") return subject instanceof Stack ? rule.check(subject, configuration) : [];
    return !(subject instanceof Stack) && isAbout(rule, subject) ? rule.check(subject, configuration) : [];
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

function isAbout({ types }: ResourceRule, { type }: Resource): boolean {
  return types === EVERY_TYPE || types.includes(type);
}

/** Findings by what was judged: a rule's own policy and the one that tells what is undecided ask for the same ones. */
const judged = new WeakMap<object, Map<Rule, Finding[]>>();

/** @param subject what the SDK handed over: a resource's properties or a stack's list of resources */
function findingsOf(rule: Rule, subject: object, evaluated: () => Finding[]): Finding[] {
  const known = judged.get(subject) ?? new Map<Rule, Finding[]>();
  judged.set(subject, known);
  const findings = known.get(rule) ?? evaluated();
  known.set(rule, findings);
  return findings;
}

/** Policies that are asked about the same list share what one of them found out of it. */
const stacks = new WeakMap<readonly StackResource[], Stack>();

function stackOf(resources: readonly StackResource[]): Stack {
  const stack = stacks.get(resources) ?? new Stack(resources);
  stacks.set(resources, stack);
  return stack;
}

function policyOf(rule: Rule, configurations: Configurations): PackPolicy {
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
    configSchema: schemaWith(WAIVERS_SCHEMA, rule.settings ?? []),
  };
  const configured = (configuration: Configuration): Configuration => {
    configurations.set(rule.name, configuration);
    return configuration;
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
        types: rule.types === EVERY_TYPE ? EVERY_TYPE : [...rule.types, PROGRAM],
        validateResource: (args, emit) => {
          const configuration = configured(args.getConfig());
          if (args.type === PROGRAM) reportFaults(rule, configuration, emit, args.urn);
          const findings = findingsOf(rule, args.props, () =>
            evaluate(rule, resourceOf(args), configuration),
          );
          report(findings, configuration, emit);
        },
      }
    : {
        ...description,
        validateStack: ({ resources, getConfig }, emit) => {
          const configuration = configured(getConfig());
          reportFaults(rule, configuration, emit, "");
          const findings = findingsOf(rule, resources, () =>
            evaluate(rule, stackOf(resources), configuration),
          );
          report(findings, configuration, emit);
        },
      };
}

/** A rule that is configured wrongly judges by its defaults, and says so; no waiver covers that. */
function reportFaults(
  rule: Rule,
  configuration: Configuration,
  emit: (message: string, urn: string) => void,
  urn: string,
): void {
  for (const fault of configurationFaults(rule.settings ?? [], configuration))
    emit(message(rule, violation({ name: "the configuration", urn }, fault, CONFIGURATION_FIX)), urn);
}

function undecidedOfResources(rules: readonly ResourceRule[], configurations: Configurations): PackPolicy {
  const byType = new Map<string, readonly ResourceRule[]>();
  return {
    ...REPORTER,
    types: EVERY_TYPE,
    name: UNDECIDED.resource,
    description: "What no rule could decide from a resource in this preview",
    validateResource: (args, emit) => {
      const resource = resourceOf(args);
      const about = byType.get(args.type) ?? rules.filter((each) => isAbout(each, resource));
      byType.set(args.type, about);
      for (const rule of about) {
        const configuration = configurations.get(rule.name);
        const findings = findingsOf(rule, args.props, () => evaluate(rule, resource, configuration));
        reportUndecided(rule, findings, args.getConfig(), emit);
      }
    },
  };
}

function undecidedOfStack(rules: readonly StackRule[], configurations: Configurations): PackPolicy {
  return {
    ...REPORTER,
    name: UNDECIDED.stack,
    description: "What no rule could decide from the links of the stack in this preview",
    validateStack: ({ resources, getConfig }, emit) => {
      for (const rule of rules) {
        const configuration = configurations.get(rule.name);
        const findings = findingsOf(rule, resources, () => evaluate(rule, stackOf(resources), configuration));
        reportUndecided(rule, findings, getConfig(), emit);
      }
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
  if (open.length === 0) return;
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

function resourceOf({ type, name, urn, props, opts }: Resource): Resource {
  return { type, name, urn, props, opts };
}
