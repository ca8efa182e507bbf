/** Where a run works until everything is converted: finished parts, the journal, and for moments a chunk in clear. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createReadStream, createWriteStream } from "node:fs";
import { appendFile, open, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Part, Reject } from "../engine/lane";
import { ShipError } from "../ship-error";
import type { ChunkResult } from "./manifest";

const CHUNK_IN_CLEAR = /^chunk-/;
const JOURNAL = "journal.jsonl";
const LOCK = "lock";

export class Staging {
  private constructor(
    private readonly folder: string,
    /** What the journal tells of earlier starts, by chunk. */
    readonly done: ReadonlyMap<number, ChunkResult>,
  ) {}

  /**
   * Opens the run's folder under `root` and removes what killed runs left there in clear.
   * @throws ShipError when the same run is going on in another process.
   */
  static open(root: string, run: string): Staging {
    const folder = join(root, run);
    // Parts are pseudonymised, but which rows a person has is nobody's business before publication.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    lock(folder);
    for (const name of readdirSync(root)) removeChunksInClear(join(root, name));
    return new Staging(folder, readJournal(join(folder, JOURNAL)));
  }

  /** How the paths of files for a chunk in clear begin. */
  chunkFile(chunk: number): string {
    return join(this.folder, `chunk-${chunk}-`);
  }

  partFile(chunk: number, { dt, checked }: Pick<Part, "dt" | "checked">): string {
    return join(this.folder, `part-${chunk}-${dt}${checked ? "-checked" : ""}.parquet`);
  }

  /** Makes a converted chunk part of the run, whatever happens after. */
  async record(result: ChunkResult, rejects: readonly Reject[]): Promise<void> {
    await durably(
      this.rejectsFile(result.chunk),
      rejects.map((reject) => `${JSON.stringify(reject)}\n`).join(""),
    );
    const journal = await open(join(this.folder, JOURNAL), "a", 0o600);
    try {
      await appendFile(journal, `${JSON.stringify(result)}\n`);
      await journal.sync();
    } finally {
      await journal.close();
    }
  }

  /** Writes the rejects of the chunks into one file, in order. */
  async gatherRejects(chunks: readonly number[], file: string): Promise<void> {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const lists = chunks.map((chunk) => this.rejectsFile(chunk));
    const lines = async function* () {
      for (const list of lists) yield* createReadStream(list) as AsyncIterable<Buffer>;
    };
    await pipeline(lines, createWriteStream(file, { mode: 0o600 }));
  }

  /** Leaves the folder for a later start. */
  release(): void {
    unlock(this.folder);
  }

  /** Removes the folder: everything in it is published. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private rejectsFile(chunk: number): string {
    return join(this.folder, `rejects-${chunk}.jsonl`);
  }
}

/** Written, and on disk before it is told so. */
async function durably(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600, flush: true });
}

/** Takes a folder for this process. @throws ShipError when another living one has it. */
export function lock(folder: string): void {
  const file = join(folder, LOCK);
  const owner = lockedBy(folder);
  if (owner !== undefined) {
    throw new ShipError(
      folder,
      `is in use by process ${owner}`,
      "wait for it: the same source is being shipped there",
    );
  }
  const handle = openSync(file, "w", 0o600);
  writeFileSync(handle, String(process.pid));
  fsyncSync(handle);
  closeSync(handle);
}

/** Gives it back. */
export function unlock(folder: string): void {
  rmSync(join(folder, LOCK), { force: true });
}

/** Whether another living process works in the folder. */
export function isLocked(folder: string): boolean {
  return lockedBy(folder) !== undefined;
}

/** The living process, other than this one, that works in the folder. */
function lockedBy(folder: string): number | undefined {
  try {
    const owner = Number(readFileSync(join(folder, LOCK), "utf8"));
    if (!Number.isInteger(owner) || owner <= 0 || owner === process.pid) return undefined;
    process.kill(owner, 0);
    return owner;
  } catch (error) {
    // A process of another user lives too.
    return (error as NodeJS.ErrnoException).code === "EPERM" ? 0 : undefined;
  }
}

function removeChunksInClear(folder: string): void {
  if (isLocked(folder)) return;
  for (const name of namesIn(folder)) {
    if (CHUNK_IN_CLEAR.test(name)) rmSync(join(folder, name), { force: true });
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Whole lines only: a killed process may have left half a one, which is cut off. */
function readJournal(file: string): Map<number, ChunkResult> {
  const text = namesIn(dirname(file)).includes(JOURNAL) ? readFileSync(file, "utf8") : "";
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) writeFileSync(file, whole, { mode: 0o600, flush: true });
  const results = whole
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as ChunkResult);
  return new Map(results.map((result) => [result.chunk, result]));
}
