/** Names of crawlers and their databases in Glue: the command that starts one finds them by these. */
import type { Names } from "../../naming";

export function crawlerName(names: Names, crawler: string): string {
  return names.of("crawler", crawler);
}

/** Database of a crawler's tables, apart from those that contracts describe. */
export function databaseOf(names: Names, crawler: string): string {
  return names.of("database", "crawled", crawler);
}
