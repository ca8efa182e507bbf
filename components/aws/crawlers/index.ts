import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "../../arguments";
import type { AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { ServiceRole } from "../foundation/service-role";
import { claimZones, createArrivals, type EventCrawler } from "./arrivals";
import { createClassifiers } from "./classifiers";
import { isLakeFolder, type CrawlerDefinition } from "./definition";
import { tellOfFailures } from "./failures";
import { crawlerName, databaseOf } from "./names";
import { crawlerProblems } from "./problems";
import { crawlStatements, readCatalogue } from "./rights";

export interface CrawlersArgs {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  /** One or more; all event crawlers of a lake in one component. */
  readonly crawlers: readonly CrawlerDefinition[];
}

const RECRAWL = {
  everything: "CRAWL_EVERYTHING",
  "new-folders": "CRAWL_NEW_FOLDERS_ONLY",
  events: "CRAWL_EVENT_MODE",
} as const;

const ON_DELETE = { log: "LOG", deprecate: "DEPRECATE_IN_DATABASE", delete: "DELETE_FROM_DATABASE" } as const;

/**
 * Glue crawlers for data without a contract: each looks into one folder of the open zone, or into a source behind a
 * connection, and keeps the tables that it finds in a database of its own, `<project>_<stack>_crawled_<name>`. Landing
 * is never crawled.
 *
 * Each has a role that reads its target and writes its database. Logs and bookmarks are under the platform's keys.
 * The failure of one that has a schedule is told to the stack's topic of alarms, which SparkCluster or GlueEtl makes.
 * Idle cost: none; a run costs 0.44 USD a DPU and hour, ten minutes at least (list price without a region, AWS Glue
 * pricing, 2026-11). A crawler doesn't pseudonymise: what must not be seen in clear has no place in the open zone.
 *
 * @throws ArgumentError with every wrong argument.
 */
export class Crawlers extends pulumi.ComponentResource {
  /** Crawler's name to its name in Glue. */
  readonly names: Readonly<Record<string, pulumi.Output<string>>>;
  /** Crawler's name to the name of its database in Glue. */
  readonly databases: Readonly<Record<string, string>>;

  constructor(
    name: string,
    private readonly context: AwsContext,
    args: CrawlersArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:Crawlers", name, {}, opts);
    const { lake, keys, crawlers } = args;
    const byEvents = crawlers.filter(isByEvents);
    checkArguments("Crawlers", name, [...crawlerProblems(lake, crawlers), ...claimZones(lake, byEvents)]);
    const security = this.secure(name, keys);
    const queues = createArrivals(name, context, { lake, keys }, byEvents, this);
    this.databases = Object.fromEntries(
      crawlers.map((crawler) => [crawler.name, databaseOf(context.names, crawler.name)]),
    );
    this.names = Object.fromEntries(
      crawlers.map((crawler) => [
        crawler.name,
        this.createCrawler(name, args, crawler, { security, queue: queues.get(crawler.name) }).name,
      ]),
    );
    tellOfFailures(name, context, crawlers, this);
    this.letAnalystsRead(name, lake, crawlers);
    this.registerOutputs({ names: this.names, databases: this.databases });
  }

  private secure(name: string, keys: EncryptionKeys): aws.glue.SecurityConfiguration {
    return new aws.glue.SecurityConfiguration(
      name,
      {
        name: this.context.names.of("securityConfiguration", "crawlers"),
        encryptionConfiguration: {
          s3Encryption: { s3EncryptionMode: "SSE-KMS", kmsKeyArn: keys.arn("lake") },
          cloudwatchEncryption: { cloudwatchEncryptionMode: "SSE-KMS", kmsKeyArn: keys.arn("logs") },
          jobBookmarksEncryption: { jobBookmarksEncryptionMode: "CSE-KMS", kmsKeyArn: keys.arn("lake") },
        },
      },
      { parent: this },
    );
  }

  private createCrawler(
    component: string,
    { lake, keys }: CrawlersArgs,
    crawler: CrawlerDefinition,
    has: { readonly security: aws.glue.SecurityConfiguration; readonly queue: aws.sqs.Queue | undefined },
  ): aws.glue.Crawler {
    const { context } = this;
    const name = `${component}-${crawler.name}`;
    const database = new aws.glue.CatalogDatabase(
      name,
      {
        name: databaseOf(context.names, crawler.name),
        description: `Tables that the crawler ${crawler.name} has found; no contract describes them`,
        tags: { ...context.tags },
      },
      { parent: this },
    );
    const role = new ServiceRole(
      name,
      context,
      {
        roleName: context.names.of("role", "crawler", crawler.name),
        assumedBy: "glue.amazonaws.com",
        purpose: "crawler",
        statements: crawlStatements(context, {
          lake,
          keys,
          crawler,
          database: databaseOf(context.names, crawler.name),
        }),
      },
      { parent: this },
    );
    return new aws.glue.Crawler(
      name,
      {
        name: crawlerName(context.names, crawler.name),
        role: role.readyArn,
        databaseName: database.name,
        classifiers: createClassifiers(component, context, crawler.name, crawler.classifiers ?? [], this),
        ...targets(lake, crawler, has.queue),
        ...(crawler.schedule !== undefined && { schedule: crawler.schedule }),
        tablePrefix: crawler.tablePrefix ?? "",
        recrawlPolicy: { recrawlBehavior: RECRAWL[crawler.mode ?? "everything"] },
        schemaChangePolicy: {
          updateBehavior: changes(crawler) === "log" ? "LOG" : "UPDATE_IN_DATABASE",
          deleteBehavior: ON_DELETE[crawler.onDelete ?? "log"],
        },
        configuration: JSON.stringify(configuration(crawler)),
        securityConfiguration: has.security.name,
        tags: { ...context.tags },
      },
      { parent: this },
    );
  }

  /** Files of the open zone are the analysts' to query; the columns of a database behind a connection are not. */
  private letAnalystsRead(name: string, lake: DataLake, crawlers: readonly CrawlerDefinition[]): void {
    for (const { name: crawler, target } of crawlers) {
      if (!isLakeFolder(target)) continue;
      const { zone, folder } = target;
      const statements = [
        readCatalogue(this.context, databaseOf(this.context.names, crawler)),
        // Curated is theirs already.
        ...(zone === "raw" ? lake.readStatements(zone, folder, { foldersOnly: true }) : []),
      ];
      new aws.iam.RolePolicy(
        `${name}-${crawler}-analyst`,
        {
          name: `${name}-${crawler}`,
          role: lake.roles.analyst.role.name,
          policy: { Version: "2012-10-17", Statement: statements as aws.iam.PolicyStatement[] },
        },
        { parent: this },
      );
    }
  }
}

function isByEvents(crawler: CrawlerDefinition): crawler is EventCrawler {
  return crawler.mode === "events" && isLakeFolder(crawler.target);
}

function changes({ mode, onChange }: CrawlerDefinition): "update" | "add" | "log" {
  return onChange ?? (mode === "new-folders" ? "log" : "update");
}

function targets(
  lake: DataLake,
  { target, exclusions = [] }: CrawlerDefinition,
  queue: aws.sqs.Queue | undefined,
) {
  if (isLakeFolder(target)) {
    const path = `s3://${lake.nodes.buckets[target.zone].name}/${target.folder}`;
    return { s3Targets: [{ path, exclusions: [...exclusions], ...(queue && { eventQueueArn: queue.arn }) }] };
  }
  const connectionName = target.connection.glueName;
  return target.connection.kind === "MONGODB"
    ? { mongodbTargets: [{ connectionName, path: target.path, scanAll: false }] }
    : { jdbcTargets: [{ connectionName, path: target.path, exclusions: [...exclusions] }] };
}

/** Glue developer guide, "Setting crawler configuration options": version 1.0. */
function configuration(crawler: CrawlerDefinition): object {
  return {
    Version: 1.0,
    CrawlerOutput: {
      // A partition is read by its table's columns, so that one odd file does not split the table.
      Partitions: { AddOrUpdateBehavior: "InheritFromTable" },
      ...(changes(crawler) === "add" && { Tables: { AddOrUpdateBehavior: "MergeNewColumns" } }),
    },
    ...((crawler.oneTable ?? false) && {
      Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas" },
    }),
  };
}
