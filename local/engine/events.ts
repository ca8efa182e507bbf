/** What the engine tells while it works: how far it is, what the packs refuse, what went wrong. */
import type { EngineEvent, OpType, StepEventMetadata } from "@pulumi/pulumi/automation";

/** Which rules of a pack a resource, or the whole stack, passed and broke. */
interface PolicySummary {
  readonly passed?: readonly string[];
  readonly failed?: readonly string[];
}

/** With what the engine sends and the Automation API's types leave out. */
export interface StackEvent extends EngineEvent {
  readonly policyAnalyzeSummaryEvent?: PolicySummary;
  readonly policyAnalyzeStackSummaryEvent?: PolicySummary;
}

/** Packs that judged, with their versions; the engine writes the field in upper case. */
export function policyPacksOf(summary: EngineEvent["summaryEvent"]): Record<string, string> {
  return (summary as { PolicyPacks?: Record<string, string> } | undefined)?.PolicyPacks ?? {};
}

/** Told how far something is. */
export type Say = (what: string) => void;

/** A rule that a resource breaks, as the engine tells it. */
export interface Violation {
  readonly rule: string;
  /** URN of the resource; the stack's own for what no single resource breaks. */
  readonly urn: string;
  /** The pack's words: what the rule demands, then lines of resource, problem, fix and reference. */
  readonly message: string;
}

/** One thing that the engine did to a resource. */
export interface DoneStep {
  /** `create`, `update`, `delete`; of one that is replaced `create-replacement` and `delete-replaced`. */
  readonly operation: OpType;
  readonly urn: string;
  /** Inputs that differ, as far as the engine tells them. */
  readonly inputs: readonly string[];
}

/** The packs refuse the program. */
export class PolicyRefusal extends Error {
  constructor(readonly violations: readonly Violation[]) {
    super(`The policy packs refuse the program.\n${violations.map(paragraph).join("\n")}`);
    this.name = "PolicyRefusal";
  }
}

/** What a resource or the engine itself failed with; all of it at once. */
export class EngineFailure extends Error {
  constructor(
    failures: readonly string[],
    readonly output: string,
  ) {
    super(failures.length > 0 ? failures.join("\n") : output);
    this.name = "EngineFailure";
  }
}

/** Collects one operation's events. */
export class Watch {
  readonly violations: Violation[] = [];
  /** Rules of the packs that judged something. */
  readonly rules = new Set<string>();
  /** In the order in which they ended; without what is as it was, and components. */
  readonly steps: DoneStep[] = [];
  private readonly failures = new Map<string, string>();
  private done = 0;

  /** @param say told how many resources are done. @default nobody is told */
  constructor(private readonly say: Say = () => undefined) {}

  readonly take = (event: EngineEvent): void => {
    const { policyEvent, diagnosticEvent, resOutputsEvent, ...rest } = event as StackEvent;
    for (const summary of [rest.policyAnalyzeSummaryEvent, rest.policyAnalyzeStackSummaryEvent]) {
      for (const rule of [...(summary?.passed ?? []), ...(summary?.failed ?? [])]) this.rules.add(rule);
    }
    if (policyEvent?.enforcementLevel === "mandatory") {
      const { policyName, resourceUrn = "", message } = policyEvent;
      this.violations.push({ rule: policyName, urn: resourceUrn, message: message.trim() });
    }
    if (resOutputsEvent !== undefined) this.note(resOutputsEvent.metadata);
    if (diagnosticEvent?.severity === "error") {
      const { urn = "", message } = diagnosticEvent;
      // The engine ends with "update failed", which says nothing beside the reason.
      if (!/^(preview|update|refresh|destroy) failed$/.test(message.trim())) {
        this.failures.set(`${urn} ${message}`, told(urn, message));
      }
    }
  };

  private note({ op: operation, urn, detailedDiff, diffs = [], ...states }: StepEventMetadata): void {
    // Components are told when they register outputs; they are nobody's work.
    if ((states.new ?? states.old)?.custom !== true) return;
    this.say(`${(this.done += 1)} resources`);
    // `replace` says once more what its two parts have said.
    if (["same", "replace", "read", "refresh"].includes(operation)) return;
    const inputs = Object.keys(detailedDiff ?? {}).map((path) => /^[^.[]+/.exec(path)![0]);
    this.steps.push({ operation, urn, inputs: [...new Set(inputs.length > 0 ? inputs : diffs)] });
  }

  /**
   * What an operation that failed is told as.
   * @param program what the program threw, which the engine repeats as text. @default nothing
   */
  failure(cause: unknown, program?: unknown): Error {
    if (this.violations.length > 0) return new PolicyRefusal(this.violations);
    const failures = [...this.failures.values()];
    const own = program instanceof Error && failures.every((each) => each.includes(program.message));
    // Where a resource fails, the program ends too, with words about the engine's own connection.
    return own ? program : new EngineFailure(failures, (cause as Error).message);
  }
}

/** The engine's own prefix repeats what is said already. */
function told(urn: string, message: string): string {
  const text = message.trim();
  const [, , type, name] = urn.split("::");
  return name === undefined || text.includes(name) ? text : `${type!.split("$").at(-1)} ${name}: ${text}`;
}

/** The first line is the rule's, and the rest the finding's own. */
function paragraph({ message }: Violation): string {
  const [demand, ...lines] = message.split("\n");
  return [`  ${demand}`, ...lines.map((line) => `    ${line}`)].join("\n");
}
