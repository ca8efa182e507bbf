import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PutObjectCommand } from "@aws-sdk/client-s3";
import type { KinesisStreamRecord } from "aws-lambda";
import { expect } from "chai";
import { bundleFunction } from "../../../functions/bundle";
import { Consumer } from "../../../functions/to-database/consume";
import { PatientStore } from "../../../functions/to-database/patient-store";
import { openPostgres } from "../../../functions/to-database/postgres-store";
import { RefusedRecordsInS3 } from "../../../functions/to-database/refused-records";
import { readLogin } from "../../../functions/to-database/secret";
import { DatabaseAway, LoginRefused, RowRefused, type Store } from "../../../functions/to-database/store";
import { inClear, TableSql, targetTable } from "../../../functions/to-database/table";
import { EVENT, goldenKeys, KeptLog, requestsSpec } from "./fixtures";

const SPEC = requestsSpec();

function record(sequenceNumber: string, content: object | string): KinesisStreamRecord {
  const data = Buffer.from(typeof content === "string" ? content : JSON.stringify(content)).toString(
    "base64",
  );
  const approximateArrivalTimestamp = Date.parse("2026-11-21T03:00:00Z") / 1000;
  return {
    kinesis: { sequenceNumber, partitionKey: "p", approximateArrivalTimestamp, data },
  } as KinesisStreamRecord;
}

/** A store that keeps each statement's rows, and throws what `faults` has for its calls. */
function storeOf(faults: (Error | undefined)[] = []) {
  const statements: Record<string, unknown>[][] = [];
  let opened = 0;
  const store: Store = {
    upsert: async (rows) => {
      const fault = faults.shift();
      if (fault !== undefined) throw fault;
      statements.push(JSON.parse(rows) as Record<string, unknown>[]);
    },
    close: () => undefined,
  };
  return { statements, open: async () => (opened++, store), opened: () => opened };
}

const nowhere = { keep: async () => undefined };
const soon = () => Date.now() + 5000;

