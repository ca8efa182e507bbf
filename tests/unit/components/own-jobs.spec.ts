import { join } from "node:path";
import { expect } from "chai";
import {
  Connection,
  DataLake,
  EncryptionKeys,
  GlueEtl,
  type OwnJob,
  type Source,
} from "../../../components/aws";
import { ROOT } from "../../../local/paths";
import { contextWith, mocked, refusal, TWO_CONTRACTS, type MockedStack } from "./mocks";
import { wideRights } from "./privileges";

const JOB = "aws:glue/job:Job";
const SCRIPT = join(ROOT, "spark-jobs", "live_page_views.py");
const LIVE: OwnJob = {
  ...{ name: "live", kind: "streaming", script: SCRIPT, workerType: "G.025X", workers: 2 },
  reads: ["raw/lms/requests/"],
  writes: "lms/live_page_views/",
};
const JDBC: Source = {
  kind: "JDBC",
  url: "jdbc:postgresql://registry.example.com:5432/registry",
  secretArn: "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:registry-a1B2c3",
};

function make(jobs: (connection: () => Connection) => readonly OwnJob[]): GlueEtl {
  const context = contextWith();
  const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
  const lake = new DataLake("lake", context, { contracts: TWO_CONTRACTS, keys });
  const connection = () => new Connection("registry", context, { source: JDBC });
  return new GlueEtl("etl", context, { lake, keys, jobs: jobs(connection) });
}

