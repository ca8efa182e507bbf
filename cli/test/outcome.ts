/** What a runner's output says: how many passed, and what failed. */

export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Of a runner that said nothing of a failure; of one that said much, as many lines of each suite. */
const TAIL_LINES = 30;
const MOST_LINES = 150;

/** Mocha says passing, failing and pending, pytest passed, failed, errors and skipped. */
export function count(output: string): Count {
  const text = plain(output);
  const sum = (...patterns: RegExp[]) =>
    patterns
      .flatMap((pattern) => [...text.matchAll(pattern)])
      .reduce((total, match) => total + Number(match[1]), 0);
  return {
    passed: sum(/^ *(\d+) passing/gm, /\b(\d+) passed\b(?=.* in )/gm),
    failed: sum(/^ *(\d+) failing/gm, /\b(\d+) failed\b(?=.* in )/gm, /\b(\d+) errors?\b(?=.* in )/gm),
    skipped: sum(/^ *(\d+) pending/gm, /\b(\d+) skipped\b(?=.* in )/gm),
  };
}

/** The part of a failed run that tells what failed: mocha's list of failures, pytest's summary, else the end. */
export function failures(output: string): string {
  const lines = plain(output).trimEnd().split("\n");
  const begins = lines.map((line) => /^ *\d+ failing$|^=+ short test summary info =+$/.test(line));
  const from = begins.lastIndexOf(true);
  if (from < 0) return lines.slice(-TAIL_LINES).join("\n");
  const told = lines.slice(from);
  const left = told.length - MOST_LINES;
  return [...told.slice(0, MOST_LINES), ...(left > 0 ? [`… ${left} more lines above`] : [])].join("\n");
}

/** Without colours. */
function plain(output: string): string {
  return output.replace(/\u001b\[[0-9;]*m/g, "");
}
