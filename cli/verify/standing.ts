/** Whether a verification may touch the stack as it stands: what it did not make, it neither changes nor destroys. */
import { plural } from "../plural";
import { isAlive } from "./lock";
import type { Progress } from "./progress";
import type { StackState, Update } from "./pulumi";

/** Names of resources that are shown. */
const SHOWN = 10;

export interface Standing {
  readonly stack: string;
  /** Tag of everything that the stack makes. */
  readonly tag: string;
  readonly state: StackState;
  /** The stack's history, the newest first. */
  readonly updates: readonly Update[];
  /** What carries the stack's tag in the account. */
  readonly tagged: readonly string[];
  /** Of the run that goes on; undefined: this one begins. */
  readonly earlier: Progress | undefined;
  /** Only to be ended. */
  readonly ending: boolean;
}

/** What stands beside a run's updates in the stack's history. */
export function messageOf(run: string): string {
  return `naru verify aws ${run}`;
}

/** Why this must not go on, with the way out; undefined: it may. */
export function objectionTo(standing: Standing): string | undefined {
  const { earlier, state } = standing;
  if (earlier === undefined) return state.resources.length > 0 ? notOurs(standing) : elsewhere(standing);
  return (
    stillRuns(earlier) ?? older(standing, earlier) ?? updatedSince(standing, earlier) ?? underWay(standing)
  );
}

function notOurs({ stack, state, updates }: Standing): string {
  const [last] = updates;
  const since = state.resources.flatMap(({ created }) => created ?? []).sort()[0];
  return [
    `the stack ${stack} stands: ${plural(state.resources.length, "resource")}${since === undefined ? "" : `, the oldest of ${since}`}` +
      `${last === undefined ? "" : `; last ${last.kind} ${last.startTime}${last.message === "" ? "" : ` ("${last.message}")`}`}. ` +
      "No run of this checkout is known to have made it, and a verification destroys its stack with all data.",
    ...anotherStack(stack),
    `If it is a verification's own, whose progress was lost or lies on another machine, and nobody needs it: pulumi destroy --stack ${stack}`,
  ].join("\n");
}

function anotherStack(stack: string): string[] {
  return [
    "Verify with a stack of its own, which is made and destroyed:",
    `  cp Pulumi.${stack}.yaml Pulumi.verify.yaml && pulumi stack init verify && npm run naru -- verify aws --stack verify`,
  ];
}

/** Pulumi's backend knows nothing, but the account has something of that name: made from another backend. */
function elsewhere({ stack, tag, tagged, ending }: Standing): string | undefined {
  if (tagged.length === 0 || ending) return undefined;
  return [
    `Pulumi knows no resource of the stack ${stack} in the backend that it is logged in to (pulumi whoami --verbose), but the account has ` +
      `${tagged.length} with the tag ${tag}:`,
    ...shown(tagged),
    "Whoever made them has them in another backend, or they were left behind. Their names would be in the way.",
    ...anotherStack(stack),
  ].join("\n");
}

function stillRuns({ process: pid, command }: Progress): string | undefined {
  if (pid !== process.pid && isAlive(pid, "verify"))
    return `the earlier run is still at it (process ${pid}): wait for it, or end it`;
  if (command !== undefined && isAlive(command.pid, "pulumi")) {
    return `\`${command.command}\` of the earlier run still works (process ${command.pid}, since ${command.since}): wait for its end, and start again`;
  }
  return undefined;
}

function older({ stack, state }: Standing, { startedAt }: Progress): string | undefined {
  const before = state.resources.filter(
    ({ created }) => created !== undefined && Date.parse(created) < Date.parse(startedAt),
  );
  if (before.length === 0) return undefined;
  return [
    `${before.length} of the ${state.resources.length} resources of the stack ${stack} were made before the earlier run began (${startedAt}), so not by it:`,
    ...shown(before.map(({ type, urn }) => `${type} ${urn.split("::").at(-1)}`)),
    ...anotherStack(stack),
  ].join("\n");
}

function updatedSince({ stack, state, updates }: Standing, { startedAt, run }: Progress): string | undefined {
  if (state.resources.length === 0) return undefined;
  const foreign = updates.filter(
    ({ kind, startTime, message }) =>
      ["update", "destroy"].includes(kind) &&
      Date.parse(startTime) >= Date.parse(startedAt) &&
      message !== messageOf(run),
  );
  if (foreign.length === 0) return undefined;
  return [
    `somebody else has worked on the stack ${stack} since the earlier run began (${startedAt}), and may have data in it:`,
    ...shown(foreign.map(({ kind, startTime, message }) => `${kind} ${startTime} ${message}`.trim())),
    `If nobody needs it: pulumi destroy --stack ${stack}, then npm run naru -- verify aws --stack ${stack} --end`,
  ].join("\n");
}

/** Pulumi was killed: what it was making may be there, or not, and a second time its name would be in the way. */
function underWay({ stack, state: { pending }, ending }: Standing): string | undefined {
  if (pending.length === 0 || ending) return undefined;
  return [
    `Pulumi was killed while it made ${plural(pending.length, "resource")}, and only AWS knows which of them are there:`,
    ...toldPending(pending),
    `Look for them. If its lock is left, pulumi cancel --stack ${stack} lets go of it. Then pulumi refresh --stack ${stack} asks for each at a ` +
      "terminal (elsewhere: --import-pending-creates URN --import-pending-creates ID for what is there, --clear-pending-creates for the rest).",
    `Then go on: npm run naru -- verify aws --stack ${stack}`,
    "Or end it: --end destroys what Pulumi knows, and tells by the stack's tag what else is left.",
  ].join("\n");
}

/** Each with the name that it has in AWS, where its inputs say it. */
export function toldPending(pending: StackState["pending"]): string[] {
  return pending.map(({ urn, type, inputs = {} }) => {
    const name = inputs.bucket ?? inputs.name ?? inputs.role ?? inputs.functionName;
    return `  ${type} ${urn.split("::").at(-1)}${typeof name === "string" ? ` (${name})` : ""}: ${urn}`;
  });
}

function shown(names: readonly string[]): string[] {
  const more = names.length - SHOWN;
  return [...names.slice(0, SHOWN).map((name) => `  ${name}`), ...(more > 0 ? [`  and ${more} more`] : [])];
}
