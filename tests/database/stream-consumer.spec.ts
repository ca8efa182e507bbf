import type { KinesisStreamEvent, KinesisStreamRecord } from "aws-lambda";
import { expect } from "chai";
import { createConnection } from "mysql2/promise";
import { Client } from "pg";
import { Consumer } from "../../functions/to-database/consume";
import { openMysql } from "../../functions/to-database/mysql-store";
import { PatientStore } from "../../functions/to-database/patient-store";
import { openPostgres } from "../../functions/to-database/postgres-store";
import type { Refusal } from "../../functions/to-database/refused-records";
import { DatabaseAway, LoginRefused, type Address, type Login } from "../../functions/to-database/store";
import { targetTable } from "../../functions/to-database/table";
import { EVENT, goldenKeys, KeptLog, requestsSpec } from "../unit/functions/fixtures";
import { SERVERS_RUN_HERE } from "../../local/database/binaries";
import { startMysql } from "./servers/mysql-server";
import { startPostgres } from "./servers/postgres-server";

const EVENTS = 10_000;
const BATCH = 500;
const LOGIN: Login = { username: "consumer", password: "consumer-4711" };
const SPEC = requestsSpec();

/** What the tests ask of a server. */
interface Server {
  readonly port: number;
  run(...statements: readonly string[]): Promise<void>;
  kill(): Promise<void>;
  startAgain(): Promise<void>;
  remove(): Promise<void>;
  rows(sql: string): Promise<Record<string, unknown>[]>;
}

const ENGINES = {
  postgresql: { start: postgres, open: openPostgres },
  mysql: { start: mysql, open: openMysql },
} as const;

