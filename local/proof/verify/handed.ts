/** What the proof hands to the `pulumi` that it puts before the engine, by its environment. */
import { delimiter } from "node:path";
import type { LocalEndpoints } from "../../endpoints";
import type { Engine } from "../../engine/binary";

export interface Handed {
  readonly engine: Engine;
  /** Project file, stack file and state. */
  readonly folder: string;
  readonly endpoints: LocalEndpoints;
  /** Settings over those of the stack's file. */
  readonly config: Readonly<Record<string, string>>;
}

const VARIABLE = "NARU_PROOF_VERIFY";

export function handedBy(handed: Handed): Record<string, string> {
  return { [VARIABLE]: JSON.stringify(handed) };
}

/** @throws Error outside the proof. */
export function handed(): Handed {
  const told = process.env[VARIABLE];
  if (told === undefined) throw new Error("this pulumi is the proof's own: npm run proof:verify");
  return JSON.parse(told) as Handed;
}

/** A PATH without a folder. */
export function without(folder: string, path = ""): string {
  return path
    .split(delimiter)
    .filter((each) => each !== folder)
    .join(delimiter);
}
