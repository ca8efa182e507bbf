/** Contracts as a commit, branch or tag of git holds them. */
import { execFileSync } from "node:child_process";
import { dirname, resolve } from "node:path";
import { existsSync, statSync } from "node:fs";
import { type ContractReading, parseContract } from "../../components/contract";

/**
 * Reads the `*.odcs.yaml` files that stood under `path` (a file or a folder) at a commit. A path that did not exist
 * there holds no contract.
 *
 * @throws Error when the path is in no git repository, or the repository has no such commit.
 */
export function contractsAt(reference: string, path: string): ContractReading {
  const folder = nearestFolder(path);
  const git = (...arguments_: string[]): string => runGit(folder, arguments_);
  const commit = commitOf(reference, path, git);
  const listed = git("ls-tree", "-r", "-z", "--full-tree", "--name-only", commit).split("\0");
  const within = inRepository(path, folder, git);
  const files = listed.filter(
    (file) =>
      /\.odcs\.ya?ml$/.test(file) && (within === "" || file === within || file.startsWith(`${within}/`)),
  );
  const readings = files.map((file) =>
    parseContract(git("cat-file", "blob", `${commit}:${file}`), `${reference}:${file}`),
  );
  return {
    dataSets: readings.flatMap(({ dataSets }) => dataSets),
    problems: readings.flatMap(({ problems }) => problems),
  };
}

/** A reference that starts with a hyphen would be an option of git. */
function commitOf(reference: string, path: string, git: (...arguments_: string[]) => string): string {
  try {
    git("rev-parse", "--git-dir");
  } catch {
    throw new Error(`${path}: is in no git repository; name the older contracts instead of --base`);
  }
  try {
    return git("rev-parse", "--verify", "--quiet", "--end-of-options", `${reference}^{commit}`).trim();
  } catch {
    throw new Error(
      `--base ${reference}: is no commit, branch or tag here; fetch it, or name another (git branch -a)`,
    );
  }
}

function inRepository(path: string, folder: string, git: (...arguments_: string[]) => string): string {
  const prefix = git("rev-parse", "--show-prefix").trim();
  const rest = resolve(path).slice(resolve(folder).length + 1);
  return `${prefix}${rest}`.replace(/\/+$/, "");
}

/** Git runs in a folder that exists; a removed contract's may not. */
function nearestFolder(path: string): string {
  const place = resolve(path);
  return existsSync(place) && statSync(place).isDirectory() ? place : nearestFolder(dirname(place));
}

function runGit(folder: string, arguments_: readonly string[]): string {
  return execFileSync("git", [...arguments_], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "pipe"],
  });
}
