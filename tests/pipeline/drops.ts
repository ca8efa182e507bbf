/** Tests of files that are dropped into landing, on a platform that is up: their arrival starts their curation. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ListApplicationsCommand, ListJobRunsCommand } from "@aws-sdk/client-emr-serverless";
import { HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { type ExecutionListItem, ListExecutionsCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { drop } from "../../cli/drop";
import { findLoader } from "../../cli/drop/loader";
import { lineage, type Origin } from "../../cli/lineage";
import { iamArn } from "../../components/aws/context";
import { Names } from "../../components/naming";
import { CloudClients } from "../../local/endpoints";
import { LOCAL_ACCOUNT, runningEndpoints } from "../../local/local-cloud";
import { ROOT } from "../../local/paths";
import { AthenaWorkgroup } from "../../local/pipeline/athena";
import { listKeys, readObject } from "../../local/pipeline/objects";
import { callJson } from "../../local/provider/signed-json";
import { Mailbox } from "./mailbox";

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
const COURSE_HEADER = "course_id,title,department,credits,term\n";
const COURSE = (id: string, credits = "3") => `${COURSE_HEADER}${id},강,국어국문학과,${credits},2026-2\n`;
const FEATURES = "track_id,acousticness,danceability,energy,tempo\nTR-DROP-1,0.5,0.5,0.5,120\n";

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
  /** What an owner of two sets is told. */
  let mailbox: Mailbox;
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
  /** Past the checks of `naru drop`, as a person with an S3 client would. */
  const putAsLoader = async (Key: string, content: string) => {
    const { s3, bucket } = await findLoader("local");
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: content }));
  };
  const dropBurst = async () => {
    const drops = DAYS.map((dt, at) => {
      const files = Array.from({ length: FILES_A_DAY }, (_, of) =>
        file(`${at}-${of}.csv`, COURSE(`LIT${at}${of}`)),
      );
      return dropQuietly("lms.courses", files, dt);
    });
    const bad = putAsLoader(`music/artists/dt=${DAY}/bad.csv`, `${PERSON},010-7741-2093\n`);
    expect(await Promise.all(drops)).to.deep.equal(drops.map(() => 0));
    await bad;
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
    mailbox = await Mailbox.of(root, names.of("topic", "spark-alarms"), ["music.artists", "lms.courses"]);
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

  it("makes a dropped file queryable, and one of another set that an aborted run left behind", async () => {
    const path = file(`${PERSON}[2].csv`, FEATURES);
    const ran = (await jobRuns()).length;
    const printed = execFileSync(
      process.execPath,
      [NARU, "drop", path, "--contract", "music.audio_features", "--stack", "local", "--dt", DAY, "--json"],
      { cwd: ROOT, encoding: "utf8" },
    );
    expect(JSON.parse(printed).keys).to.deep.equal([`music/audio_features/dt=${DAY}/${PERSON}[2].csv`]);
    await until(async () => ((await jobRuns()).length > ran ? true : undefined));
    // While the run goes on: what becomes of them is told below.
    burst = { ran: ran + 1, known: await executionNames() };
    await dropBurst();
    const dropped = async (domain: string, table: string, column: string) => {
      const name = `"${names.of("database", "curated", domain)}"."${table}"`;
      return until(async () => {
        const { rows } = await analyst.query(`select ${column} from ${name} where dt = '${DAY}'`);
        return rows.length > 0 ? rows.map(([value]) => value) : undefined;
      });
    };
    expect(await dropped("music", "audio_features", "track_id")).to.deep.equal(["TR-DROP-1"]);
    expect(await dropped("sis", "enrolments", "course_id")).to.deep.equal(["CSE101"]);
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
    const Key = `sis/enrolments/dt=${DAY}/${PERSON}(1).csv`;
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
    expect(made).to.have.length(files + 1);
    // The one that ran it met the bad file: one of these, or the one before them that went on.
    expect(made.filter(({ status }) => status !== "SUCCEEDED").length).to.be.at.most(1);
    expect(Object.keys(await lockItem(root, names))).to.deep.equal(["id"]);
  });

  it("tells of the bad file by the run's failure and report, without a value of it", async () => {
    expect((await executions()).filter(({ status }) => status === "FAILED")).to.have.length(1);
    const report = await text(root, jobs!, "reports/latest-drop.json");
    const { curated: sets } = JSON.parse(report) as { curated: SetReport[] };
    const artists = sets.find(({ dataSet }) => dataSet === "music.artists")!;
    // Failed by the run that met it first; by the next it waits for a file that is not bad.
    expect(["failed", "waiting"]).to.include(artists.status);
    expect(artists.error ?? artists.earlierError).to.contain("column artist_id");
    expect(sets.filter(({ dataSet, error }) => dataSet !== "music.artists" && error !== null)).to.be.empty;
    expect(report).not.to.match(new RegExp(`${PERSON}|7741`));
  });

  it("tells its owner, by the set and once, without a value of it", async () => {
    const [told, ...more] = await until(() => mailbox.messages());
    expect(more).to.deep.equal([]);
    expect(told).to.include({ subject: "music.artists: nothing published" });
    expect(told!.attributes).to.deep.equal({ data_set: "music.artists", domain: "music", severity: "error" });
    expect(JSON.stringify(told)).not.to.match(new RegExp(`${PERSON}|7741|bad\\.csv`));
  });

  it("curates the day of a drop and no other, and puts its bad rows into quarantine", async () => {
    const objects = async () => {
      const keys = await listKeys(root.s3, curated!, "lms/courses/dt=");
      const heads = keys.map(async (Key) => {
        const { ETag, VersionId } = await root.s3.send(new HeadObjectCommand({ Bucket: curated, Key }));
        return [Key, `${ETag} ${VersionId}`] as const;
      });
      return new Map(await Promise.all(heads));
    };
    const others = (all: Map<string, string>) => [...all].filter(([key]) => !key.includes(`dt=${DAYS[1]}/`));
    const before = await objects();
    const known = new Set((await records(landing!, "lms/courses")).map(({ run }) => run));
    const more = `${COURSE("LIT-MORE")}LIT-BAD,강,국어국문학과,many,2026-2\n`;
    expect(await dropQuietly("lms.courses", [file("more.csv", more)], DAYS[1]!)).to.equal(0);
    const record = await until(async () =>
      (await records(landing!, "lms/courses")).find(({ run }) => !known.has(run)),
    );
    await until(idle);
    expect(new Set(record.sources.map(({ day }) => day))).to.deep.equal(new Set([DAYS[1]]));
    expect(record.sources).to.have.length(FILES_A_DAY + 1);
    expect(record.outputs).to.deep.equal([`s3://${curated}/lms/courses/dt=${DAYS[1]}`]);
    const after = await objects();
    expect(others(after))
      .to.deep.equal(others(before))
      .and.to.have.length.greaterThan(DAYS.length - 2);
    expect([...after.keys()]).not.to.deep.equal([...before.keys()]);
    const [told] = await until(() => mailbox.messages());
    expect(told).to.include({ subject: "lms.courses: 1 row in quarantine" });
    expect(told!.attributes.severity).to.equal("warning");
    expect(told!.message).to.contain("  credits:type: 1");
    expect(JSON.stringify(told)).not.to.match(/LIT|many|more\.csv/);
  });

  it("leads from a file of the table back to versions, run and contract, as the steward", async () => {
    const [record] = (await records(landing!, "lms/courses")).slice(-1);
    const keys = await listKeys(root.s3, curated!, `lms/courses/dt=${DAYS[1]}/`);
    const lines: string[] = [];
    const output = { out: (line: string) => void lines.push(line), err: console.error };
    const table = `s3://${curated}/${keys[0]}`;
    expect(await lineage({ table, stack: "local", json: true, output })).to.equal(0);
    const origin = JSON.parse(lines[0]!) as Origin;
    expect(origin).to.include({
      table: "lms.courses",
      dt: DAYS[1],
      run: record!.run,
      contractVersion: "1.0.0",
    });
    expect(origin.rows).to.include({ read: FILES_A_DAY + 2, quarantined: 1 });
    expect(origin.quality.map(({ status }) => status)).to.include("passed");
    const versions = record!.sources.map(({ versionId }) => versionId);
    expect(origin.sources.map(({ versionId }) => versionId)).to.deep.equal(versions);
    expect(lines[0]).not.to.match(/more\.csv|LIT/);
    const told: string[] = [];
    const wrong = { out: console.error, err: (line: string) => void told.push(line) };
    expect(await lineage({ table: "lms.course", stack: "local", output: wrong })).to.equal(1);
    expect(told[0]).to.contain("there is no table lms.course; nearest: lms.courses");
  });

  it("tells whoever drops the same file again that it replaces one, and curates its day again", async () => {
    const ran = (await jobRuns()).length;
    const lines: string[] = [];
    const path = file("more.csv", COURSE("LIT-MORE"));
    const output = { out: (line: string) => void lines.push(line), err: console.error };
    expect(
      await drop({ files: [path], contract: "lms.courses", dt: DAYS[1], stack: "local", output }),
    ).to.equal(0);
    expect(lines[0]).to.match(/more\.csv, instead of the file dropped there before$/);
    await until(async () => ((await jobRuns()).length > ran ? true : undefined));
    await until(idle);
    const table = `"${names.of("database", "curated", "lms")}"."courses"`;
    const { rows } = await analyst.query(`select count(*) from ${table} where dt = '${DAYS[1]}'`);
    expect(rows).to.deep.equal([[String(FILES_A_DAY + 1)]]);
    // Nothing bad is left in it, which is nothing to tell.
    expect(await mailbox.messages()).to.equal(undefined);
  });

  it("refuses what can't be curated before it lands, and says why", async () => {
    const before = await listKeys(root.s3, landing!, "");
    const cases: readonly (readonly [contract: string, dt: string, content: string, told: string])[] = [
      ["lms.course", DAY, COURSE("X"), "there is no data set lms.course; data sets of files: "],
      ["lms.courses", "2026-9-1", COURSE("X"), '--dt is "2026-9-1"; write the day as YYYY-MM-DD'],
      [
        "lms.courses",
        "2999-01-01",
        COURSE("X"),
        "--dt is 2999-01-01, which no query of lms.courses would see",
      ],
      ["lms.courses", DAY, "", "x.csv: is empty"],
      ["lms.courses", DAY, COURSE_HEADER, "x.csv: has a header and no row"],
      ["lms.courses", DAY, ENROLMENTS("X"), "x.csv: has the header of sis.enrolments, not of lms.courses"],
    ];
    for (const [contract, dt, content, told] of cases) {
      const lines: string[] = [];
      const output = { out: console.error, err: (line: string) => void lines.push(line) };
      const path = file("x.csv", content);
      expect(await drop({ files: [path], contract, dt, stack: "local", output })).to.equal(2);
      expect(lines.join("\n")).to.contain(told);
    }
    expect(await listKeys(root.s3, landing!, "")).to.deep.equal(before);
  });
}

interface SetReport {
  readonly dataSet: string;
  readonly status: string;
  readonly error: string | null;
  readonly earlierError: string | null;
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
