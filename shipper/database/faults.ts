/** A server's or a connection's error, told to a person. Never the server's own text: it may quote a row or a password. */
import { ShipError } from "../ship-error";
import { PASSWORD_VARIABLES, type TableAddress } from "./address";

interface Telling {
  readonly problem: string;
  readonly fix: string;
}

/** SQLSTATE of PostgreSQL and names of MySQL's errors and of its driver's. */
const LOGIN = ["28P01", "28000", "ER_ACCESS_DENIED_ERROR", "ER_ACCESS_DENIED_NO_PASSWORD_ERROR"];
const NO_RIGHT = [
  "42501",
  "ER_DBACCESS_DENIED_ERROR",
  "ER_TABLEACCESS_DENIED_ERROR",
  "ER_COLUMNACCESS_DENIED_ERROR",
];
const NO_DATABASE = ["3D000", "ER_BAD_DB_ERROR"];
const NO_TABLE = ["42P01", "ER_NO_SUCH_TABLE"];
const CROWDED = ["53300", "ER_CON_COUNT_ERROR", "ER_TOO_MANY_USER_CONNECTIONS"];
const LOCKED = ["55P03", "ER_LOCK_WAIT_TIMEOUT"];
const UNREACHABLE = ["ECONNREFUSED", "ENOENT", "EACCES", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT"];
const UNKNOWN_HOST = ["ENOTFOUND", "EAI_AGAIN"];
const GONE = [
  "57P01",
  "57P02",
  "57P03",
  "ECONNRESET",
  "EPIPE",
  "PROTOCOL_CONNECTION_LOST",
  "ER_SERVER_SHUTDOWN",
  "ER_QUERY_INTERRUPTED",
];
/** OpenSSL's verdicts on a chain, as Node.js names them. */
const DISTRUSTED =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY)_|ERR_SSL_|INVALID_CA|HANDSHAKE_SSL_ERROR)/;

/** An error of the connection. @param rows that were read before it. */
export function tellFault(error: unknown, address: TableAddress, rows = 0): unknown {
  if (error instanceof ShipError) return error;
  const telling = tellingOf(error as NodeJS.ErrnoException, address, rows);
  return telling === undefined ? error : new ShipError(address.label, telling.problem, telling.fix);
}

function tellingOf(error: NodeJS.ErrnoException, address: TableAddress, rows: number): Telling | undefined {
  const { engine, host, port, socket, schema, table } = address;
  const code = codeOf(error);
  const place = socket ?? `${host}:${port}`;
  const named = engine === "mysql" ? table : `${schema}.${table}`;
  if (LOGIN.includes(code)) {
    const passfile = engine === "postgres" ? ", in ~/.pgpass" : "";
    return {
      problem: "the server does not let this user in",
      fix: `check user and password; the password stands in ${PASSWORD_VARIABLES[engine]}${passfile}, or in the file of --password-file`,
    };
  }
  if (NO_RIGHT.includes(code)) {
    return {
      problem: `this user may not read ${named}, or there is no such table`,
      fix: `grant SELECT on ${named} to it`,
    };
  }
  if (NO_DATABASE.includes(code)) {
    return { problem: `there is no database ${address.database}`, fix: "name an existing one" };
  }
  if (NO_TABLE.includes(code)) return noTable(address);
  if (CROWDED.includes(code)) return { problem: "the server takes no more connections", fix: "ship later" };
  if (LOCKED.includes(code)) {
    return { problem: `${named} is locked by another session`, fix: "ship again when that has ended" };
  }
  if (UNKNOWN_HOST.includes(code)) return { problem: `the host ${host} is unknown`, fix: "correct its name" };
  if (rows === 0 && UNREACHABLE.includes(code)) {
    return {
      problem: `${place} does not answer (${code})`,
      fix: "check host and port, and that a server listens there",
    };
  }
  if (code === "NO_TLS") {
    return {
      problem: "the server has no TLS, and the rows would cross the network in clear",
      fix: "turn TLS on at the server; where nobody else can listen on the way, add tls=off to the address",
    };
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return {
      problem: "the server's certificate is of another host",
      fix: "write the host that the certificate names, or add tls=ca to trust every server of that authority",
    };
  }
  if (DISTRUSTED.test(code)) {
    return {
      problem: `the server's certificate is not trusted (${code})`,
      fix: "name the authority that signed it with --ca FILE",
    };
  }
  if (GONE.includes(code) || UNREACHABLE.includes(code)) {
    return {
      problem: `the connection ended after ${rows} rows (${code})`,
      fix: "ship again with the same arguments when the server is there: the table is read anew, nothing was published",
    };
  }
  return isServerCode(code)
    ? { problem: `the server failed (${code})`, fix: "look the code up in its manual; nothing was published" }
    : undefined;
}

/** The table is not there, or not shown to this user. */
export function noTable({ engine, schema, table }: TableAddress): Telling {
  const named = engine === "mysql" ? table : `${schema}.${table}`;
  return {
    problem: `there is no table or view ${named} that this user can see`,
    fix: "name it with table=SCHEMA.TABLE, and grant this user SELECT on it",
  };
}

/** What the drivers say in words only is given a code. */
function codeOf({ code, message }: NodeJS.ErrnoException): string {
  if (/does not support (SSL|secure) connections?/i.test(message) || code === "HANDSHAKE_NO_SSL_SUPPORT") {
    return "NO_TLS";
  }
  if (/does not match certificate's altnames/i.test(message)) return "ERR_TLS_CERT_ALTNAME_INVALID";
  if (/^SASL: .*password must be/i.test(message)) return "28P01";
  if (/^Connection terminated|is not queryable|connection is in closed state|Connection lost/i.test(message))
    return "ECONNRESET";
  if (/timeout (expired|exceeded)|^connect ETIMEDOUT/i.test(message)) return "ETIMEDOUT";
  return code ?? "";
}

function isServerCode(code: string): boolean {
  return (
    /^([0-9A-Z]{5}|ER_[A-Z0-9_]+|PROTOCOL_[A-Z_]+|HANDSHAKE_[A-Z_]+)$/.test(code) && !/^E[A-Z]{4}$/.test(code)
  );
}
