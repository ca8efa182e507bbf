/** Naru's policy pack as the engine takes it: compiled, and configured by the stack's file. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PolicyPack } from "../../local/engine/workspace";
import { ROOT } from "../../local/paths";
import { compilePolicies } from "../check";
import { Analyzer } from "../check/analyzer";
import { configureRules } from "../check/check-configuration";
import { readCheckConfiguration } from "../check/configuration-file";
import { PackProcess } from "../check/pack-process";

/**
 * @param folder takes the configuration in the engine's own shape, by rule.
 * @throws CheckConfigurationError when `policies/<stack>.yaml` is wrong.
 */
export async function policyPack(stack: string, folder: string): Promise<PolicyPack> {
  const compiled = await compilePolicies();
  const given = readCheckConfiguration(ROOT, stack);
  if (Object.keys(given).length === 0) return { folder: compiled };
  // Groups are the pack's to say: the engine knows rules alone.
  const pack = await PackProcess.start(compiled);
  try {
    const { rules } = await new Analyzer(pack.client).describe();
    const configuration = join(folder, "policies.json");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(configuration, JSON.stringify(Object.fromEntries(configureRules(given, rules)), null, 2));
    return { folder: compiled, configuration };
  } finally {
    await pack.stop();
  }
}
