/** What makes the engine keep to a folder, and find Naru's plugins; nothing of the person's own Pulumi is used or changed. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { LocalEndpoints } from "../endpoints";

/** Executables that the engine looks for on the PATH. */
const PLUGINS = join(__dirname, "plugins");

/** Of what a person sets for Pulumi, the only one that is asked for here. */
const PASSPHRASE = "PULUMI_CONFIG_PASSPHRASE";

/**
 * Environment of the engine's process, over what this one has.
 * @param folder takes its state and its passphrase.
 * @param endpoints of the local cloud that resources are made on; undefined: they are recorded only.
 */
export function engineEnvironment(
  folder: string,
  endpoints: LocalEndpoints | undefined,
): Record<string, string> {
  const environment: Record<string, string | undefined> = {
    ...withoutOwn(process.env),
    // Before all else only what the engine looks for by its own names: the `pulumi` that was found stays the first.
    PATH: [PLUGINS, process.env.PATH ?? ""].join(delimiter),
    // For those plugins, which are scripts: the same Node.js as this process has.
    NARU_NODE: process.execPath,
    NARU_ENDPOINTS: endpoints && JSON.stringify(endpoints),
    PULUMI_HOME: homeIn(folder),
    PULUMI_BACKEND_URL: `file://${folder}`,
    [PASSPHRASE]: passphraseIn(folder),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  // The Automation API hands it to Node.js, which leaves out what is undefined; its type doesn't say so.
  return environment as Record<string, string>;
}

/** The person's own settings of Pulumi are left out: a token, a stack, options, plugins, another form of the state. */
function withoutOwn(environment: NodeJS.ProcessEnv): Record<string, undefined> {
  const own = Object.keys(environment).filter((name) => name.startsWith("PULUMI_") && name !== PASSPHRASE);
  return Object.fromEntries(own.map((name) => [name, undefined]));
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
  const given = process.env[PASSPHRASE];
  if (given !== undefined && given !== "") return given;
  const file = join(folder, "passphrase");
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600 });
  return readFileSync(file, "utf8");
}
