/**
 * What a remedy is: a change of inputs that is safe to make for whoever wrote the program. It costs no data, opens nothing
 * and touches neither keys nor policies: those a person changes.
 */
import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { PolicyDescription } from "./pack";

export interface Remedy {
  /** The remedy's key in a configuration. */
  readonly name: string;
  /** The rule that inputs keep after it; it judges them afterwards as any others. */
  readonly rule: string;
  /** Type tokens it is for. */
  readonly types: readonly string[];
  /** One sentence that says what it sets. */
  readonly description: string;
  /**
   * Changes `inputs` themselves, as a copy would lose the marks of secrets; what is unknown it leaves alone.
   *
   * @returns whether it changed anything.
   */
  apply(inputs: Record<string, unknown>, urn: string): boolean;
}

/** A remedy as the SDK takes it. */
export type RemedyPolicy = PolicyDescription & Required<Pick<ResourceValidationPolicy, "remediateResource">>;

/** Off unless a configuration says `remediate`. The rules judge what comes out, so a remedy has no judgement of its own. */
export function remediesOf(remedies: readonly Remedy[]): RemedyPolicy[] {
  return remedies.map(({ name, rule, types, description, apply }) => ({
    name,
    displayName: name,
    description,
    enforcementLevel: "disabled" as const,
    severity: "low" as const,
    tags: ["remedy"],
    remediationSteps: `Keeps ${rule}.`,
    remediateResource: ({ type, props, urn }) => {
      if (!types.includes(type)) return undefined;
      try {
        return apply(props, urn) ? props : undefined;
      } catch {
        // What it can't change stays as it is, and the rule says so.
        return undefined;
      }
    },
  }));
}
