/** What makes the engine keep to a folder, and find Naru's plugins; nothing of the person's own Pulumi is used or changed. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import type { LocalEndpoints } from "../endpoints";

/** Executables that the engine looks for on the PATH. */
const PLUGINS = join(__dirname, "plugins");

/**
 * Environment of the engine's process, beside what this one has.
 * @param folder takes its state and its passphrase.
 * @param endpoints of the local cloud that resources are made on; undefined: they are recorded only.
 */
export function engineEnvironment(
  folder: string,
  endpoints: LocalEndpoints | undefined,
): Record<string, string> {
  return {
    // Children of a child find the same Node.js as this process.
    PATH: [PLUGINS, dirname(process.execPath), process.env.PATH ?? ""].join(delimiter),
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: passphraseIn(folder),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    ...(endpoints !== undefined && { NARU_ENDPOINTS: JSON.stringify(endpoints) }),
  };
}

/** PULUMI_HOME of an engine that keeps to a folder. */
export function homeIn(folder: string): string {
  return join(folder, "home");
}

/**
 * Secrets in the state are encrypted with it. It lies beside the state, for its owner only: it keeps them out of what is
 * copied, searched or shown of the state, not from whoever reads the folder. `PULUMI_CONFIG_PASSPHRASE` goes before it.
 */
function passphraseIn(folder: string): string {
  const given = process.env.PULUMI_CONFIG_PASSPHRASE;
  if (given !== undefined && given !== "") return given;
  const file = join(folder, "passphrase");
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600 });
  return readFileSync(file, "utf8");
}
