/** Starts the pack, whole or one group of it, in this process: a pack is a process that serves one `PolicyPack`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PolicyPack, type Policies } from "@pulumi/policy";
import { serveByOwnCalls } from "./model/judging-calls";
import { policiesOf } from "./model/pack";
import { remediesOf } from "./model/remedy";
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
  const rules = group === undefined ? RULES : RULES.filter((rule) => rule.group === group);
  const remedies = REMEDIES.filter((remedy) => rules.some(({ name }) => name === remedy.rule));
  const name = group === undefined ? "naru-data-platform" : `naru-${group}`;
  // The engine asks remedies before it asks any rule.
  const policies = [...policiesOf(rules), ...remediesOf(remedies)];
  serveByOwnCalls(policies, { name, version: version() });
  new PolicyPack(name, {
    description:
      group === undefined
        ? "Guardrails of a data platform: Parquet/Snappy, pseudonyms, the platform's own KMS keys."
        : `Guardrails of a data platform: the rules of ${group} alone.`,
    displayName: group === undefined ? "Naru data platform" : `Naru ${group}`,
    provider: "aws",
    enforcementLevel: "mandatory",
    policies: policies satisfies Policies,
  });
}

/** Of the pack that this process runs, where the SDK reads it. */
function version(): string {
  return (JSON.parse(readFileSync(join(process.cwd(), "package.json"), "utf8")) as { version: string })
    .version;
}
