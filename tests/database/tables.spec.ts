import { spawnSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../../local/paths";
import { newKeyFile } from "../../shipper/keys/key-file";
import { ship, type Shipment, type ShipRequest } from "../../shipper/ship";
import { temporaryFolder } from "../unit/contract/temporary-folder";
import { checksums, filesUnder, refusal, request, rowsOf } from "../shipper/shipments";
import { COLUMNS, EXPECTED, mysqlTable, peopleContract, PLACES_CONTRACT, POSTGRES_TABLE } from "./people";
import { SERVERS_RUN_HERE } from "../../local/database/binaries";
import { type MysqlServer, startMysql } from "./servers/mysql-server";
import { type PostgresServer, startPostgres } from "./servers/postgres-server";

const READER_PASSWORD = "tiger-4711";
const MANY = 200_000;
/** Some dozen chunks. */
const CHUNK_BYTES = 4_000_000;

/** Rows 1 to MANY; every value is in one script or another of the contract. */
const POSTGRES_MANY = `INSERT INTO crowd SELECT n, 's' || n, 'p' || n || '@example.com', '010-' || n, '학과' || n % 7, n / 7.0::float8,
  n / 8.0, n / 100.0, date '2026-01-01' + n % 300, timestamp '2026-01-01' + n * interval '1 minute',
  '2026-01-01 00:00+00'::timestamptz + n * interval '1 minute', n % 2 = 0, 'left behind'
  FROM generate_series(${MANY}, 1, -1) n`;
const MYSQL_MANY = `INSERT INTO crowd WITH RECURSIVE r AS (SELECT 1 n UNION ALL SELECT n + 1 FROM r WHERE n < ${MANY})
  SELECT n, concat('s', n), concat('p', n, '@example.com'), concat('010-', n), concat('학과', n % 7), n / 7e0,
  n / 8.0, n / 100.0, date '2026-01-01' + interval n % 300 day, timestamp '2026-01-01 00:00:00' + interval n minute,
  timestamp '2026-01-01 00:00:00' + interval n minute, n % 2 = 0, 'left behind' FROM r`;

interface Server {
  readonly port: number;
  run(...statements: readonly string[]): Promise<void>;
}

describe("ship takes tables of servers", function () {
  // The first run fetches 94 MB.
  this.timeout(600_000);
  const folder = temporaryFolder();
  let postgres: PostgresServer;
  let mysql: MysqlServer;

  before(async function () {
    if (!SERVERS_RUN_HERE) return this.skip();
    postgres = await startPostgres();
    mysql = await startMysql();
    await postgres.run(
      ...POSTGRES_TABLE,
      `CREATE TABLE crowd (LIKE people INCLUDING ALL)`,
      POSTGRES_MANY,
      `CREATE ROLE reader LOGIN PASSWORD '${READER_PASSWORD}'`,
      `GRANT SELECT (${COLUMNS.map((name) => `"${name}"`).join(", ")}) ON people, crowd TO reader`,
      "ANALYZE",
    );
    const readable = COLUMNS.map((name) => `\`${name}\``).join(", ");
    await mysql.run(
      "CREATE DATABASE club",
      "USE club",
      ...mysqlTable(),
      ...mysqlTable("euckr", "people_euckr"),
      "CREATE TABLE crowd LIKE people",
      `SET cte_max_recursion_depth = ${MANY}`,
      MYSQL_MANY,
      `CREATE USER reader IDENTIFIED BY '${READER_PASSWORD}'`,
      ...["people", "people_euckr", "crowd"].map(
        (table) => `GRANT SELECT (${readable}) ON ${table} TO reader`,
      ),
    );
    process.env.PGPASSWORD = READER_PASSWORD;
    process.env.MYSQL_PWD = READER_PASSWORD;
  });

  after(async () => {
    delete process.env.PGPASSWORD;
    delete process.env.MYSQL_PWD;
    await postgres?.remove();
    await mysql?.remove();
  });

  const engines = {
    PostgreSQL: {
      server: (): Server => postgres,
      address: (table: string, user = "reader", database = "postgres") =>
        `postgres://${user}@127.0.0.1:${postgres.port}/${database}?table=${table}`,
    },
    MySQL: {
      server: (): Server => mysql,
      address: (table: string, user = "reader", database = "club") =>
        `mysql://${user}@127.0.0.1:${mysql.port}/${database}?table=${table}`,
    },
  };

  function wanted(out: string, source: string, own: Partial<ShipRequest> = {}): ShipRequest {
    const contract = folder.write("people.odcs.yaml", peopleContract());
    const key = folder.path("key.json");
    if (statSync(key, { throwIfNoEntry: false }) === undefined) newKeyFile(key);
    mkdirSync(folder.path(out), { recursive: true });
    return {
      ...request(folder.path(out), key, { sources: [source] }),
      contract: "club.people",
      contracts: [contract],
      ...own,
    };
  }

  const shipped = async (out: string, source: string, own: Partial<ShipRequest> = {}) => {
    const shipment = await ship(wanted(out, source, own));
    return { shipment, rows: await rowsOf(folder.path(out), shipment) };
  };

  /** As EXPECTED has them. */
  const plain = (rows: readonly Record<string, unknown>[]) =>
    rows.map(({ seq, department, score, single, fee, joined, seen_at, paid_at, active }) => {
      const text = (moment: unknown) => (moment instanceof Date ? moment.toISOString() : (moment ?? null));
      const day = joined instanceof Date ? joined.toISOString().slice(0, 10) : (joined ?? null);
      const won = typeof fee === "number" ? Number(fee.toFixed(2)) : fee;
      return [String(seq), department, score, single, won, day, text(seen_at), text(paid_at), active].map(
        (value) => value ?? null,
      );
    });

  for (const [engine, { address, server }] of Object.entries(engines)) {
    describe(`of ${engine}`, () => {
      it("in the order of the key, each type as the contract has it, nothing beside the contract", async () => {
        const { shipment, rows } = await shipped("out", address("people"));
        expect(shipment.manifest.rows).to.include({ read: 4, written: 4, rejected: 0 });
        expect(plain(rows)).to.deep.equal(EXPECTED);
        expect(rows[0]).not.to.have.property("remark");
        // One person, spelled in two ways; empty is a value, null is none.
        expect(rows[0].student_id).to.equal((await fromCsv("S1")).student_id);
        expect(rows[0].email).to.equal(rows[1].email);
        expect(rows[0].phone).to.equal(rows[2].phone);
        expect(rows[1].student_id).to.have.length(String(rows[0].student_id).length);
        expect(
          [rows[3].student_id, rows[3].email, rows[3].phone].map((value) => value ?? null),
        ).to.deep.equal([null, null, null]);
        expect(filesUnder(folder.path("out")).filter((path) => path.startsWith(".staging"))).to.deep.equal(
          [],
        );
        expect(JSON.stringify(shipment.manifest)).not.to.include("127.0.0.1");
      });

      it("once: equal rows are the same shipment", async () => {
        const { shipment } = await shipped("out", address("people"));
        const again = await ship(wanted("out", address("people")));
        expect(again).to.deep.include({ new: false, manifest: shipment.manifest });
        expect(filesUnder(folder.path("out")).filter((path) => path.startsWith(".staging"))).to.deep.equal(
          [],
        );
      });

      it(`the same bytes after kill -9 in both halves, ${MANY} rows`, async () => {
        const source = address("crowd");
        const calm = wanted("calm", source, { chunkBytes: CHUNK_BYTES, lanes: 2 });
        const { manifest } = await ship(calm);
        expect(manifest.rows).to.include({ read: MANY, written: MANY });
        const out = folder.path("out");
        mkdirSync(out);
        const inClear = () => filesUnder(out).filter((path) => /\.staging\/tables\//.test(path));
        for (const moment of ["reading", "converting"]) {
          const script = join(__dirname, "killed-table.ts");
          const files = [out, folder.path("key.json"), folder.path("people.odcs.yaml")];
          const args = [...files, source, String(CHUNK_BYTES), moment];
          const { signal, stderr } = spawnSync(
            process.execPath,
            ["-r", join(ROOT, "cli/typescript.js"), script, ...args],
            {
              encoding: "utf8",
            },
          );
          expect(signal, stderr).to.equal("SIGKILL");
          expect(
            inClear().some((path) => path.endsWith(moment === "reading" ? ".part" : ".jsonl.gz")),
          ).to.equal(true);
          for (const path of inClear()) expect(statSync(join(out, path)).mode & 0o077).to.equal(0);
        }
        let before = 0;
        let resumed = 0;
        await ship({
          ...calm,
          ...wanted("out", source),
          watch: {
            readBefore: (rows) => void (before = rows),
            started: (_, chunks) => void (resumed = chunks),
          },
        });
        expect(before).to.equal(MANY);
        expect(resumed).to.be.at.least(3);
        expect(inClear()).to.deep.equal([]);
        expect(checksums(out)).to.deep.equal(checksums(folder.path("calm")));
      });

      it("and refuses a wrong password, a missing table, database and right, without a password or a value", async () => {
        await server().run(
          ...(engine === "MySQL" ? ["USE club"] : []),
          "CREATE TABLE IF NOT EXISTS closed (seq int PRIMARY KEY)",
        );
        const told = async (source: string) => {
          const message = await refusal(wanted("out", source));
          expect(message)
            .not.to.include(READER_PASSWORD)
            .and.not.include("reader")
            .and.not.include("example.com");
          return message;
        };
        const variable = engine === "MySQL" ? "MYSQL_PWD" : "PGPASSWORD";
        process.env[variable] = "wrong-0815";
        expect(await told(address("people")))
          .to.include("does not let this user in")
          .and.include(variable);
        delete process.env[variable];
        expect(await told(address("people"))).to.include("does not let this user in");
        process.env[variable] = READER_PASSWORD;
        expect(await told(address("nothing"))).to.include("there is no table or view");
        expect(await told(address("people", "reader", "none"))).to.match(/no database|may not read/);
        expect(await told(address("closed"))).to.match(
          engine === "MySQL"
            ? /no table or view closed/
            : /missing, or this user may not see it; column seq may not be read/,
        );
        expect(await told(address("people").replace(/:\d+\//, ":1/"))).to.include("ECONNREFUSED");
        expect(await told(address("people").replace("127.0.0.1", "nowhere.invalid"))).to.include(
          "is unknown",
        );
        expect(filesUnder(folder.path("out"))).to.deep.equal([]);
      });

      it("and names every column that the table has not", async () => {
        const contract = folder.write("more.odcs.yaml", peopleContract("height", "weight"));
        const message = await refusal({ ...wanted("out", address("people")), contracts: [contract] });
        expect(message).to.include("column height, weight is missing");
      });

      it("and refuses columns that look personal and are not marked, before a row is written", async () => {
        const table = engine === "MySQL" ? ["USE club"] : [];
        await server().run(
          ...table,
          "CREATE TABLE IF NOT EXISTS odd (seq bigint PRIMARY KEY, place varchar(40))",
          "DELETE FROM odd",
          `INSERT INTO odd VALUES ${Array.from({ length: 50 }, (_, n) => `(${n}, '010-2345-67${10 + n}')`).join(", ")}`,
          "GRANT SELECT ON odd TO reader",
        );
        const message = await refusal({
          ...wanted("out", address("odd")),
          contracts: [folder.write("places.odcs.yaml", PLACES_CONTRACT)],
        });
        expect(message).to.include("place looks like phone").and.not.include("010-2345");
        expect(filesUnder(folder.path("out"))).to.deep.equal([]);
      });
    });
  }

  it("of MySQL in EUC-KR, syllables beyond KS X 1001 too", async () => {
    const { rows } = await shipped("out", engines.MySQL.address("people_euckr"));
    expect(plain(rows)).to.deep.equal(EXPECTED);
  });

  it("of both servers alike", async () => {
    const ours = await ship(wanted("out", engines.PostgreSQL.address("crowd")));
    const theirs = await ship(wanted("theirs", engines.MySQL.address("crowd")));
    const bytes = ({ manifest }: Shipment) => manifest.files.map(({ sha256 }) => sha256);
    expect(bytes(ours)).to.deep.equal(bytes(theirs));
  });

  it("of MySQL over TLS, when its authority is named", async () => {
    const source = engines.MySQL.address("people").replace("127.0.0.1", "localhost");
    expect(await refusal(wanted("out", `${source}&tls=full`)))
      .to.include("is not trusted")
      .and.include("--ca FILE");
    const access = { caFile: join(mysql.data, "ca.pem") };
    expect(await refusal(wanted("out", `${source}&tls=full`, { access }))).to.include("is of another host");
    const { shipment } = await shipped("out", `${source}&tls=ca`, { access });
    expect(shipment.manifest.rows.written).to.equal(4);
  });

  it("not of a server without TLS, when TLS is asked for", async () => {
    const source = `${engines.PostgreSQL.address("people")}&tls=full`;
    expect(await refusal(wanted("out", source))).to.include("the server has no TLS");
  });

  it("with a password in a file that only its owner can read", async () => {
    delete process.env.PGPASSWORD;
    const passwordFile = folder.write("password", `${READER_PASSWORD}\n`);
    const source = engines.PostgreSQL.address("people");
    try {
      expect(await refusal(wanted("out", source, { access: { passwordFile } }))).to.include("chmod 600");
      spawnSync("chmod", ["600", passwordFile]);
      const { shipment } = await shipped("out", source, { access: { passwordFile } });
      expect(shipment.manifest.rows.written).to.equal(4);
    } finally {
      process.env.PGPASSWORD = READER_PASSWORD;
    }
  });

  it("and takes no table that was cut off, when the server goes away", async () => {
    for (const [engine, start] of Object.entries({ PostgreSQL: startPostgres, MySQL: startMysql })) {
      const server = await start();
      try {
        const mine = engine === "MySQL";
        await server.run(
          ...(mine ? ["CREATE DATABASE club", "USE club", ...mysqlTable()] : POSTGRES_TABLE),
          mine ? "CREATE TABLE crowd LIKE people" : "CREATE TABLE crowd (LIKE people INCLUDING ALL)",
          ...(mine ? [`SET cte_max_recursion_depth = ${MANY}`, MYSQL_MANY] : [POSTGRES_MANY]),
          ...(mine
            ? [`CREATE USER reader IDENTIFIED BY '${READER_PASSWORD}'`, "GRANT ALL ON club.* TO reader"]
            : [`CREATE ROLE reader LOGIN PASSWORD '${READER_PASSWORD}'`, "GRANT SELECT ON crowd TO reader"]),
        );
        let killed: Promise<void> | undefined;
        const source = mine
          ? `mysql://reader@127.0.0.1:${server.port}/club?table=crowd`
          : `postgres://reader@127.0.0.1:${server.port}/postgres?table=crowd`;
        const watch = { reading: (rows: number) => void (rows >= 20_000 && (killed ??= server.kill())) };
        const message = await refusal(wanted(engine, source, { watch }));
        await killed;
        expect(message, engine)
          .to.match(/the connection ended after \d{4,6} rows/)
          .and.include("nothing was published");
        expect(message).not.to.include(READER_PASSWORD);
      } finally {
        await server.remove();
      }
    }
  });

  async function fromCsv(studentId: string) {
    const header = COLUMNS.join(",");
    const file = folder.write("one.csv", `${header}\n1,${studentId}${",".repeat(COLUMNS.length - 2)}\n`);
    const { rows } = await shipped("csv", file);
    return rows[0];
  }
});
