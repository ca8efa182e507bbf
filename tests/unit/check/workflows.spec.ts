/** What a workflow may and may not: read from the files, as GitHub would read them. */
import { execFileSync, spawnSync } from "node:child_process";
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
import { parseDocument } from "yaml";
import { COMMENT_MARK } from "../../../cli/check/markdown";
import { ROOT } from "../../../local/paths";
import { commandLine, problemOf } from "../../docs/command-line";

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}
interface Job {
  readonly "runs-on": string;
  readonly "timeout-minutes"?: number;
  readonly permissions?: unknown;
  readonly if?: string;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = join(ROOT, ".github/workflows");
const FILES = readdirSync(FOLDER);
const textOf = (file: string) => readFileSync(join(FOLDER, file), "utf8");
const read = (file: string) => parseDocument(textOf(file)).toJS() as Workflow;
const stepsOf = (file: string) => Object.values(read(file).jobs).flatMap(({ steps }) => steps);

describe("the workflows", () => {
  it("are the three that docs/policies.md names", () => {
    expect(FILES).to.have.members(["check.yml", "comment.yml", "preview.yml"]);
  });

  for (const file of FILES) {
    describe(file, () => {
      it("is YAML without a mistake or a key twice", () => {
        const { errors, warnings } = parseDocument(textOf(file), { uniqueKeys: true });
        expect([...errors, ...warnings].map(({ message }) => message)).to.deep.equal([]);
      });

      it("pins every action to a commit, with its version beside it", () => {
        const used = [...textOf(file).matchAll(/^\s*(?:- )?uses:(.*)$/gm)].map(([, what]) => what!);
        expect(used).to.have.length.above(0);
        for (const what of used) {
          expect(what).to.match(/^ [\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
        }
      });

      it("never runs a stranger's code with the rights of this repository", () => {
        expect(Object.keys(read(file).on)).to.not.include("pull_request_target");
      });

      it("says what its token may, and how long it may take", () => {
        const workflow = read(file);
        expect(workflow.permissions).to.be.an("object");
        for (const job of Object.values(workflow.jobs)) {
          expect(job["timeout-minutes"]).to.be.a("number");
          expect(job["runs-on"]).to.match(/^ubuntu-\d/);
          expect(job.permissions ?? {}).to.not.equal("write-all");
        }
      });

      it("puts no value of an event into a script: they come by the environment", () => {
        for (const { run = "" } of stepsOf(file)) expect(run).to.not.contain("${{");
      });

      it("has scripts that bash can read", () => {
        for (const { run } of stepsOf(file)) {
          if (run !== undefined) execFileSync("bash", ["-n"], { input: run });
        }
      });

      it("keeps no token of git behind", () => {
        for (const step of stepsOf(file).filter(({ uses = "" }) => uses.startsWith("actions/checkout@"))) {
          expect(step.with?.["persist-credentials"]).to.equal(false);
        }
      });

      it("runs commands that the command line takes", () => {
        const program = commandLine();
        const commands = stepsOf(file).flatMap(({ run = "", env = {} }) =>
          [...run.matchAll(/node cli\/naru\.js (.*)$/gm)].map(([, words]) =>
            words!
              .replace(/"\$(\w+)"/g, (_, name: string) => env[name]!.replace(/^\$\{\{.*\}\}$/, "dev"))
              .split(" "),
          ),
        );
        expect(commands.map((words) => problemOf(program, words))).to.deep.equal(
          commands.map(() => undefined),
        );
      });
    });
  }
});

describe("check.yml", () => {
  it("may read the code and nothing else, and knows no secret", () => {
    expect(read("check.yml").permissions).to.deep.equal({ contents: "read" });
    expect(Object.values(read("check.yml").jobs).map(({ permissions }) => permissions)).to.deep.equal([
      undefined,
    ]);
    expect(textOf("check.yml")).to.not.match(/secrets\.|github\.token|GITHUB_TOKEN|id-token/);
  });

  it("leaves its findings behind when a rule is broken, too", () => {
    const steps = stepsOf("check.yml");
    const check = steps.findIndex(({ run = "" }) => run.includes("naru.js check"));
    expect(steps.slice(check + 1).map(({ if: condition }) => condition)).to.deep.equal([
      "always()",
      "always()",
    ]);
  });
});

describe("comment.yml", () => {
  it("runs nothing of the pull request: neither checks it out nor installs it", () => {
    expect(stepsOf("comment.yml").map(({ uses = "" }) => uses.split("@")[0])).to.deep.equal([
      "actions/download-artifact",
      "",
    ]);
    expect(textOf("comment.yml")).to.not.match(/\b(npm|npx|node|source|eval)\b|bash report|\. report/);
  });

  it("takes what check.yml left, by its name", () => {
    const left = stepsOf("check.yml").find(({ uses = "" }) => uses.includes("upload-artifact"));
    const taken = stepsOf("comment.yml")[0]!;
    expect(taken.with?.name).to.equal(left!.with?.name);
    expect(read("comment.yml").on).to.deep.equal({
      workflow_run: { workflows: [read("check.yml").name], types: ["completed"] },
    });
    expect(textOf("comment.yml")).to.contain(`mark='${COMMENT_MARK}'`);
  });

  it("may write comments and nothing else", () => {
    expect(read("comment.yml").permissions).to.deep.equal({});
    expect(read("comment.yml").jobs.comment!.permissions).to.deep.equal({
      actions: "read",
      "pull-requests": "write",
    });
  });
});

describe("preview.yml", () => {
  it("is for branches of this repository only", () => {
    const { preview } = read("preview.yml").jobs;
    expect(preview!.if).to.contain("github.event.pull_request.head.repo.full_name == github.repository");
  });

  it("takes a role by GitHub's token, and no key", () => {
    const role = stepsOf("preview.yml").find(({ uses = "" }) => uses.includes("configure-aws-credentials"));
    expect(role!.with).to.include.keys("role-to-assume", "role-session-name", "aws-region");
    expect(textOf("preview.yml")).to.not.match(/secrets\.|aws-access-key-id|aws-secret-access-key/);
  });

  it("judges with the same pack as the check", () => {
    const pulumi = stepsOf("preview.yml").find(({ uses = "" }) => uses.startsWith("pulumi/actions@"));
    expect(pulumi!.with).to.include({ command: "preview", policyPacks: "policies" });
  });
});

/** The script itself, against a `gh` that writes down what it is asked and answers as GitHub's API does. */
describe("the script of comment.yml", () => {
  const script = stepsOf("comment.yml").find(({ run }) => run !== undefined)!.run!;
  const GH = `#!/usr/bin/env bash
printf '%s\\n' "$*" >> "$CALLS"
case "$*" in
  *issues/comments/*|*--method\\ POST*) cat comment.json > "$POSTED" ;;
  *issues/*/comments*) cat "$COMMENTS" ;;
  *pulls*) cat "$PULLS" ;;
esac
`;
  interface Case {
    readonly comment?: string;
    readonly pulls?: readonly object[];
    readonly comments?: readonly object[];
  }
  const pull = (number: number, sha: string) => ({ number, head: { sha } });
  let folder: string;
  beforeEach(function () {
    if (spawnSync("jq", ["--version"]).status !== 0) this.skip();
    folder = mkdtempSync(join(tmpdir(), "naru-comment-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = ({ comment, pulls = [pull(7, "abc")], comments = [] }: Case) => {
    const file = (name: string) => join(folder, name);
    mkdirSync(file("bin"));
    writeFileSync(file("bin/gh"), GH, { mode: 0o755 });
    writeFileSync(file("pulls"), JSON.stringify(pulls));
    writeFileSync(file("comments"), JSON.stringify(comments));
    if (comment !== undefined) {
      mkdirSync(file("report"));
      writeFileSync(file("report/comment.md"), comment);
    }
    const { status, stderr } = spawnSync("bash", ["-e", "-c", script], {
      cwd: folder,
      env: {
        PATH: `${file("bin")}:${process.env.PATH}`,
        ...{ CALLS: file("calls"), POSTED: file("posted"), PULLS: file("pulls"), COMMENTS: file("comments") },
        ...{ REPOSITORY: "us/naru", HEAD_OWNER: "them", HEAD_BRANCH: "a;touch owned", HEAD_SHA: "abc" },
        RUN_URL: "https://example.com/run",
      },
      encoding: "utf8",
    });
    expect(status, stderr).to.equal(0);
    expect(existsSync(file("owned"))).to.equal(false);
    const posted = existsSync(file("posted")) ? readFileSync(file("posted"), "utf8") : undefined;
    return {
      calls: readFileSync(file("calls"), "utf8").trim().split("\n"),
      body: posted === undefined ? undefined : (JSON.parse(posted) as { body: string }).body,
    };
  };

  it("posts what the check left, once, with a link to the run", () => {
    const { calls, body } = run({ comment: `${COMMENT_MARK}\n## Naru\n` });
    expect(body).to.equal(
      `${COMMENT_MARK}\n## Naru\n\n[The run, its annotations and its SARIF file](https://example.com/run)\n`,
    );
    expect(calls.at(-1)).to.contain("--method POST repos/us/naru/issues/7/comments");
  });

  it("renews its own comment, and no comment that only looks like it", () => {
    const by = (login: string, id: number) => ({ id, user: { login }, body: `${COMMENT_MARK}\nold` });
    const comment = `${COMMENT_MARK}\nnew\n`;
    const own = run({ comment, comments: [by("somebody", 1), by("github-actions[bot]", 2)] });
    expect(own.calls.at(-1)).to.contain("--method PATCH repos/us/naru/issues/comments/2");
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    expect(run({ comment, comments: [by("somebody", 1)] }).calls.at(-1)).to.contain("--method POST");
  });

  it("says nothing where no open pull request stands at the commit", () => {
    const { calls, body } = run({ comment: "x", pulls: [pull(7, "newer")] });
    expect(body).to.equal(undefined);
    expect(calls).to.have.length(1);
  });

  it("says that the check could not be made where it left nothing", () => {
    expect(run({}).body).to.contain("The check could not be made.");
  });

  it("mentions nobody, and cuts a stranger's text to size, whatever it is", () => {
    const { body } = run({ comment: `@everyone \u0000\n${"글".repeat(40_000)}` });
    expect(body!.startsWith(`${COMMENT_MARK}\n`)).to.equal(true);
    expect(body).to.not.contain("@everyone");
    expect(body!.length).to.be.below(65_536);
  });
});