describe("to-database", () => {
  function consumerOf(store: Pick<PatientStore, "upsert">, spec = SPEC) {
    return new Consumer({ spec, keys: goldenKeys, epoch: 3, store, refused: nowhere, log: new KeptLog() });
  }

  it("makes one statement of a batch, of ten with the same event too", async () => {
    const fake = storeOf();
    const store = new PatientStore(fake.open, async () => ({ username: "u", password: "p" }), new KeptLog());
    const Records = Array.from({ length: 10 }, (_, n) => record(String(n), { ...EVENT, id: `e${n % 9}` }));
    await consumerOf(store).consume({ Records }, soon());
    expect(fake.statements.map((rows) => rows.length)).to.deep.equal([9]);
  });

  it("keeps personal columns as they are only where it is told to", async () => {
    const fake = storeOf();
    const store = { upsert: async (rows: string) => (await fake.open()).upsert(rows, 1) };
    await consumerOf(store).consume({ Records: [record("1", EVENT)] }, soon());
    await consumerOf(store, inClear(SPEC)).consume({ Records: [record("1", EVENT)] }, soon());
    const [[treated], [clear]] = fake.statements as [[Record<string, unknown>], [Record<string, unknown>]];
    expect(JSON.stringify(treated)).not.to.contain(EVENT.user_id).and.not.contain(EVENT.user_name);
    expect(treated.pseudonym_epoch).to.equal(3);
    expect(clear).to.include({
      user_id: EVENT.user_id,
      user_name: EVENT.user_name,
      remote_ip: EVENT.remote_ip,
    });
    expect(clear).not.to.have.property("pseudonym_epoch");
    const names = (spec: typeof SPEC) => targetTable(spec).columns.map(({ name }) => name);
    expect(names(SPEC)).to.deep.equal(Object.keys(treated));
    expect(names(inClear(SPEC))).to.deep.equal(Object.keys(clear));
  });

  it("raises without a key, and stores nothing in clear", async () => {
    const fake = storeOf();
    const store = new PatientStore(fake.open, async () => ({ username: "u", password: "p" }), new KeptLog());
    const keys = { key: async () => Promise.reject(new Error("KMS is away")) };
    const consumer = new Consumer({
      ...{ spec: SPEC, keys, epoch: 1, store, refused: nowhere, log: new KeptLog() },
    });
    const error = await consumer.consume({ Records: [record("1", EVENT)] }, soon()).catch((thrown) => thrown);
    expect(error).to.be.instanceOf(Error);
    expect(fake.opened()).to.equal(0);
  });

  it("opens a new connection after any fault but a refused row", async () => {
    for (const [fault, opened] of [
      [new DatabaseAway("away"), 2],
      [new LoginRefused("rotated"), 2],
      [new RowRefused("wrong"), 1],
    ] as const) {
      const fake = storeOf([fault]);
      const store = new PatientStore(
        fake.open,
        async () => ({ username: "u", password: "p" }),
        new KeptLog(),
      );
      await consumerOf(store).consume({ Records: [record("1", EVENT)] }, soon());
      expect(fake.opened(), fault.message).to.equal(opened);
    }
  });

  it("keeps refused records with reason and bytes, one object a batch and always the same", async () => {
    const puts: PutObjectCommand["input"][] = [];
    const client = { send: async ({ input }: PutObjectCommand) => void puts.push(input) };
    const refused = new RefusedRecordsInS3(client as never, {
      bucket: "closed",
      prefix: "refused/lms/requests/",
    });
    const records = [record("7", "{"), record("9", "[]")];
    for (let twice = 0; twice < 2; twice++) {
      await refused.keep(records.map((each) => ({ record: each, reason: "is not JSON" })));
    }
    await refused.keep([]);
    expect(puts.map(({ Key }) => Key)).to.deep.equal(
      Array(2).fill("refused/lms/requests/dt=2026-11-21/7.jsonl"),
    );
    const lines = String(puts[0]!.Body)
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, string>);
    expect(lines.map(({ data }) => Buffer.from(data!, "base64").toString())).to.deep.equal(["{", "[]"]);
    expect(lines[0]).to.include({
      reason: "is not JSON",
      sequenceNumber: "7",
      arrival: "2026-11-21T03:00:00.000Z",
    });
  });

  it("takes a secret as RDS writes it, and quotes none that has another form", async () => {
    const secrets = (SecretString?: string) => ({ getSecretValue: async () => ({ SecretString }) });
    const login = await readLogin(secrets('{"username":"admin","password":"p","more":1}'), "arn");
    expect(login).to.deep.equal({ username: "admin", password: "p" });
    for (const text of [undefined, "hunter2", "null", '{"username":"admin"}']) {
      const error = (await readLogin(secrets(text), "arn").catch((thrown: unknown) => thrown)) as Error;
      expect(error.message).to.equal("the database's secret is no JSON object with username and password");
    }
  });

  it("writes MariaDB's name for text that is compared byte by byte", () => {
    const sql = (dialect: "mysql" | "mariadb") => new TableSql(targetTable(SPEC), dialect).create();
    expect(sql("mysql")).to.contain("`id` VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin");
    expect(sql("mariadb")).to.contain("COLLATE utf8mb4_nopad_bin");
  });

  it("leaves rows alone where all columns are the key", () => {
    const table = { name: "t", columns: [{ name: "a", type: "string", isKey: true }] } as const;
    expect(new TableSql(table, "postgresql").upsert()).to.match(/ON CONFLICT \("a"\) DO NOTHING$/);
    expect(new TableSql(table, "mysql").upsert()).to.match(/ON DUPLICATE KEY UPDATE `a` = new.`a`$/);
  });

  /** A bundle alone in its folder, with a Secrets Manager that it asks over HTTP. */
  function bundled(port: number, environment: Record<string, string>) {
    const folder = mkdtempSync(join(tmpdir(), "naru-bundle-"));
    try {
      cpSync(bundleFunction("to-database"), folder, { recursive: true });
      writeFileSync(join(folder, "contracts.json"), JSON.stringify([SPEC]));
      const event = { Records: [record("1", EVENT)] };
      writeFileSync(
        join(folder, "invoke.js"),
        `const secrets = require("node:http").createServer((request, response) => {
          let body = "";
          request.on("data", (chunk) => (body += chunk));
          request.on("end", () => {
            console.log("READ " + JSON.parse(body).SecretId);
            const SecretString = '{"username":"u","password":"pass-4711"}';
            response.setHeader("content-type", "application/x-amz-json-1.1").end(JSON.stringify({ SecretString }));
          });
        });
        secrets.listen(0, "127.0.0.1", () => {
          process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = "http://127.0.0.1:" + secrets.address().port;
          require("./index.js").handler(${JSON.stringify(event)}, { getRemainingTimeInMillis: () => 5400 })
            .then((answer) => console.log("ANSWER " + JSON.stringify(answer)), (error) => console.log("RAISED " + error.message))
            .finally(() => process.exit());
        });`,
      );
      const { stdout, stderr } = spawnSync(process.execPath, [join(folder, "invoke.js")], {
        encoding: "utf8",
        env: {
          ...{ AWS_REGION: "ap-northeast-2", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" },
          ...{ DATA_SET: "lms.requests", DATABASE_HOST: "127.0.0.1", DATABASE_PORT: String(port) },
          ...{ DATABASE_NAME: "events", DATABASE_SECRET_ARN: "arn:of:secret", PERSONAL_DATA: "clear" },
          ...{ REFUSED_BUCKET: "closed", REFUSED_PREFIX: "refused/", NODE_NO_WARNINGS: "1" },
          ...environment,
        },
      });
      return stdout + stderr;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  for (const DATABASE_ENGINE of ["postgresql", "mysql"]) {
    it(`its bundle reads the secret and raises where ${DATABASE_ENGINE} is away, so that the stream keeps the records`, () => {
      const printed = bundled(1, { DATABASE_ENGINE });
      expect(printed)
        .to.contain("READ arn:of:secret")
        .and.contain("RAISED the database does not take rows now");
      for (const secret of [EVENT.user_id, EVENT.email, "pass-4711"]) expect(printed).not.to.contain(secret);
    }).timeout(20_000);
  }

  for (const [variables, message] of [
    [{ DATABASE_ENGINE: "oracle" }, "DATABASE_ENGINE is none of postgresql, mysql"],
    [{ DATABASE_ENGINE: "mysql", DATABASE_PORT: "high" }, "DATABASE_PORT is not an integer from 1"],
    [{ DATABASE_ENGINE: "mysql", DATA_SET: "lms.none" }, 'DATA_SET names "lms.none"'],
    [{ DATABASE_ENGINE: "mysql", REFUSED_BUCKET: "" }, "environment variable REFUSED_BUCKET is not set"],
  ] as const) {
    it(`its bundle says ${message}`, () => {
      expect(bundled(1, variables)).to.contain("RAISED").and.contain(message);
    }).timeout(20_000);
  }

  it("sends no password over a connection without TLS", async () => {
    const received: Buffer[] = [];
    const sockets: Socket[] = [];
    // Answers PostgreSQL's request for TLS with a no.
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => undefined);
      socket.on("data", (data: Buffer) => (received.push(data), socket.write("N")));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const address = { host: "127.0.0.1", port, database: "events", tls: "verify" } as const;
    const login = { username: "u", password: "pass-4711" };
    const error = await openPostgres(address, targetTable(SPEC), login, 2000).catch(
      (thrown: unknown) => thrown,
    );
    for (const socket of sockets) socket.destroy();
    server.close();
    expect(error).to.be.instanceOf(DatabaseAway);
    expect(received.map((data) => data.length)).to.deep.equal([8]);
  });
});
