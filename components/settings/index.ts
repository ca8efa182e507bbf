/** A stack's settings: read from Pulumi configuration, typed, with every error reported at once. */
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { contradictions } from "./contradictions";
import { withDefaults } from "./defaults";
import { EXAMPLES, fix, NAMESPACE } from "./examples";
import { schema, type Given, type SettingName, type Settings } from "./fields";
import { placeOf } from "./list";

export type { Given, SettingName, Settings } from "./fields";

/** Everything that is wrong with a stack's configuration, with the line that mends it. */
export class SettingsError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      `The stack's configuration has ${problems.length} error(s):\n${problems.map((p) => `  - ${p}`).join("\n")}`,
    );
    this.name = "SettingsError";
  }
}

/**
 * Settings of the stack that runs now.
 *
 * @throws SettingsError with every problem.
 */
export function readSettings(): Settings {
  return parseSettings(pulumi.runtime.allConfig());
}

/**
 * @param config Pulumi configuration, `naru:key` to its text; keys of other namespaces are left alone.
 * @throws SettingsError with every problem.
 */
export function parseSettings(config: Readonly<Record<string, string>>): Settings {
  const own = Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(`${NAMESPACE}:`))
      .map(([key, value]) => [key.slice(NAMESPACE.length + 1), value]),
  );
  const given = schema.safeParse(own);
  const wrong = given.success ? [] : given.error.issues.flatMap((issue) => describe(issue, own));
  const problems = [...wrong, ...contradictions(given.success ? given.data : rightOnes(own))];
  if (!given.success || problems.length > 0) throw new SettingsError(problems);
  return withDefaults(given.data);
}

/** What is right beside something wrong: contradictions among it are told in the same error. */
function rightOnes(own: Readonly<Record<string, string>>): Partial<Given> {
  const fields = Object.entries(schema.shape).map(
    ([name, field]) => [name, field.safeParse(own[name])] as const,
  );
  return Object.fromEntries(fields.flatMap(([name, read]) => (read.success ? [[name, read.data]] : [])));
}

function describe(issue: z.core.$ZodIssue, own: Readonly<Record<string, string>>): string[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `${NAMESPACE}:${key}: is not a setting. ${suggest(key)}`);
  }
  // A place in a list tells itself what to write.
  if (issue.path.length > 1) return [`${NAMESPACE}:${placeOf(issue.path)}: ${issue.message}`];
  const name = String(issue.path[0]) as SettingName;
  const problem = own[name] === undefined ? "is missing" : issue.message;
  return [`${NAMESPACE}:${name}: ${problem}. ${fix(name)}`];
}

/** The nearest setting, for a typing mistake. */
function suggest(key: string): string {
  const near = Object.keys(EXAMPLES).find(
    (name) => name.toLowerCase() === key.toLowerCase().replace(/[-_]/g, ""),
  );
  const removal = `Remove it: pulumi config rm ${NAMESPACE}:${key}`;
  return near === undefined ? removal : `Did you mean ${NAMESPACE}:${near}? ${removal}`;
}
