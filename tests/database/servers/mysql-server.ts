/** A MySQL server of the test's own, on 127.0.0.1. */
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { binariesOf } from "../../../local/database/binaries";
import { runOnce } from "../../../local/database/ordinary-user";
import type { Certificates } from "./certificate";
import { freePort, ServerProcess, serverFolder } from "./process";

export interface MysqlServer {
  readonly port: number;
  /** Holds `ca.pem`, the authority that the server made for itself. */
  readonly data: string;
  /** Runs statements as root. */
  run(...statements: readonly string[]): Promise<void>;
  kill(): Promise<void>;
  /** After `kill`, with the data there is. */
  startAgain(): Promise<void>;
  remove(): Promise<void>;
}

/** @param tls whose certificate it bears. @default one that it makes itself */
export async function startMysql(tls?: Certificates): Promise<MysqlServer> {
  const binaries = await binariesOf("mysql");
  const folder = serverFolder();
  const data = join(folder, "data");
  const mysqld = join(binaries, "bin", "mysqld");
  const settings = [
    "--no-defaults",
    `--datadir=${data}`,
    `--lc-messages-dir=${join(binaries, "share")}`,
    "--innodb-use-native-aio=0",
    "--log-error-verbosity=1",
  ];
  await runOnce(mysqld, [...settings, "--initialize-insecure"]);
  const port = await freePort();
  const run = async (...statements: readonly string[]): Promise<void> => {
    const connection = await createConnection({ host: "127.0.0.1", port, user: "root", charset: "utf8mb4" });
    connection.on("error", () => undefined);
    try {
      for (const statement of statements) await connection.query(statement);
    } finally {
      connection.destroy();
    }
  };
  const files = tls?.giveTo(folder);
  const start = () =>
    ServerProcess.start(
      mysqld,
      [
        ...settings,
        ...(files === undefined ? [] : [`--ssl-cert=${files.certificate}`, `--ssl-key=${files.key}`]),
        `--port=${port}`,
        "--bind-address=127.0.0.1",
        "--mysqlx=OFF",
        `--socket=${join(folder, "mysql.sock")}`,
        `--pid-file=${join(folder, "mysql.pid")}`,
        "--skip-log-bin",
        "--performance-schema=OFF",
        "--innodb-buffer-pool-size=64M",
        "--innodb-flush-log-at-trx-commit=0",
      ],
      folder,
      () => run("SELECT 1"),
    );
  let server = await start();
  return {
    ...{ port, data, run },
    kill: () => server.kill(),
    startAgain: async () => void (server = await start()),
    remove: () => server.remove(),
  };
}