async function postgres(): Promise<Server> {
  const server = await startPostgres();
  await server.run(
    `CREATE ROLE consumer LOGIN PASSWORD '${LOGIN.password}'`,
    "CREATE DATABASE events OWNER consumer",
  );
  const rows = async (sql: string) => {
    const client = new Client({ ...place(server), user: LOGIN.username, password: LOGIN.password });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  // A killed parent would leave children that hold the data for a while.
  return { ...server, kill: () => server.kill("SIGQUIT"), rows };
}

async function mysql(): Promise<Server> {
  const server = await startMysql();
  // The tests' servers give up what is not yet written; here a commit has to last over a kill.
  const durable = () => server.run("SET GLOBAL innodb_flush_log_at_trx_commit = 2");
  await durable();
  await server.run(
    `CREATE USER consumer IDENTIFIED BY '${LOGIN.password}'`,
    "CREATE DATABASE events",
    "GRANT ALL ON events.* TO consumer",
  );
  const rows = async (sql: string) => {
    const connection = await createConnection({ ...place(server), user: "root", dateStrings: true });
    try {
      return (await connection.query(sql))[0] as Record<string, unknown>[];
    } finally {
      connection.destroy();
    }
  };
  return { ...server, startAgain: () => server.startAgain().then(durable), rows };
}

const place = ({ port }: { port: number }) => ({ host: "127.0.0.1", port, database: "events" });
const address = (server: { port: number }): Address => ({ ...place(server), tls: "none" });

/** Records with ascending sequence numbers, as a shard has them. */
class Shard {
  private at = 0;

  record(content: object | string): KinesisStreamRecord {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    const kinesis = {
      sequenceNumber: String(++this.at).padStart(20, "0"),
      partitionKey: "key",
      approximateArrivalTimestamp: 1_795_230_000 + this.at / 1000,
      kinesisSchemaVersion: "1.0",
      data: Buffer.from(text, "utf8").toString("base64"),
    };
    return { kinesis } as KinesisStreamRecord;
  }
}

const event = (n: number, changes: object = {}) => ({
  ...{ ...EVENT, id: `event-${n}`, user_id: `u${n % 700}`, duration_ms: n % 3_600_000 },
  ...changes,
});

/** Keeps what is refused, by sequence number, as the bucket does. */
class Kept {
  readonly refused = new Map<string, string>();
  broken = false;

  readonly keep = async (refusals: readonly Refusal[]): Promise<void> => {
    if (this.broken) throw new Error("away");
    for (const { record, reason } of refusals) this.refused.set(record.kinesis.sequenceNumber, reason);
  };
}

/** Sends a batch as Lambda's mapping does: again, from the lowest that failed, until all of it is done. */
async function deliver(consumer: Consumer, records: KinesisStreamRecord[]): Promise<number> {
  let tries = 0;
  for (let left = records; left.length > 0; tries++) {
    try {
      const { batchItemFailures } = await consumer.consume({ Records: left }, Date.now() + 700);
      const [lowest] = batchItemFailures;
      left =
        lowest === undefined
          ? []
          : left.slice(left.findIndex((one) => numberOf(one) === lowest.itemIdentifier));
    } catch (error) {
      expect(error).to.be.instanceOf(DatabaseAway);
    }
  }
  return tries;
}

const numberOf = ({ kinesis }: KinesisStreamRecord) => kinesis.sequenceNumber;

for (const [engine, { start, open }] of Object.entries(ENGINES)) {
  describe(`the stream's consumer and a real ${engine}`, function () {
    // The first run fetches 94 MB.
    this.timeout(600_000);
    let server: Server;
    let log: KeptLog;
    let kept: Kept;
    let stores: PatientStore[];
    const shard = new Shard();

    before(async function () {
      if (!SERVERS_RUN_HERE) return this.skip();
      server = await start();
    });
    after(() => server?.remove());

    beforeEach(() => {
      log = new KeptLog();
      kept = new Kept();
      stores = [];
    });
    afterEach(async () => {
      for (const store of stores) store.close();
      await server.run(engine === "mysql" ? "DROP TABLE IF EXISTS events.lms_requests" : "SELECT 1");
      if (engine === "postgresql") await server.rows("DROP TABLE IF EXISTS lms_requests");
    });

    function consumer(login: () => Promise<Login> = async () => LOGIN, spec = SPEC): Consumer {
      const store = new PatientStore(
        (given, within) => open(address(server), targetTable(spec), given, within),
        login,
        log,
      );
      stores.push(store);
      return new Consumer({ spec, keys: goldenKeys, epoch: 1, store, refused: kept, log });
    }

    const soon = () => Date.now() + 20_000;
    const send = (...contents: (object | string)[]): KinesisStreamEvent => ({
      Records: contents.map((content) => shard.record(content)),
    });
    const table = () => server.rows("SELECT * FROM lms_requests ORDER BY id");

    it("stores rows with pseudonyms, without what is dropped, in the contract's types", async () => {
      await consumer().consume(send(event(1)), soon());
      const [row] = await table();
      expect(row!.user_id).to.match(/^[\w-]{22}$/);
      expect(row!.email).to.match(/^[\w-]{22}$/);
      expect(row).to.include({ id: "event-1", course_id: "CSE101", duration_ms: 1, pseudonym_epoch: 1 });
      expect(row).not.to.have.any.keys("user_name", "remote_ip");
      const [{ at }] = (await server.rows(
        engine === "mysql"
          ? "SELECT date_format(occurred_at, '%Y-%m-%d %H:%i:%s') AS at FROM lms_requests"
          : "SELECT to_char(occurred_at, 'YYYY-MM-DD HH24:MI:SS') AS at FROM lms_requests",
      )) as [{ at: string }];
      expect(at, "in UTC").to.equal("2026-11-20 15:00:00");
    });

    it(`has each of ${EVENTS} events exactly once, though some repeat, some are bad, and the server is killed`, async () => {
      const contents: (object | string)[] = [];
      let bad = 0;
      for (let n = 0; n < EVENTS; n++) {
        contents.push(event(n));
        if (n % 100 === 50) contents.push(event(n - 7));
        if (n % 100 === 25 && ++bad)
          contents.push(n % 200 === 25 ? '{"id": "torn' : event(-n, { duration_ms: "long" }));
      }
      const records = contents.map((content) => shard.record(content));
      const target = consumer();
      let tries = 0;
      let away: Promise<void> | undefined;
      for (let at = 0; at < records.length; at += BATCH) {
        if (at >= records.length / 2) {
          away ??= (async () => {
            await server.kill();
            await new Promise((resolve) => setTimeout(resolve, 2500));
            await server.startAgain();
          })();
        }
        tries += await deliver(target, records.slice(at, at + BATCH));
      }
      await away;
      const rows = await table();
      expect(rows.map(({ id }) => id)).to.have.members(
        Array.from({ length: EVENTS }, (_, n) => `event-${n}`),
      );
      for (const { id, duration_ms } of rows) expect(`event-${duration_ms}`).to.equal(id);
      expect(kept.refused.size)
        .to.equal(bad)
        .and.equal(EVENTS / 100);
      expect(tries, "the server was away").to.be.greaterThan(Math.ceil(records.length / BATCH));
    });

    it("stores the last of an event's versions, whatever stands between them", async () => {
      const versions = [
        event(1, { page: "/a" }),
        event(2),
        event(1, { page: "/b" }),
        event(1, { page: "/c" }),
      ];
      await consumer().consume(send(...versions), soon());
      await consumer().consume(send(event(2, { page: "/d" })), soon());
      expect((await table()).map(({ id, page }) => [id, page])).to.deep.equal([
        ["event-1", "/c"],
        ["event-2", "/d"],
      ]);
    });

    it("takes two ids that differ in case, accent or a space behind for two, and quotes for text", async () => {
      const ids = ["a", "A", "á", "a ", "가", "it's", '"', "\\", "\\'; DROP TABLE lms_requests; --", "😀"];
      await consumer().consume(send(...ids.map((id) => event(1, { id, page: id }))), soon());
      const rows = await table();
      expect(rows.map(({ id }) => id)).to.have.members(ids);
      for (const { id, page } of rows) expect(page).to.equal(id);
    });

    it("leaves out the row that the database itself refuses, and no other", async () => {
      // Half a character: JSON takes it, and no table does.
      const contents = Array.from({ length: 50 }, (_, n) => event(n, n === 17 ? { page: "a\ud800" } : {}));
      const batch = send(...contents);
      expect(await consumer().consume(batch, soon())).to.deep.equal({ batchItemFailures: [] });
      expect(await table()).to.have.length(49);
      expect([...kept.refused.keys()]).to.deep.equal([numberOf(batch.Records[17]!)]);
      expect([...kept.refused.values()][0]).to.match(/^the database refuses it \((SQLSTATE|error) \w+\)$/);
    });

    it("reports a bad record alone, and the lowest first, where it can't be kept aside", async () => {
      kept.broken = true;
      const batch = send(event(1), "{", event(2), event(3, { http_method: "STEAL" }), event(4));
      const { batchItemFailures } = await consumer().consume(batch, soon());
      expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).to.deep.equal(
        [1, 3].map((at) => numberOf(batch.Records[at]!)),
      );
      expect(await table()).to.have.length(3);
    });

    it("raises when the database stays away, and stores nothing twice once it is there", async () => {
      const target = consumer();
      const batch = send(event(1), event(2));
      await target.consume(batch, soon());
      await server.kill();
      const from = Date.now();
      const error = await target.consume(batch, from + 1000).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(DatabaseAway);
      expect(Date.now() - from).to.be.lessThan(1500);
      await server.startAgain();
      await target.consume(batch, soon());
      expect(await table()).to.have.length(2);
    });

    it("reads the login once, and again when it was rotated", async () => {
      let reads = 0;
      const target = consumer(async () => (++reads === 1 ? { ...LOGIN, password: "of yesterday" } : LOGIN));
      await target.consume(send(event(1)), soon());
      await target.consume(send(event(2)), soon());
      expect(reads).to.equal(2);
      expect(await table()).to.have.length(2);
      const wrong = consumer(async () => ({ ...LOGIN, password: "never right" }));
      const error = await wrong.consume(send(event(3)), Date.now() + 500).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(LoginRefused);
    });

    it("uses one connection over batches", async () => {
      const target = consumer();
      for (let n = 0; n < 5; n++) await target.consume(send(event(n)), soon());
      const [{ open: count }] = (await server.rows(
        engine === "mysql"
          ? "SELECT count(*) AS open FROM information_schema.processlist WHERE user = 'consumer'"
          : "SELECT count(*)::int AS open FROM pg_stat_activity WHERE application_name = 'naru to-database'",
      )) as [{ open: number }];
      expect(Number(count)).to.equal(1);
    });

    it("adds a column that the contract got later", async () => {
      const before = { ...SPEC, columns: SPEC.columns.filter(({ name }) => name !== "duration_ms") };
      const { duration_ms: _, ...older } = event(1);
      const schema = JSON.parse(JSON.stringify(SPEC.eventSchema)) as { properties: Record<string, unknown> };
      delete schema.properties.duration_ms;
      await consumer(undefined, { ...before, eventSchema: schema as never }).consume(send(older), soon());
      await consumer().consume(send(event(2)), soon());
      expect((await table()).map(({ id, duration_ms }) => [id, duration_ms])).to.deep.equal([
        ["event-1", null],
        ["event-2", 2],
      ]);
    });

    it("speaks to no server without TLS, or whose certificate nobody signed", async () => {
      const strict: Address = { ...address(server), host: "localhost", tls: "verify" };
      const error = await open(strict, targetTable(SPEC), LOGIN, 5000).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(DatabaseAway);
    });

    it("says nothing of a value in logs, reasons and errors", async () => {
      const value = "u-very-personal";
      const contents = [event(1, { user_id: value, duration_ms: value }), `{"user_id": "${value}"`];
      await consumer().consume(send(...contents, event(2, { user_id: value, id: "y".repeat(300) })), soon());
      expect(kept.refused.size).to.be.at.least(2);
      expect([...kept.refused.values(), ...log.lines].join("\n")).not.to.contain(value);
    });
  });
}
