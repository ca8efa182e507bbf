/** The project as a commit of git has it, in a folder of its own that is gone afterwards. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

export interface Worktree {
  readonly folder: string;
  /** Whole hash of the commit. */
  readonly commit: string;
}

/**
 * Checks a commit out beside the project, where it shares packages and what was compiled before. What stands in the
 * checkout itself, changes included, stays as it is.
 *
 * @throws Error when the project is in no git repository, or the repository has no such commit.
 */
export async function withWorktree<T>(
  root: string,
  reference: string,
  work: (worktree: Worktree) => Promise<T>,
): Promise<T> {
  const commit = branchingPoint(root, commitOf(root, reference));
  const base = join(root, ".naru", "base");
  const usual = join(base, commit.slice(0, 12));
  // One folder for each commit, so that what the compiler kept is found again; another one where that is in use.
  const folder = existsSync(usual) ? `${usual}-${process.pid}` : usual;
  const remove = () => {
    try {
      git(root, "worktree", "remove", "--force", folder);
    } catch {
      git(root, "worktree", "prune");
    }
  };
  mkdirSync(join(base, "compiled"), { recursive: true });
  // A folder whose process was killed may be gone while git still knows it.
  git(root, "worktree", "prune");
  // Hooks of whoever works here are no part of the base.
  git(root, "-c", "core.hooksPath=/dev/null", "worktree", "add", "--quiet", "--detach", folder, commit);
  process.once("exit", remove);
  try {
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    mkdirSync(join(folder, ".naru"), { recursive: true });
    symlinkSync(join(base, "compiled"), join(folder, ".naru", "compiled"), "junction");
    return await work({ folder, commit });
  } finally {
    process.removeListener("exit", remove);
    remove();
  }
}

/** A reference that starts with a hyphen would be an option of git. */
function commitOf(root: string, reference: string): string {
  try {
    git(root, "rev-parse", "--git-dir");
  } catch {
    throw new Error(
      `--base ${reference}: this project is in no git repository, so there is nothing to compare with`,
    );
  }
  try {
    return git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", `${reference}^{commit}`);
  } catch {
    const shallow = git(root, "rev-parse", "--is-shallow-repository") === "true";
    throw new Error(
      `--base ${reference}: is no commit, branch or tag here. ` +
        (shallow
          ? `This clone is shallow: fetch it (git fetch --depth=1 origin ${reference}, then --base FETCH_HEAD), or check out the whole ` +
            "history (actions/checkout with fetch-depth: 0)"
          : "Fetch it, or name another (git branch -a)"),
    );
  }
}

/** Where this change left the base; what the base got since is no part of the change. A shallow clone may not know. */
function branchingPoint(root: string, commit: string): string {
  try {
    return git(root, "merge-base", commit, "HEAD");
  } catch {
    return commit;
  }
}

function git(root: string, ...arguments_: string[]): string {
  return execFileSync("git", arguments_, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
}
