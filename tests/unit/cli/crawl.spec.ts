import { expect } from "chai";
import { crawl } from "../../../cli/crawl";
import type { CrawledTable, StackCrawler } from "../../../cli/crawl/glue-crawler";

const table = (name: string, changes: Partial<CrawledTable> = {}): CrawledTable => ({
  name,
  format: "csv",
  columns: ["course string", "stars bigint"],
  partitions: 1,
  ...changes,
});

/** A crawler whose database holds one thing before a run and another thing after it. */
function crawlerWith(before: CrawledTable[], after: CrawledTable[], failure?: string): StackCrawler {
  let started = false;
  return {
    database: "naru_dev_crawled_ratings",
    start: async () => void (started = true),
    ended: async () => failure,
    tables: async () => (started ? after : before),
  };
}

async function run(crawler: StackCrawler, json = false) {
  const out: string[] = [];
  const err: string[] = [];
  const output = { out: (text: string) => out.push(text), err: (text: string) => err.push(text) };
  const code = await crawl({ name: "ratings", stack: "dev", json, output, crawler: async () => crawler });
  return { code, out, err };
}

describe("naru crawl", () => {
  it("tells of each table what the run did to it, with the columns of what is new or changed", async () => {
    const before = [table("same"), table("grown"), table("old")];
    const after = [table("same"), table("grown", { partitions: 2 }), table("fresh", { columns: ["id int"] })];
    const { code, out } = await run(crawlerWith(before, after));
    expect(code).to.equal(0);
    expect(out.slice(1)).to.deep.equal([
      "naru_dev_crawled_ratings: 3 tables",
      "  same  as before  csv, 2 columns, 1 partition",
      "  grown  changed  csv, 2 columns, 2 partitions",
      "    course string",
      "    stars bigint",
      "  fresh  new  csv, 1 column, 1 partition",
      "    id int",
      "  old  gone  csv, 2 columns, 1 partition",
    ]);
  });

  it("prints nothing but JSON where asked to", async () => {
    const { out } = await run(crawlerWith([], [table("fresh")]), true);
    expect(out).to.have.length(1);
    expect(JSON.parse(out[0]!).tables[0]).to.include({ name: "fresh", change: "new" });
  });

  it("ends with 1 and Glue's reason when the run failed", async () => {
    const { code, err } = await run(crawlerWith([], [], "FAILED: AccessDenied at GetObject"));
    expect(code).to.equal(1);
    expect(err.join()).to.equal(
      "naru crawl: the run of ratings did not succeed: FAILED: AccessDenied at GetObject",
    );
  });

  it("refuses what can't be a crawler's name before it asks for the stack", async () => {
    const said: string[] = [];
    const output = { out: (text: string) => said.push(text), err: (text: string) => said.push(text) };
    expect(await crawl({ name: "Ratings", stack: "none", output })).to.equal(2);
    expect(said.join()).to.include('"Ratings" is no crawler\'s name');
  });
});
