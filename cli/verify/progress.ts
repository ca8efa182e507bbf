/** What a verification has done so far, so that one that stopped goes on. Counts and names only: no output, no secret. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { RunReport } from "../../local/report";
import type { RunningCommand } from "./pulumi";

export interface Progress {
  readonly stack: string;
  readonly accountId: string;
  /** ISO 8601; the stack had no resource then. */
  startedAt: string;
  /** Names this run in the stack's history. */
  readonly run: string;
  /** The process that verifies, or did. */
  process: number;
  /** Pulumi's, while one is under way. */
  command?: RunningCommand;
  /** Ids of the steps that are done. */
  readonly done: string[];
  /** The step that was under way last. */
  begun?: string;
  readonly report: RunReport;
}

/** @returns undefined where none is under way. @throws Error for a file that nobody can read. */
export function readProgress(file: string): Progress | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Progress;
  } catch (cause) {
    throw new Error(
      `${file} can't be read: ${(cause as Error).message}. It says what an earlier run made: restore it, or remove it and ` +
        "destroy the stack by hand",
      { cause },
    );
  }
}

/** Whole or not at all; without the rows that queries showed. */
export function keepProgress(file: string, progress: Progress): void {
  mkdirSync(dirname(file), { recursive: true });
  delete progress.report.queries;
  writeFileSync(`${file}.new`, `${JSON.stringify(progress, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

export function forgetProgress(file: string): void {
  rmSync(file, { force: true });
}
