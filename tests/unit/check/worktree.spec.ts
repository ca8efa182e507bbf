import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { withWorktree } from "../../../cli/check/base/worktree";

describe("the base of a comparison", () => {
  let folder: string;
  let root: string;
  const git = (...words: string[]) =>
    execFileSync(
      "git",
      ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", ...words],
      {
        cwd: root,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      },
    ).trim();
  const commit = (text: string) => {
    writeFileSync(join(root, "program.txt"), text);
    git("add", "program.txt");
    git("commit", "-q", "-m", text);
    return git("rev-parse", "HEAD");
  };
  const failure = (at: string, reference: string) =>
    withWorktree(at, reference, async () => "nothing").then(
      (found) => found,
      ({ message }: Error) => message,
    );

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "naru-base-"));
    root = join(folder, "project");
    mkdirSync(join(root, "node_modules"), { recursive: true });
    writeFileSync(join(root, "node_modules", "package.txt"), "shared");
    git("init", "-q", "-b", "main");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is the commit's files with the packages of now, and gone afterwards", async () => {
    const first = commit("one");
    commit("two");
    writeFileSync(join(root, "program.txt"), "not committed");
    const seen = await withWorktree(root, "HEAD~1", async (worktree) => {
      expect(worktree.commit).to.equal(first);
      expect(readFileSync(join(worktree.folder, "node_modules/package.txt"), "utf8")).to.equal("shared");
      return readFileSync(join(worktree.folder, "program.txt"), "utf8");
    });
    expect(seen).to.equal("one");
    expect(readFileSync(join(root, "program.txt"), "utf8")).to.equal("not committed");
    expect(readdirSync(join(root, ".naru/base"))).to.deep.equal(["compiled"]);
    expect(git("worktree", "list").split("\n")).to.have.length(1);
    expect(existsSync(join(root, "node_modules/package.txt"))).to.equal(true);
  });

  it("is where this change left the branch, not what the branch got since", async () => {
    const start = commit("start");
    git("switch", "-q", "-c", "change");
    commit("changed");
    git("switch", "-q", "main");
    commit("elsewhere");
    git("switch", "-q", "change");
    expect(await withWorktree(root, "main", async (worktree) => worktree.commit)).to.equal(start);
  });

  it("goes when the work fails, too", async () => {
    commit("one");
    const failing = withWorktree(root, "HEAD", () => Promise.reject(new Error("broken")));
    expect(await failing.catch(({ message }: Error) => message)).to.equal("broken");
    expect(git("worktree", "list").split("\n")).to.have.length(1);
  });

  it("may be asked for twice at once", async () => {
    commit("one");
    const folders = await withWorktree(root, "HEAD", async (one) =>
      withWorktree(root, "HEAD", async (two) => [one.folder, two.folder]),
    );
    expect(new Set(folders).size).to.equal(2);
    expect(git("worktree", "list").split("\n")).to.have.length(1);
  });

  it("must be a commit here", async () => {
    commit("one");
    expect(await failure(root, "nowhere")).to.contain(
      "--base nowhere: is no commit, branch or tag here. Fetch it",
    );
    expect(await failure(root, "--all")).to.contain("--base --all: is no commit");
    const outside = join(folder, "outside");
    mkdirSync(outside);
    expect(await failure(outside, "main")).to.contain("is in no git repository");
  });

  it("that a shallow clone lacks is named with the way to it", async () => {
    const first = commit("one");
    commit("two");
    const clone = join(folder, "clone");
    git("clone", "-q", "--depth=1", `file://${root}`, clone);
    expect(await failure(clone, first))
      .to.contain("This clone is shallow")
      .and.contain("fetch-depth: 0");
    mkdirSync(join(clone, "node_modules"));
    expect(await failure(clone, "HEAD")).to.equal("nothing");
  });
});
