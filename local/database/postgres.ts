/** A real PostgreSQL on 127.0.0.1 that stands for RDS: TLS only, errors logged without values, the owner's rights those of RDS's. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { PATHS } from "../paths";
import { freePort } from "../ports";
import { startService, type ServiceProcess } from "../process";
import { PYTHON } from "../toolchain";
import { binariesOf, SERVERS_RUN_HERE } from "./binaries";
import { give, ordinaryUser, runOnce } from "./ordinary-user";

/** As RDS calls its own login, which is nobody's. */
const SUPERUSER = "rdsadmin";
const WANTED_PORT = 5432;

export interface PostgresArgs {
  /** As RDS calls it. */
  readonly identifier: string;
  /** Database that is made at first. */
  readonly database: string;
  /** Who owns it, and makes further logins. */
  readonly owner: string;
  /** Of the owner. */
  readonly password: string;
}

export interface LocalPostgres extends ServiceProcess, Omit<PostgresArgs, "password"> {
  readonly host: string;
  readonly port: number;
  /** Whether it takes connections. */
  answers(): Promise<boolean>;
  /** Of its owner; connections that stand go on. */
  changePassword(password: string): Promise<void>;
  /** Starts it again, after `stop` or `kill`, with the data there is. */
  startAgain(): Promise<void>;
  /** Ends it, and removes its data. */
  remove(): Promise<void>;
}

/**
 * Starts an empty server; what an earlier one left in `.naru/database` is removed. Its data outlives a killed process, and no
 * power failure.
 * @throws Error where there are no programs for this system, or with the end of the server's log.
 */
export async function startPostgres(args: PostgresArgs): Promise<LocalPostgres> {
  if (!SERVERS_RUN_HERE) {
    throw new Error(
      "A local PostgreSQL runs on Linux on x86-64 only. Leave naru:database out of Pulumi.local.yaml",
    );
  }
  const binaries = await binariesOf("postgres");
  const program = (name: string) => join(binaries, "bin", name);
  const password = randomBytes(24).toString("base64url");
  const data = await makeData(program("initdb"), password);
  const port = await freePort(WANTED_PORT);
  const ask = (database: string, statements: readonly string[]) =>
    asSuperuser({ password, port, database }, statements);
  const start = () =>
    startService({
      name: "database",
      command: program("postgres"),
      arguments: [
        "-D",
        data,
        ...Object.entries(settingsOf(port)).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
      ],
      environment: { LC_ALL: "C", PATH: process.env.PATH ?? "" },
      folder: "/",
      log: join(PATHS.database, "server.log"),
      user: ordinaryUser(),
      isUp: () => ask("postgres", ["SELECT 1"]).then(() => true),
    });
  let server = await start();
  await ask("postgres", [
    `CREATE ROLE ${name(args.owner)} LOGIN CREATEROLE CREATEDB PASSWORD ${text(args.password)}`,
    `CREATE DATABASE ${name(args.database)} OWNER ${name(args.owner)}`,
  ]);
  return {
    name: server.name,
    ...{ identifier: args.identifier, database: args.database, owner: args.owner },
    get pid() {
      return server.pid;
    },
    get ended() {
      return server.ended;
    },
    host: "localhost",
    port,
    stop: () => server.stop(),
    kill: () => server.kill(),
    answers: () =>
      ask("postgres", ["SELECT 1"]).then(
        () => true,
        () => false,
      ),
    changePassword: (password) =>
      ask("postgres", [`ALTER ROLE ${name(args.owner)} PASSWORD ${text(password)}`]),
    startAgain: async () => void (server = await start()),
    remove: async () => {
      await server.stop();
      rmSync(PATHS.database, { recursive: true, force: true });
    },
  };
}

/** Files of a new server, which its user owns. */
async function makeData(initdb: string, password: string): Promise<string> {
  rmSync(PATHS.database, { recursive: true, force: true });
  mkdirSync(PATHS.database, { mode: 0o755 });
  const data = join(PATHS.database, "data");
  const passwords = join(PATHS.database, "password");
  writeFileSync(passwords, password, { mode: 0o600 });
  give(passwords);
  mkdirSync(data, { mode: 0o700 });
  give(data);
  await runOnce(initdb, [
    `--pgdata=${data}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwords}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--no-sync",
  ]);
  rmSync(passwords);
  const files = { certificate: join(data, "server.crt"), key: join(data, "server.key") };
  const script = join(__dirname, "certificate.py");
  await promisify(execFile)(PYTHON, [script, PATHS.databaseAuthority, files.certificate, files.key]);
  // Only with TLS: RDS's rds.force_ssl.
  const rules = join(data, "pg_hba.conf");
  writeFileSync(rules, "hostssl all all 127.0.0.1/32 scram-sha-256\n");
  for (const file of [files.certificate, files.key, rules]) give(file);
  return data;
}

/** As the component sets them on AWS, and what keeps the server on this machine. */
function settingsOf(port: number): Record<string, string | number> {
  return {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    ssl: "on",
    ssl_min_protocol_version: "TLSv1.2",
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
    fsync: "off",
    shared_buffers: "32MB",
  };
}

async function asSuperuser(
  place: { password: string; port: number; database: string },
  statements: readonly string[],
): Promise<void> {
  const ca = readFileSync(PATHS.databaseAuthority, "utf8");
  const client = new Client({
    ...place,
    user: SUPERUSER,
    host: "localhost",
    ssl: { ca, minVersion: "TLSv1.2" },
  });
  // A connection that breaks while nobody asks would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end().catch(() => undefined);
  }
}

const name = (value: string) => `"${value.replaceAll('"', '""')}"`;
const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
