/** What a person says of a crawler: where it looks, how it reads, when it runs, and what it may change. */
import type { Zone } from "../../platform";
import type { Connection } from "../connection";

/** Zones with data that everybody of the open zone may read; see {@link LakeFolder.zone}. */
export type CrawledZone = Extract<Zone, "raw" | "curated">;

/** A folder of the lake that no contract describes. */
export interface LakeFolder {
  /** Landing is never crawled: only pseudonymisers read it, and what a crawler finds stands in an open catalogue. */
  readonly zone: CrawledZone;
  /** Below the zone's root, with a slash behind, e.g. `partner/ratings/`. */
  readonly folder: string;
}

/** Tables of a database, or collections of MongoDB: their columns, not their rows. */
export interface ConnectedSource {
  /** A connection of kind JDBC or MONGODB. */
  readonly connection: Connection;
  /** `<database>/<schema>/<table>` with `%` for any (JDBC), or `<database>/<collection>` (MongoDB). */
  readonly path: string;
}

/** Separated values. Glue reads text as UTF-8 and has no setting for another encoding: convert CP949 files first. */
export interface CsvClassifier {
  readonly format: "csv";
  /** One character. @default "," */
  readonly delimiter?: string;
  /** One character. Tables of quoted files have OpenCSVSerDe, which Athena reads as the file has it. @default "\"" */
  readonly quote?: string;
  /** `detect` takes the first line for a header only where it differs in type from the rest. @default "present" */
  readonly header?: "present" | "absent" | "detect";
  /** Names of the columns where the file has no header of its own, or a wrong one. @default [] */
  readonly columns?: readonly string[];
}

/** Rows of JSON that stand below the root. */
export interface JsonClassifier {
  readonly format: "json";
  /** Such as `$[*]` or `$.rows[*]`. */
  readonly jsonPath: string;
}

/** Rows of XML. Athena reads no XML: such tables are for Glue jobs. */
export interface XmlClassifier {
  readonly format: "xml";
  /** Element that is a row, without brackets. */
  readonly rowTag: string;
  /** What the table is called a format of. @default "xml" */
  readonly classification?: string;
}

/** Lines of text, such as logs. */
export interface GrokClassifier {
  readonly format: "grok";
  readonly pattern: string;
  /** Patterns of one's own, by name. @default {} */
  readonly customPatterns?: Readonly<Record<string, string>>;
  /** What the table is called a format of. */
  readonly classification: string;
}

export type Classifier = CsvClassifier | JsonClassifier | XmlClassifier | GrokClassifier;

/**
 * What a run looks at: all of the folder, folders that are new since the last run, or what S3 has told of since then.
 * `events` keeps a queue of S3's events, which the next run (by schedule or by hand) reads.
 */
export type CrawlMode = "everything" | "new-folders" | "events";

export interface CrawlerDefinition {
  /** Lower case letters, digits and hyphens, from a letter on, up to 30. */
  readonly name: string;
  readonly target: LakeFolder | ConnectedSource;
  /** Asked in this order, before Glue's own. @default [] */
  readonly classifiers?: readonly Classifier[];
  /** @default "everything" */
  readonly mode?: CrawlMode;
  /** Glue's cron, in UTC, at most every five minutes. Absent: runs by hand only (`naru crawl`). */
  readonly schedule?: string;
  /**
   * What becomes of a table whose columns have changed: `update` takes the new ones, `add` only adds, `log` leaves it.
   * @default "update"; "log" for new folders, where Glue allows nothing else
   */
  readonly onChange?: "update" | "add" | "log";
  /** What becomes of a table whose files are gone. @default "log" */
  readonly onDelete?: "log" | "deprecate" | "delete";
  /** Stands before the name of each table. @default "" */
  readonly tablePrefix?: string;
  /** Patterns of files that are left out, below the folder, such as `**.tmp`. @default [] */
  readonly exclusions?: readonly string[];
  /** One table for all files whose columns go together, whatever folders they are in. @default false */
  readonly oneTable?: boolean;
}

export function isLakeFolder(target: CrawlerDefinition["target"]): target is LakeFolder {
  return "zone" in target;
}
