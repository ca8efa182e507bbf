/** What a redrive did, by data set and reason: counts alone, no value of an event. */
import type { FailedIn } from "./places";

/** `back`: on its stream again (in a dry run: would be); `kept`: stays where it is; `refused`: the stream did not take it. */
export type Outcome = "back" | "kept" | "refused";

export interface RedriveRow {
  readonly dataSet: string;
  readonly failedIn: FailedIn;
  readonly outcome: Outcome;
  /** Of `back`: why it failed then; of the others: why it is not back. */
  readonly reason: string;
  readonly records: number;
}

export interface RedriveReport {
  readonly stack: string;
  readonly dryRun: boolean;
  /** Files that were looked at. */
  readonly files: number;
  readonly back: number;
  readonly kept: number;
  readonly refused: number;
  readonly rows: readonly RedriveRow[];
}

/** Counts while files are gone through. */
export class Tally {
  private readonly rows = new Map<string, RedriveRow>();

  add(row: Omit<RedriveRow, "records">): void {
    const key = JSON.stringify([row.dataSet, row.failedIn, row.outcome, row.reason]);
    this.rows.set(key, { ...row, records: (this.rows.get(key)?.records ?? 0) + 1 });
  }

  total(outcome: Outcome): number {
    return [...this.rows.values()]
      .filter((row) => row.outcome === outcome)
      .reduce((sum, { records }) => sum + records, 0);
  }

  report(stack: string, dryRun: boolean, files: number): RedriveReport {
    return {
      ...{ stack, dryRun, files },
      ...{ back: this.total("back"), kept: this.total("kept"), refused: this.total("refused") },
      rows: [...this.rows.values()].sort(
        (a, b) =>
          a.dataSet.localeCompare(b.dataSet) ||
          a.outcome.localeCompare(b.outcome) ||
          b.records - a.records ||
          a.reason.localeCompare(b.reason),
      ),
    };
  }
}

/** The report for people. */
export function toldRedrive({ stack, dryRun, files, back, kept, refused, rows }: RedriveReport): string[] {
  const words: Record<Outcome, string> = {
    back: dryRun ? "would go back" : "went back",
    kept: "stay",
    refused: "not taken",
  };
  const cells = rows.map(({ dataSet, failedIn, outcome, reason, records }) => [
    dataSet,
    failedIn,
    words[outcome],
    String(records),
    reason,
  ]);
  const header = ["data set", "failed in", "now", "records", "reason"];
  const widths = header
    .slice(0, -1)
    .map((_, at) => Math.max(...[header, ...cells].map((row) => row[at]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, at) => (at === 3 ? cell.padStart(widths[3]!) : cell.padEnd(widths[at] ?? 0))).join("  ");
  return [
    ...(rows.length === 0 ? [] : [header, ...cells].map((row) => line(row).trimEnd())),
    `${stack}: ${files} files; ${back} records ${words.back}, ${kept} stay` +
      (refused > 0 ? `, ${refused} the stream did not take: run it again` : ""),
  ];
}
