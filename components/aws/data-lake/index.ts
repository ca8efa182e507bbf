import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments, checkNumber } from "../../arguments";
import { isPersonal, type Contracts, type DataSet } from "../../contract/model";
import { LIMITS } from "../../limits";
import { principalProblems } from "../../principal";
import type { DataLake as DataLakeOffer, TableReference, TableZone, Zone } from "../../platform";
import type { AwsContext } from "../context";
import type { EncryptionKeys, KeyDomain } from "../foundation/encryption-keys";
import type { Network } from "../foundation/network";
import type { Statement } from "../foundation/service-role";
import { closeErrors, landingPolicy, logsPolicy, readOnlyIn } from "./bucket-statements";
import { createCatalogue, type TablePlace } from "./catalogue";
import { ERRORS_PREFIX } from "./errors-prefix";
import { grant, type Grantee, type GrantTarget } from "./grants";
import { tableLifecycle, type FolderLifecycle, type Transition } from "./lifecycle";
import { createQualityRulesets } from "./quality-rulesets";
import { createLakeRoles, type LakeRoles } from "./roles";
import { Workgroups } from "./workgroups";
import { ZoneBucket, type ZoneBucketArgs } from "./zone-bucket";

export interface DataLakeArgs {
  /** Data sets of the lake; each becomes a table. */
  readonly contracts: Contracts;
  readonly keys: EncryptionKeys;
  /** GB that one analyst's query may scan. @default 100 */
  readonly analystScanLimitGb?: number;
  /** ARNs of those who may take the role `analyst`; none: the account's IAM decides. @default [] */
  readonly analysts?: readonly string[];
  /**
   * Analysts read tables by Lake Formation's grants only, column by column, and no object by themselves; a `Governance` that
   * is `accountWide` makes the grants.
   * @default false
   */
  readonly columnGrants?: boolean;
  /**
   * Days that files stay in landing, after which only pseudonymised data is left.
   * @default 30
   */
  readonly landingDays?: number;
  /** The only network from which landing's objects are read, whoever asks; null: from anywhere. @default null */
  readonly landingNetwork?: Network | null;
  /** Days that query results stay. @default 30 */
  readonly resultDays?: number;
  /** Days after which files of tables, and logs, move to Infrequent Access (30 or more). @default 90 */
  readonly infrequentAccessAfterDays?: number;
  /**
   * Days after which files of tables move on to Glacier Instant Retrieval, which queries read as they read Standard; 30 or
   * more behind `infrequentAccessAfterDays`.
   * @default 365
   */
  readonly archiveAfterDays?: number;
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
    const repeated = repetitions(args.contracts.map(({ id }) => id));
    checkArguments("DataLake", name, [
      repeated.length === 0
        ? undefined
        : `contracts: holds ${repeated.join(", ")} more than once; give each data set once`,
      checkNumber("analystScanLimitGb", args.analystScanLimitGb, LIMITS.scanLimit),
      ...principalProblems("analysts", args.analysts ?? []),
      checkNumber("landingDays", args.landingDays, LIMITS.expireAfter),
      checkNumber("resultDays", args.resultDays, LIMITS.expireAfter),
      checkNumber("infrequentAccessAfterDays", args.infrequentAccessAfterDays, LIMITS.infrequentAccessAfter),
      checkNumber("archiveAfterDays", args.archiveAfterDays, LIMITS.archiveAfter),
      checkOrder(args),
    ]);
    this.contracts = args.contracts;
    this.keys = args.keys;
    this.landingDays = args.landingDays ?? 30;
    this.columnGrants = args.columnGrants ?? false;
    const buckets = this.createBuckets(name, args);
    const places = this.places();
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
  readStatements(zone: Zone, prefix?: string | readonly string[]): Statement[] {
    return this.nodes.buckets[zone].readStatements(this.keys.arn(keyOf(zone)), prefix);
  }

  /** Statements that let a role write a zone, or only folders of it; `replace` also lets it delete. */
  writeStatements(
    zone: Zone,
    prefix?: string | readonly string[],
    options?: { replace?: boolean },
  ): Statement[] {
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

  /** One rule a table, by the retention of its contract. */
  private tableLifecycles(zone: TableZone, moves: readonly Transition[]): FolderLifecycle[] {
    return this.places()
      .filter((place) => place.zone === zone)
      .map(({ dataSet }) => tableLifecycle(dataSet.id, this.folder(dataSet), dataSet.retentionDays, moves));
  }

  private createBuckets(name: string, args: DataLakeArgs): Record<Zone, ZoneBucket> {
    const child = { parent: this };
    const moves: Transition[] = [
      { storageClass: "STANDARD_IA", afterDays: args.infrequentAccessAfterDays ?? 90 },
      { storageClass: "GLACIER_IR", afterDays: args.archiveAfterDays ?? 365 },
    ];
    const logs = new ZoneBucket(
      `${name}-logs`,
      this.context,
      {
        part: "logs",
        openness: "closed",
        dataClass: "logs",
        lifecycle: [tableLifecycle("logs", "", this.context.logRetentionDays, moves.slice(0, 1))],
        denials: logsPolicy(this.context),
      },
      child,
    );
    const zone = (
      part: string,
      rest: Pick<
        ZoneBucketArgs,
        "openness" | "dataClass" | "denials" | "events" | "expireAfterDays" | "lifecycle"
      >,
      domain: KeyDomain,
    ) =>
      new ZoneBucket(
        `${name}-${part}`,
        this.context,
        {
          ...{ part, keyArn: args.keys.arn(domain), accessLogs: logs.bucket },
          inventory: { bucket: logs, keyArn: args.keys.arn("logs") },
          ...rest,
        },
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
          denials: [...landingPolicy(this.context), ...readOnlyIn(args.landingNetwork ?? null, this.context)],
        },
        "landing",
      ),
      raw: zone(
        "raw",
        {
          openness: "open",
          dataClass: "pseudonymised",
          lifecycle: [
            ...this.tableLifecycles("raw", moves),
            // What delivery could not transform is as clear as what lies in landing.
            { id: "errors", prefix: ERRORS_PREFIX, live: false, expireAfterDays: this.landingDays },
          ],
          denials: personalStreams ? [closeErrors(this.context)] : [],
        },
        "lake",
      ),
      curated: zone(
        "curated",
        {
          openness: "open",
          dataClass: "pseudonymised",
          lifecycle: this.tableLifecycles("curated", moves),
        },
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

/** S3 moves from Infrequent Access after 30 days there. */
function checkOrder({ infrequentAccessAfterDays = 90, archiveAfterDays = 365 }: DataLakeArgs) {
  const least = infrequentAccessAfterDays + 30;
  return archiveAfterDays >= least
    ? undefined
    : `archiveAfterDays: is ${archiveAfterDays}; write ${least} or more, 30 days behind infrequentAccessAfterDays ` +
        `(${infrequentAccessAfterDays})`;
}

function repetitions(ids: readonly string[]): string[] {
  return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
}

function keyOf(zone: Zone): KeyDomain {
  if (zone === "landing") return "landing";
  return zone === "logs" ? "logs" : "lake";
}
