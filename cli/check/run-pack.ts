/** One check of a plan by a policy pack: offline, with the real pack and the real protocol, without the engine. */
import type { RecordedResource } from "../../local/recorder/recorded-resource";
import { Analyzer, type Diagnostic, type PackRule } from "./analyzer";
import {
  configureRules,
  REMEDY_GROUP,
  type CheckConfiguration,
  type RuleConfiguration,
} from "./check-configuration";
import type { CheckFinding, CheckResult, Level, RemediedResource, SeverityName } from "./findings";
import { PackProcess } from "./pack-process";

export interface RunPackOptions {
  readonly project: string;
  readonly stack: string;
  /** Levels and waivers. @default the pack's own levels, no waiver */
  readonly config?: CheckConfiguration;
  /** Whether the plan is a preview, with unknown values. */
  readonly preview: boolean;
}

/** The group of the policies that report what the others could not decide. */
const UNDECIDED_GROUP = "undecided";
/** Enough that neither process waits for the other, as the engine asks about many resources at once too. */
const ASKED_AT_ONCE = 64;
const WORST_FIRST: readonly SeverityName[] = ["critical", "high", "medium", "low"];

/**
 * Runs the compiled pack in `packDirectory` over a recorded plan, in a process of its own.
 *
 * @throws CheckConfigurationError when `config` is wrong; Error when the pack does not start or a call to it fails.
 */
export async function runPack(
  packDirectory: string,
  resources: readonly RecordedResource[],
  options: RunPackOptions,
): Promise<CheckResult> {
  const pack = await PackProcess.start(packDirectory);
  try {
    return await examinePlan(pack, resources, options);
  } finally {
    await pack.stop();
  }
}

/** Runs a pack that serves already: the calls of one `pulumi preview`, in the engine's order. */
export async function examinePlan(
  pack: PackProcess,
  planned: readonly RecordedResource[],
  { project, stack, config = {}, preview }: RunPackOptions,
): Promise<CheckResult> {
  const started = performance.now();
  const analyzer = new Analyzer(pack.client);
  await analyzer.handshake(pack.directory);
  await analyzer.configureStack(project, stack, preview);
  const description = await analyzer.describe();
  const configured = configureRules(config, description.rules);
  await analyzer.configure(configured);
  const remediates = [...configured.values()].some((each) => each.enforcementLevel === "remediate");
  const remedied = remediates ? await remedyPlan(analyzer, planned) : { resources: planned, remedied: [] };
  const { resources } = remedied;
  const diagnostics: Diagnostic[] = [];
  for (let at = 0; at < resources.length; at += ASKED_AT_ONCE) {
    const some = resources.slice(at, at + ASKED_AT_ONCE);
    diagnostics.push(...(await Promise.all(some.map((each) => analyzer.analyze(each)))).flat());
  }
  diagnostics.push(...(await analyzer.analyzeStack(resources)));
  const findings = diagnostics
    .flatMap((each) => toFinding(each, description.rules, configured))
    .sort(byWeight);
  const broken = findings.filter((finding) => !finding.undecided);
  const rules = description.rules.filter(
    (rule) => rule.group !== UNDECIDED_GROUP && rule.group !== REMEDY_GROUP,
  );
  return {
    ok: findings.every((finding) => finding.level === "advisory"),
    project,
    stack,
    pack: {
      name: description.name,
      version: description.version,
      rules: rules.length,
    },
    rules: rules.map(({ level: _level, ...rule }) => rule),
    resources: resources.length,
    violations: broken.filter((finding) => finding.level === "mandatory").map(bare),
    warnings: broken.filter((finding) => finding.level === "advisory").map(bare),
    undecided: findings.filter((finding) => finding.undecided).map(bare),
    remedied: remedied.remedied,
    milliseconds: {
      start: pack.startMilliseconds,
      total: pack.startMilliseconds + Math.round(performance.now() - started),
    },
  };
}

/** Every resource as the remedies leave it, which is what the engine would make. */
async function remedyPlan(
  analyzer: Analyzer,
  planned: readonly RecordedResource[],
): Promise<{ resources: RecordedResource[]; remedied: RemediedResource[] }> {
  const resources: RecordedResource[] = [];
  const remedied: RemediedResource[] = [];
  for (const each of planned) {
    const { resource, remedies } = await analyzer.remediate(each);
    resources.push(resource);
    remedied.push(...remedies.map((remedy) => ({ remedy, urn: each.urn, resource: each.name })));
  }
  return { resources, remedied };
}

interface Judged extends CheckFinding {
  readonly undecided: boolean;
}

/** A rule that a configuration disabled may still be undecided: that is not worth a line. */
function toFinding(
  diagnostic: Diagnostic,
  rules: readonly PackRule[],
  configured: ReadonlyMap<string, RuleConfiguration>,
): Judged[] {
  const reporter = rules.find((rule) => rule.name === diagnostic.policy);
  const name = line(diagnostic.message, "Rule") ?? diagnostic.policy;
  const rule = rules.find((each) => each.name === name);
  if (configured.get(name)?.enforcementLevel === "disabled") return [];
  return [
    {
      rule: name,
      group: rule?.group ?? "",
      severity: rule?.severity ?? "medium",
      level: diagnostic.level as Level,
      urn: diagnostic.urn,
      resource: line(diagnostic.message, "Resource") ?? nameOf(diagnostic.urn),
      problem: line(diagnostic.message, "Problem") ?? diagnostic.message,
      fix: line(diagnostic.message, "Fix") ?? "",
      reference: line(diagnostic.message, "Reference") ?? "",
      undecided: reporter?.group === UNDECIDED_GROUP,
    },
  ];
}

/** The pack's messages are lines with fixed beginnings. */
function line(message: string, beginning: string): string | undefined {
  const found = message.split("\n").find((each) => each.startsWith(`${beginning}: `));
  return found?.slice(beginning.length + 2);
}

function nameOf(urn: string): string {
  return urn === "" ? "the stack" : urn.slice(urn.lastIndexOf("::") + 2);
}

function byWeight(left: CheckFinding, right: CheckFinding): number {
  return (
    WORST_FIRST.indexOf(left.severity) - WORST_FIRST.indexOf(right.severity) ||
    left.rule.localeCompare(right.rule) ||
    left.urn.localeCompare(right.urn)
  );
}

function bare({ undecided: _undecided, ...finding }: Judged): CheckFinding {
  return finding;
}
