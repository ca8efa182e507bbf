/** Crawlers of what has no contract. */
import type { Settings } from "../../settings";
import type { Connection } from "../connection";
import type { AwsContext } from "../context";
import { Crawlers, type CrawlersArgs } from "../crawlers";
import type { CrawlerDefinition } from "../crawlers/definition";

/** Null where the settings name none. */
export function createCrawlers(
  settings: Settings,
  context: AwsContext,
  lake: Pick<CrawlersArgs, "lake" | "keys">,
  connections: ReadonlyMap<string, Connection>,
): Crawlers | null {
  if (settings.crawlers.length === 0) return null;
  const crawlers = settings.crawlers.map((setting): CrawlerDefinition => {
    if ("connection" in setting) {
      const { connection, path, ...crawler } = setting;
      return { ...crawler, target: { connection: connections.get(connection)!, path } };
    }
    const { zone, folder, delimiter, ...crawler } = setting;
    return {
      ...crawler,
      target: { zone, folder },
      // Without a delimiter Glue's own classifiers find what the files are.
      classifiers: delimiter === undefined ? [] : [{ format: "csv", delimiter }],
    };
  });
  return new Crawlers("crawlers", context, { ...lake, crawlers });
}
