/** What a team may change about a check: levels of groups and rules, and waivers. */
import { z } from "zod";
import type { Level } from "./findings";

const LEVEL = z.enum(["advisory", "mandatory", "disabled"]);

/** The group of the policies that change inputs instead of judging them. */
export const REMEDY_GROUP = "remedy";

/** What a rule's configuration holds beside its settings. */
const OWN_KEYS = ["enforcementLevel", "waivers"] as const;

const SCHEMA = z.strictObject({
  /** Level of every rule that nothing below names. */
  all: LEVEL.optional(),
  /** Level by group: storage-format, pseudonymisation, encryption, access, network, operations, residency, cost, undecided. */
  groups: z.record(z.string(), LEVEL).optional(),
  /** Level by rule; stronger than its group's. */
  rules: z.record(z.string(), LEVEL).optional(),
  /** What a rule goes by, by rule and setting; the pack knows the settings and judges them. */
  settings: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  /** Remedies that change inputs before the rules judge them; every other one is off. */
  remedies: z.array(z.string()).optional(),
  /** Exceptions; each with a reason, and a last day after which it no longer holds. */
  waivers: z
    .array(
      z.strictObject({
        rule: z.string().min(1),
        /** URN of the resource, `*` for any run of characters. */
        resource: z.string().min(1),
        reason: z.string().min(10, "say in a sentence why the platform is safe without the rule here"),
        expires: z.iso.date("write the last day as YYYY-MM-DD"),
      }),
    )
    .optional(),
});

/** The content of a check configuration file. */
export type CheckConfiguration = z.infer<typeof SCHEMA>;

/** A rule of the pack, as far as a configuration concerns it. */
export interface ConfigurableRule {
  readonly name: string;
  readonly group: string;
  /** The pack's own level. */
  readonly level: Level | "disabled";
}

/** What the engine tells the pack about one rule; also the shape of `--policy-pack-config` files. */
export interface RuleConfiguration {
  readonly enforcementLevel: Level | "disabled" | "remediate";
  readonly waivers?: readonly {
    readonly resource: string;
    readonly reason: string;
    readonly expires: string;
  }[];
  /** Settings of the rule, beside the two. */
  readonly [setting: string]: unknown;
}

/** Everything that is wrong with a configuration, at once. */
export class CheckConfigurationError extends Error {
  constructor(problems: readonly string[]) {
    super(
      `The configuration of the check is wrong:\n${problems.map((problem) => `- ${problem}`).join("\n")}`,
    );
    this.name = "CheckConfigurationError";
  }
}

/**
 * The configuration of each rule, in the engine's own shape. The engine accepts unknown names in silence; here they are
 * errors, as a misspelt waiver or level would be believed in.
 *
 * @throws CheckConfigurationError with every problem.
 */
export function configureRules(
  configuration: unknown,
  rules: readonly ConfigurableRule[],
): ReadonlyMap<string, RuleConfiguration> {
  const parsed = SCHEMA.safeParse(configuration);
  if (!parsed.success) {
    throw new CheckConfigurationError(
      parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`),
    );
  }
  const { all, groups = {}, rules: levels = {}, settings = {}, remedies = [], waivers = [] } = parsed.data;
  const judging = rules.filter(({ group }) => group !== REMEDY_GROUP);
  const names = judging.map((rule) => rule.name);
  const groupNames = [...new Set(judging.map((rule) => rule.group))];
  const remedyNames = rules.filter(({ group }) => group === REMEDY_GROUP).map(({ name }) => name);
  const problems = [
    ...Object.keys(levels).flatMap((name) => misspelt(`rules.${name}`, name, names)),
    ...Object.keys(groups).flatMap((name) => misspelt(`groups.${name}`, name, groupNames)),
    ...Object.keys(settings).flatMap((name) => misspelt(`settings.${name}`, name, names)),
    ...Object.entries(settings).flatMap(([name, own]) =>
      OWN_KEYS.filter((key) => key in own).map((key) => `settings.${name}.${key}: is no setting of a rule`),
    ),
    ...remedies.flatMap((name, index) => misspelt(`remedies.${index}`, name, remedyNames)),
    ...waivers.flatMap((waiver, index) => misspelt(`waivers.${index}.rule`, waiver.rule, names)),
  ];
  if (problems.length > 0) throw new CheckConfigurationError(problems);
  return new Map(
    rules.map(({ name, group, level }): [string, RuleConfiguration] => {
      if (group === REMEDY_GROUP)
        return [name, { enforcementLevel: remedies.includes(name) ? "remediate" : "disabled" }];
      const own = waivers
        .filter((waiver) => waiver.rule === name)
        .map(({ rule: _rule, ...waiver }) => waiver);
      const enforcementLevel = levels[name] ?? groups[group] ?? all ?? level;
      const given = { ...settings[name], enforcementLevel };
      return [name, own.length > 0 ? { ...given, waivers: own } : given];
    }),
  );
}

function misspelt(where: string, name: string, known: readonly string[]): string[] {
  return known.includes(name) ? [] : [`${where}: there is no "${name}"; there are ${known.join(", ")}`];
}
