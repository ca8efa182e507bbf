/** The plan of a stack as it was last accepted: what a change is held against where no base is at hand. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { planDifference, type PlanDifference, type ResourceChange } from "./difference";
import type { ResourcePrint } from "./print";

/** A loss that somebody wants: data or keys go, and why that may be. */
const NOTE = z.strictObject({
  /** As the refusal names it: URN without stack and project. */
  resource: z.string().min(1),
  action: z.enum(["replace", "delete"]),
  reason: z.string().min(20, "say in a sentence where the data is kept, or why it may go"),
});

export type LossNote = z.infer<typeof NOTE>;

export interface Baseline {
  readonly resources: readonly ResourcePrint[];
  /** Losses that were accepted, by their notes. */
  readonly accepted: readonly LossNote[];
}

export interface BaselineDifference {
  readonly plan: PlanDifference;
  /** Losses that no note allows. */
  readonly refused: readonly ResourceChange[];
  /** Notes of losses that the plan does not have: they would allow a later one unseen. */
  readonly idle: readonly LossNote[];
}

/** Folder of the baselines and of their notes, from the project. */
export const BASELINES = "tests/baseline";

const file = (root: string, stack: string) => join(root, BASELINES, `${stack}.json`);
const noteFile = (stack: string) => `${BASELINES}/${stack}.losses.yaml`;

/** @returns undefined when no plan of the stack was accepted yet. */
export function readBaseline(root: string, stack: string): Baseline | undefined {
  const path = file(root, stack);
  if (!existsSync(path)) return undefined;
  const { accepted, resources } = JSON.parse(readFileSync(path, "utf8")) as StoredBaseline;
  return { accepted, resources: resources.map((each) => ({ ...typeAndName(each.id), ...each })) };
}

/** The id tells type and name: the file does not repeat them. */
interface StoredBaseline extends Omit<Baseline, "resources"> {
  readonly resources: readonly Omit<ResourcePrint, "type" | "name">[];
}

function typeAndName(id: string): Pick<ResourcePrint, "type" | "name"> {
  const at = id.indexOf("::");
  return { type: id.slice(0, at).split("$").at(-1)!, name: id.slice(at + 2) };
}

/** @throws Error naming the file and every mistake in it. */
export function readLossNotes(root: string, stack: string): LossNote[] {
  const path = join(root, noteFile(stack));
  if (!existsSync(path)) return [];
  const parsed = z.array(NOTE).safeParse(parse(readFileSync(path, "utf8")) ?? []);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path: at, message }) => `${at.join(".")}: ${message}`);
  throw new Error(`${noteFile(stack)} is wrong: ${problems.join("; ")}`);
}

export function baselineDifference(
  { resources }: Baseline,
  now: readonly ResourcePrint[],
  notes: readonly LossNote[],
): BaselineDifference {
  const plan = planDifference(resources, now);
  const allows = (note: LossNote, { id, action }: ResourceChange) =>
    note.resource === id && note.action === action;
  return {
    plan,
    refused: plan.losses.filter((loss) => !notes.some((note) => allows(note, loss))),
    idle: notes.filter((note) => !plan.losses.some((loss) => allows(note, loss))),
  };
}

/**
 * Makes the present plan the stack's baseline. The notes of its losses move into it, as they allow one loss and no other.
 *
 * @throws Error naming each loss that no note allows, and the note to write.
 */
export function acceptPlan(root: string, stack: string, now: readonly ResourcePrint[]): PlanDifference {
  const before = readBaseline(root, stack) ?? { resources: [], accepted: [] };
  const notes = readLossNotes(root, stack);
  const { plan, refused, idle } = baselineDifference(before, now, notes);
  if (refused.length > 0) throw new Error(refusal(stack, refused));
  const used = notes.filter((note) => !idle.includes(note));
  mkdirSync(join(root, BASELINES), { recursive: true });
  writeFileSync(file(root, stack), baselineText({ resources: now, accepted: [...before.accepted, ...used] }));
  if (used.length > 0) rmSync(join(root, noteFile(stack)));
  if (used.length > 0 && idle.length > 0) writeFileSync(join(root, noteFile(stack)), stringify(idle));
  return plan;
}

/** One line a resource, so that a change of the file shows which. */
function baselineText({ resources, accepted }: Baseline): string {
  const lines = (items: readonly unknown[]) =>
    items.length === 0 ? "[]" : `[\n${items.map((item) => `    ${JSON.stringify(item)}`).join(",\n")}\n  ]`;
  return `{\n  "accepted": ${lines(accepted)},\n  "resources": ${lines(resources.map(({ type: _type, name: _name, ...print }) => print))}\n}\n`;
}

/** What to do about losses, with the note as it would be written. */
export function refusal(stack: string, refused: readonly ResourceChange[]): string {
  const notes = refused.map(({ id, action }) => ({ resource: id, action, reason: "..." }));
  return [
    `The plan of ${stack} loses what can't be made again:`,
    ...refused.map(
      ({ id, action, inputs, loses }) =>
        `- ${id} is ${action === "delete" ? "deleted" : `replaced by ${inputs.join(", ")}`}: ${loses}`,
    ),
    `Take the change back; or, where it may go, say why in ${noteFile(stack)}:`,
    stringify(notes).trimEnd(),
  ].join("\n");
}
