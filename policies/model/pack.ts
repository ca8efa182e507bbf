/** From Naru's rules to the policies that the SDK serves. */
import type { Policies, PolicyResource, ResourceValidationArgs, StackValidationArgs } from "@pulumi/policy";
import { EVERY_TYPE, violation, type Finding, type Resource, type ResourceRule, type Rule } from "./rule";
import { configurationFaults, schemaWith, type Configuration } from "./setting";
import { Stack } from "./stack";
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
} satisfies Partial<Policies[number]>;

/**
 * One policy a rule, mandatory, and two advisory ones that collect what the rules could not decide: the SDK knows no
 * third result, and an unknown value must be neither a pass nor a refusal of every first preview.
 */
export function policiesOf(rules: readonly Rule[]): Policies {
  const configurations: Configurations = new Map();
  return [
    ...rules.map((rule) => policyOf(rule, configurations)),
    undecidedOfResources(rules, configurations),
    undecidedOfStack(rules, configurations),
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

function policyOf(rule: Rule, configurations: Configurations): Policies[number] {
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
        validateResource: (args, emit) => {
          const configuration = configured(args.getConfig());
          if (args.type === PROGRAM) reportFaults(rule, configuration, emit, args.urn);
          report(evaluate(rule, resourceOf(args), configuration), configuration, emit);
        },
      }
    : {
        ...description,
        validateStack: (args, emit) => {
          const configuration = configured(args.getConfig());
          reportFaults(rule, configuration, emit, "");
          report(evaluate(rule, stackOf(args), configuration), configuration, emit);
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

function undecidedOfResources(rules: readonly Rule[], configurations: Configurations): Policies[number] {
  return {
    ...REPORTER,
    name: UNDECIDED.resource,
    description: "What no rule could decide from a resource in this preview",
    validateResource: (args, emit) => {
      const resource = resourceOf(args);
      for (const rule of rules) {
        const findings = evaluate(rule, resource, configurations.get(rule.name));
        reportUndecided(rule, findings, args.getConfig(), emit);
      }
    },
  };
}

function undecidedOfStack(rules: readonly Rule[], configurations: Configurations): Policies[number] {
  return {
    ...REPORTER,
    name: UNDECIDED.stack,
    description: "What no rule could decide from the links of the stack in this preview",
    validateStack: (args, emit) => {
      const stack = stackOf(args);
      for (const rule of rules) {
        const findings = evaluate(rule, stack, configurations.get(rule.name));
        reportUndecided(rule, findings, args.getConfig(), emit);
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
