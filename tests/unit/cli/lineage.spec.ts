import { GetObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { lineage, type LineageOptions, type Origin } from "../../../cli/lineage";
import { nearestNames, readPlace } from "../../../cli/lineage/place";

const CURATED = "naru-test-curated";
const LANDING = "naru-test-landing";

/** A record as the jobs write it. */
function record(run: string, days: readonly string[], changes: object = {}): object {
  return {
    version: 1,
    run,
    application: `app-${run}`,
    runAt: "2026-11-20T16:00:00Z",
    dataSet: "sis.students",
    contractVersion: "1.0.0",
    pseudonymEpoch: 1,
    status: "written",
    rows: { read: 4, quarantined: 1, duplicates: 1, written: 2 },
    quality: [
      {
        rule: "not empty",
        metric: "rowCount",
        status: "passed",
        measured: 2,
        unit: "rows",
        severity: "error",
      },
      {
        rule: "학년",
        metric: "invalidValues",
        status: "failed",
        measured: 25,
        unit: "percent",
        severity: "warning",
      },
    ],
    outputs: days.map((day) => `s3://${CURATED}/sis/students/dt=${day}`),
    sources: days.map((day) => ({ zone: "landing", day, size: 100, versionId: `${run}-${day}` })),
    ...changes,
  };
}

const WHOLE = record("r1", ["2026-11-18", "2026-11-19"]);
const DROP = record("r2", ["2026-11-19"]);
const REFUSED = record("r3", [], {
  status: "refused",
  sources: [{ zone: "landing", day: "2026-11-19", size: 1, versionId: "bad" }],
});

describe("naru lineage", () => {
  let out: string[];
  let err: string[];
  let asked: string[];

  /** A bucket with these records of sis.students, in the order of their runs. */
  const run = (records: readonly object[], changes: Partial<LineageOptions>) => {
    const objects = new Map(
      records.map((one, at) => [`lineage/sis/students/2026112${at}T000000Z-x.json`, one]),
    );
    const send = async (command: ListObjectsV2Command | GetObjectCommand) => {
      if (command instanceof GetObjectCommand) {
        const { Key } = command.input;
        asked.push(Key!);
        return { Body: { transformToByteArray: async () => Buffer.from(JSON.stringify(objects.get(Key!))) } };
      }
      const { Prefix = "" } = command.input;
      return {
        Contents: [...objects.keys()].filter((key) => key.startsWith(Prefix)).map((Key) => ({ Key })),
      };
    };
    const s3 = { send } as unknown as S3Client;
    return lineage({
      table: "sis.students",
      stack: "local",
      output: { out: (line) => void out.push(line), err: (line) => void err.push(line) },
      steward: async () => ({ s3, curated: CURATED, landing: LANDING }),
      ...changes,
    });
  };
  const origin = (): Origin => JSON.parse(out[0]!);

  beforeEach(() => ([out, err, asked] = [[], [], []]));

  it("tells source versions, run, contract and rules of the newest run that wrote the day", async () => {
    expect(await run([WHOLE, DROP], { dt: "2026-11-19" })).to.equal(0);
    const said = out.join("\n");
    for (const part of [
      "sis.students dt=2026-11-19",
      "run r2 at 2026-11-20T16:00:00Z (Spark app-r2)",
      "contract 1.0.0, pseudonyms of epoch 1",
      "4 read, 1 in quarantine, 1 repeated, 2 written",
      "rules: 1 passed, 1 failed",
      "학년: 25 percent (warning)",
      "landing 2026-11-19, 100 bytes, version r2-2026-11-19",
      `s3://${LANDING}/lineage/sis/students/20261121T000000Z-x.json (closed`,
    ]) {
      expect(said).to.contain(part);
    }
    expect(asked).to.have.length(1);
  });

  it("goes back to the whole run for a day that no drop touched, and to its sources only", async () => {
    expect(await run([WHOLE, DROP], { dt: "2026-11-18", json: true })).to.equal(0);
    expect(origin().run).to.equal("r1");
    expect(origin().sources.map(({ versionId }) => versionId)).to.deep.equal(["r1-2026-11-18"]);
  });

  it("takes the URI of a file, and without a day the newest", async () => {
    const table = `s3://${CURATED}/sis/students/dt=2026-11-18/part-0.snappy.parquet`;
    await run([WHOLE, DROP], { table, json: true });
    expect(origin()).to.include({ table: "sis.students", dt: "2026-11-18", run: "r1" });
    out = [];
    await run([WHOLE], { json: true });
    expect(origin().dt).to.equal("2026-11-19");
  });

  it("names newer runs that published nothing", async () => {
    await run([WHOLE, REFUSED], { dt: "2026-11-19", json: true });
    expect(origin().refused).to.deep.equal([{ run: "r3", runAt: "2026-11-20T16:00:00Z" }]);
  });

  it("tells a day whose rows were all taken away", async () => {
    const emptied = record("r4", [], {
      sources: [{ zone: "landing", day: "2026-11-19", size: 9, versionId: "v" }],
    });
    expect(await run([WHOLE, emptied], { dt: "2026-11-19" })).to.equal(1);
    expect(err[0]).to.contain("no row of 2026-11-19 since run r4");
  });

  it("reads records of older jobs, which hold no results of rules", async () => {
    expect(await run([record("r0", ["2026-11-18"], { quality: undefined })], {})).to.equal(0);
    expect(out.join()).to.contain("rules: 0 passed, 0 failed");
  });

  const WRONG: Readonly<Record<string, readonly [Partial<LineageOptions>, code: number, told: string]>> = {
    "an unknown table": [{ table: "sis.student" }, 1, "no table sis.student; nearest: sis.students, "],
    "a table that was not curated": [{ table: "lms.courses" }, 1, "lms.courses has not been curated yet"],
    "a derived table": [{ table: "music.artist_master" }, 1, "made by the jobs from other curated tables"],
    "an unknown day": [{ dt: "2026-01-01" }, 1, "no day 2026-01-01; recorded days: 2026-11-18, 2026-11-19"],
    "a day that is none": [{ dt: "yesterday" }, 2, '--dt is "yesterday"; write the day as YYYY-MM-DD'],
    "another bucket": [{ table: "s3://other/sis/students/" }, 2, `the URI of a file in s3://${CURATED}/`],
    "no table at all": [{ table: "students" }, 2, "students is no table; write its id, such as sis.students"],
  };
  for (const [what, [changes, code, told]] of Object.entries(WRONG)) {
    it(`tells ${what}`, async () => {
      expect(await run([WHOLE], changes)).to.equal(code);
      expect(err.join("\n")).to.contain(told);
      expect(out).to.deep.equal([]);
    });
  }

  it("reads folders as it reads files", () => {
    expect(readPlace(`s3://${CURATED}/sis/students/`, CURATED)).to.deep.equal({ table: "sis.students" });
    const day = { table: "sis.students", dt: "2026-11-18" };
    expect(readPlace(`s3://${CURATED}/sis/students/dt=2026-11-18/`, CURATED)).to.deep.equal(day);
    expect(readPlace(`s3://${CURATED}/sis/students/part.parquet`, CURATED)).to.equal(undefined);
  });

  it("puts the likeliest name first", () => {
    const names = ["lms.courses", "sis.students", "sis.enrolments", "music.artists"];
    expect(nearestNames("sis.studnets", names)[0]).to.equal("sis.students");
    expect(nearestNames("courses", names)[0]).to.equal("lms.courses");
  });
});
