import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments, checkNumber } from "../../arguments";
import { isPersonal, type Contracts, type DataSet } from "../../contract/model";
import { LIMITS } from "../../limits";
import type { DataLake as DataLakeOffer, TableReference, TableZone, Zone } from "../../platform";
import type { AwsContext } from "../context";
import type { EncryptionKeys, KeyDomain } from "../foundation/encryption-keys";
import type { Network } from "../foundation/network";
import type { Statement } from "../foundation/service-role";
import { acceptAccessLogs, closeErrors, readOnlyIn } from "./bucket-statements";
import { createCatalogue, type TablePlace } from "./catalogue";
import { ERRORS_PREFIX } from "./errors-prefix";
import { createLakeRoles, type LakeRoles } from "./roles";
import { Workgroups } from "./workgroups";
import { ZoneBucket } from "./zone-bucket";

export interface DataLakeArgs {
  /** Data sets of the lake; each becomes a table. */
  readonly contracts: Contracts;
  readonly keys: EncryptionKeys;
  /** GB that one analyst's query may scan. @default 100 */
  readonly analystScanLimitGb?: number;
  /**
   * Days that files stay in landing, after which only pseudonymised data is left.
   * @default 30
   */
  readonly landingDays?: number;
  /** The only network from which landing's objects are read, whoever asks; null: from anywhere. @default null */
  readonly landingNetwork?: Network | null;
  /** Days that query results stay. @default 30 */
  readonly resultDays?: number;
  /** Days after which raw and curated objects move to Infrequent Access (30 or more). @default 90 */
  readonly infrequentAccessAfterDays?: number;
}

/**
 * Object storage in zones, the Glue catalogue over it from the contracts, Athena's workgroups and the roles that query.
 *
 * Creates: buckets landing (closed), raw, curated, query-results (open) and logs, each with its side-cars; a Glue
 * database per zone and domain; a table per data set; two workgroups; roles `loader`, `analyst` and `transform`.
 * Idle cost: none but the objects and what the keys cost.
 * Break glass: a protected lake is removed only with `naru:protectData false` and `naru:allowDataRemoval true`.
 *
 * @throws ArgumentError with every wrong argument.
 */
export class DataLake extends pulumi.ComponentResource implements DataLakeOffer {
  readonly contracts: Contracts;
  readonly workgroups: Workgroups;
  readonly roles: LakeRoles;
  /** Days that files stay in landing. */
  readonly landingDays: number;
  /** Raw children, for what the arguments do not offer. */
  readonly nodes: {
    readonly buckets: Readonly<Record<Zone, ZoneBucket>>;
    readonly tables: Map<string, aws.glue.CatalogTable>;
  };

  private readonly keys: EncryptionKeys;

  constructor(
    name: string,
    private readonly context: AwsContext,
    args: DataLakeArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:DataLake", name, {}, opts);
    const repeated = repetitions(args.contracts.map(({ id }) => id));
    checkArguments("DataLake", name, [
      repeated.length === 0
        ? undefined
        : `contracts: holds ${repeated.join(", ")} more than once; give each data set once`,
      checkNumber("analystScanLimitGb", args.analystScanLimitGb, LIMITS.scanLimit),
      checkNumber("landingDays", args.landingDays, LIMITS.expireAfter),
      checkNumber("resultDays", args.resultDays, LIMITS.expireAfter),
      checkNumber("infrequentAccessAfterDays", args.infrequentAccessAfterDays, LIMITS.infrequentAccessAfter),
    ]);
    this.contracts = args.contracts;
    this.keys = args.keys;
    this.landingDays = args.landingDays ?? 30;
    const buckets = this.createBuckets(name, args);
    const places = this.places();
    const tables = createCatalogue(name, context, places, this);
    this.nodes = { buckets, tables };
    this.workgroups = new Workgroups(
      name,
      context,
      {
        results: buckets.queryResults,
        keyArn: args.keys.arn("lake"),
        scanLimitGb: args.analystScanLimitGb ?? 100,
      },
      { parent: this },
    );
    this.roles = createLakeRoles(
      name,
      context,
      {
        landing: buckets.landing,
        landingKeyArn: args.keys.arn("landing"),
        raw: buckets.raw,
        curated: buckets.curated,
        results: buckets.queryResults,
        keyArn: args.keys.arn("lake"),
        rawPrefixes: places.filter(({ zone }) => zone === "raw").map(({ dataSet }) => this.folder(dataSet)),
        databases: [...new Set(places.map(({ reference }) => reference.database))],
        curatedDatabases: [
          ...new Set(
            places.filter(({ zone }) => zone === "curated").map(({ reference }) => reference.database),
          ),
        ],
      },
      this,
    );
    this.registerOutputs({
      buckets: Object.fromEntries(Object.entries(buckets).map(([zone, { bucket }]) => [zone, bucket.bucket])),
      tables: [...tables.values()].map((table) => pulumi.interpolate`${table.databaseName}.${table.name}`),
      workgroups: { analysts: this.workgroups.analysts.name, transform: this.workgroups.transform.name },
      roles: {
        loader: this.roles.loader.readyArn,
        analyst: this.roles.analyst.readyArn,
        transform: this.roles.transform.readyArn,
      },
    });
  }

