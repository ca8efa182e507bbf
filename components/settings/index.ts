/** A stack's settings: read from Pulumi configuration, typed, with every error reported at once. */
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { ToldError } from "../told-error";
import { contradictions } from "./contradictions";
import { withDefaults } from "./defaults";
import { EXAMPLES, fix, NAMESPACE, removal, settingCommand } from "./examples";
import { schema, type Given, type SettingName, type Settings } from "./fields";
import { placeOf } from "./list";
import { nearest } from "./nearest";
import { providerSecretsInClear, withoutSecrets } from "./secrets";

export type { Given, SettingName, Settings } from "./fields";

/** Everything that is wrong with a stack's configuration, with the line that mends it. */
export class SettingsError extends ToldError {
  /** @param stack whose they are. @default it is not told where the lines belong */
  constructor(
    readonly problems: readonly string[],
    stack?: string,
  ) {
    const lines = [
      `The stack's configuration has ${problems.length} error(s):`,
      ...problems.map((problem) => `  - ${problem}`),
      ...wholeFixes(problems),
      ...(stack === undefined ? [] : [`  ${whereSet(stack)}`]),
    ];
    super(lines.join("\n"));
    this.name = "SettingsError";
  }
}

/** `pulumi up -s dev` selects no stack: the lines would change another. */
function whereSet(stack: string): string {
  return `These lines change the selected stack: select ${stack} first (pulumi stack select ${stack}), or edit Pulumi.${stack}.yaml.`;
}

/** Problems at places of a list say what to write there; the command that sets the whole list stands once, at the end. */
function wholeFixes(problems: readonly string[]): string[] {
  const names = problems.flatMap((problem) => {
    const name = problem.includes("pulumi config") ? undefined : /^naru:(\w+)/.exec(problem)?.[1];
    return name !== undefined && Object.hasOwn(EXAMPLES, name) ? [name as SettingName] : [];
  });
  return [...new Set(names)].map((name) => `  ${NAMESPACE}:${name} as a whole: ${settingCommand(name)}`);
}

/**
 * Settings of the stack that runs now.
 *
 * @throws SettingsError with every problem.
 */
export function readSettings(): Settings {
  const config = pulumi.runtime.allConfig();
  const kept = new Set(Object.keys(config).filter((key) => isKeptSecret?.(key) ?? true));
  try {
    return parseSettings(config, kept);
  } catch (error) {
    throw error instanceof SettingsError ? new SettingsError(error.problems, pulumi.getStack()) : error;
  }
}

/** Of the SDK, though not in its types. Where it is gone, nothing is said of secrets rather than a wrong thing. */
const isKeptSecret = Reflect.get(pulumi.runtime, "isConfigSecret") as ((key: string) => boolean) | undefined;

/**
 * @param config Pulumi configuration, `naru:key` to its text; of other namespaces only what `aws:` gets wrong is told.
 * @param secretKeys keys that Pulumi keeps encrypted. @default none
 * @throws SettingsError with every problem.
 */
export function parseSettings(
  config: Readonly<Record<string, string>>,
  secretKeys: ReadonlySet<string> = new Set(),
): Settings {
  const all = Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(`${NAMESPACE}:`))
      .map(([key, value]) => [key.slice(NAMESPACE.length + 1), value]),
  );
  const { own, problems: secrets } = withoutSecrets(all);
  const given = schema.safeParse(own);
  const wrong = given.success ? [] : given.error.issues.flatMap((issue) => describe(issue, own));
  const told = new Set(wrong.map(placeIn));
  const problems = [
    // What else is wrong at the place of a secret is wrong because of it.
    ...wrong.map((problem) => secrets.get(placeIn(problem)) ?? problem),
    ...[...secrets].flatMap(([place, problem]) => (told.has(place) ? [] : [problem])),
    ...providerSecretsInClear(config, secretKeys),
    ...otherNamespaces(config),
    ...contradictions(given.success ? given.data : rightOnes(own)),
  ];
  if (!given.success || problems.length > 0) throw new SettingsError(problems);
  return withDefaults(given.data);
}

/** The place that a problem is at, without the namespace. */
function placeIn(problem: string): string {
  return /^naru:([^:]+):/.exec(problem)?.[1] ?? "";
}

/** `naru` in another spelling would be another program's, and a region of another form nobody's. */
function otherNamespaces(config: Readonly<Record<string, string>>): string[] {
  const misspelt = Object.keys(config).filter((key) => {
    const [namespace] = key.split(":");
    return namespace !== NAMESPACE && namespace!.toLowerCase() === NAMESPACE;
  });
  const region = config["aws:region"];
  return [
    ...misspelt.map((key) => `${key}: is not a setting; the namespace is ${NAMESPACE}. ${removal(key)}`),
    ...(region === undefined || /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/.test(region)
      ? []
      : ["aws:region: is no region of AWS. Fix: pulumi config set aws:region ap-northeast-2"]),
  ];
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

/** What to do with a key that is no setting. */
function suggest(key: string): string {
  const near = nearest(key, Object.keys(EXAMPLES));
  const remove = removal(`${NAMESPACE}:${key}`);
  return near === undefined ? remove : `Did you mean ${NAMESPACE}:${near}? ${remove}`;
}
