/** Tests of the saved queries on a platform that is up, each by the role that it is for, under IAM enforcement. */
import { BatchGetNamedQueryCommand, ListNamedQueriesCommand } from "@aws-sdk/client-athena";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { iamArn } from "../../components/aws/context";
import { Names } from "../../components/naming";
import { CloudClients } from "../../local/endpoints";
import { LOCAL_ACCOUNT, runningEndpoints } from "../../local/local-cloud";
import { AthenaWorkgroup } from "../../local/pipeline/athena";
import { listKeys } from "../../local/pipeline/objects";

const CALENDAR = "term,week,starts\n2026-2,1,2026-09-01\n2026-2,2,2026-09-08\n";

const NAMES = new Names({
  project: "naru",
  stack: "local",
  accountId: LOCAL_ACCOUNT,
  region: "ap-northeast-2",
});
const DATABASE = NAMES.of("database", "curated", "lms");
const REQUESTS = `"${DATABASE}"."requests"`;
const IN_FOLDERS = `"${DATABASE}"."page_views_in_folders"`;
const bucket = (part: string) => NAMES.of("bucket", part);

interface Caller {
  readonly clients: CloudClients;
  readonly workgroup: AthenaWorkgroup;
  /** Text of the queries saved in the workgroup, by name. */
  readonly saved: Readonly<Record<string, string>>;
}

