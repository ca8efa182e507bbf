/** The setting `naru:crawlers`: folders of the lake without a contract, and sources behind connections. */
import { z } from "zod";
import type { Given } from "./settings";

/** Kinds of connections that Glue crawls. */
const CRAWLED_KINDS: readonly string[] = ["JDBC", "MONGODB"];

const shared = {
  name: z.string(),
  schedule: z.string().optional(),
};
const ofFolder = z.strictObject({
  ...shared,
  zone: z.enum(["raw", "curated"]),
  folder: z.string(),
  mode: z.enum(["everything", "new-folders", "events"]).optional(),
  delimiter: z.string().optional(),
  oneTable: z.boolean().optional(),
});
const ofSource = z.strictObject({ ...shared, connection: z.string(), path: z.string() });
const crawler = z.union([ofFolder, ofSource]);

/** One crawler as a stack's configuration names it. */
export type CrawlerSetting = Readonly<z.output<typeof crawler>>;

export const CRAWLERS_FORM =
  "a list, each {name, zone: raw or curated, folder} and, where wanted, schedule, mode (everything, new-folders or " +
  "events), delimiter (of CSV files with a header) and oneTable (true or false); or {name, connection, path} and schedule";

/** @returns undefined for what is no list of crawlers; whether their values go together, the component says. */
export function parseCrawlers(parsed: unknown): CrawlerSetting[] | undefined {
  const read = z.array(crawler).safeParse(parsed);
  return read.success ? read.data : undefined;
}

/** Crawlers' connections must be among the stack's, and of a kind that is crawled. */
export function crawlerContradictions(given: Partial<Given>, namespace: string): string[] {
  const connections = given.connections ?? [];
  const crawled = connections.filter(({ kind }) => CRAWLED_KINDS.includes(kind)).map(({ name }) => name);
  const known =
    crawled.length === 0 ? "name one there first, of kind JDBC or MONGODB" : `write ${crawled.join(" or ")}`;
  return (given.crawlers ?? []).flatMap((one, at) => {
    if (!("connection" in one)) return [];
    const place = `${namespace}:crawlers[${at}].connection`;
    const found = connections.find(({ name }) => name === one.connection);
    if (found === undefined) {
      return [`${place}: is "${one.connection}", which ${namespace}:connections does not name; ${known}`];
    }
    return CRAWLED_KINDS.includes(found.kind)
      ? []
      : [`${place}: is "${one.connection}" of kind ${found.kind}, which Glue does not crawl; ${known}`];
  });
}
