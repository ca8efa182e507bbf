import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Shape, type Visits, writeVisits } from "../../../bench/ship/visits";

describe("data of the shipper's bench", () => {
  const folder = mkdtempSync(join(tmpdir(), "naru-visits-"));
  after(() => rmSync(folder, { recursive: true }));

  function written(shape: Shape, bytes: number): { visits: Visits; rows: string[][]; text: string } {
    const file = join(folder, `${shape}.csv`);
    const visits = writeVisits(file, shape, bytes);
    const text = readFileSync(file, "latin1");
    const [header, ...lines] = text.trimEnd().split("\n");
    expect(header).to.equal("occurred_at,user_id,email,phone,page,course_id,score,duration_ms");
    return { visits, rows: lines.map((line) => line.split(",")), text };
  }

  const different = (rows: readonly string[][], column: number) =>
    new Set(rows.map((row) => row[column])).size;

  it("has eight fields of the contract's forms in every row, in order of time", () => {
    const { visits, rows } = written("distinct", 2_000_000);
    const forms = [
      /^2026-11-\d\dT\d\d:\d\d:\d\d\.\d{3}\+09:00$/,
      /^[a-z]{2}\d{8}$/,
      /^[a-z._]+\d{4}@[a-z]+\.example$/,
      /^010-\d{4}-\d{4}$/,
      /^\/[a-z]+\/\d{3}$/,
      /^[A-Z]{3}-\d{4}$/,
      /^\d{1,2}\.\d\d$/,
      /^(0|[1-9]\d{0,6})$/,
    ];
    const wrong = rows.filter(
      (row) => row.length !== forms.length || !forms.every((form, at) => form.test(row[at])),
    );
    expect(wrong).to.deep.equal([]);
    expect(rows.map(([at]) => at)).to.deep.equal(rows.map(([at]) => at).sort());
    expect(visits.rows).to.equal(rows.length);
  });

  it("is as long as asked, and says how long", () => {
    const { visits, text } = written("events", 3_000_000);
    expect(visits.bytes).to.equal(text.length);
    expect(visits.bytes).to.be.within(3_000_000, 3_000_200);
  });

  it("distinct: every row is another person, by each identifier", () => {
    const { rows } = written("distinct", 6_000_000);
    for (const column of [1, 2, 3]) expect(different(rows, column)).to.equal(rows.length);
  });

  it("events: a person stands there 20 times or more, with one set of identifiers", () => {
    const { rows } = written("events", 15_000_000);
    const people = different(rows, 1);
    expect(rows.length / people).to.be.at.least(20);
    expect(new Set(rows.map((row) => row.slice(1, 4).join())).size).to.equal(people);
  });

  it("is the same for the same seed and another for another", () => {
    const { text } = written("events", 200_000);
    expect(written("events", 200_000).text).to.equal(text);
    const file = join(folder, "other.csv");
    writeVisits(file, "events", 200_000, 2);
    expect(readFileSync(file, "latin1")).not.to.equal(text);
  });

  it("refuses more rows of different people than there are people", () => {
    expect(() => writeVisits(join(folder, "much.csv"), "distinct", 1e11)).to.throw(RangeError, "10 GB");
  });
});
