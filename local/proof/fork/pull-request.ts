/** A fork's pull request as a runner checks it out: a shallow clone of the merge that GitHub tries. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One edit of a stranger's. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/**
 * Clones `root` at its last commit, merges a branch with `edits` into it, and clones the merge into `workspace` with a
 * history of two, as `fetch-depth: 2` does.
 *
 * @throws Error when an edit does not fit the code any more.
 */
export function checkOutPullRequest(
  root: string,
  upstream: string,
  workspace: string,
  edits: readonly Edit[],
): void {
  git(".", "clone", "--quiet", "--depth", "1", `file://${root}`, upstream);
  git(upstream, "checkout", "--quiet", "-B", "main");
  git(upstream, "checkout", "--quiet", "-b", "change");
  for (const { file, find, replace } of edits) {
    const path = join(upstream, file);
    const text = readFileSync(path, "utf8");
    if (!text.includes(find))
      throw new Error(`${file} holds no "${find}" any more; change the proof's edit.`);
    writeFileSync(path, text.replace(find, replace));
  }
  git(upstream, "commit", "--quiet", "--all", "--message", "A change of a fork's");
  git(upstream, "checkout", "--quiet", "main");
  git(upstream, "merge", "--quiet", "--no-ff", "--message", "Merge the change into main", "change");
  git(".", "clone", "--quiet", "--depth", "2", "--branch", "main", `file://${upstream}`, workspace);
  git(workspace, "checkout", "--quiet", "--detach");
}

const SOMEBODY = [
  "-c",
  "user.name=Somebody",
  "-c",
  "user.email=somebody@example.com",
  "-c",
  "commit.gpgsign=false",
];

function git(folder: string, ...words: string[]): void {
  execFileSync("git", ["-C", folder, ...SOMEBODY, ...words], { stdio: ["ignore", "ignore", "inherit"] });
}
