/** What RDS calls and wants of each engine. */
import {
  DATABASE_VERSIONS,
  sizeOf,
  type DatabaseDefinition,
  type DatabaseEngine,
  type Workload,
} from "../../database";

export interface Engine {
  /** As RDS names it; of the commercial ones an edition whose licence is in the price. */
  readonly name:
    "postgres" | "mysql" | "mariadb" | "aurora-postgresql" | "aurora-mysql" | "oracle-se2" | "sqlserver-se";
  readonly port: number;
  /** Family of its parameters, before the version. */
  readonly family: string;
  /** Parameters that refuse a connection without TLS. None of Oracle: its option has a port of its own, the only one open. */
  readonly tls: Readonly<Record<string, string>>;
  /** Whether {@link tls} waits for a restart. */
  readonly tlsAfterRestart: boolean;
  /** Logs without statements: those of queries would hold values. */
  readonly logs: readonly string[];
  /** Whether Graviton runs it. */
  readonly graviton: boolean;
  /** Whether IAM can stand in for a password. */
  readonly iamLogin: boolean;
  /** As RDS Proxy names it; null: it does not speak to it. */
  readonly proxyFamily: string | null;
  /** What speaks to it as the stream's consumer does; null: nothing. */
  readonly dialect: "postgresql" | "mysql" | null;
}

const POSTGRES = {
  port: 5432,
  // Errors are logged without the statement, the detail and the values that they are about.
  tls: { "rds.force_ssl": "1", log_min_error_statement: "panic", log_error_verbosity: "terse" },
  tlsAfterRestart: false,
  logs: ["postgresql"],
  graviton: true,
  iamLogin: true,
  proxyFamily: "POSTGRESQL",
  dialect: "postgresql",
} as const;

const MYSQL = {
  port: 3306,
  tls: { require_secure_transport: "1" },
  tlsAfterRestart: false,
  logs: ["error"],
  graviton: true,
  iamLogin: true,
  proxyFamily: "MYSQL",
  dialect: "mysql",
} as const;

/** @property tls RDS user guide, "Using SSL/TLS to encrypt a connection", by engine. */
const ENGINES: Readonly<Record<DatabaseEngine, Engine>> = {
  postgresql: { ...POSTGRES, name: "postgres", family: "postgres" },
  mysql: { ...MYSQL, name: "mysql", family: "mysql" },
  mariadb: { ...MYSQL, name: "mariadb", family: "mariadb" },
  "aurora-postgresql": { ...POSTGRES, name: "aurora-postgresql", family: "aurora-postgresql" },
  "aurora-mysql": {
    ...MYSQL,
    name: "aurora-mysql",
    family: "aurora-mysql",
    // Aurora's own spelling of the same.
    tls: { require_secure_transport: "ON" },
  },
  oracle: {
    name: "oracle-se2",
    // Of the option SSL; 1521 is in clear and let in by no group.
    port: 2484,
    family: "oracle-se2-",
    tls: {},
    tlsAfterRestart: false,
    logs: ["alert"],
    graviton: false,
    iamLogin: false,
    proxyFamily: null,
    dialect: null,
  },
  sqlserver: {
    name: "sqlserver-se",
    port: 1433,
    family: "sqlserver-se-",
    tls: { "rds.force_ssl": "1" },
    tlsAfterRestart: true,
    logs: ["error"],
    graviton: false,
    iamLogin: false,
    proxyFamily: "SQLSERVER",
    dialect: null,
  },
};

export function engineOf({ engine }: DatabaseDefinition): Engine {
  return ENGINES[engine];
}

export function versionOf({ engine, version }: DatabaseDefinition): string {
  return version ?? DATABASE_VERSIONS[engine][0]!;
}

/** E.g. `postgres17`, `sqlserver-se-16.0`. */
export function familyOf(definition: DatabaseDefinition): string {
  return `${engineOf(definition).family}${versionOf(definition).replace(/\.00$/, ".0")}`;
}

/** Generations that Seoul has (RDS pricing, 2026-11): Graviton, or x86-64 where the engine has none. */
const CLASSES: Readonly<Record<Workload, { readonly graviton: string; readonly x86: string }>> = {
  small: { graviton: "t4g", x86: "t3" },
  cpu: { graviton: "m7g", x86: "m6i" },
  query: { graviton: "r7g", x86: "r6i" },
};

/** E.g. `db.t4g.micro`. */
export function classOf(definition: DatabaseDefinition): string {
  const { graviton, x86 } = CLASSES[definition.workload ?? "small"];
  return `db.${engineOf(definition).graviton ? graviton : x86}.${sizeOf(definition)}`;
}
