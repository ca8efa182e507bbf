/**
 * What the parts of a platform offer each other, without naming a cloud. `components/aws` implements these on AWS; a
 * second cloud implements the same five and passes the same tests.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { Contracts, DataSet } from "./contract/model";

/** `closed`: may hold personal data in clear. `open`: for analysis; personal data only as pseudonyms. */
export type Openness = "closed" | "open";

/** Where objects lie, in the order in which data travels. */
export type Zone = "landing" | "raw" | "curated" | "queryResults" | "logs";

/** Zones that hold tables. */
export type TableZone = Extract<Zone, "raw" | "curated">;

export interface TableReference {
  readonly database: string;
  readonly table: string;
}

/** Object storage in zones, with a catalogue of tables over it. */
export interface DataLake {
  readonly contracts: Contracts;
  /** Root of a zone as a URI that ends in a slash, e.g. `s3://bucket/`. */
  uri(zone: Zone): pulumi.Output<string>;
  /** Catalogue name of a data set's table in a zone. */
  table(dataSet: DataSet, zone: TableZone): TableReference;
  /** Catalogue name of a domain's database in a zone. */
  database(domain: string, zone: TableZone): string;
}

/** An HTTP door for events, a queue behind it, and delivery into the lake's raw zone. */
export interface StreamIngest {
  /** Events of a data set are posted to `<eventsUrl>/<domain>/<name>`. */
  readonly eventsUrl: pulumi.Output<string>;
  /** Data set id to the name of its queue. */
  readonly streams: Readonly<Record<string, pulumi.Output<string>>>;
}

/** Runs the Spark jobs, on schedule and on demand. */
export interface SparkCluster {
  /** What starts a run: a workflow that waits for the jobs' end and fails when they fail. */
  readonly workflow: pulumi.Output<string>;
  /** Where the last run leaves its report. */
  readonly reportUri: pulumi.Output<string>;
}

/** SQL over the lake, and the statements that build its derived tables. */
export interface Warehouse {
  /** Name of each saved statement to its id. */
  readonly statements: Readonly<Record<string, pulumi.Output<string>>>;
}

/** Dashboards over the warehouse. */
export interface BI {
  /** Dashboard id to where a person opens it, or to the saved queries behind it. */
  readonly dashboards: Readonly<Record<string, pulumi.Output<string>>>;
}
