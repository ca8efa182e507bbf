/** A relational database beside the lake: what a person says of it, and what is wrong with it. */
import { checkNumber, checkText, type ArgumentProblem } from "./arguments";
import type { Bounds } from "./limits";

export const DATABASE_ENGINES = [
  "postgresql",
  "mysql",
  "mariadb",
  "aurora-postgresql",
  "aurora-mysql",
  "oracle",
  "sqlserver",
] as const;
export type DatabaseEngine = (typeof DATABASE_ENGINES)[number];

/** Major versions under standard support, the default first (RDS and Aurora release calendars, 2026-11). */
export const DATABASE_VERSIONS: Readonly<Record<DatabaseEngine, readonly string[]>> = {
  postgresql: ["17", "16", "15"],
  mysql: ["8.4"],
  mariadb: ["11.4", "10.11"],
  "aurora-postgresql": ["16", "17", "15"],
  "aurora-mysql": ["8.0"],
  oracle: ["19", "21"],
  sqlserver: ["16.00", "15.00"],
};

/** `small`: bursts on a t class; `cpu`: even load on an m class; `query`: joins and sorts in the memory of an r class. */
export const WORKLOADS = ["small", "cpu", "query"] as const;
export type Workload = (typeof WORKLOADS)[number];

export const DATABASE_SIZES = ["micro", "small", "medium", "large", "xlarge", "2xlarge", "4xlarge"] as const;
export type DatabaseSize = (typeof DATABASE_SIZES)[number];

/** Engines whose rows the stream's consumer writes. */
export const CONSUMED_ENGINES: readonly DatabaseEngine[] = DATABASE_ENGINES.filter(
  (engine) => engine !== "oracle" && engine !== "sqlserver",
);

export interface DatabaseDefinition {
  readonly engine: DatabaseEngine;
  /** Major version. @default the first of {@link DATABASE_VERSIONS} */
  readonly version?: string;
  /** @default "small" */
  readonly workload?: Workload;
  /** Size of the class. @default the least that the engine takes of the workload's class */
  readonly size?: DatabaseSize;
  /** `gp3`, or `io2` for even latency. Aurora's grows by itself. @default "gp3" */
  readonly storage?: "gp3" | "io2";
  /** GiB at first. @default 20 of gp3, 100 of io2 */
  readonly storageGb?: number;
  /** GiB up to which storage grows by itself. @default five times storageGb */
  readonly storageLimitGb?: number;
  /** I/O operations a second of io2; gp3 has 3,000 in its price. @default 3000 of io2 */
  readonly iops?: number;
  /** A standby in another zone. @default true where data is protected, false elsewhere */
  readonly multiAz?: boolean;
  /** Aurora's readers beside the writer. @default 0 */
  readonly readers?: number;
  /** Days of automated backups, to any second of which the database comes back. @default 7 */
  readonly backupDays?: number;
  /** RDS Proxy before it, which keeps connections over a failover; costs by vCPU and hour. @default false */
  readonly proxy?: boolean;
  /** Ids of the streams whose events become rows. @default every stream with a contract; none of oracle and sqlserver */
  readonly streams?: readonly string[];
  /** Most events that one statement puts in. @default 500, of full size below Lambda's 6 MB */
  readonly batchSize?: number;
  /** Seconds that events are gathered for a batch. @default 1 */
  readonly batchSeconds?: number;
  /**
   * How often a batch is tried again before it is given up. A try waits some 55 seconds for a database that is away, and between
   * tries Lambda waits longer each time; a record that kills the function holds up its shard for as many.
   * @default 20, which lasts over a failover of a minute or two many times
   */
  readonly retries?: number;
  /** `pseudonyms` treats personal columns as the lake's raw zone does; `clear` keeps them, dropped ones too. @default "pseudonyms" */
  readonly personalData?: "pseudonyms" | "clear";
}

