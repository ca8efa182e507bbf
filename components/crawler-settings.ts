/** The setting `naru:crawlers`: folders of the lake without a contract, each with a crawler. */
import { z } from "zod";

const crawler = z.strictObject({
  name: z.string(),
  zone: z.enum(["raw", "curated"]),
  folder: z.string(),
  schedule: z.string().optional(),
  mode: z.enum(["everything", "new-folders", "events"]).optional(),
  delimiter: z.string().optional(),
  oneTable: z.boolean().optional(),
});

/** One crawler as a stack's configuration names it. */
export type CrawlerSetting = Readonly<z.output<typeof crawler>>;

export const CRAWLERS_FORM =
  "a list, each {name, zone: raw or curated, folder} and, where wanted, schedule, mode (everything, new-folders or " +
  "events), delimiter (of CSV files with a header) and oneTable (true or false)";

/** @returns undefined for what is no list of crawlers; whether their values go together, the component says. */
export function parseCrawlers(parsed: unknown): CrawlerSetting[] | undefined {
  const read = z.array(crawler).safeParse(parsed);
  return read.success ? read.data : undefined;
}
