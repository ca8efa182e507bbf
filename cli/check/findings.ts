/** What a check found, as data: the report, `--json` and tests read this and nothing else. */

export type Level = "advisory" | "mandatory";
export type SeverityName = "low" | "medium" | "high" | "critical";

export interface CheckFinding {
  /** Name of the rule, the key in a configuration. */
  readonly rule: string;
  /** `storage-format`, `pseudonymisation`, `encryption`, `access`, `network` or `operations`. */
  readonly group: string;
  readonly severity: SeverityName;
  readonly level: Level;
  /** URN of the resource; empty: the stack as a whole. */
  readonly urn: string;
  /** Its name in the program. */
  readonly resource: string;
  readonly problem: string;
  readonly fix: string;
  /** Where the demand comes from, e.g. `PIPA Art. 28-4`. */
  readonly reference: string;
}

/** A rule of the pack that judged, and what it says of itself. */
export interface JudgingRule {
  readonly name: string;
  readonly group: string;
  readonly severity: SeverityName;
  /** What must hold. */
  readonly description: string;
  readonly fix: string;
  readonly reference: string;
  /** Page of the service; empty: none. */
  readonly url: string;
}

export interface RemediedResource {
  readonly remedy: string;
  readonly urn: string;
  /** Its name in the program. */
  readonly resource: string;
}

export interface CheckResult {
  /** No mandatory rule is broken. */
  readonly ok: boolean;
  readonly project: string;
  readonly stack: string;
  readonly pack: { readonly name: string; readonly version: string; readonly rules: number };
  /** Rules that judged; `--json` leaves them out, as `naru explain` tells them. */
  readonly rules: readonly JudgingRule[];
  /** Resources that the pack looked at. */
  readonly resources: number;
  /** Broken mandatory rules, the worst first. */
  readonly violations: readonly CheckFinding[];
  /** Broken rules that a configuration made advisory. */
  readonly warnings: readonly CheckFinding[];
  /** What this preview can't decide: neither a pass nor a violation. */
  readonly undecided: readonly CheckFinding[];
  /** Inputs that a remedy of the configuration changed before the rules judged them. */
  readonly remedied: readonly RemediedResource[];
  readonly milliseconds: { readonly start: number; readonly total: number };
}

/** Findings of one rule at one resource, with one fix, together; in the order in which the first of each stands. */
export function sameFix(findings: readonly CheckFinding[]): CheckFinding[][] {
  const groups = new Map<string, CheckFinding[]>();
  for (const finding of findings) {
    const { rule, urn, resource, fix, level } = finding;
    const key = JSON.stringify([rule, urn, resource, fix, level]);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()];
}
