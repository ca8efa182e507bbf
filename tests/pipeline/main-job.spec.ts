/** The main job as a person starts it: own CSV, live dashboard, `naru down`. Proofs are the job's own, read from its report. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { PATHS, ROOT } from "../../local/paths";
import { canReadSockets, exposedSockets, listeningSockets } from "../../local/proof/sockets";
import type { RunReport } from "../../local/report";
import { curatesWhatIsDropped } from "./drops";
import { extractsForAnalysts } from "./extracts";
import { answersHostileRequests } from "./hostile-events";
import { refusesWhatNobodyNeeds } from "./least-privilege";
import { namesWhatARoleLacks } from "./knock-outs";
import { putsBackWhatFailed } from "./redrives";
import { leavesNoRightIdle } from "./rights-used";
import { runsSavedQueries } from "./saved-queries";
import { turnsPseudonymsBack } from "./way-back";
import { encodeCp949 } from "../../components/contract/csv/cp949";

const NARU = join(ROOT, "cli", "naru.js");
const MINUTES = 60_000;
/** More than one chunk, batch or file holds by default; `npm run proof:people` runs 10^5. */
const PEOPLE = 2000;

/** Rows of a shop that nobody described: Korean headers, CP949, a resident number. All people are made up. */
const ORDERS = [
  "주문번호,성명,주민등록번호,휴대전화,금액",
  "A-1001,나루터,900101-1234568,010-7741-2093,12000",
  "A-1002,강나루,880229-2345671,010-3345-9917,8500",
  "",
].join("\n");

