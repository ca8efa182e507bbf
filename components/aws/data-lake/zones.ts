/** The lake's buckets: one a zone, with what each keeps, for how long, and whom it answers. */
import type * as pulumi from "@pulumi/pulumi";
import { holdsUniqueIdentifiers } from "../../access-records";
import { isPersonal, type DataSet } from "../../contract/model";
import type { TableZone, Zone } from "../../platform";
import type { AwsContext } from "../context";
import type { KeyDomain } from "../foundation/encryption-keys";
import type { DataLakeArgs } from "./arguments";
import { closeErrors, keepLineage, landingPolicy, logsPolicy, onlyIn } from "./bucket-statements";
import type { TablePlace } from "./catalogue";
import { ERRORS_PREFIX, LINEAGE_PREFIX } from "./folders";
import { tableLifecycle, type FolderLifecycle, type Transition } from "./lifecycle";
import { ZoneBucket, type ZoneBucketArgs } from "./zone-bucket";

export interface ZonesArgs extends DataLakeArgs {
  readonly landingDays: number;
  readonly places: readonly TablePlace[];
  /** Folder of a data set below the root of any zone. */
  readonly folder: (dataSet: DataSet) => string;
}

/** An audit looks back over a year, and is not made on its last day. */
const LINEAGE_DAYS = 400;

export function createZones(
  name: string,
  context: AwsContext,
  args: ZonesArgs,
  parent: pulumi.Resource,
): Record<Zone, ZoneBucket> {
  const child = { parent };
  const moves: Transition[] = [
    { storageClass: "STANDARD_IA", afterDays: args.infrequentAccessAfterDays ?? 90 },
    { storageClass: "GLACIER_IR", afterDays: args.archiveAfterDays ?? 365 },
  ];
  const logs = new ZoneBucket(
    `${name}-logs`,
    context,
    {
      part: "logs",
      openness: "closed",
      dataClass: "logs",
      lifecycle: [tableLifecycle("logs", "", context.logRetentionDays, moves.slice(0, 1))],
      denials: logsPolicy(context),
    },
    child,
  );
  const zone = (part: string, domain: KeyDomain, rest: Omit<ZoneBucketArgs, "part" | "keyArn">) =>
    new ZoneBucket(
      `${name}-${part}`,
      context,
      {
        ...{ part, keyArn: args.keys.arn(domain), accessLogs: logs.bucket },
        inventory: { bucket: logs, keyArn: args.keys.arn("logs") },
        ...rest,
      },
      child,
    );
  const { landingDays, landingVersionDays = 3 } = args;
  const personalStreams = args.contracts.some((d) => d.ingestion === "stream" && isPersonal(d));
  return {
    logs,
    landing: zone("landing", "landing", {
      openness: "closed",
      dataClass: "raw-pii",
      uniqueIdentifiers: holdsUniqueIdentifiers(args.contracts),
      expireAfterDays: landingDays,
      oldVersionDays: landingVersionDays,
      events: true,
      denials: [
        ...landingPolicy(
          context,
          args.contracts.filter(({ id }) => (args.imported ?? []).includes(id)),
        ),
        ...onlyIn(context, {
          network: args.landingNetwork ?? null,
          endpoints: args.landingEndpoints ?? [],
          admins: args.keys.admins,
        }),
      ],
    }),
    raw: zone("raw", "lake", {
      openness: "open",
      dataClass: "pseudonymised",
      lifecycle: [
        ...tableLifecycles(args, "raw", moves),
        // What delivery could not transform is as clear as what lies in landing.
        {
          ...{ id: "errors", prefix: ERRORS_PREFIX, live: false },
          ...{ expireAfterDays: landingDays, oldVersionDays: landingVersionDays },
        },
      ],
      denials: personalStreams ? closeErrors(context) : [],
    }),
    curated: zone("curated", "lake", {
      openness: "open",
      dataClass: "pseudonymised",
      lifecycle: [...tableLifecycles(args, "curated", moves), lineageLifecycle(args)],
      denials: [keepLineage(context)],
    }),
    queryResults: zone("query-results", "lake", {
      openness: "open",
      dataClass: "pseudonymised",
      expireAfterDays: args.resultDays ?? 30,
    }),
  };
}

/** One rule a table, by the retention of its contract. */
function tableLifecycles(
  { places, folder }: ZonesArgs,
  zone: TableZone,
  moves: readonly Transition[],
): FolderLifecycle[] {
  return places
    .filter((place) => place.zone === zone)
    .map(({ dataSet }) => tableLifecycle(dataSet.id, folder(dataSet), dataSet.retentionDays, moves));
}

/** Where rows come from is known as long as any of them is there, and for an audit. Its files are too small to move. */
function lineageLifecycle({ contracts }: ZonesArgs): FolderLifecycle {
  const longest = Math.max(LINEAGE_DAYS, ...contracts.map(({ retentionDays }) => retentionDays));
  return { id: "lineage", prefix: LINEAGE_PREFIX, live: true, expireAfterDays: longest };
}
