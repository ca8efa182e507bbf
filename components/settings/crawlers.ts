/** The setting `naru:crawlers`: folders of the lake without a contract, and sources behind connections. */
import { z } from "zod";
import type { Given } from "./fields";
import { listSetting } from "./list";

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

/** One crawler as a stack's configuration names it. */
export type CrawlerSetting = Readonly<z.output<typeof ofFolder> | z.output<typeof ofSource>>;

/** Structure only: whether values go together, the component says, all at once too. */
export const crawlersSetting = listSetting<CrawlerSetting>(
  {
    item: (given) => (isOfSource(given) ? ofSource : ofFolder),
    forms: {
      name: "lower case letters, digits and hyphens",
      zone: "raw or curated; landing is closed, and its files want a contract (naru contract from-csv)",
      folder: "a folder with a slash behind, e.g. partner/ratings/",
      mode: "everything, new-folders or events",
      delimiter: "the sign between the columns of CSV files with a header",
      oneTable: "true or false",
      schedule: "Glue's cron in UTC, e.g. cron(0 18 * * ? *)",
      connection: "a name of naru:connections",
      path: "the tables, e.g. music/public/%",
    },
    check: () => [],
  },
  "a list, each {name, zone: raw or curated, folder} and, where wanted, schedule, mode (everything, new-folders or " +
    "events), delimiter (of CSV files with a header) and oneTable (true or false); or {name, connection, path} and schedule",
);

function isOfSource(given: unknown): boolean {
  return typeof given === "object" && given !== null && "connection" in given;
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
