/** What a run in the staging folder works on, so that a later start can say why it does not go on with it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunFacts } from "./run-id";

const WORK = "work.json";

/** By the names that people know. No digest of a source: its rows could be guessed at. */
interface Work {
  readonly paths: readonly string[];
  readonly facts: Readonly<Record<string, string>>;
}

/** An unfinished run of the same sources that is not gone on with. */
export interface Abandoned {
  readonly folder: string;
  /** What is another now: `the source`, `the key`, `--dt` and the like. */
  readonly because: readonly string[];
}

/** Notes in the run's folder what it works on. */
export function writeWork(folder: string, facts: RunFacts): void {
  writeFileSync(join(folder, WORK), JSON.stringify(workOf(facts)), { mode: 0o600 });
}

/** What is another now than when the folder's run began; undefined where it had other sources, or says nothing. */
export function abandoned(folder: string, facts: RunFacts): Abandoned | undefined {
  const earlier = readWork(folder);
  const now = workOf(facts);
  if (earlier === undefined || JSON.stringify(earlier.paths) !== JSON.stringify(now.paths)) return undefined;
  const because = Object.keys(now.facts).filter((name) => earlier.facts[name] !== now.facts[name]);
  // Equal in all that is noted: the content alone differs.
  return { folder, because: because.length === 0 ? ["the source"] : because };
}

function workOf({ sources, dataSet, day, epoch, keyId, chunkBytes }: RunFacts): Work {
  const { id, version, columns } = dataSet;
  const text = (value: unknown) => JSON.stringify(value ?? null);
  return {
    paths: sources.map(({ path }) => path),
    facts: {
      "the source": text(sources.map(({ file }) => file)),
      "the contract": text([id, version, columns]),
      "the key": text(keyId),
      "--epoch": text(epoch),
      "--dt": text(day),
      "--chunk-mb": text(chunkBytes),
    },
  };
}

function readWork(folder: string): Work | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, WORK), "utf8")) as Work;
  } catch {
    return undefined;
  }
}
