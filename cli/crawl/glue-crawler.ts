/** A stack's crawler in Glue: started, waited for, and what its database holds. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  GetCrawlerCommand,
  type GlueClient,
  paginateGetPartitions,
  paginateGetTables,
  StartCrawlerCommand,
  type Table,
} from "@aws-sdk/client-glue";
import { crawlerName, databaseOf } from "../../components/aws/crawlers/names";
import { openStack } from "../stack-session";

export interface CrawledTable {
  readonly name: string;
  /** csv, json, parquet, … */
  readonly format: string;
  /** Name and type of each. */
  readonly columns: readonly string[];
  readonly partitions: number;
}

export interface StackCrawler {
  readonly database: string;
  /** @throws Error when there is none, or when it is running already. */
  start(): Promise<void>;
  /** @returns why the run failed; undefined when it did not. */
  ended(): Promise<string | undefined>;
  tables(): Promise<CrawledTable[]>;
}

/** A run takes a minute at least on AWS, and less than a second locally. */
const POLL_MS = { aws: 5000, local: 100 };

/**
 * Finds a crawler by its stack's configuration and the caller's account: its names in Glue follow.
 * @throws Error when there is no such stack, or the local one is not up.
 */
export async function findCrawler(name: string, stackName: string): Promise<StackCrawler> {
  const { names, local, clients } = await openStack(stackName);
  return crawlerOf(
    clients.glue,
    { crawler: crawlerName(names, name), database: databaseOf(names, name) },
    local ? POLL_MS.local : POLL_MS.aws,
  );
}

/** @param pollMs between two looks at a run. */
export function crawlerOf(
  glue: GlueClient,
  { crawler, database }: { readonly crawler: string; readonly database: string },
  pollMs: number,
): StackCrawler {
  return {
    database,
    start: async () => {
      await glue.send(new StartCrawlerCommand({ Name: crawler })).catch((cause: Error) => {
        throw new Error(reasonOf(cause, crawler), { cause });
      });
    },
    ended: async () => {
      for (;;) {
        const { Crawler } = await glue.send(new GetCrawlerCommand({ Name: crawler }));
        if (Crawler!.State === "READY") {
          const { Status, ErrorMessage } = Crawler!.LastCrawl ?? {};
          return Status === "SUCCEEDED"
            ? undefined
            : `${Status ?? "no run"}: ${ErrorMessage ?? "no reason given"}`;
        }
        await sleep(pollMs);
      }
    },
    tables: async () => {
      const found: CrawledTable[] = [];
      for await (const { TableList } of paginateGetTables({ client: glue }, { DatabaseName: database })) {
        for (const table of TableList ?? []) found.push(await describe(glue, database, table));
      }
      return found;
    },
  };
}

async function describe(glue: GlueClient, database: string, table: Table): Promise<CrawledTable> {
  let partitions = 0;
  const of = { DatabaseName: database, TableName: table.Name, ExcludeColumnSchema: true };
  if ((table.PartitionKeys ?? []).length > 0) {
    for await (const page of paginateGetPartitions({ client: glue }, of))
      partitions += page.Partitions?.length ?? 0;
  }
  return {
    name: table.Name!,
    format: table.Parameters?.classification ?? "unknown",
    columns: (table.StorageDescriptor?.Columns ?? []).map(({ Name, Type }) => `${Name} ${Type}`),
    partitions,
  };
}

function reasonOf({ name, message }: Error, crawler: string): string {
  if (name === "EntityNotFoundException") {
    return `there is no crawler ${crawler}; name it in the stack's naru:crawlers and bring the stack up`;
  }
  return name === "CrawlerRunningException" ? `${crawler} is running already; wait for its end` : message;
}
