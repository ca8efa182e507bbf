import { spawn, type ChildProcess } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect } from "chai";
import { loadContracts, sparkSpec } from "../../components/contract";
import { SERVERS_RUN_HERE } from "../../local/database/binaries";
import { PATHS, ROOT } from "../../local/paths";
import { ensureJars, PYTHON } from "../../local/toolchain";
import { makeCertificates, type Certificates } from "./servers/certificate";
import { type MysqlServer, startMysql } from "./servers/mysql-server";
import { type PostgresServer, startPostgres } from "./servers/postgres-server";
import { FAULTY, KEEPER, mysqlThings, postgresThings, thing, THING_CONTRACTS, type Thing } from "./things";

const ROWS = 20_000;
const PASSWORDS = { reader: "tiger-4711", wrong: "wolf-0815" };
const JARS = { lock: join(ROOT, "spark-jobs", "jdbc-jars.lock.json"), folder: join(PATHS.own, "jdbc-jars") };
const STALE = "an earlier drop";
/** Of a drop in the file, whatever day the run begins on. */
const DROP = /^dt=\d{4}-\d\d-\d\d\/things(_of_mysql)?\.table\.csv$/;

describe("import_tables makes drops of tables, by Spark over JDBC", function () {
  this.timeout(600_000);
  let root: string;
  let certificates: Certificates;
  let postgres: PostgresServer;
  let mysql: MysqlServer;
  let secrets: HttpServer;
  let deaf: Server;
  let done: Run;

  before(async function () {
    if (!SERVERS_RUN_HERE) return this.skip();
    root = mkdtempSync(join(tmpdir(), "naru-import-"));
    certificates = await makeCertificates(root);
    await ensureJars(JARS);
    [postgres, mysql] = await Promise.all([startPostgres(certificates), startMysql(certificates)]);
    await Promise.all([
      postgres.run(
        ...postgresThings(ROWS),
        `CREATE ROLE reader LOGIN PASSWORD '${PASSWORDS.reader}'`,
        "GRANT SELECT ON things, slow_things, nothing, unlike TO reader",
      ),
      mysql.run(
        ...["CREATE DATABASE club CHARACTER SET utf8mb4", "USE club", ...mysqlThings(ROWS)],
        `CREATE USER reader IDENTIFIED BY '${PASSWORDS.reader}'`,
        "GRANT SELECT ON club.* TO reader",
      ),
    ]);
    secrets = await listening(secretsManager());
    // Answers PostgreSQL's question for TLS with no.
    deaf = await listening(
      createServer((socket) => socket.on("data", () => socket.end("N")).on("error", () => undefined)),
    );
    writeContracts();
  });

  after(async () => {
    secrets?.close();
    deaf?.close();
    await postgres?.remove();
    await mysql?.remove();
    rmSync(root, { recursive: true, force: true });
  });

  it("leaves no half of a drop when it is killed, and the earlier one as it was", async () => {
    const day = join(root, "landing/club/things", `dt=${today()}`);
    mkdirSync(day, { recursive: true });
    writeFileSync(join(day, "things.table.csv"), STALE);
    const run = start("killed", [table("things", { table: "slow_things", fetchSize: 50 })], "import_tables");
    const staging = join(root, "landing/_imports/club/things");
    await until(run, () => filesUnder(staging).some((file) => statSync(file).size > 10_000));
    process.kill(-run.child.pid!, "SIGKILL");
    await run.ended;
    expect(filesUnder(staging)).not.to.deep.equal([]);
    expect(drops("things")).to.deep.equal([`dt=${today()}/things.table.csv`]);
    expect(readFileSync(join(day, "things.table.csv"), "utf8")).to.equal(STALE);
  });

  it("takes both servers' tables over TLS, on executors of their own, and tells what it could not take", async () => {
    const host = { url: `jdbc:postgresql://127.0.0.1:${postgres.port}/postgres` };
    const faulty: Record<(typeof FAULTY)[number], object> = {
      untrusted: { authority: undefined },
      other_name: host,
      without_tls: { url: `jdbc:postgresql://localhost:${portOf(deaf)}/postgres` },
      locked: { secret: "wrong" },
      unlike: { table: "unlike" },
      absent: { table: "public.absent" },
      empty: { table: "nothing" },
    };
    done = start(
      "whole",
      [
        table("things", { partitionColumn: "id", partitions: 3 }),
        table("things_of_mysql", {
          ...{ url: `jdbc:mysql://localhost:${mysql.port}/club`, partitionColumn: "number", partitions: 2 },
        }),
        ...FAULTY.map((name) => table(name, faulty[name])),
      ],
      "import_tables,curate",
      { master: "local-cluster[1,2,1024]" },
    );
    await done.ended;
    expect(done.child.exitCode, done.output()).to.equal(1);
    const { imported } = report("whole");
    expect(
      imported.filter(({ status }) => status === "written").map(({ dataSet, rows }) => [dataSet, rows]),
      done.output(),
    ).to.deep.equal([
      ["club.things", ROWS],
      ["club.things_of_mysql", ROWS],
    ]);
    const told = (name: string) => imported.find(({ dataSet }) => dataSet === `club.${name}`)!.error;
    for (const name of ["untrusted", "other_name"]) expect(told(name), name).to.match(/certificate/);
    expect(told("without_tls")).to.include("takes no TLS");
    expect(told("locked")).to.include("does not let this login in").and.include("secret");
    expect(told("absent")).to.include("there is no table or view public.absent");
    expect(told("empty")).to.include("has no row");
    for (const problem of [
      'column 표제, "원문" (label) is missing',
      "column id is text, and the contract says bigint",
      "column town is bytea, and the contract says string",
      "column number is int8, and the contract says int",
      "column price is numeric(20,7), and the contract says decimal(20,6)",
      "column ratio is text, and the contract says double",
      "column made_on is timestamp, and the contract says date",
      "column seen_at is date, and the contract says timestamp",
      "column active is int4, and the contract says boolean",
    ]) {
      expect(told("unlike")).to.include(problem);
    }
    for (const name of FAULTY) expect(drops(name), name).to.deep.equal([]);
    expect(filesUnder(join(root, "landing/_imports"))).to.deep.equal([]);
  });

  it("so that curated is the table, row by row, value by value", async () => {
    for (const name of ["things", "things_of_mysql"]) {
      const made = drops(name).filter((file) => DROP.test(file));
      expect(made, name).to.have.length(1);
      const wrong = differences(await curated(name));
      expect(wrong.slice(0, 3), `${name}: ${wrong.length} differences`).to.deep.equal([]);
    }
    const both = await Promise.all(["things", "things_of_mysql"].map(curated));
    expect(both[0]).to.deep.equal(both[1]);
  });

  it("and a name stands in landing only, a password nowhere", () => {
    const open = [
      ...filesUnder(join(root, "curated")),
      ...filesUnder(join(root, "events")),
      ...filesUnder(join(root, "work")),
    ];
    expect(open.length).to.be.greaterThan(3);
    for (const file of [...open, join(root, "whole.json")]) {
      const text = readFileSync(file).toString("utf8");
      expect(KEEPER.test(text), file).to.equal(false);
      expect(
        Object.values(PASSWORDS).filter((password) => text.includes(password)),
        file,
      ).to.deep.equal([]);
    }
    expect(Object.values(PASSWORDS).filter((password) => done.output().includes(password))).to.deep.equal([]);
    expect(KEEPER.test(done.output())).to.equal(false);
    expect(
      KEEPER.test(readFileSync(join(root, "landing/club/things", drops("things")[0]!), "utf8")),
    ).to.equal(true);
  });

  interface Run {
    readonly child: ChildProcess;
    readonly ended: Promise<void>;
    output(): string;
  }

  /** One of the file that `--tables` names; PostgreSQL's unless told. */
  function table(dataSet: string, own: object = {}): object {
    return {
      dataSet: `club.${dataSet}`,
      url: `jdbc:postgresql://localhost:${postgres.port}/postgres`,
      table: "things",
      secret: "reader",
      authority: certificates.authority,
      ...own,
    };
  }

  function start(name: string, tables: readonly object[], jobs: string, { master = "local[2]" } = {}): Run {
    const file = (ending: string, content: unknown) => {
      writeFileSync(join(root, `${name}.${ending}`), JSON.stringify(content));
      return `file://${join(root, `${name}.${ending}`)}`;
    };
    const zones = Object.fromEntries(
      ["landing", "raw", "curated"].map((zone) => [zone, `file://${join(root, zone)}`]),
    );
    const config = file("job.json", {
      ...{ contracts: `file://${join(root, "contracts.json")}`, zones, pseudonym: null },
      ...{
        dataSets: ["club.things", "club.things_of_mysql"],
        report: `file://${join(root, `${name}.json`)}`,
      },
    });
    mkdirSync(join(root, "events"), { recursive: true });
    const settings = {
      "spark.ui.enabled": "false",
      "spark.eventLog.enabled": "true",
      "spark.eventLog.dir": `file://${join(root, "events")}`,
      "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
      "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1",
      "spark.executor.memory": "1g",
      "spark.sql.shuffle.partitions": "2",
    };
    const jars = readdirSync(JARS.folder).filter((jar) => jar.endsWith(".jar"));
    const child = spawn(
      PYTHON,
      [
        ...[join(ROOT, "spark-jobs", "main.py"), "--jobs", jobs, "--config", config],
        ...["--tables", file("tables.json", tables)],
      ],
      {
        cwd: root,
        // A group of its own: the JVM ends with it.
        detached: true,
        env: {
          ...process.env,
          SPARK_HOME: sparkHome(),
          SPARK_LOCAL_IP: "127.0.0.1",
          PYSPARK_PYTHON: PYTHON,
          PYTHONPATH: join(ROOT, "spark-jobs"),
          PYTHONDONTWRITEBYTECODE: "1",
          AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${portOf(secrets)}`,
          AWS_DEFAULT_REGION: "ap-northeast-2",
          AWS_ACCESS_KEY_ID: "test",
          AWS_SECRET_ACCESS_KEY: "test",
          PYSPARK_SUBMIT_ARGS: [
            `--master ${master} --jars ${jars.map((jar) => join(JARS.folder, jar)).join(",")}`,
            ...Object.entries(settings).map(([key, value]) => `--conf ${key}=${value}`),
            "pyspark-shell",
          ].join(" "),
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (text: Buffer) => (output += text.toString()));
    const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
    return { child, ended, output: () => output };
  }

  /** Workers keep their executors' folders there. */
  function sparkHome(): string {
    const installed = readdirSync(join(PATHS.venv, "lib"))
      .map((python) => join(PATHS.venv, "lib", python, "site-packages", "pyspark"))
      .find(existsSync)!;
    for (const part of ["bin", "jars"]) {
      if (!existsSync(join(root, part))) symlinkSync(join(installed, part), join(root, part));
    }
    return root;
  }

  function writeContracts(): void {
    const files = Object.entries(THING_CONTRACTS).map(([name, text]) => {
      const file = join(root, `${name}.odcs.yaml`);
      writeFileSync(file, text);
      return file;
    });
    writeFileSync(join(root, "contracts.json"), JSON.stringify(loadContracts(files).map(sparkSpec)));
  }

  function secretsManager(): HttpServer {
    return createHttpServer((request, response) => {
      let body = "";
      request.on("data", (text) => (body += text));
      request.on("end", () => {
        const { SecretId } = JSON.parse(body) as { SecretId: keyof typeof PASSWORDS };
        const SecretString = JSON.stringify({ username: "reader", password: PASSWORDS[SecretId] });
        response.end(JSON.stringify({ Name: SecretId, SecretString }));
      });
    });
  }

  interface Imported {
    readonly dataSet: string;
    readonly status: string;
    readonly rows: number;
    readonly error: string | null;
  }

  function report(name: string): { readonly imported: readonly Imported[] } {
    return JSON.parse(readFileSync(join(root, `${name}.json`), "utf8")) as { imported: Imported[] };
  }

  /** What curation would see of a set, below its folder. */
  function drops(name: string): string[] {
    const folder = join(root, "landing/club", name);
    return filesUnder(folder)
      .map((file) => file.slice(folder.length + 1))
      .filter((file) => !/\/[._][^/]*$/.test(file));
  }

  /** Rows of a curated table as texts, by number. */
  async function curated(name: string): Promise<(string | number | null)[][]> {
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    try {
      const rows = await connection.runAndReadAll(
        `SELECT id::VARCHAR, label, town, "number"::VARCHAR, price::VARCHAR, ratio, single, made_on::VARCHAR,
         seen_at::VARCHAR, paid_at::VARCHAR, active::VARCHAR
         FROM read_parquet('${join(root, "curated/club", name)}/dt=*/*.parquet') ORDER BY id`,
      );
      return rows.getRowsJson() as (string | number | null)[][];
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  }
});

/** What curated rows must be, made of what was put into the tables. */
function expected(row: Thing): (string | number | null)[] {
  const [id, label, town, , number, price, ratio, single, made, seen, paid, active] = row;
  const double = (text: string | null | undefined) => (text === null ? null : Number(text));
  return [
    ...[id!, label!, town!, number!, price!, double(ratio)!, double(single)!, made!],
    ...[
      seen === null ? null : moment(`${seen!.replace(" ", "T")}`, seoul(seen!)),
      paid === null ? null : moment(paid!.replace(" ", "T"), 0),
    ],
    active!,
  ];
}

/** As DuckDB writes it: UTC, fractions without zeros behind. */
function moment(text: string, hours: number): string {
  const [whole, fraction] = text.split(".") as [string, string];
  const utc = new Date(Date.parse(`${whole}Z`) - hours * 3_600_000)
    .toISOString()
    .slice(0, 19)
    .replace("T", " ");
  const short = fraction.replace(/0+$/, "");
  return short === "" ? utc : `${utc}.${short}`;
}

/** Hours ahead of UTC on a day of Korea's, whose offset changed by half hours and summers until 1988. */
function seoul(wallClock: string): number {
  const asUtc = Date.parse(`${wallClock.replace(" ", "T")}Z`);
  const format = new Intl.DateTimeFormat("sv-SE", {
    ...{ timeZone: "Asia/Seoul", year: "numeric", month: "2-digit", day: "2-digit" },
    ...{ hour: "2-digit", minute: "2-digit", second: "2-digit" },
  });
  const told = (at: number) => Date.parse(`${format.format(at).replace(" ", "T")}Z`) - at;
  return told(asUtc - told(asUtc)) / 3_600_000;
}

function differences(rows: readonly (string | number | null)[][]): object[] {
  const wanted = Array.from({ length: ROWS }, (_, at) => expected(thing(at + 1))).sort((a, b) =>
    BigInt(a[0]!) < BigInt(b[0]!) ? -1 : 1,
  );
  if (rows.length !== wanted.length) return [{ rows: rows.length, wanted: wanted.length }];
  return wanted.flatMap((row, at) =>
    row.flatMap((value, column) =>
      rows[at]![column] === value ? [] : [{ id: row[0], column, value, is: rows[at]![column] }],
    ),
  );
}

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".crc"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function today(): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Seoul" }).format(Date.now());
}

function portOf(server: Server | HttpServer): number {
  return (server.address() as AddressInfo).port;
}

async function listening<S extends Server | HttpServer>(server: S): Promise<S> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

async function until(
  run: { readonly child: ChildProcess; output(): string },
  isSo: () => boolean,
): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!isSo()) {
    if (run.child.exitCode !== null || Date.now() > deadline)
      throw new Error(`the job did not come so far:\n${run.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
