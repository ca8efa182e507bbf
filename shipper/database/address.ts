/** Which table of which server: `postgres://user@host:port/database?table=schema.table`, as the command line says it. */
import { ShipError } from "../ship-error";

export type DatabaseEngine = "postgres" | "mysql";

/**
 * How the connection is protected.
 * - `full`: encrypted, the certificate is of a trusted authority and of this host.
 * - `ca`: encrypted, the certificate is of the authority of `--ca`, whatever host it names.
 * - `off`: in clear; the default to this machine only.
 */
export type TlsMode = "full" | "ca" | "off";
const TLS_MODES: readonly TlsMode[] = ["full", "ca", "off"];

const ENGINES: Readonly<Record<string, DatabaseEngine>> = {
  postgres: "postgres",
  postgresql: "postgres",
  mysql: "mysql",
  mariadb: "mysql",
};
const PORTS: Readonly<Record<DatabaseEngine, number>> = { postgres: 5432, mysql: 3306 };
const PARAMETERS = ["table", "tls", "socket"];
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/i;
const FORM =
  "postgres://USER@HOST:PORT/DATABASE?table=SCHEMA.TABLE, or mysql://USER@HOST:PORT/DATABASE?table=TABLE";

export interface TableAddress {
  readonly engine: DatabaseEngine;
  readonly host: string;
  readonly port: number;
  /** Unix socket: for PostgreSQL its folder, for MySQL the socket itself. */
  readonly socket?: string;
  readonly user: string;
  readonly database: string;
  /** Of MySQL the database. @default `public` for PostgreSQL */
  readonly schema: string;
  readonly table: string;
  readonly tls: TlsMode;
  /** The address for messages and the run's name: without user, which may be a person's name. */
  readonly label: string;
}

/** Whether a source is a table rather than a file. */
export function isTableAddress(source: string): boolean {
  return ENGINES[schemeOf(source)] !== undefined;
}

/** @throws ShipError with everything that is wrong; a password that stands in the address is never repeated. */
export function parseTableAddress(source: string): TableAddress {
  const engine = ENGINES[schemeOf(source)];
  const url = parsed(source);
  if (url.password !== "") {
    throw new ShipError(
      `${engine}://…`,
      "the address holds a password, and everybody on this machine can list command lines",
      `take it out and change it at the server; give it in ${PASSWORD_VARIABLES[engine]}, or in a file with --password-file`,
    );
  }
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const database = decoded(url.pathname.slice(1));
  const named = url.searchParams.get("table") ?? "";
  const tls = url.searchParams.get("tls");
  const socket = url.searchParams.get("socket");
  const [schema, table] = splitTable(engine, database, named);
  const local = LOOPBACK.test(host);
  const faults = [
    url.username === "" && "the user is missing",
    database === "" && "the database is missing",
    table === "" && "the table is missing",
    [...url.searchParams.keys()].some((key) => !PARAMETERS.includes(key)) &&
      `a parameter is none of ${PARAMETERS.join(", ")}`,
    tls !== null && !TLS_MODES.includes(tls as TlsMode) && `tls is none of ${TLS_MODES.join(", ")}`,
    socket !== null && !local && "a socket is on this machine, the host is not: write localhost",
  ].filter((fault) => fault !== false);
  if (faults.length > 0) throw new ShipError(`${engine}://…`, faults.join("; "), `write ${FORM}`);
  const port = url.port === "" ? PORTS[engine] : Number(url.port);
  return {
    engine,
    host,
    port,
    ...(socket === null ? {} : { socket }),
    user: decoded(url.username),
    database,
    schema,
    table,
    tls: (tls as TlsMode | null) ?? (local ? "off" : "full"),
    label: `${engine}://${url.hostname}:${port}/${database}?table=${engine === "mysql" ? table : `${schema}.${table}`}`,
  };
}

/** Variables that the servers' own clients read too. */
export const PASSWORD_VARIABLES: Readonly<Record<DatabaseEngine, string>> = {
  postgres: "PGPASSWORD",
  mysql: "MYSQL_PWD",
};

function schemeOf(source: string): string {
  return /^([a-z]+):\/\//i.exec(source)?.[1].toLowerCase() ?? "";
}

function parsed(source: string): URL {
  try {
    return new URL(source);
  } catch {
    // What can't be read may hold a password.
    throw new ShipError(`${schemeOf(source)}://…`, "is no address that can be read", `write ${FORM}`);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function splitTable(
  engine: DatabaseEngine,
  database: string,
  named: string,
): [schema: string, table: string] {
  const dot = named.indexOf(".");
  if (engine === "mysql") return [database, named.startsWith(`${database}.`) ? named.slice(dot + 1) : named];
  return dot < 0 ? ["public", named] : [named.slice(0, dot), named.slice(dot + 1)];
}
