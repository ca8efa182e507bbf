import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "../../arguments";
import type { Contracts, DataSet } from "../../contract/model";
import type { DataLake as DataLakeOffer, TableReference, TableZone, Zone } from "../../platform";
import type { AwsContext } from "../context";
import type { EncryptionKeys, KeyDomain } from "../foundation/encryption-keys";
import type { Statement } from "../foundation/service-role";
import { lakeProblems, type DataLakeArgs } from "./arguments";
import { createCatalogue, type TablePlace } from "./catalogue";
import { ERRORS_PREFIX } from "./folders";
import { grant, type Grantee, type GrantTarget } from "./grants";
import type { ReadOptions, WriteOptions } from "./object-rights";
import { createQualityRulesets } from "./quality-rulesets";
import { createLakeRoles, type LakeRoles } from "./roles";
import { Workgroups } from "./workgroups";
import type { ZoneBucket } from "./zone-bucket";
import { createZones } from "./zones";

export type { DataLakeArgs } from "./arguments";

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
  /** Ids of sets whose drops jobs import. */
  readonly imported: readonly string[];
  /** Whether analysts read by Lake Formation's grants only. */
  readonly columnGrants: boolean;
  /** Raw children, for what the arguments do not offer. */
  readonly nodes: {
    readonly buckets: Readonly<Record<Zone, ZoneBucket>>;
    readonly tables: Map<string, aws.glue.CatalogTable>;
  };

  private readonly keys: EncryptionKeys;

  constructor(
    private readonly name: string,
    private readonly context: AwsContext,
    args: DataLakeArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:DataLake", name, {}, opts);
    checkArguments("DataLake", name, lakeProblems(args));
    this.contracts = args.contracts;
    this.keys = args.keys;
    this.landingDays = args.landingDays ?? 30;
    this.imported = args.imported ?? [];
    this.columnGrants = args.columnGrants ?? false;
    const places = this.places();
    const buckets = createZones(
      name,
      context,
      { ...args, landingDays: this.landingDays, places, folder: (dataSet) => this.folder(dataSet) },
      this,
    );
    const tables = createCatalogue(name, context, places, this);
    createQualityRulesets(name, context, places, tables, this);
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
        rawPrefixes: this.rawFolders(),
        columnGrants: this.columnGrants,
        analysts: args.analysts ?? [],
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

  /** Folders of raw that hold tables, beside what delivery could not transform. */
  rawFolders(): string[] {
    return this.contracts.filter(({ ingestion }) => ingestion === "stream").map((set) => this.folder(set));
  }

  /**
   * Lets a role list and read a zone, or one data set's table, with the right to decrypt by the zone's key: a policy of the
   * role's, seen in the plan.
   *
   * @throws ArgumentError for what is closed (landing, logs), not of this lake or not of this account.
   */
  grantRead(grantee: Grantee, target: GrantTarget): aws.iam.RolePolicy {
    return grant(this.name, this.context, this, "read", grantee, target);
  }

  /**
   * Lets a role write a zone, or one data set's table, without deleting; as {@link grantRead}.
   *
   * @throws ArgumentError for what is closed (landing, logs), not of this lake or not of this account.
   */
  grantWrite(grantee: Grantee, target: GrantTarget): aws.iam.RolePolicy {
    return grant(this.name, this.context, this, "write", grantee, target);
  }

  /** Statements that let a role read a zone, or only folders of it, the KMS rights included. */
  readStatements(zone: Zone, prefix?: string | readonly string[], options?: ReadOptions): Statement[] {
    return this.nodes.buckets[zone].readStatements(this.keys.arn(keyOf(zone)), prefix, options);
  }

  /** Statements that let a role write a zone, or only folders of it; `replace` also lets it delete. */
  writeStatements(zone: Zone, prefix?: string | readonly string[], options?: WriteOptions): Statement[] {
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
}

function keyOf(zone: Zone): KeyDomain {
  if (zone === "landing") return "landing";
  return zone === "logs" ? "logs" : "lake";
}
