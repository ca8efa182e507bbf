/** A pull request of a fork, checked as check.yml says, without an account, a token or a network. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ROOT } from "../../paths";
import { checkOutPullRequest, type Edit } from "./pull-request";
import { runSteps, stepsOf, type Step, type StepOutcome } from "./workflow";

export interface ForkOptions {
  readonly edits: readonly Edit[];
  /** `npm ci` of the registry, or this checkout's own packages. @default "npm ci" */
  readonly packages?: "npm ci" | "link";
}

export interface ForkRun {
  readonly steps: readonly StepOutcome[];
  /** What the check's step printed: report and annotations. */
  readonly output: string;
  /** What stands in the run's summary. */
  readonly summary: string;
  /** The artifact's files. */
  readonly sarif: string | null;
  readonly comment: string | null;
  /** Connections and look-ups that would have left this machine, after the packages were there. */
  readonly attempts: readonly string[];
  /** Whether the kernel gave the steps a network of their own, with nothing in it but themselves. */
  readonly isolated: boolean;
  /** Milliseconds of the check's step. */
  readonly milliseconds: number;
}

/** A network namespace with the loopback alone: the recorder and the packs talk over it. */
const ALONE = ["unshare", "--map-root-user", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"];

/** The check is the step whose Naru it is. */
const isCheck = ({ run = "" }: Step) => run.includes("naru.js check");
const isInstall = ({ run = "" }: Step) => run.trim() === "npm ci";

export function runFork({ edits, packages = "npm ci" }: ForkOptions): ForkRun {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "naru-fork-")));
  try {
    const [workspace, artifacts, home] = ["work", "artifacts", "home"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    checkOutPullRequest(ROOT, join(folder, "upstream"), workspace, edits);
    for (const made of [artifacts, home]) mkdirSync(made);
    const [summary, attempts] = [join(folder, "summary.md"), join(folder, "attempts")];
    const isolated = spawnSync(ALONE[0]!, [...ALONE.slice(1), "true"]).status === 0;
    const steps = stepsOf(join(workspace, ".github/workflows/check.yml"));
    const outcomes = runSteps(steps, {
      workspace,
      artifacts,
      environment: (step) =>
        isInstall(step)
          ? { ...environment(home), NPM_CONFIG_USERCONFIG: registryConfiguration() }
          : {
              ...environment(home),
              GITHUB_WORKSPACE: workspace,
              GITHUB_STEP_SUMMARY: summary,
              NODE_OPTIONS: `--require ${join(ROOT, "local/proof/fork/loopback-only.js")}`,
              NARU_PROOF_ATTEMPTS: attempts,
            },
      isolation: (step) => (isolated && !isInstall(step) ? ALONE : []),
      instead: (step) =>
        packages === "link" && isInstall(step)
          ? () => symlinkSync(join(ROOT, "node_modules"), join(workspace, "node_modules"))
          : undefined,
    });
    const check = outcomes[steps.findIndex(isCheck)];
    const textOf = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : null);
    return {
      steps: outcomes,
      output: check?.output ?? "",
      summary: textOf(summary) ?? "",
      sarif: textOf(join(artifacts, "naru-check/naru.sarif")),
      comment: textOf(join(artifacts, "naru-check/comment.md")),
      attempts: (textOf(attempts) ?? "").split("\n").filter((line) => line !== ""),
      isolated,
      milliseconds: check?.milliseconds ?? 0,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A runner's, without anything of whoever starts the proof: no AWS, no tokens, another home. */
function environment(home: string): Record<string, string> {
  return {
    PATH: [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"].join(":"),
    HOME: home,
    LANG: "C.UTF-8",
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_EVENT_NAME: "pull_request",
  };
}

/** Where this machine's npm finds its registry; GitHub's runner needs no such file. */
function registryConfiguration(): string {
  return execFileSync("npm", ["config", "get", "userconfig"], { encoding: "utf8" }).trim();
}

/** Buckets without a bucket key: one line, which `bucket-encryption` refuses in every stack. */
export const BREAKING_CHANGE: readonly Edit[] = [
  {
    file: "components/aws/data-lake/zone-bucket.ts",
    find: "bucketKeyEnabled: true",
    replace: "bucketKeyEnabled: false",
  },
];

interface Sarif {
  readonly runs: readonly {
    readonly results: readonly {
      readonly ruleId: string;
      readonly locations?: readonly {
        readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } };
      }[];
    }[];
  }[];
}

/** What should be otherwise about the run of {@link BREAKING_CHANGE}; empty: all as it should be. */
export function faultsOf({ steps, output, sarif, comment, summary, attempts }: ForkRun): string[] {
  const codes = steps.map(({ exitCode }) => exitCode);
  const check = codes.findIndex((code) => code !== 0);
  const results = sarif === null ? [] : (JSON.parse(sarif) as Sarif).runs.flatMap((run) => run.results);
  const annotations = output.split("\n").filter((line) => line.startsWith("::error "));
  const expected: readonly (readonly [boolean, string])[] = [
    [
      codes[check] === 1,
      `The check did not end with 1: ${steps.map(({ name, exitCode }) => `${name} ${exitCode}`).join(", ")}\n${output}`,
    ],
    [codes.slice(check + 1).every((code) => code === 0), "A step after the check failed, or was passed over"],
    [annotations.length > 0, "The check printed no annotation"],
    [
      annotations.every((line) => /^::error [^:]*file=[\w./-]+,/.test(line)),
      "An annotation names no file of the checkout",
    ],
    [results.some(({ ruleId }) => ruleId === "bucket-encryption"), "The SARIF file lacks bucket-encryption"],
    [
      results.every(({ ruleId }) => ruleId === "bucket-encryption"),
      "The SARIF file holds what this change did not break",
    ],
    [
      results.every(({ locations = [] }) =>
        locations.every(({ physicalLocation }) => !physicalLocation.artifactLocation.uri.includes("..")),
      ),
      "A location of the SARIF file lies outside the checkout",
    ],
    [comment?.includes("### ❌ dev") === true, "The comment does not say that dev is broken"],
    [comment?.includes("`bucket-encryption`") === true, "The comment does not name the rule"],
    [comment !== null && summary === comment, "The summary is not the comment"],
    [attempts.length === 0, `Something tried to leave the machine: ${attempts.slice(0, 5).join("; ")}`],
  ];
  return expected.flatMap(([right, fault]) => (right ? [] : [fault]));
}