/** Keys of a definition with what each takes, as it stands after "write". */
export const DATABASE_FORMS: Readonly<Record<keyof DatabaseDefinition, string>> = {
  engine: `one of ${DATABASE_ENGINES.join(", ")}`,
  version: "a major version of the engine, as text",
  workload: `one of ${WORKLOADS.join(", ")}`,
  size: `one of ${DATABASE_SIZES.join(", ")}`,
  storage: "gp3 or io2; magnetic storage is not offered",
  storageGb: "a number of GiB",
  storageLimitGb: "a number of GiB",
  iops: "a number of I/O operations a second",
  multiAz: "true or false",
  readers: "a number of readers",
  backupDays: "a number of days",
  proxy: "true or false",
  streams: "a list of ids of streams, e.g. lms.requests",
  batchSize: "a number of events",
  batchSeconds: "a number of seconds",
  retries: "a number of retries",
  personalData: "pseudonyms or clear",
};

const isAurora = ({ engine }: DatabaseDefinition) => engine.startsWith("aurora-");

/** RDS user guide, "DB instance class types": what each engine takes of t4g or t3, and Aurora has no m class. */
const LEAST_SMALL: Readonly<Record<DatabaseEngine, DatabaseSize>> = {
  postgresql: "micro",
  mysql: "micro",
  mariadb: "micro",
  "aurora-postgresql": "medium",
  "aurora-mysql": "medium",
  oracle: "small",
  sqlserver: "xlarge",
};

/** t classes end here: t4g and t3 at 2xlarge, Aurora's at large. */
const largestSmall = (definition: DatabaseDefinition): DatabaseSize =>
  isAurora(definition) ? "large" : "2xlarge";

export function sizeOf(definition: DatabaseDefinition): DatabaseSize {
  const { engine, size, workload = "small" } = definition;
  return size ?? (workload === "small" ? LEAST_SMALL[engine] : "large");
}

/** CreateDBInstance, `AllocatedStorage`: the least of each kind, and 64 TiB (16 TiB of SQL Server). */
export function storageBounds({ engine, storage = "gp3" }: DatabaseDefinition): Bounds {
  return {
    minimum: storage === "gp3" ? 20 : 100,
    maximum: engine === "sqlserver" ? 16_384 : 65_536,
    unit: "GiB",
  };
}

const READERS: Bounds = { minimum: 0, maximum: 15, unit: "readers" };
/** Without backups a database can't be brought back; RDS keeps them for 35 days at most. */
const BACKUP_DAYS: Bounds = { minimum: 1, maximum: 35, unit: "days" };
/** CreateEventSourceMapping: `BatchSize`, `MaximumBatchingWindowInSeconds` and `MaximumRetryAttempts` of a stream. */
const BATCH_SIZE: Bounds = { minimum: 1, maximum: 10_000, unit: "events" };
const BATCH_SECONDS: Bounds = { minimum: 0, maximum: 300, unit: "seconds" };
const RETRIES: Bounds = { minimum: 0, maximum: 10_000, unit: "retries" };
/** Events of a batch that nothing is gathered for. */
const MOST_AT_ONCE = 10;
const IO2: Bounds = { minimum: 1000, maximum: 256_000, unit: "I/O operations a second" };

/** RDS refuses a limit that is less than a tenth above, and advises 26 percent. */
const LEAST_GROWTH = 1.26;

