/** What a rule is: one fact about the platform, its severity, its legal reference and the way to put it right. */
import type { PolicyComplianceFramework, Severity } from "@pulumi/policy";
import type { Configuration, Setting } from "./setting";
import type { Stack } from "./stack";

/** Kinds of guardrails; each group has a folder of its own. */
export type Group =
  | "storage-format"
  | "pseudonymisation"
  | "encryption"
  | "exposure"
  | "resilience"
  | "access"
  | "network"
  | "operations"
  | "residency"
  | "cost";

/** Resource options that reach a pack. `retainOnDelete` is not among them: the engine's protocol leaves it out. */
export interface ResourceOptions {
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
}

/** What a rule sees of one resource. `props` may throw on reading an unknown value: read it with `reading.ts` only. */
export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Record<string, unknown>;
  readonly opts: ResourceOptions;
}

/**
 * One answer of a rule about one resource.
 * - `violation`: the rule is broken.
 * - `undecided`: a value that decides is not known in this preview. Never a pass: it is reported on its own.
 */
export interface Finding {
  readonly outcome: "violation" | "undecided";
  readonly resource: Pick<Resource, "urn" | "name">;
  /** What is wrong and at which property; never a value, as inputs can hold secrets in clear. */
  readonly problem: string;
  /** What to write instead. */
  readonly fix: string;
}

interface RuleDescription {
  /** Lower case with hyphens; the key of the rule in a configuration file. */
  readonly name: string;
  readonly group: Group;
  readonly severity: Severity;
  /** One sentence that says what must hold. */
  readonly description: string;
  /** The legal or professional text that asks for it. */
  readonly framework: PolicyComplianceFramework;
  /** How a person puts a broken platform right. */
  readonly remediation: string;
  /** The service's own page on the matter. */
  readonly url?: string;
  /** What a configuration may set for this rule. @default nothing but waivers */
  readonly settings?: readonly Setting<unknown>[];
}

/** Stands for whatever a program may make, components and providers too. */
export const EVERY_TYPE = "every type";

/** A rule that the inputs of one resource decide. It stops the resource before it is created. */
export interface ResourceRule extends RuleDescription {
  readonly scope: "resource";
  /** Type tokens the rule is about; no other resource reaches `check`. */
  readonly types: readonly string[] | typeof EVERY_TYPE;
  check(resource: Resource, configuration: Configuration): Finding[];
}

/** A rule about links between resources. The engine asks it once, at the end: it gates the preview. */
export interface StackRule extends RuleDescription {
  readonly scope: "stack";
  check(stack: Stack, configuration: Configuration): Finding[];
}

export type Rule = ResourceRule | StackRule;

/** The rule is broken at `resource`. */
export function violation(resource: Pick<Resource, "urn" | "name">, problem: string, fix: string): Finding {
  return { outcome: "violation", resource: { urn: resource.urn, name: resource.name }, problem, fix };
}

/** The value that decides is unknown; `subject` names the property or link. */
export function undecided(resource: Pick<Resource, "urn" | "name">, subject: string, fix: string): Finding {
  return {
    outcome: "undecided",
    resource: { urn: resource.urn, name: resource.name },
    problem: `${subject} is not known in this preview, so the rule can't be decided.`,
    fix,
  };
}