describe("the main job", function () {
  this.timeout(8 * MINUTES);
  let folder: string;
  let job: ChildProcess;
  let output = "";
  let url = "";
  let report: RunReport;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "naru-pipeline-"));
    const csv = join(folder, "orders.csv");
    writeFileSync(csv, encodeCp949(ORDERS));
    job = spawn(process.execPath, [NARU, "up", "local", "--csv", csv, "--people", String(PEOPLE)], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
    });
    job.stdout!.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
    job.stderr!.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
    url = await new Promise<string>((resolve, reject) => {
      job.stdout!.on("data", () => {
        const open = /Open (http:\S+)/.exec(output)?.[1];
        if (open !== undefined) resolve(open);
      });
      job.once("exit", (code) => reject(new Error(`The main job ended with ${code}:\n${output}`)));
    });
    report = JSON.parse(readFileSync(PATHS.report, "utf8")) as RunReport;
  });

  after(() => {
    job.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  });

  it("succeeds, and says how long each step took", () => {
    expect(report.status).to.equal("succeeded");
    expect(report.version).to.equal(1);
    expect(report.steps.length).to.be.greaterThan(10);
    expect(report.steps.every(({ seconds }) => seconds >= 0)).to.equal(true);
  });

  it("makes the program's own resources, and pretends none", () => {
    const created = report.deployment!.reduce((sum, component) => sum + component.created, 0);
    const planned = report.deployment!.flatMap(({ plannedTypes }) => plannedTypes);
    expect(created).to.be.greaterThan(140);
    expect(planned.sort()).to.deep.equal([
      "aws apigateway.Account",
      "aws apigateway.MethodSettings",
      "aws cloudtrail.Trail",
      "aws cloudwatch.MetricAlarm",
      "aws glue.DataQualityRuleset",
      "aws glue.Registry",
      "aws glue.Schema",
      "aws s3.Inventory",
      "aws scheduler.Schedule",
    ]);
  });

  it("accounts for every event and every row", () => {
    const { sent, accepted, refused, direct, landed, failed } = report.events!;
    expect(sent)
      .to.equal(accepted + refused)
      .and.to.be.greaterThan(2000);
    expect(accepted + direct).to.equal(landed + failed);
    expect(refused).to.be.greaterThan(0);
    expect(failed).to.be.greaterThan(0);
    expect(report.sums!.filter(({ left, right }) => left !== right)).to.deep.equal([]);
    expect(report.sums!.length).to.be.greaterThan(20);
  });

  it("puts late events and those around midnight into their own day", () => {
    const days = report.sums!.filter(({ name }) => name.startsWith("landed in dt="));
    expect(days.length).to.be.greaterThan(3);
  });

  it("writes nothing but Snappy outside landing", () => {
    const { landing, ...open } = report.zones!;
    expect(landing.objects).to.be.greaterThan(6);
    expect(Object.values(open).flatMap(({ notSnappy }) => notSnappy)).to.deep.equal([]);
    expect(Object.keys(open.raw!.codecs)).to.deep.equal(["SNAPPY"]);
    expect(Object.keys(open.curated!.codecs)).to.deep.equal(["SNAPPY"]);
    expect(open.curated!.tables["lms/agg_pageview_count_by_user_course"]).to.be.greaterThan(0);
  });

  it("finds personal values in landing and nowhere else", () => {
    const { values, patterns, foundInClosedZone, missingInLanding, leaks } = report.leaks!;
    expect(values).to.be.greaterThan(6 * PEOPLE);
    expect(patterns).to.be.greaterThan(18 * values);
    expect(foundInClosedZone).to.be.greaterThan(6 * PEOPLE);
    expect(missingInLanding).to.equal(0);
    expect(report.leaks!.foundForReidentification).to.be.greaterThan(500);
    expect(leaks).to.deep.equal([]);
  });

  it("takes a CSV that nobody described through landing, curation and a query", () => {
    const own = report.spark!.curated.find(({ dataSet }) => dataSet === "files.orders")!;
    expect(own).to.include({ status: "written", read: 2, written: 2, bad: 0 });
    const shown = report.queries![0]!;
    expect(shown.title).to.contain("files.orders");
    expect(shown.columns).to.include("phone").and.not.include("resident_number").and.not.include("name");
    const phone = shown.columns.indexOf("phone");
    expect(shown.rows.map((row) => row[phone])).to.satisfy((values: string[]) =>
      values.every((v) => /^[\w-]{21}[AQgw]$/.test(v)),
    );
  });

  it("says nothing personal on the screen", () => {
    for (const value of ["900101-1234568", "010-7741-2093", "나루터"]) expect(output).not.to.contain(value);
  });

  it("listened on the loopback address only", function () {
    if (!canReadSockets()) return this.skip();
    expect(report.sockets!.exposed).to.deep.equal([]);
    // Spark's own sockets were among those seen.
    expect(report.sockets!.listening).to.be.greaterThan(2);
    const now = listeningSockets([job.pid!]);
    expect(now.length).to.be.greaterThan(2);
    expect(exposedSockets(now)).to.deep.equal([]);
  });

  it("serves dashboards in which every chart has an answer", async () => {
    const page = await fetch(url);
    expect(page.status).to.equal(200);
    const html = readFileSync(PATHS.dashboard, "utf8");
    expect(html).not.to.match(/(?:src|href)="https?:/);
    expect(html).not.to.match(/"error":/);
    expect(report.dashboard!.charts).to.be.greaterThan(20);
  });

  // Not in a block of its own, which would run when the platform has ended.
  turnsPseudonymsBack(() => {
    const { columns, rows } = report.queries![0]!;
    const row = rows.find((each) => each.includes("A-1001"))!;
    return { pseudonym: row[columns.indexOf("phone")]!, value: "01077412093", dataSet: "files.orders" };
  });

  refusesWhatNobodyNeeds();

  runsSavedQueries();

  extractsForAnalysts();

  curatesWhatIsDropped();

  putsBackWhatFailed();

  answersHostileRequests();

  // Before those that lack rights: what is refused was not used.
  leavesNoRightIdle();

  namesWhatARoleLacks();

  it("ends by `naru down`, with all it started", async () => {
    const ended = new Promise<void>((resolve) => job.once("exit", () => resolve()));
    execFileSync(process.execPath, [NARU, "down"], { cwd: ROOT });
    await ended;
    const refused = await fetch(url).then(
      () => false,
      () => true,
    );
    expect(refused).to.equal(true);
    expect(existsSync(join(PATHS.own, "run.pid"))).to.equal(false);
  });
});
