import { examine, show } from "../model/expectation";
import { readIndices, type Path } from "../model/reading";
import { pipa } from "../model/references";
import { undecided, violation, type Finding, type Resource, type ResourceRule } from "../model/rule";
import { settingIn, type Configuration } from "../model/setting";
import { KEY, SECRET } from "../model/types";
import { checkArn, checkRegion, REGIONS } from "./regions";

const FIX =
  "Copy within the platform's regions only (`regions` in the rule's settings; ap-northeast-2 by default); keys stay in one " +
  "region: leave `multiRegion` out.";

/** Where a resource copies data or keys to; `EACH` stands for every element of a list. */
interface Destination {
  readonly path: readonly (string | typeof EACH)[];
  /** Whether the property is a region's name, or an ARN that holds one. */
  readonly names: "region" | "arn";
}

const EACH = Symbol("each element");

const DESTINATIONS: Readonly<Record<string, readonly Destination[]>> = {
  [SECRET]: [{ path: ["replicas", EACH, "region"], names: "region" }],
  "aws:backup/plan:Plan": [
    { path: ["rules", EACH, "copyActions", EACH, "destinationVaultArn"], names: "arn" },
  ],
  "aws:dynamodb/globalTable:GlobalTable": [{ path: ["replicas", EACH, "regionName"], names: "region" }],
  "aws:dynamodb/table:Table": [{ path: ["replicas", EACH, "regionName"], names: "region" }],
  "aws:dynamodb/tableReplica:TableReplica": [{ path: ["globalTableArn"], names: "arn" }],
  "aws:ecr/replicationConfiguration:ReplicationConfiguration": [
    {
      path: ["replicationConfiguration", "rules", EACH, "destinations", EACH, "region"],
      names: "region",
    },
  ],
  "aws:efs/replicationConfiguration:ReplicationConfiguration": [
    { path: ["destination", "region"], names: "region" },
  ],
  "aws:kms/replicaExternalKey:ReplicaExternalKey": [{ path: ["primaryKeyArn"], names: "arn" }],
  "aws:kms/replicaKey:ReplicaKey": [{ path: ["primaryKeyArn"], names: "arn" }],
  "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy": [{ path: ["destinationRegion"], names: "region" }],
  "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": [
    { path: ["sourceDbInstanceArn"], names: "arn" },
  ],
  "aws:rds/snapshotCopy:SnapshotCopy": [{ path: ["destinationRegion"], names: "region" }],
  "aws:redshift/snapshotCopy:SnapshotCopy": [{ path: ["destinationRegion"], names: "region" }],
};

/** Keys that may have replicas elsewhere. */
const KEYS: readonly string[] = [KEY, "aws:kms/externalKey:ExternalKey"];

/** Copies of data, secrets and keys stay in the platform's regions. Those of buckets, `bucket-replication` asks. */
export const replicaRegion: ResourceRule = {
  name: "replica-region",
  group: "residency",
  scope: "resource",
  severity: "high",
  description: "Replicas and backups of data, secrets and keys stay in the platform's regions.",
  framework: pipa("28-8", "Storing personal data abroad is a transfer abroad (개인정보의 국외 이전)"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html",
  types: [...KEYS, ...Object.keys(DESTINATIONS)],
  settings: [REGIONS],
  check(resource, configuration) {
    if (KEYS.includes(resource.type)) {
      return examine(resource, {
        path: ["multiRegion"],
        accepts: (value) => value === false,
        absentIsRight: true,
        must: "must be false",
        fix: FIX,
      });
    }
    return (DESTINATIONS[resource.type] ?? []).flatMap((destination) =>
      checkAt(resource, destination, [], destination.path, configuration),
    );
  },
};

/** Follows the path into every element of its lists. */
function checkAt(
  resource: Resource,
  destination: Destination,
  before: Path,
  [part, ...rest]: Destination["path"],
  configuration: Configuration,
): Finding[] {
  if (part === undefined) {
    return destination.names === "arn"
      ? checkArn(resource, before, configuration, FIX)
      : checkRegion(resource, before, settingIn(configuration, REGIONS), FIX);
  }
  if (part !== EACH) return checkAt(resource, destination, [...before, part], rest, configuration);
  const elements = readIndices(resource.props, before);
  if (elements.state === "absent") return [];
  if (elements.state === "unknown") return [undecided(resource, show(before), FIX)];
  if (elements.state === "wrong-type") return [violation(resource, `${show(before)} is no list.`, FIX)];
  return elements.value.flatMap((index) =>
    checkAt(resource, destination, [...before, index], rest, configuration),
  );
}