/** @returns `<key>: <what>; <fix>` for each wrong value. */
export function databaseProblems(definition: DatabaseDefinition): (ArgumentProblem | undefined)[] {
  const one = (key: keyof DatabaseDefinition, values: readonly string[]) =>
    checkText(
      key,
      definition[key] as string | undefined,
      (value) => values.includes(value),
      DATABASE_FORMS[key],
    );
  const engine = one("engine", DATABASE_ENGINES);
  if (engine !== undefined) return [engine];
  return [
    checkText(
      "version",
      definition.version,
      (value) => DATABASE_VERSIONS[definition.engine].includes(value),
      `one of ${DATABASE_VERSIONS[definition.engine].join(", ")}`,
    ),
    one("workload", WORKLOADS),
    one("size", DATABASE_SIZES),
    one("storage", ["gp3", "io2"]),
    one("personalData", ["pseudonyms", "clear"]),
    checkNumber("backupDays", definition.backupDays, BACKUP_DAYS),
    checkNumber("readers", definition.readers, READERS),
    checkNumber("batchSize", definition.batchSize, BATCH_SIZE),
    checkNumber("batchSeconds", definition.batchSeconds, BATCH_SECONDS),
    checkNumber("retries", definition.retries, RETRIES),
    // CreateEventSourceMapping, MaximumBatchingWindowInSeconds, "Related setting".
    definition.batchSeconds === 0 && (definition.batchSize ?? MOST_AT_ONCE + 1) > MOST_AT_ONCE
      ? `batchSeconds: is 0, at which Lambda takes ${MOST_AT_ONCE} events a batch; write 1 or more, or batchSize ${MOST_AT_ONCE}`
      : undefined,
    ...classProblems(definition),
    ...storageProblems(definition),
    ...offerProblems(definition),
  ];
}

function classProblems(definition: DatabaseDefinition): (ArgumentProblem | undefined)[] {
  const { engine, workload = "small" } = definition;
  const at = (size: DatabaseSize) => DATABASE_SIZES.indexOf(size);
  const least = workload === "small" ? LEAST_SMALL[engine] : "large";
  const most = workload === "small" ? largestSmall(definition) : "4xlarge";
  const size = sizeOf(definition);
  return [
    isAurora(definition) && workload === "cpu"
      ? `workload: is "cpu", for which Aurora has no class; write "query", or take ${engine.replace("aurora-", "")}`
      : undefined,
    at(size) < at(least) || at(size) > at(most)
      ? `size: is "${size}"; write ${least} to ${most} for ${engine} with workload ${workload}`
      : undefined,
  ];
}

function storageProblems(definition: DatabaseDefinition): (ArgumentProblem | undefined)[] {
  const { storage = "gp3", storageGb, storageLimitGb, iops } = definition;
  if (isAurora(definition)) {
    return (["storage", "storageGb", "storageLimitGb", "iops"] as const).map((key) =>
      definition[key] === undefined
        ? undefined
        : `${key}: is set, but Aurora's storage grows by itself; leave it out`,
    );
  }
  const bounds = storageBounds(definition);
  const least = Math.ceil((storageGb ?? bounds.minimum) * LEAST_GROWTH);
  return [
    checkNumber("storageGb", storageGb, bounds),
    checkNumber("storageLimitGb", storageLimitGb, { ...bounds, minimum: Math.min(least, bounds.maximum) }),
    iops !== undefined && storage === "gp3"
      ? 'iops: is set, but gp3 has 3,000 in its price; leave it out, or write storage "io2"'
      : checkNumber("iops", iops, IO2),
  ];
}

/** What an engine does not have. */
function offerProblems(definition: DatabaseDefinition): (ArgumentProblem | undefined)[] {
  const { engine, readers = 0, proxy = false, streams = [], multiAz = false } = definition;
  return [
    !isAurora(definition) && readers > 0
      ? // RDS user guide, "Password management with RDS and Secrets Manager", Limitations.
        `readers: is ${readers}, but RDS makes no replica of a database whose password it manages; write 0, or take an Aurora engine`
      : undefined,
    isAurora(definition) && multiAz && readers === 0
      ? "multiAz: is true, but an Aurora without a reader has nothing to fail over to; write readers 1 or more"
      : undefined,
    // RDS user guide, "RDS Proxy", supported engines.
    engine === "oracle" && proxy
      ? "proxy: is true, but RDS Proxy does not speak to Oracle; write false"
      : undefined,
    streams.length > 0 && !CONSUMED_ENGINES.includes(engine)
      ? `streams: names streams, but nothing writes events to ${engine}; write [], or take ${CONSUMED_ENGINES.join(", ")}`
      : undefined,
  ];
}
