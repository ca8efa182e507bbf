/** A PostgreSQL server of the test's own, on 127.0.0.1. */
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { Client } from "pg";
import { binariesOf } from "../../../local/database/binaries";
import { give, runOnce } from "../../../local/database/ordinary-user";
import type { Certificates } from "./certificate";
import { freePort, ServerProcess, serverFolder } from "./process";

const OWNER_PASSWORD = "owner-secret-7391";

export interface PostgresServer {
  readonly port: number;
  /** Runs statements as the owner. */
  run(...statements: readonly string[]): Promise<void>;
  /** @param signal SIGKILL leaves children that hold the data for a while; SIGQUIT ends them too. @default "SIGKILL" */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** After `kill`, with the data there is. */
  startAgain(): Promise<void>;
  remove(): Promise<void>;
}

/** @param tls what TLS is taken with. @default none */
export async function startPostgres(tls?: Certificates): Promise<PostgresServer> {
  const binaries = await binariesOf("postgres");
  const folder = serverFolder();
  const data = join(folder, "data");
  const passwords = join(folder, "password");
  writeFileSync(passwords, OWNER_PASSWORD, { mode: 0o600 });
  give(passwords);
  const port = await freePort();
  const program = (name: string) => join(binaries, "bin", name);
  await runOnce(program("initdb"), [
    `--pgdata=${data}`,
    "--username=owner",
    `--pwfile=${passwords}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--no-sync",
  ]);
  const files = tls?.giveTo(folder);
  const settings = [
    ...(files === undefined
      ? []
      : ["ssl=on", `ssl_cert_file=${files.certificate}`, `ssl_key_file=${files.key}`]),
    `port=${port}`,
    "listen_addresses=127.0.0.1",
    `unix_socket_directories=${folder}`,
    "fsync=off",
    "shared_buffers=32MB",
  ];
  const run = async (...statements: readonly string[]): Promise<void> => {
    const client = new Client({
      host: "127.0.0.1",
      port,
      user: "owner",
      database: "postgres",
      password: OWNER_PASSWORD,
    });
    client.on("error", () => undefined);
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  };
  const start = () =>
    ServerProcess.start(
      program("postgres"),
      ["-D", data, ...settings.flatMap((setting) => ["-c", setting])],
      folder,
      () => run("SELECT 1"),
    );
  let server = await start();
  return {
    ...{ port, run },
    kill: (signal) => server.kill(signal),
    startAgain: async () => void (server = await start()),
    remove: () => server.remove(),
  };
}
