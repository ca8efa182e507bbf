/** Where a run works until everything is converted: finished parts, the journal, and for moments a chunk in clear. */
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { appendFile, open, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Part, Reject } from "../engine/lane";
import { isLocked, lock, namesIn, removeNamed, unlock } from "./lock";
import type { ChunkResult } from "./manifest";
import type { RunFacts } from "./run-id";
import { type Abandoned, abandoned, writeWork } from "./work";

const CHUNK_IN_CLEAR = /^chunk-/;
const JOURNAL = "journal.jsonl";

export class Staging {
  private constructor(
    private readonly folder: string,
    /** What the journal tells of earlier starts, by chunk. */
    readonly done: ReadonlyMap<number, ChunkResult>,
    /** Unfinished runs of the same sources that can't be gone on with. */
    readonly abandoned: readonly Abandoned[],
  ) {}

  /**
   * Opens the run's folder under `root` and removes what killed runs left there in clear.
   * @throws ShipError when the same run is going on in another process.
   */
  static open(root: string, run: string, facts: RunFacts): Staging {
    const folder = join(root, run);
    // Parts are pseudonymised, but which rows a person has is nobody's business before publication.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    lock(folder, CHUNK_IN_CLEAR);
    const others = readdirSync(root)
      .map((name) => join(root, name))
      .filter((other) => other === folder || !isLocked(other));
    for (const other of others) removeNamed(other, CHUNK_IN_CLEAR);
    writeWork(folder, facts);
    const left = others.filter((other) => other !== folder).flatMap((other) => abandoned(other, facts) ?? []);
    return new Staging(folder, readJournal(join(folder, JOURNAL)), left);
  }

  /** Removes what a start left that was stopped right behind its publication. */
  static forget(root: string, run: string): void {
    const folder = join(root, run);
    if (existsSync(folder) && !isLocked(folder)) rmSync(folder, { recursive: true, force: true });
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
