/** The parts of proof:fork, each of which would let a wrong pull request pass if it were wrong itself. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../../../../local/paths";
import { BREAKING_CHANGE, faultsOf, type ForkRun } from "../../../../local/proof/fork/index";
import { checkOutPullRequest } from "../../../../local/proof/fork/pull-request";
import { runSteps, stepsOf, type Runner, type Step } from "../../../../local/proof/fork/workflow";

describe("proof:fork", () => {
  let folder: string;
  beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), "naru-fork-test-")))));
  afterEach(() => rmSync(folder, { recursive: true }));

  describe("runs steps as a runner does", () => {
    const run = (steps: readonly Step[], given: Partial<Runner> = {}) => {
      const [workspace, artifacts] = [join(folder, "work"), join(folder, "artifacts")];
      for (const each of [workspace, artifacts]) mkdirSync(each);
      return runSteps(steps, {
        ...{ workspace, artifacts },
        environment: () => ({ PATH: process.env.PATH! }),
        isolation: () => [],
        instead: () => undefined,
        ...given,
      });
    };
    const codes = (steps: readonly Step[]) => run(steps).map(({ exitCode }) => exitCode);

    it("passes over what comes after a failure, but for what always runs", () => {
      expect(codes([{ run: "exit 3" }, { run: "true" }, { run: "exit 0", if: "always()" }])).to.deep.equal([
        3,
        null,
        0,
      ]);
    });

    it("ends a script at its first failure", () => {
      const [outcome] = run([{ run: "echo one\nfalse\necho two" }]);
      expect(outcome).to.include({ exitCode: 1, output: "one\n" });
    });

    it("gives a step the environment that it is given, and nothing of this process", () => {
      process.env.NARU_TEST_TOKEN = "token";
      try {
        expect(run([{ run: 'echo "[$NARU_TEST_TOKEN]"' }])[0]!.output).to.equal("[]\n");
      } finally {
        delete process.env.NARU_TEST_TOKEN;
      }
    });

    it("keeps what is uploaded", () => {
      const upload = { uses: "actions/upload-artifact@x", with: { name: "left", path: "report/" } };
      expect(codes([{ run: "mkdir report; echo text > report/a" }, upload])).to.deep.equal([0, 0]);
      expect(readFileSync(join(folder, "artifacts/left/a"), "utf8")).to.equal("text\n");
    });

    it("asks for the workflow's Node.js and for a checkout, and knows no other action", () => {
      expect(codes([{ uses: "actions/setup-node@x", with: { "node-version": 1 } }])).to.deep.equal([1]);
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      expect(codes([{ uses: "actions/checkout@x" }])).to.deep.equal([1]);
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      expect(() => run([{ uses: "somebody/else@x" }])).to.throw("knows no somebody/else@x");
    });

    it("knows every step of check.yml", () => {
      const steps = stepsOf(join(ROOT, ".github/workflows/check.yml"));
      const harmless = steps.map((step) => (step.run === undefined ? step : { ...step, run: "true" }));
      expect(() => run(harmless)).to.not.throw();
      expect(steps.filter(({ run: script = "" }) => script.includes("naru.js check"))).to.have.length(1);
      expect(steps.filter(({ run: script = "" }) => script.trim() === "npm ci")).to.have.length(1);
    });
  });

  it("checks out the merge of a change, with the base as its first parent and no more", () => {
    const git = (at: string, ...words: string[]) =>
      execFileSync("git", ["-C", at, "-c", "user.name=a", "-c", "user.email=a@example.com", ...words], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }).trim();
    const root = join(folder, "root");
    mkdirSync(root);
    git(root, "init", "--quiet");
    for (const text of ["zero", "one"]) {
      writeFileSync(join(root, "a"), text);
      git(root, "add", "a");
      git(root, "commit", "--quiet", "--message", text);
    }
    const [upstream, workspace] = [join(folder, "upstream"), join(folder, "work")];
    checkOutPullRequest(root, upstream, workspace, [{ file: "a", find: "one", replace: "two" }]);
    expect(readFileSync(join(workspace, "a"), "utf8")).to.equal("two");
    expect(git(workspace, "show", "HEAD^1:a")).to.equal("one");
    expect(git(workspace, "rev-parse", "--is-shallow-repository")).to.equal("true");
    rmSync(upstream, { recursive: true });
    const edits = [{ file: "a", find: "three", replace: "four" }];
    expect(() => checkOutPullRequest(root, upstream, join(folder, "again"), edits)).to.throw(
      'a holds no "three" any more',
    );
  });

  it("has a breaking change that still fits the code", () => {
    for (const { file, find } of BREAKING_CHANGE) {
      expect(readFileSync(join(ROOT, file), "utf8")).to.contain(find);
    }
  });

  it("writes down who would leave the machine, and nobody else", async () => {
    const server = createServer((socket) => socket.end()).listen(0, "127.0.0.1");
    await new Promise((done) => server.once("listening", done));
    const attempts = join(folder, "attempts");
    const { port } = server.address() as AddressInfo;
    // 192.0.2.0/24 is for documents, and .invalid for no name at all (RFC 5737, RFC 2606).
    const program = `
      const net = require("node:net"), http = require("node:http");
      const quiet = (it) => it.on("error", () => {}).setTimeout(200, () => it.destroy());
      quiet(net.connect(${port}, "127.0.0.1"));
      quiet(net.connect({ port: ${port} }));
      quiet(net.connect(443, "192.0.2.1"));
      quiet(http.get({ host: "192.0.2.2", port: 80 }));
      fetch("http://registry.invalid/").catch(() => {});
      setTimeout(() => process.exit(), 400);`;
    const guard = join(ROOT, "local/proof/fork/loopback-only.js");
    spawnSync(process.execPath, ["--require", guard, "-e", program], {
      env: { PATH: process.env.PATH, NARU_PROOF_ATTEMPTS: attempts },
    });
    server.close();
    const noted = existsSync(attempts) ? readFileSync(attempts, "utf8") : "";
    expect(noted).to.contain("192.0.2.1").and.contain("192.0.2.2").and.contain("registry.invalid");
    expect(noted).to.not.match(/127\.0\.0\.1|localhost/);
  });

  describe("fails", () => {
    const result = (ruleId: string, uri: string) => ({
      ruleId,
      locations: [{ physicalLocation: { artifactLocation: { uri } } }],
    });
    const sarif = (...results: object[]) => JSON.stringify({ runs: [{ results }] });
    const step = (exitCode: number | null) => ({ name: "step", exitCode, output: "", milliseconds: 1 });
    const RUN: ForkRun = {
      steps: [step(0), step(1), step(0)],
      output: "::error file=components/a.ts,line=1,title=bucket-encryption::text\n",
      summary: "### ❌ dev: `bucket-encryption`",
      comment: "### ❌ dev: `bucket-encryption`",
      sarif: sarif(result("bucket-encryption", "components/a.ts")),
      attempts: [],
      isolated: true,
      milliseconds: 1,
    };
    const WRONG: Readonly<Record<string, Partial<ForkRun>>> = {
      "a check that passes": { steps: [step(0), step(0), step(0)] },
      "a check that could not be made": { steps: [step(0), step(2), step(0)] },
      "a step that was passed over": { steps: [step(0), step(1), step(null)] },
      "no annotation": { output: "bucket-encryption" },
      "an annotation without a file": { output: "::error title=a::text" },
      "no SARIF file": { sarif: null },
      "a SARIF file without the rule": { sarif: sarif(result("key-rotation", "components/a.ts")) },
      "a SARIF file with what was broken before": {
        sarif: sarif(result("bucket-encryption", "a.ts"), result("key-rotation", "a.ts")),
      },
      "a location outside the checkout": { sarif: sarif(result("bucket-encryption", "../a.ts")) },
      "a comment that tells nothing": { comment: "✅", summary: "✅" },
      "a summary of its own": { summary: "✅" },
      "an attempt to leave the machine": { attempts: ["connection 192.0.2.1"] },
    };

    it("nothing that is as it should be", () => expect(faultsOf(RUN)).to.deep.equal([]));
    for (const [title, change] of Object.entries(WRONG)) {
      it(title, () => expect(faultsOf({ ...RUN, ...change })).to.have.length.above(0));
    }
  });
});
