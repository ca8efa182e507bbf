/** `npm run proof:people` at a size that a suite can bear. */
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { searchShipped, type Shipped, shipSample, type ShippedSearch } from "../../local/proof/shipped";

const PEOPLE = 2000;

describe(`shipping ${PEOPLE} people`, function () {
  this.timeout(300_000);
  let folder: string;
  let shipped: Shipped;
  let search: ShippedSearch;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "naru-people-"));
    shipped = await shipSample(folder, PEOPLE);
    search = await searchShipped(shipped);
  });
  after(() => rmSync(folder, { recursive: true }));

  it("takes every row of the sample, and rejects what the sample spoils", () => {
    const { files, events } = shipped.sample;
    const rows = files.reduce((sum, { totals }) => sum + totals.rows, events.length);
    expect(shipped.rows.read).to.equal(rows);
    expect(shipped.rows.written + shipped.rows.rejected).to.equal(rows);
    expect(shipped.rows.rejected).to.be.within(20, rows / 100);
  });

  it("searches Parquet, manifests, rejects and logs", () => {
    expect(readdirSync(shipped.out)).to.include.members(["sis", "lms", "music", "manifests", "rejects"]);
    expect(readdirSync(shipped.logs)).to.include.members(["key.log", "sis.students.log", "lms.requests.log"]);
    expect(search.files).to.be.greaterThan(30);
    expect(search.searchedBytes).to.be.greaterThan(search.bytes);
  });

  it("finds every value in the sources, in one of its spellings, and none outside", () => {
    expect(search.values).to.be.greaterThan(6 * PEOPLE);
    expect(search.patterns).to.be.greaterThan(18 * search.values);
    expect(search.foundInSources).to.be.greaterThan(6 * PEOPLE);
    expect(search.missingInSources).to.equal(0);
    expect(search.leaks).to.deep.equal([]);
  });

  it("leaves nothing of its work", () => {
    expect(search.staged).to.deep.equal([]);
  });

  it("would find a phone number's digits in a log, and work that was left", async () => {
    const { phone } = shipped.sample.people[PEOPLE - 1]!;
    const national = phone.replace("+82 10", "010").replaceAll("-", "");
    appendFileSync(join(shipped.logs, "key.log"), `row 17: ${national} is no number`);
    mkdirSync(join(shipped.out, ".staging"), { recursive: true });
    writeFileSync(join(shipped.out, ".staging", "chunk"), "left");
    const again = await searchShipped(shipped);
    expect(again.leaks).to.deep.equal([{ file: join("logs", "key.log"), spellings: ["utf-8"] }]);
    expect(again.staged).to.deep.equal([join("out", ".staging", "chunk")]);
  });
});
