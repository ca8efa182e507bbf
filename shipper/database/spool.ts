/** A table as it was read: packed lines of JSON in the staging folder, so that a stopped run goes on with the same rows. */
import { createHash } from "node:crypto";
import {
  createWriteStream,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createGzip } from "node:zlib";
import { isLocked, lock, unlock } from "../run/lock";

const PART = "rows.part";
const HALF_READ = /^rows\.part$/;
const FACTS = "facts.json";

/** What was read. */
export interface SpoolFacts {
  /** Moment of the snapshot, ISO 8601. */
  readonly readAt: string;
  readonly rows: number;
  /** Of the lines. */
  readonly bytes: number;
  /** SHA-256 of the lines. */
  readonly sha256: string;
}

export class Spool {
  private constructor(
    readonly folder: string,
    /** Of the packed lines; its name is that of the table, for the list of rejected rows. */
    readonly file: string,
  ) {}

  /**
   * Opens the folder of a table and removes what killed runs left there and in those beside it, half read.
   * @param identity equal for the same table, read for the same contract.
   * @throws ShipError when another process works in it.
   */
  static open(staging: string, identity: string, table: string): Spool {
    const root = join(staging, "tables");
    const folder = join(root, createHash("sha256").update(identity).digest("hex").slice(0, 16));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    lock(folder, HALF_READ);
    for (const name of readdirSync(root)) {
      if (!isLocked(join(root, name))) rmSync(join(root, name, PART), { force: true });
    }
    return new Spool(folder, join(folder, `${table.replaceAll(/[^\p{L}\p{N}._-]/gu, "_")}.jsonl.gz`));
  }

  /** What an earlier start read to its end. */
  earlier(): SpoolFacts | undefined {
    try {
      return JSON.parse(readFileSync(join(this.folder, FACTS), "utf8")) as SpoolFacts;
    } catch {
      return undefined;
    }
  }

  /** Writes the lines, a batch at a time, and keeps them when all are safely on disk. */
  async write(batches: AsyncIterable<readonly string[]>, readAt: Date): Promise<SpoolFacts> {
    const hash = createHash("sha256");
    let rows = 0;
    let bytes = 0;
    const text = async function* () {
      for await (const lines of batches) {
        const batch = Buffer.from(lines.join(""));
        hash.update(batch);
        rows += lines.length;
        bytes += batch.length;
        yield batch;
      }
    };
    const part = join(this.folder, PART);
    // Opened here, so that it is there to be removed whatever fails first.
    const fd = openSync(part, "w", 0o600);
    await pipeline(
      Readable.from(text()),
      createGzip({ level: constants.Z_BEST_SPEED }),
      createWriteStream(part, { fd, flush: true }),
    );
    renameSync(part, this.file);
    const facts = { readAt: readAt.toISOString(), rows, bytes, sha256: hash.digest("hex") };
    // Written last: without it, the table counts as not read.
    await writeFile(join(this.folder, FACTS), JSON.stringify(facts), { mode: 0o600, flush: true });
    return facts;
  }

  /** Leaves the folder for a later start. */
  release(): void {
    unlock(this.folder);
  }

  /** Removes the folder: its rows are published. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
    unlock(this.folder);
  }
}
