/** Exceptions: written in the configuration with a reason and an end, judged by the pack itself. */
import type { PolicyConfigSchema } from "@pulumi/policy";
import { covers } from "./policy-document";
import type { Finding } from "./rule";

/** One exception from the rule it is configured under. */
export interface Waiver {
  /** URN of the resource; `*` stands for any run of characters. */
  readonly resource: string;
  /** Why the platform is safe without the rule here: a sentence, at least ten characters. */
  readonly reason: string;
  /** Last day the exception holds, `YYYY-MM-DD` in UTC. */
  readonly expires: string;
}

const REASON_MINIMUM = 10;
const DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";

/** The configuration of every rule. The engine refuses what does not fit before the pack sees it. */
export const WAIVERS_SCHEMA: PolicyConfigSchema = {
  properties: {
    waivers: {
      type: "array",
      description: "Exceptions from this rule. Each needs a reason and a last day.",
      items: {
        type: "object",
        properties: {
          resource: { type: "string", minLength: 1 },
          reason: { type: "string", minLength: REASON_MINIMUM },
          expires: { type: "string", pattern: DAY },
        },
        required: ["resource", "reason", "expires"],
        additionalProperties: false,
      },
    },
  },
};

/** Drops the findings that a valid waiver covers; a finding whose waiver is void stays and says why. */
export function applyWaivers(findings: readonly Finding[], configuration: unknown, today: Date): Finding[] {
  const waivers = (configuration as { waivers?: unknown }).waivers;
  if (!Array.isArray(waivers)) return [...findings];
  return findings.flatMap((finding) => {
    const own = waivers.filter((waiver) => names(waiver, finding.resource.urn));
    if (own.length === 0) return [finding];
    const flaws = own.map((waiver) => flaw(waiver as Partial<Waiver>, today));
    return flaws.includes(undefined) ? [] : [{ ...finding, problem: `${finding.problem} ${flaws[0]}` }];
  });
}

function names(waiver: unknown, urn: string): boolean {
  const pattern = (waiver as Partial<Waiver> | null)?.resource;
  return typeof pattern === "string" && covers(pattern, urn);
}

function flaw({ reason, expires }: Partial<Waiver>, today: Date): string | undefined {
  if (typeof reason !== "string" || reason.trim().length < REASON_MINIMUM) {
    return `(Its waiver is void: it gives no reason of ${REASON_MINIMUM} characters or more.)`;
  }
  const lastMoment = typeof expires === "string" ? Date.parse(`${expires}T23:59:59.999Z`) : NaN;
  if (Number.isNaN(lastMoment)) return "(Its waiver is void: `expires` is no day of the form YYYY-MM-DD.)";
  return today.getTime() > lastMoment ? `(Its waiver ended on ${expires}.)` : undefined;
}