export function runsSavedQueries(): void {
  let analyst: Caller;
  let transform: Caller;

  /** Not a hook, which would run when the platform is not up yet. */
  const prepare = async () => {
    const root = new CloudClients(runningEndpoints());
    analyst = await callerOf(root, "analyst", "analysts");
    transform = await callerOf(root, "transform", "transform");
  };
  it("has statistics on the latest day answered for an analyst", async () => {
    await prepare();
    const answer = (name: string) => analyst.workgroup.query(analyst.saved[name]!);
    const top = await answer("top_10_courses");
    expect(top.rows).to.have.length(10);
    const latest = `dt = (select max(dt) from ${REQUESTS})`;
    const [[all]] = (await analyst.workgroup.query(`select count(*) from ${REQUESTS} where ${latest}`))
      .rows as [[string]];
    const statistics = await answer("page_view_statistics");
    const views = statistics.columns.findIndex(({ name }) => name === "page_views");
    expect(statistics.rows.reduce((sum, row) => sum + Number(row[views]), 0)).to.equal(Number(all));
    for (const { columns, rows } of [statistics, await answer("audio_feature_statistics")]) {
      for (const { name } of columns.filter((column) => /^(mean|stddev|median)_/.test(column.name))) {
        const at = columns.findIndex((column) => column.name === name);
        expect(Number(rows[0]![at]), name).to.be.greaterThan(0);
      }
    }
  });

  it("runs prepared statements with an analyst's values, behind USING or beside the statement", async () => {
    const sql = `select dt, course_id, count(*) from ${REQUESTS} where course_id is not null group by 1, 2 order by 3 desc`;
    const [dt, course, count] = (await analyst.workgroup.query(`${sql} limit 1`)).rows[0]!;
    const used = await analyst.workgroup.query(`EXECUTE course_statistics USING '${dt}', '${course}'`);
    const beside = await analyst.workgroup.query("EXECUTE course_statistics", [`'${dt}'`, `'${course}'`]);
    expect(used.rows[0]![0]).to.equal(count);
    expect(beside.rows).to.deep.equal(used.rows);
    const hours = await analyst.workgroup.query("EXECUTE page_views_by_hour", [
      ...[`'${dt}'`, `'${dt}'`, `'${course}'`],
    ]);
    expect(hours.rows.reduce((sum, row) => sum + Number(row[1]), 0)).to.equal(Number(count));
    await expectRefused(
      () => analyst.workgroup.execute("DEALLOCATE PREPARE course_statistics"),
      /Insufficient permissions.*athena:DeletePreparedStatement/,
    );
  });

  it("makes folders in Hive's layout queryable by MSCK", async () => {
    for (const name of ["page_views_by_course_day", "hive_folders_table"]) {
      await transform.workgroup.execute(transform.saved[name]!);
    }
    const counted = `select count(*), sum(page_views) from ${IN_FOLDERS}`;
    expect((await analyst.workgroup.query(counted)).rows).to.deep.equal([["0", null]]);
    await transform.workgroup.execute(transform.saved.repair_hive_folders!);
    const [[, views]] = (await analyst.workgroup.query(counted)).rows as [[string, string]];
    const [[all]] = (await analyst.workgroup.query(`select count(*) from ${REQUESTS}`)).rows as [[string]];
    expect(views).to.equal(all);
    const [[dt]] = (await analyst.workgroup.query(`select max(dt) from ${IN_FOLDERS}`)).rows as [[string]];
    await transform.workgroup.execute("EXECUTE add_page_views_day", [`'${dt}'`]);
    expect((await analyst.workgroup.query(counted)).rows[0]![1]).to.equal(all);
  });

  it("reads external tables of JSON with nested types, and of CSV", async () => {
    await transform.workgroup.execute(transform.saved.lineage_table!);
    const lineage = await analyst.workgroup.query(analyst.saved.lineage_by_day!);
    const students = lineage.rows.filter(([set]) => set === "sis.students");
    expect(students).not.to.be.empty;
    for (const [, day, runs, latest, written] of students) {
      expect(day).to.match(/^\d{4}-\d{2}-\d{2}$/);
      expect(latest).to.match(/Z$/);
      expect(Number(runs)).to.be.greaterThan(0);
      expect(Number(written)).to.be.greaterThan(0);
    }
    const Key = "external/calendar_csv/2026-2.csv";
    const Bucket = bucket("curated");
    await transform.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: CALENDAR }));
    await transform.workgroup.execute(transform.saved.calendar_csv_table!);
    const table = `"${DATABASE}"."calendar_csv"`;
    const weeks = `select cast(week as integer), date(starts) from ${table} order by 1`;
    expect((await analyst.workgroup.query(weeks)).rows).to.deep.equal([
      ["1", "2026-09-01"],
      ["2", "2026-09-08"],
    ]);
  });

  it("refuses a CTAS whose files would lie outside curated, and leaves no table", async () => {
    const root = new CloudClients(runningEndpoints());
    for (const part of ["landing", "raw", "jobs", "query-results", "logs"]) {
      const location = `s3://${bucket(part)}/elsewhere/`;
      await expectRefused(
        () =>
          transform.workgroup.execute(
            `CREATE TABLE "${DATABASE}"."elsewhere" WITH (external_location = '${location}', format = 'PARQUET', ` +
              `parquet_compression = 'SNAPPY') AS SELECT 1 AS a`,
          ),
        /AccessDenied|Access Denied|not authorized to perform/,
      );
      expect(await listKeys(root.s3, bucket(part), "elsewhere/"), part).to.deep.equal([]);
    }
    await expectRefused(
      () => analyst.workgroup.query(`select * from "${DATABASE}"."elsewhere"`),
      /TABLE_NOT_FOUND/,
    );
  });

  it("keeps an analyst to reading, in the analysts' workgroup", async () => {
    const location = `s3://${bucket("curated")}/lms/mine/`;
    const build = `CREATE TABLE "${DATABASE}"."mine"`;
    await expectRefused(
      () => analyst.workgroup.execute(`${build} WITH (external_location = '${location}') AS SELECT 1 AS a`),
      /enforces a centralized output location/,
    );
    await expectRefused(() => analyst.workgroup.execute(`${build} AS SELECT 1 AS a`), /glue:CreateTable/);
    const elsewhere = new AthenaWorkgroup(analyst.clients.athena, NAMES.of("workgroup", "transform"));
    await expectRefused(() => elsewhere.query("SELECT 1"), /athena:StartQueryExecution/);
  });
}

async function callerOf(root: CloudClients, role: string, workgroup: string): Promise<Caller> {
  const arn = iamArn(NAMES.identity, `role/${NAMES.of("role", role)}`);
  const clients = await root.assume(arn, "saved-queries");
  const WorkGroup = NAMES.of("workgroup", workgroup);
  const { NamedQueryIds } = await clients.athena.send(new ListNamedQueriesCommand({ WorkGroup }));
  const saved: Record<string, string> = {};
  // BatchGetNamedQuery takes 50 ids.
  for (let at = 0; at < NamedQueryIds!.length; at += 50) {
    const ids = NamedQueryIds!.slice(at, at + 50);
    const { NamedQueries } = await clients.athena.send(new BatchGetNamedQueryCommand({ NamedQueryIds: ids }));
    for (const { Name, QueryString } of NamedQueries!) saved[Name!] = QueryString!;
  }
  return { clients, workgroup: new AthenaWorkgroup(clients.athena, WorkGroup), saved };
}

async function expectRefused(attempt: () => Promise<unknown>, reason: RegExp): Promise<void> {
  const error = await attempt().then(
    () => undefined,
    (refusal: Error) => refusal,
  );
  expect(error?.message, "was not refused").to.match(reason);
}
