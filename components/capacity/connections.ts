/** How many connections a database takes. */
import {
  DATABASE_SIZES,
  databaseProblems,
  sizeOf,
  type DatabaseDefinition,
  type DatabaseSize,
} from "../database";

/** Percent of the database's connections that a proxy takes; the rest is for people who mend it. */
export const PROXY_PERCENT = 90;

/** GiB of the t, m and r classes (RDS user guide, "Hardware specifications for DB instance classes"). */
const MEMORY: Readonly<Record<"burst" | "even" | "memory", Partial<Record<DatabaseSize, number>>>> = {
  burst: { micro: 1, small: 2, medium: 4, large: 8, xlarge: 16, "2xlarge": 32 },
  even: { large: 8, xlarge: 16, "2xlarge": 32, "4xlarge": 64 },
  memory: { large: 16, xlarge: 32, "2xlarge": 64, "4xlarge": 128 },
};

/** Aurora user guide, "Maximum connections to an Aurora MySQL DB instance". */
const AURORA_MYSQL: Readonly<Record<"burst" | "memory", Partial<Record<DatabaseSize, number>>>> = {
  burst: { medium: 90, large: 135 },
  memory: { large: 1000, xlarge: 2000, "2xlarge": 3000, "4xlarge": 4000 },
};

/** The server counts what the operating system leaves; AWS does not say how much: an estimate on the safe side. */
const COUNTED_MEMORY = 0.7;

/** Bytes for a connection (RDS user guide, "Maximum number of database connections"), and the most that PostgreSQL takes. */
const POSTGRES_BYTES = 9_531_392;
const POSTGRES_MOST = 5000;
const MYSQL_BYTES = 12_582_880;

/** Connections that functions may hold open at once. Of engines that take streams. */
export function connectionsOf(definition: DatabaseDefinition): number {
  const { engine, workload = "small", proxy = false } = definition;
  const size = sizeOf(definition);
  const kind = ({ small: "burst", cpu: "even", query: "memory" } as const)[workload];
  const bytes = (MEMORY[kind][size] ?? 0) * 2 ** 30 * COUNTED_MEMORY;
  const server =
    engine === "aurora-mysql"
      ? (AURORA_MYSQL[kind === "memory" ? kind : "burst"][size] ?? 0)
      : engine.endsWith("postgresql")
        ? Math.min(bytes / POSTGRES_BYTES, POSTGRES_MOST)
        : bytes / MYSQL_BYTES;
  return Math.floor(proxy ? (server * PROXY_PERCENT) / 100 : server);
}

/** The smallest size of the same class, or else of the class for queries, that takes so many; undefined: none does. */
export function sizeFor(definition: DatabaseDefinition, connections: number): DatabaseDefinition | undefined {
  const candidates = [definition.workload ?? "small", "query" as const].flatMap((workload) =>
    DATABASE_SIZES.map((size): DatabaseDefinition => ({ ...definition, workload, size })),
  );
  return candidates.find(
    (candidate) =>
      databaseProblems(candidate).every((problem) => problem === undefined) &&
      connectionsOf(candidate) >= connections,
  );
}
