/** The local stack's database as its owner reads it: whether each event is there, once. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { DATABASE_NAME } from "../../components/aws/database/server";
import type { LocalEndpoints } from "../endpoints";
import { PATHS } from "../paths";
import type { DatabaseOutput } from "../pipeline/outputs";
import { callJson } from "../provider/signed-json";

/** Longest wait for the next row; a batch is written within seconds. */
const WAIT_MS = 60_000;
const POLL_MS = 300;

export class StackDatabase {
  private constructor(private readonly client: Client) {}

  /** @throws Error when the secret or the server does not answer. */
  static async open(
    endpoints: LocalEndpoints,
    { host, port, secretArn }: DatabaseOutput,
  ): Promise<StackDatabase> {
    const { SecretString } = await callJson(
      endpoints,
      { service: "secretsmanager", target: "secretsmanager.GetSecretValue", version: "1.1" },
      { SecretId: secretArn },
    );
    const { username: user, password } = JSON.parse(String(SecretString)) as Record<string, string>;
    const ca = readFileSync(PATHS.databaseAuthority, "utf8");
    const client = new Client({ host, port, user, password, database: DATABASE_NAME, ssl: { ca } });
    // A connection that breaks while nobody asks would end the process.
    client.on("error", () => undefined);
    await client.connect();
    return new StackDatabase(client);
  }

  /** Ids of a stream's events in its table, repetitions as often as they stand there. */
  async ids(dataSet: string): Promise<string[]> {
    const { rows } = await this.client.query<{ id: string }>(`SELECT id FROM ${tableOf(dataSet)}`);
    return rows.map(({ id }) => id);
  }

  /**
   * Waits until a stream's table has as many rows, or no more come for a minute.
   * @returns rows in the end.
   */
  async waitForRows(dataSet: string, wanted: number, onProgress: (rows: number) => void): Promise<number> {
    for (let known = -1, since = Date.now(); ; await sleep(POLL_MS)) {
      const rows = await this.rows(dataSet);
      onProgress(rows);
      if (rows >= wanted || Date.now() > since + WAIT_MS) return rows;
      if (rows > known) [known, since] = [rows, Date.now()];
    }
  }

  close(): Promise<void> {
    return this.client.end();
  }

  /** Before the first event there is no table. */
  private async rows(dataSet: string): Promise<number> {
    const table = tableOf(dataSet);
    const { rows: found } = await this.client.query<{ there: boolean }>(
      "SELECT to_regclass($1) IS NOT NULL AS there",
      [table],
    );
    if (!found[0]!.there) return 0;
    const { rows } = await this.client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
    return rows[0]!.n;
  }
}

const tableOf = (dataSet: string) => `"${dataSet.replace(".", "_")}"`;
