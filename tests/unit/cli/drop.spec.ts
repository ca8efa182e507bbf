import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { drop, type DropOptions } from "../../../cli/drop";

interface Put {
  readonly Bucket: string;
  readonly Key: string;
  readonly Body: string;
  readonly ContentLength: number;
  readonly ChecksumSHA256: string;
}

const received = async (input: unknown): Promise<Put> => ({
  ...(input as Put),
  Body: await text((input as { Body: Readable }).Body),
});

const HEADER = "course_id,title,department,credits,term\n";
const COURSES = `${HEADER}C1,Title,Department,3,2026-2\n`;

describe("naru drop", () => {
  let folder: string;
  let puts: Put[];
  let out: string[];
  let err: string[];

  const file = (name: string, content = COURSES) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const run = (changes: Partial<DropOptions>) => {
    const send = async ({ input }: PutObjectCommand) => void puts.push(await received(input));
    return drop({
      files: [],
      contract: "lms.courses",
      stack: "local",
      now: new Date("2026-11-20T20:00:00Z"),
      output: { out: (line) => void out.push(line), err: (line) => void err.push(line) },
      loader: async () => ({ s3: { send } as unknown as S3Client, bucket: "landing" }),
      ...changes,
    });
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "naru-drop-"));
    [puts, out, err] = [[], [], []];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("puts a file under its data set and day, as it is", async () => {
    expect(await run({ files: [file("a.csv")], dt: "2026-11-20" })).to.equal(0);
    expect(puts.map(({ Bucket, Key }) => `${Bucket}/${Key}`)).to.deep.equal([
      "landing/lms/courses/dt=2026-11-20/a.csv",
    ]);
    expect(puts[0]).to.include({
      Body: COURSES,
      ContentLength: COURSES.length,
      ChecksumSHA256: createHash("sha256").update(COURSES).digest("base64"),
    });
  });

  it("takes today in the contract's time zone where no day is given", async () => {
    await run({ files: [file("a.csv")], json: true });
    expect(JSON.parse(out[0]!)).to.deep.equal({
      dataSet: "lms.courses",
      bucket: "landing",
      keys: ["lms/courses/dt=2026-11-21/a.csv"],
      replaced: [],
    });
  });

  it("writes a decomposed name in composed form", async () => {
    await run({ files: [file("강.csv".normalize("NFD"))], dt: "2026-11-20" });
    expect(puts[0]!.Key.endsWith("/강.csv".normalize("NFC"))).to.equal(true);
  });

  it("tells everything that is wrong at once, and drops nothing", async () => {
    const files = [file("a.csv"), join(folder, "other", "a.csv"), file("b.xlsx")];
    expect(await run({ files, dt: "2026-02-30", contract: "lms.requests" })).to.equal(2);
    expect(err.join("\n"))
      .to.contain("b.xlsx: is not a CSV file")
      .and.contain("a.csv: two files have this name")
      .and.contain('--dt is "2026-02-30"')
      .and.contain("files are not taken for lms.requests; data sets of files: ")
      .and.contain("sis.students");
    expect(puts).to.deep.equal([]);
  });

  it("refuses a day that no query would see", async () => {
    for (const dt of ["2026-11-22", "2015-01-01"]) {
      expect(await run({ files: [file("a.csv")], dt })).to.equal(2);
      expect(err.at(-1)).to.match(
        /no query of lms\.courses would see; .* from 20\d\d-\d\d-\d\d to 2026-11-21$/,
      );
    }
    expect(puts).to.deep.equal([]);
  });

  it("drops nothing when one of the files can't be read", async () => {
    const missing = join(folder, "missing.csv");
    expect(await run({ files: [file("a.csv"), missing] })).to.equal(2);
    expect(err.join()).to.contain("missing.csv: is no file");
    expect(puts).to.deep.equal([]);
  });

  const REFUSED: Readonly<Record<string, readonly [content: string, told: string]>> = {
    "an empty file": ["", "a.csv: is empty; name a CSV file with a header line and rows"],
    "a file without a row": [HEADER, "a.csv: has a header and no row; export it again"],
    "the header of another set": [
      "student_id,course_id,term,grade_point\nS1,C1,2026-2,4.0\n",
      "a.csv: has the header of sis.enrolments, not of lms.courses; write --contract sis.enrolments",
    ],
    "a header of no set": ["course_id,name\nC1,나루터\n", "column title (title), department (department)"],
    "a file without a header": [
      "C1,나루터\n",
      "the header at position 1, 2 is not in the contract lms.courses",
    ],
  };
  for (const [what, [content, told]] of Object.entries(REFUSED)) {
    it(`refuses ${what}`, async () => {
      expect(await run({ files: [file("a.csv", content)] })).to.equal(2);
      expect(err.join("\n")).to.contain(told).and.not.contain("나루터");
      expect(puts).to.deep.equal([]);
    });
  }

  it("refuses the same bytes twice", async () => {
    expect(await run({ files: [file("a.csv"), file("b.csv")] })).to.equal(2);
    expect(err).to.deep.equal(["naru drop: b.csv: has the same bytes as a.csv; drop one of them"]);
    expect(puts).to.deep.equal([]);
  });

  it("tells that a file replaces one of its name, and does", async () => {
    const there = Object.assign(new Error("At least one of the pre-conditions"), {
      name: "PreconditionFailed",
    });
    const send = async ({ input }: PutObjectCommand) => {
      if (input.IfNoneMatch === "*") throw there;
      puts.push(await received(input));
    };
    const loader = async () => ({ s3: { send } as unknown as S3Client, bucket: "landing" });
    expect(await run({ files: [file("a.csv")], dt: "2026-11-20", loader })).to.equal(0);
    expect(puts).to.have.length(1);
    expect(out[0]).to.match(/dt=2026-11-20\/a\.csv, instead of the file dropped there before$/);
  });

  it("tells what landed and what did not, and the way out of a refusal", async () => {
    const denied = Object.assign(new Error("Access Denied"), { name: "AccessDenied" });
    const send = async ({ input }: PutObjectCommand) => {
      if (input.Key!.endsWith("b.csv")) throw denied;
      puts.push(await received(input));
    };
    const loader = async () => ({ s3: { send } as unknown as S3Client, bucket: "landing" });
    const files = [file("a.csv"), file("b.csv", `${COURSES}C2,Other,Department,3,2026-2\n`)];
    expect(await run({ files, dt: "2026-11-20", loader })).to.equal(1);
    expect(puts).to.have.length(1);
    expect(err[0]).to.match(/b\.csv did not land: Access Denied; .*naru:landingEndpoints/);
    expect(err[1]).to.equal("naru drop: s3://landing/lms/courses/dt=2026-11-20/a.csv did");
    expect(out).to.deep.equal([]);
  });

  it("refuses what one request can't hold", async () => {
    const path = file("a.csv");
    truncateSync(path, 5 * 1024 ** 3 + 1);
    expect(await run({ files: [path] })).to.equal(2);
    expect(err.join()).to.contain("a.csv: is larger than the 5 GB");
  });
});
