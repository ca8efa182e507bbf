/** `naru crawl`: runs a crawler, and tells which tables it made or changed. */
import { type Output, processOutput } from "../contract/output";
import { plural } from "../plural";
import { findCrawler, type CrawledTable, type StackCrawler } from "./glue-crawler";

export interface CrawlOptions {
  /** As `naru:crawlers` names it. */
  readonly name: string;
  readonly stack: string;
  /** Print {database, tables} as JSON. @default false */
  readonly json?: boolean;
  readonly output?: Output;
  /** The crawler. @default the stack's, in the cloud or on the local platform */
  readonly crawler?: (name: string, stack: string) => Promise<StackCrawler>;
}

/** What a run did to a table. */
type Change = "new" | "changed" | "as before" | "gone";

/** @returns 0 when the run succeeded, 1 when it failed, 2 for a name that no crawler has. */
export async function crawl(options: CrawlOptions): Promise<number> {
  const { name, stack, json = false, output = processOutput, crawler: find = findCrawler } = options;
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    output.err(`naru crawl: "${name}" is no crawler's name; write it as naru:crawlers has it`);
    return 2;
  }
  const crawler = await find(name, stack);
  const before = await crawler.tables();
  await crawler.start();
  if (!json) output.out(`Crawler ${name} is looking; on AWS that takes a minute or more.`);
  const failure = await crawler.ended();
  if (failure !== undefined) {
    output.err(`naru crawl: the run of ${name} did not succeed: ${failure}`);
    return 1;
  }
  const after = await crawler.tables();
  const changes = [
    ...after.map((table) => ({ ...table, change: changeOf(table, before) })),
    ...before.filter(({ name: old }) => !after.some((table) => table.name === old)).map(gone),
  ];
  if (json) output.out(JSON.stringify({ database: crawler.database, tables: changes }));
  else {
    output.out(`${crawler.database}: ${plural(after.length, "table")}`);
    for (const { name: table, change, format, columns, partitions } of changes) {
      const size = `${plural(columns.length, "column")}, ${plural(partitions, "partition")}`;
      output.out(`  ${table}  ${change}  ${format}, ${size}`);
      if (change === "new" || change === "changed") columns.forEach((column) => output.out(`    ${column}`));
    }
  }
  return 0;
}

function gone(table: CrawledTable): CrawledTable & { readonly change: Change } {
  return { ...table, change: "gone" };
}

function changeOf(table: CrawledTable, before: readonly CrawledTable[]): Change {
  const old = before.find(({ name }) => name === table.name);
  if (old === undefined) return "new";
  return JSON.stringify(old) === JSON.stringify(table) ? "as before" : "changed";
}
