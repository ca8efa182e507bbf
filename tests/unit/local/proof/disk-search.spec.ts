import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { zipSync } from "fflate";
import { ByteSearch } from "../../../../local/proof/byte-search";
import { type KnownContents, searchDisk } from "../../../../local/proof/disk-search";
import { patternsOf } from "../../../../local/proof/encodings";
import { parquetFacts, parquetTexts } from "../../../../local/proof/parquet";

const PARQUET = readFileSync("tests/unit/local/proof/fixtures/people.parquet");
/** Stand in the fixture: see fixtures/make.py. */
const EMAIL = "hidden-1-hidden-1-hidden-person@school.example";
const PLACE = "서울특별시 관악구 가상로 2";

const search = new ByteSearch([patternsOf([EMAIL, PLACE])]);

describe("disk search", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "disk-search-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (path: string, content: Uint8Array | string) => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const filesWithSightings = async () =>
    (await searchDisk(search, [folder], folder)).sightings.map(({ file }) => file);

  it("finds a value in a plain file, however deep, and counts what it read", async () => {
    write("a/b/c/log.txt", `said ${EMAIL}`);
    write("empty", "");
    const { files, bytes, searchedBytes, sightings } = await searchDisk(search, [folder], folder);
    const length = 5 + EMAIL.length;
    expect({ files, bytes, searchedBytes }).to.deep.equal({ files: 2, bytes: length, searchedBytes: length });
    expect(sightings.map(({ file }) => file)).to.deep.equal(["a/b/c/log.txt"]);
  });

  it("sees through gzip, zip and both", async () => {
    const text = Buffer.from(`said ${EMAIL} `.repeat(3));
    const zip = zipSync({ "inside.txt": text });
    write("log.gz", gzipSync(text));
    write("log.gz.gz", gzipSync(gzipSync(text)));
    write("log.zip", zip);
    write("zip.gz", gzipSync(zip));
    write("gz.zip", zipSync({ "log.gz": gzipSync(text) }));
    for (const hidden of [gzipSync(text), zip]) expect(Buffer.from(hidden).includes(EMAIL)).to.equal(false);
    expect(await filesWithSightings()).to.have.members([
      "log.gz",
      "log.gz.gz",
      "log.zip",
      "zip.gz",
      "gz.zip",
    ]);
  });

  it("sees through Parquet: Snappy, dictionaries and nested columns; in a zip too, whatever its name", async () => {
    write("people.bin", PARQUET);
    write("people.zip", zipSync({ "people.parquet": PARQUET }));
    const { sightings } = await searchDisk(search, [folder], folder);
    expect(sightings.map(({ file }) => file)).to.have.members(["people.bin", "people.zip"]);
    for (const { patterns } of sightings) {
      expect(new Set(patterns.map(({ value }) => value))).to.deep.equal(new Set([0, 1]));
    }
  });

  it("tells each copy of a file, and what changed since an earlier search", async () => {
    write("one.txt", `said ${EMAIL}`);
    write("two.txt", `said ${EMAIL}`);
    write("three.txt", "nobody");
    const known: KnownContents = new Map();
    const again = async () =>
      (await searchDisk(search, [folder], folder, known)).sightings.map(({ file }) => file);
    expect(await again()).to.have.members(["one.txt", "two.txt"]);
    expect(known.size).to.equal(2);
    write("three.txt", `now ${PLACE}`);
    write("two.txt", "nobody");
    expect(await again()).to.have.members(["one.txt", "three.txt"]);
  });

  it("finds nothing where there is nothing, and passes over what does not exist", async () => {
    write("other.txt", "nobody");
    write("other.gz", gzipSync("nobody"));
    const { files, sightings } = await searchDisk(search, [folder, join(folder, "not-there")], folder);
    expect({ files, sightings }).to.deep.equal({ files: 2, sightings: [] });
  });
});

describe("Parquet facts", () => {
  it("come from the file's own footer", () => {
    expect(parquetFacts(PARQUET)).to.deep.equal({ rows: 300, codecs: ["SNAPPY"] });
  });

  it("hold every value as text", async () => {
    const lines = Buffer.concat(await parquetTexts(PARQUET))
      .toString("utf8")
      .split("\n");
    expect(lines).to.have.length(300);
    expect(lines[1]).to.include(EMAIL).and.include("2026-01-02");
  });

  it("are refused of what is no Parquet file", () => {
    expect(() => parquetFacts(Buffer.from("PAR1, but no more than that"))).to.throw();
  });
});
