/** Starts the pack, whole or one group of it, in this process: a pack is a process that serves one `PolicyPack`. */
import { PolicyPack } from "@pulumi/policy";
import { policiesOf } from "./model/pack";
import { remediesOf } from "./model/remedy";
import { shareProperties } from "./model/shared-properties";
import { REMEDIES } from "./remedies";
import { RULES } from "./rules";

/** Groups that have a pack of their own: all that hold a rule. */
export const GROUPS: readonly string[] = [...new Set<string>(RULES.map((rule) => rule.group))];

/**
 * @param group @default every rule
 * @throws Error naming the groups when there is no such one.
 */
export function serve(group?: string): void {
  if (group !== undefined && !GROUPS.includes(group)) {
    throw new Error(`There is no group "${group}" of rules; there are ${GROUPS.join(", ")}.`);
  }
  shareProperties();
  const rules = group === undefined ? RULES : RULES.filter((rule) => rule.group === group);
  const remedies = REMEDIES.filter((remedy) => rules.some(({ name }) => name === remedy.rule));
  new PolicyPack(group === undefined ? "naru-data-platform" : `naru-${group}`, {
    description:
      group === undefined
        ? "Guardrails of a data platform: Parquet/Snappy, pseudonyms, the platform's own KMS keys."
        : `Guardrails of a data platform: the rules of ${group} alone.`,
    displayName: group === undefined ? "Naru data platform" : `Naru ${group}`,
    provider: "aws",
    enforcementLevel: "mandatory",
    // The engine asks remedies before it asks any rule.
    policies: [...policiesOf(rules), ...remediesOf(remedies)],
  });
}
