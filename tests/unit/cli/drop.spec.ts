import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { drop, type DropOptions } from "../../../cli/drop";

interface Put {
  readonly Bucket: string;
  readonly Key: string;
  readonly Body: Buffer;
}

describe("naru drop", () => {
  let folder: string;
  let puts: Put[];
  let out: string[];
  let err: string[];

  const file = (name: string, content = "course_id\n") => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const run = (changes: Partial<DropOptions>) => {
    const send = async ({ input }: PutObjectCommand) => void puts.push(input as unknown as Put);
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
    expect(await run({ files: [file("a.csv", "course_id\nC1\n")], dt: "2026-11-20" })).to.equal(0);
    expect(puts.map(({ Bucket, Key }) => `${Bucket}/${Key}`)).to.deep.equal([
      "landing/lms/courses/dt=2026-11-20/a.csv",
    ]);
    expect(String(puts[0]!.Body)).to.equal("course_id\nC1\n");
  });

  it("takes today in the contract's time zone where no day is given", async () => {
    await run({ files: [file("a.csv")], json: true });
    expect(JSON.parse(out[0]!)).to.deep.equal({
      dataSet: "lms.courses",
      bucket: "landing",
      keys: ["lms/courses/dt=2026-11-21/a.csv"],
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
    const failure = await run({ files: [file("a.csv"), missing] }).catch((error: Error) => error);
    expect((failure as Error).message).to.contain("missing.csv");
    expect(puts).to.deep.equal([]);
  });
});
