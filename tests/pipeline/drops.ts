/** Tests of files that are dropped into landing, on a platform that is up: their arrival starts their curation. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ListApplicationsCommand, ListJobRunsCommand } from "@aws-sdk/client-emr-serverless";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { type ExecutionListItem, ListExecutionsCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { drop } from "../../cli/drop";
import { iamArn } from "../../components/aws/context";
import { Names } from "../../components/naming";
import { CloudClients } from "../../local/endpoints";
import { LOCAL_ACCOUNT, runningEndpoints } from "../../local/local-cloud";
import { ROOT } from "../../local/paths";
import { AthenaWorkgroup } from "../../local/pipeline/athena";
import { listKeys, readObject } from "../../local/pipeline/objects";
import { callJson } from "../../local/provider/signed-json";

const NARU = join(ROOT, "cli", "naru.js");
/** Longest wait for a run; one takes some 15 s on two cores. */
const DEADLINE = 90_000;
const POLL = 100;

/** A day that the sample has no file of, and the next ones. */
const DAY = "2026-09-01";
const DAYS = [DAY, "2026-09-02", "2026-09-03", "2026-09-04", "2026-09-05"];
const FILES_A_DAY = 6;

/** Files may be named after people. All people are made up. */
const PERSON = "나루터";
const STUDENT = "S202177031";
const ENROLMENTS = (course: string) =>
  `student_id,course_id,term,grade_point\n${STUDENT},${course},2026-2,4.0\n`;
const COURSE = (id: string) => `course_id,title,department,credits,term\n${id},강,국어국문학과,3,2026-2\n`;

interface LineageRecord {
  readonly run: string;
  readonly dataSet: string;
  readonly contractVersion: string;
  readonly status: string;
  readonly outputs: readonly string[];
  readonly sources: readonly { readonly day: string; readonly key?: string; readonly versionId: string }[];
}