  uri(zone: Zone): pulumi.Output<string> {
    return pulumi.interpolate`s3://${this.nodes.buckets[zone].ready}/`;
  }

  database(domain: string, zone: TableZone): string {
    return this.context.names.of("database", zone, domain);
  }

  table(dataSet: DataSet, zone: TableZone): TableReference {
    return { database: this.database(dataSet.domain, zone), table: dataSet.name };
  }

  /** Every database, as dashboards and the stack's outputs name it: `<zone>.<domain>` to its name in Glue. */
  databases(): Record<string, string> {
    return Object.fromEntries(
      this.contracts.flatMap(({ domain, ingestion }) => [
        [`curated.${domain}`, this.database(domain, "curated")],
        ...(ingestion === "stream" ? [[`raw.${domain}`, this.database(domain, "raw")]] : []),
      ]),
    );
  }

  /** Folder of a data set below the root of any zone, e.g. `lms/requests/`. */
  folder({ domain, name }: Pick<DataSet, "domain" | "name">): string {
    return `${domain}/${name}/`;
  }

  /** Folder of a data set's table in a zone, e.g. `s3://bucket/lms/requests/`. */
  location(dataSet: DataSet, zone: TableZone): string {
    return `s3://${this.context.names.of("bucket", zone)}/${this.folder(dataSet)}`;
  }

  /** Where delivery keeps records of a data set that it could not transform; nobody but the pseudonymiser reads it. */
  errorsPrefix(dataSet: DataSet): string {
    return `${ERRORS_PREFIX}${this.folder(dataSet)}`;
  }

  /** Statements that let a role read a zone, or only a folder of it, the KMS rights included. */
  readStatements(zone: Zone, prefix?: string): Statement[] {
    return this.nodes.buckets[zone].readStatements(this.keys.arn(keyOf(zone)), prefix);
  }

  /** Statements that let a role write a zone, or only a folder of it; `replace` also lets it delete. */
  writeStatements(zone: Zone, prefix?: string, options?: { replace?: boolean }): Statement[] {
    return this.nodes.buckets[zone].writeStatements(this.keys.arn(keyOf(zone)), prefix, options);
  }

  /** Stream sets have a raw and a curated table; files go straight to curated. */
  private places(): TablePlace[] {
    return this.contracts.flatMap((dataSet) => {
      const zones: TableZone[] = dataSet.ingestion === "stream" ? ["raw", "curated"] : ["curated"];
      return zones.map((zone) => ({
        dataSet,
        zone,
        reference: this.table(dataSet, zone),
        location: this.location(dataSet, zone),
      }));
    });
  }

  private createBuckets(name: string, args: DataLakeArgs): Record<Zone, ZoneBucket> {
    const child = { parent: this };
    const infrequentAccessAfterDays = args.infrequentAccessAfterDays ?? 90;
    const logs = new ZoneBucket(
      `${name}-logs`,
      this.context,
      {
        part: "logs",
        openness: "closed",
        dataClass: "logs",
        infrequentAccessAfterDays,
        denials: [acceptAccessLogs(this.context)],
      },
      child,
    );
    const zone = (
      part: string,
      rest: Pick<
        ConstructorParameters<typeof ZoneBucket>[2],
        "openness" | "dataClass" | "denials" | "events" | "expireAfterDays" | "infrequentAccessAfterDays"
      >,
      domain: KeyDomain,
    ) =>
      new ZoneBucket(
        `${name}-${part}`,
        this.context,
        { part, keyArn: args.keys.arn(domain), accessLogs: logs.bucket, ...rest },
        child,
      );
    const personalStreams = this.contracts.some((d) => d.ingestion === "stream" && isPersonal(d));
    return {
      logs,
      landing: zone(
        "landing",
        {
          openness: "closed",
          dataClass: "raw-pii",
          expireAfterDays: this.landingDays,
          events: true,
          denials: readOnlyIn(args.landingNetwork ?? null, this.context),
        },
        "landing",
      ),
      raw: zone(
        "raw",
        {
          openness: "open",
          dataClass: "pseudonymised",
          infrequentAccessAfterDays,
          denials: personalStreams ? [closeErrors(this.context)] : [],
        },
        "lake",
      ),
      curated: zone(
        "curated",
        { openness: "open", dataClass: "pseudonymised", infrequentAccessAfterDays },
        "lake",
      ),
      queryResults: zone(
        "query-results",
        { openness: "open", dataClass: "pseudonymised", expireAfterDays: args.resultDays ?? 30 },
        "lake",
      ),
    };
  }
}

function repetitions(ids: readonly string[]): string[] {
  return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
}

function keyOf(zone: Zone): KeyDomain {
  if (zone === "landing") return "landing";
  return zone === "logs" ? "logs" : "lake";
}