describe("a team's own jobs on Glue", () => {
  let stack: MockedStack;
  let etl: GlueEtl;

  before(async () => {
    stack = await mocked(() => {
      etl = make((connection) => [
        LIVE,
        {
          ...{ name: "registry", kind: "spark", script: SCRIPT, execution: "flex", retries: 1 },
          ...{ connections: [connection()], personalData: "none", writes: "partner/registry/" },
          ...{ arguments: { "--table": "rooms" }, schedule: "cron(0 18 * * ? *)", libraries: [] },
        },
      ]);
    });
  });

  it("run their script with the shared package, and are told the places", () => {
    const { command, nonOverridableArguments, numberOfWorkers, workerType } = stack.one(
      JOB,
      "etl-live",
    ).inputs;
    expect(command.name).to.equal("gluestreaming");
    expect(command.scriptLocation).to.match(/\/code\/live\/live_page_views\.py$/);
    expect([numberOfWorkers, workerType]).to.deep.equal([2, "G.025X"]);
    expect(nonOverridableArguments).to.include({
      "--raw": "s3://naru-test-raw-123456789012-ap-northeast-2/",
      "--target": "s3://naru-test-curated-123456789012-ap-northeast-2/lms/live_page_views/",
      "--checkpoint": "s3://naru-test-jobs-123456789012-ap-northeast-2/checkpoints/live/",
    });
    expect(nonOverridableArguments["--extra-py-files"]).to.match(/\/code\/naru_spark\.zip$/);
  });

  it("of Spark end by themselves: no checkpoint, and a schedule where they have one", () => {
    const { nonOverridableArguments, executionClass, maxRetries, connections } = stack.one(
      JOB,
      "etl-registry",
    ).inputs;
    expect(nonOverridableArguments).to.include({ "--table": "rooms" }).and.not.have.property("--checkpoint");
    expect([executionClass, maxRetries]).to.deep.equal(["FLEX", 1]);
    expect(connections).to.deep.equal(["naru-test-registry"]);
    expect(stack.one("aws:glue/trigger:Trigger", "etl-registry").inputs).to.deep.include({
      type: "SCHEDULED",
      schedule: "cron(0 18 * * ? *)",
      actions: [{ jobName: "naru-test-registry" }],
    });
  });

  it("read what they name, write their folder, and never touch the closed zone", () => {
    const statements = stack.statements("etl-live");
    const text = JSON.stringify(statements);
    expect(text).not.to.match(/-landing-|keys-landing|keys-pseudonym|GenerateMac/);
    const on = (action: string) =>
      statements
        .filter(({ Action }) => [Action].flat().includes(action))
        .flatMap(({ Resource }) => Resource)
        .map((arn: string) =>
          arn.replace("-123456789012-ap-northeast-2", "").replace("arn:aws:s3:::naru-test-", ""),
        );
    expect(on("s3:GetObject")).to.have.members([
      "raw/lms/requests/*",
      "jobs/code/live/*",
      "jobs/code/naru_spark.zip*",
      "jobs/checkpoints/live/*",
    ]);
    expect(on("s3:PutObject")).to.have.members(["curated/lms/live_page_views/*", "jobs/checkpoints/live/*"]);
    const registry = JSON.stringify(stack.statements("etl-registry"));
    expect(registry).to.include("secretsmanager:GetSecretValue").and.not.include("checkpoints/");
    expect(wideRights(stack).filter((right) => !right.startsWith("etl-notices-"))).to.deep.equal([]);
  });

  it("are started and stopped by engineers, and told of when they fail", () => {
    const jobs = ["live", "registry"].map(
      (job) => `arn:aws:glue:ap-northeast-2:123456789012:job/naru-test-${job}`,
    );
    expect(
      etl.runStatements().find(({ Action }) => Action.includes("glue:StartJobRun"))!.Resource,
    ).to.deep.equal(jobs);
    const failed = JSON.parse(
      stack.one("aws:cloudwatch/eventRule:EventRule", "etl-failed").inputs.eventPattern,
    );
    expect(failed.detail.jobName).to.include.members(["naru-test-live", "naru-test-registry"]);
  });

  const wrong: [string, Partial<OwnJob>, string][] = [
    ["a name of curation's", { name: "curate" }, 'jobs[0].name: is "curate"; write up to 40'],
    [
      "a script that is not there",
      { script: "/none.py" },
      'jobs[0].script: is "/none.py"; write a Python file',
    ],
    [
      "a library that is not there",
      { libraries: ["/a.whl"] },
      'jobs[0].libraries[0]: is "/a.whl"; write a file',
    ],
    [
      "two files of one name",
      { libraries: [SCRIPT] },
      "jobs[0].libraries: two files are called live_page_views.py",
    ],
    ["landing", { reads: ["landing/lms/"] }, 'jobs[0].reads[0]: is "landing/lms/"; write raw/<folder>/'],
    ["all of raw", { reads: ["raw/"] }, 'jobs[0].reads[0]: is "raw/"; write raw/<folder>/'],
    [
      "what could not be pseudonymised",
      { reads: ["raw/errors/lms/"] },
      "holds what could not be pseudonymised",
    ],
    ["no folder to read", { reads: [] }, 'jobs[0].reads: is empty; write a folder such as "curated/lms/"'],
    [
      "a contract's table to write",
      { writes: "lms/courses/" },
      "and lms/courses/ is the platform's to write",
    ],
    [
      "all tables of a domain",
      { writes: "lms/" },
      "is the platform's to write; write a folder without a contract",
    ],
    [
      "no folder to write",
      { writes: "live" },
      'jobs[0].writes: is "live"; write a folder of curated with a slash',
    ],
    ["a place as an argument", { arguments: { "--raw": "x" } }, 'has "--raw", which the job is told anyway'],
    ["a schedule of a stream", { schedule: "cron(0 18 * * ? *)" }, "schedule: is given for a streaming job"],
    ["Flex with streaming", { execution: "flex" }, "jobs[0].execution: is flex on a streaming job"],
    [
      "a quarter worker without a stream",
      { kind: "spark" },
      'jobs[0].workerType: is "G.025X"; write G.1X or larger',
    ],
    ["one worker", { workers: 1 }, "jobs[0].workers: is 1; write a whole number from 2 to 299 workers"],
    ["a word about no connection", { personalData: "none" }, "live has none; leave it out"],
  ];
  for (const [what, changes, error] of wrong) {
    it(`refuse ${what}`, async () => {
      const told = await refusal(() => make(() => [{ ...LIVE, ...changes }]));
      expect(told).to.include('GlueEtl "etl" has 1 wrong argument(s):\n').and.include(error);
    });
  }

  it("refuse a source of which nobody says that it has no personal data", async () => {
    const told = await refusal(() => make((connection) => [{ ...LIVE, connections: [connection()] }]));
    expect(told)
      .to.include('jobs[0].personalData: is missing; write "none" where')
      .and.include("over landing");
  });

  it("refuse two of one name or one folder, at once", async () => {
    const told = await refusal(() => make(() => [LIVE, { ...LIVE, writes: "lms/live_page_views/days/" }]));
    expect(told).to.include("has 2 wrong argument(s)");
    expect(told).to.include('jobs[1].name: is "live" again').and.include("where live writes too");
  });
});