export function curatesWhatIsDropped(): void {
  const names = new Names({
    project: "naru",
    stack: "local",
    accountId: LOCAL_ACCOUNT,
    region: "ap-northeast-2",
  });
  const [landing, curated, jobs] = ["landing", "curated", "jobs"].map((part) => names.of("bucket", part));
  let root: CloudClients;
  let analyst: AthenaWorkgroup;
  let folder: string;
  let application: string;
  /** Job of the aborted execution. */
  let left: string;
  /** Runs and executions before it. */
  let burst: { readonly ran: number; readonly known: ReadonlySet<string> };

  const file = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const executions = async (): Promise<ExecutionListItem[]> => {
    const machine = names.of("stateMachine", "spark");
    const stateMachineArn = `arn:aws:states:ap-northeast-2:${LOCAL_ACCOUNT}:stateMachine:${machine}`;
    return (await root.sfn.send(new ListExecutionsCommand({ stateMachineArn }))).executions!;
  };
  const jobRuns = async () =>
    (await root.emrServerless.send(new ListJobRunsCommand({ applicationId: application }))).jobRuns!;
  const records = async (bucket: string, set: string): Promise<LineageRecord[]> => {
    const keys = await listKeys(root.s3, bucket, `lineage/${set}/`);
    return Promise.all(keys.map(async (key) => JSON.parse(await text(root, bucket, key))));
  };
  const executionNames = async () => new Set((await executions()).map(({ name }) => name!));
  const dropBurst = async () => {
    const drops = DAYS.map((dt, at) => {
      const files = Array.from({ length: FILES_A_DAY }, (_, of) =>
        file(`${at}-${of}.csv`, COURSE(`LIT${at}${of}`)),
      );
      return dropQuietly("lms.courses", files, dt);
    });
    drops.push(dropQuietly("music.artists", [file("bad.csv", `${PERSON},010-7741-2093\n`)], DAY));
    expect(await Promise.all(drops)).to.deep.equal(drops.map(() => 0));
  };
  const idle = async () =>
    (await executions()).every(({ status }) => status !== "RUNNING") ? true : undefined;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "naru-drops-"));
    root = new CloudClients(runningEndpoints());
    const role = iamArn(names.identity, `role/${names.of("role", "analyst")}`);
    const { athena } = await root.assume(role, "test");
    analyst = new AthenaWorkgroup(athena, names.of("workgroup", "analysts"));
    const { applications } = await root.emrServerless.send(new ListApplicationsCommand({}));
    application = applications![0]!.id!;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("leaves the lock to an execution that is aborted, until another one asks for it", async () => {
    const known = await executionNames();
    const path = file(`${PERSON}(1).csv`, ENROLMENTS("CSE101"));
    expect(await dropQuietly("sis.enrolments", [path], DAY)).to.equal(0);
    const { job, holder } = await until(async () => {
      const item = await lockItem(root, names);
      return item.job === undefined ? undefined : item;
    });
    await root.sfn.send(new StopExecutionCommand({ executionArn: holder!.S }));
    const made = (await executions()).filter(({ name }) => !known.has(name!));
    expect(made.map(({ status }) => status)).to.deep.equal(["ABORTED"]);
    expect(await lockItem(root, names)).to.deep.include({ job, holder });
    left = job!.S;
  });

  it("makes a dropped file queryable, and one that an aborted run left behind", async () => {
    const path = file(`${PERSON}[2].csv`, ENROLMENTS("CSE202"));
    const ran = (await jobRuns()).length;
    const printed = execFileSync(
      process.execPath,
      [NARU, "drop", path, "--contract", "sis.enrolments", "--stack", "local", "--dt", DAY, "--json"],
      { cwd: ROOT, encoding: "utf8" },
    );
    expect(JSON.parse(printed).keys).to.deep.equal([`sis/enrolments/dt=${DAY}/${PERSON}[2].csv`]);
    await until(async () => ((await jobRuns()).length > ran ? true : undefined));
    // While the run goes on: what becomes of them is told below.
    burst = { ran: ran + 1, known: await executionNames() };
    await dropBurst();
    const table = `"${names.of("database", "curated", "sis")}"."enrolments"`;
    const courses = await until(async () => {
      const { rows } = await analyst.query(`select course_id from ${table} where dt = '${DAY}' order by 1`);
      return rows.length > 0 ? rows.map(([course]) => course) : undefined;
    });
    expect(courses).to.deep.equal(["CSE101", "CSE202"]);
    // Its job would have gone on beside the next.
    expect((await jobRuns()).find(({ id }) => id === left)!.state).to.equal("CANCELLED");
  });

  it("records where the rows come from: whole in landing, without keys of files outside", async () => {
    const day = ({ sources }: LineageRecord) => sources.filter((source) => source.day === DAY);
    const known = async (bucket: string) =>
      (await records(bucket, "sis/enrolments")).find((record) => day(record).length > 0);
    const outside = await until(() => known(curated!));
    const whole = (await known(landing!))!;
    expect(whole).to.deep.include({ dataSet: "sis.enrolments", contractVersion: "1.0.0", status: "written" });
    expect(whole.outputs).to.include(`s3://${curated}/sis/enrolments/dt=${DAY}`);
    const Key = `sis/enrolments/dt=${DAY}/${PERSON}[2].csv`;
    const { VersionId, ETag, ContentLength } = await root.s3.send(
      new HeadObjectCommand({ Bucket: landing, Key }),
    );
    expect(day(whole)).to.deep.include({
      ...{ zone: "landing", day: DAY, size: ContentLength, versionId: VersionId },
      ...{ key: `s3://${landing}/${Key}`, etag: ETag!.replaceAll('"', "") },
    });
    expect(outside.run).to.equal(whole.run);
    const versions = (record: LineageRecord) => day(record).map(({ versionId }) => versionId);
    expect(versions(outside)).to.deep.equal(versions(whole));
    expect(JSON.stringify(outside)).not.to.match(new RegExp(`${PERSON}|${STUDENT}|\\.csv|etag`));
    expect(JSON.stringify(whole)).not.to.contain(STUDENT);
  });

  it("gathers thirty files that came during a run into one more; a bad one harms its own set only", async () => {
    const table = `"${names.of("database", "curated", "lms")}"."courses"`;
    const days = `dt between '${DAY}' and '${DAYS.at(-1)}'`;
    const files = DAYS.length * FILES_A_DAY;
    await until(async () => {
      const { rows } = await analyst.query(`select count(*) from ${table} where ${days}`);
      return rows[0]![0] === String(files) ? true : undefined;
    });
    await until(idle);
    expect((await jobRuns()).length - burst.ran).to.equal(1);
    const made = (await executions()).filter(({ name }) => !burst.known.has(name!));
    expect(made.map(({ status }) => status)).to.deep.equal(Array(files + 1).fill("SUCCEEDED"));
    expect(Object.keys(await lockItem(root, names))).to.deep.equal(["id"]);
  });

  it("tells of the bad file by the run's failure and report, without a value of it", async () => {
    // The execution that ran it had begun with a good file, and went on.
    expect((await executions()).filter(({ status }) => status === "FAILED")).to.have.length(1);
    const report = await text(root, jobs!, "reports/latest-drop.json");
    const { curated: sets, errors } = JSON.parse(report);
    expect(errors.join()).to.contain("music.artists").and.not.contain("lms.courses");
    const statuses = sets.map(({ dataSet, status }: { dataSet: string; status: string }) => [
      dataSet,
      status,
    ]);
    expect(Object.fromEntries(statuses)).to.deep.equal({
      "lms.courses": "written",
      "music.artists": "failed",
    });
    expect(report).not.to.match(new RegExp(`${PERSON}|7741`));
  });
}

/** As the command does, without its lines. */
function dropQuietly(contract: string, files: string[], dt: string): Promise<number> {
  return drop({ files, contract, dt, stack: "local", output: { out: () => undefined, err: console.error } });
}

/** What the runs' table holds beside nothing: who runs, and what waits. */
async function lockItem({ endpoints }: CloudClients, names: Names): Promise<Record<string, { S: string }>> {
  const call = { service: "dynamodb", target: "DynamoDB_20120810.GetItem", version: "1.0" } as const;
  const { Item } = await callJson(endpoints, call, {
    TableName: names.of("table", "spark-runs"),
    Key: { id: { S: "spark" } },
  });
  return Item as Record<string, { S: string }>;
}

async function text({ s3 }: CloudClients, bucket: string, key: string): Promise<string> {
  return Buffer.from(await readObject(s3, bucket, key)).toString("utf8");
}

/** Asks until there is an answer. */
async function until<Answer>(ask: () => Promise<Answer | undefined>): Promise<Answer> {
  const deadline = Date.now() + DEADLINE;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`No answer within ${DEADLINE / 1000} s: ${ask}`);
    await sleep(POLL);
  }
}
