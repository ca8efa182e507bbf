/** `naru check --base` as a whole program: this checkout as a repository of its own, a change in it, and what is told. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import type { StackComparison } from "../../cli/check/comparison";
import { ROOT } from "../../local/paths";

const REPOSITORY = existsSync(join(ROOT, ".git"));
/** Folders that neither the plan nor the check reads. */
const LEFT_OUT = /^(docs|bench|samples|tests)\//;

/** Two queues without a key stand in the base: the change takes one away and waives the other. It adds a third. */
const queues = (names: readonly string[]) =>
  names
    .map((name) => `  new aws.sqs.Queue("${name}", { tags: { "naru:data-class": "internal" } });\n`)
    .join("");

const WAIVER = `waivers:
  - rule: kms-encryption
    resource: "*::waived"
    reason: Holds nothing but the numbers of runs.
    expires: 2999-12-31
`;

describe("naru check --base, of this project", function () {
  this.timeout(240_000);
  let folder: string;
  let comparison: StackComparison;
  let exitCode: number | null;
  let comment: string;
  let sarif: { runs: { results: { locations: unknown[] }[] }[] };
  const git = (...words: string[]) => {
    const asSomebody = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"];
    return execFileSync("git", [...asSomebody, ...words], { cwd: folder, encoding: "utf8" }).trim();
  };
  const withQueues = (program: string, names: readonly string[]) =>
    program
      .replace("/** The program", 'import * as aws from "@pulumi/aws";\n/** The program')
      .replace("  return asked({\n    eventsUrl", `${queues(names)}  return asked({\n    eventsUrl`);

  before(function () {
    if (!REPOSITORY) this.skip();
    folder = realpathSync(mkdtempSync(join(tmpdir(), "naru-base-")));
    copyCheckout(folder);
    const program = readFileSync(join(ROOT, "index.ts"), "utf8");
    writeFileSync(join(folder, "index.ts"), withQueues(program, ["mended", "waived"]));
    git("init", "--quiet", "--initial-branch", "main");
    git("add", "--all");
    git("commit", "--quiet", "--message", "The base");
    writeFileSync(join(folder, "index.ts"), withQueues(program, ["waived", "broken"]));
    writeFileSync(join(folder, "policies/dev.yaml"), WAIVER);
    appendFileSync(join(folder, "Pulumi.dev.yaml"), '  naru:reidentification: "false"\n');
    const told = spawnSync(
      process.execPath,
      ["cli/naru.js", "check", "dev", "--base", "HEAD", "--json", "--markdown", "c.md", "--sarif", "c.sarif"],
      { cwd: folder, encoding: "utf8", env: { ...process.env, GITHUB_ACTIONS: "" }, maxBuffer: 2 ** 26 },
    );
    exitCode = told.status;
    expect(told.stderr, told.stderr).to.equal("");
    comparison = JSON.parse(told.stdout) as StackComparison;
    comment = readFileSync(join(folder, "c.md"), "utf8");
    sarif = JSON.parse(readFileSync(join(folder, "c.sarif"), "utf8"));
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  it("fails by what the change broke, and by nothing that stood before", () => {
    const { violations, undecided } = comparison.findings.broken;
    expect(exitCode).to.equal(1);
    expect([...new Set(violations.map(({ resource }) => resource))]).to.deep.equal(["broken"]);
    expect(violations.map(({ rule }) => rule)).to.include("kms-encryption");
    expect(undecided).to.deep.equal([]);
  });

  it("tells what the change mended apart from what it only silenced", () => {
    const { mended, silenced } = comparison.findings;
    expect([...new Set(mended.map(({ resource }) => resource))]).to.deep.equal(["mended"]);
    expect(silenced.map(({ resource, rule }) => [resource, rule])).to.deep.equal([
      ["waived", "kms-encryption"],
    ]);
  });

  it("tells what is lost, and what the change does to the plan and the cost", () => {
    const { losses, counts } = comparison.plan;
    expect(losses.map(({ name, action }) => `${action} ${name}`)).to.have.members([
      ...["delete mended", "delete reidentification-bucket"],
    ]);
    expect(counts.replace).to.equal(0);
    expect(counts.create).to.equal(1);
    expect(comparison.cost?.total.before).to.be.above(0);
    expect(comparison.remarks).to.deep.equal([]);
  });

  it("writes the comment and SARIF of the change alone, at the line that made it", () => {
    expect(comment).to.contain("[!CAUTION]").and.contain("`reidentification-bucket`").and.contain("`broken`");
    const { results } = sarif.runs[0]!;
    expect(results).to.have.length(comparison.findings.broken.violations.length);
    expect(JSON.stringify(results[0]!.locations)).to.contain('"uri":"index.ts"');
  });

  it("leaves the checkout and the repository as they were", () => {
    expect(git("worktree", "list").split("\n")).to.have.length(1);
    const changed = git("status", "--porcelain")
      .split("\n")
      .map((line) => line.trim());
    expect(changed).to.have.members([
      ...["M Pulumi.dev.yaml", "M index.ts", "?? c.md", "?? c.sarif", "?? policies/dev.yaml"],
    ]);
  });
});

/** What git knows or would take, as it stands now, with the packages and the compiled code of this checkout. */
function copyCheckout(to: string): void {
  const listed = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const files = execFileSync("git", listed, { cwd: ROOT, encoding: "utf8" }).split("\0");
  for (const file of files) {
    if (file === "" || LEFT_OUT.test(file) || !existsSync(join(ROOT, file))) continue;
    mkdirSync(dirname(join(to, file)), { recursive: true });
    cpSync(join(ROOT, file), join(to, file));
  }
  symlinkSync(join(ROOT, "node_modules"), join(to, "node_modules"), "junction");
  appendFileSync(join(to, ".gitignore"), "\nnode_modules\n");
}
