import { readFileSync } from "node:fs";
import { expect } from "chai";
import { Client } from "pg";
import { SERVERS_RUN_HERE } from "../../local/database/binaries";
import { startPostgres, type LocalPostgres } from "../../local/database/postgres";
import { PATHS } from "../../local/paths";
import { listeningSockets } from "../../local/proof/sockets";

const OWNER = { identifier: "one", database: "naru", owner: "naru_owner", password: "it's secret" };

describe("the local stack's PostgreSQL", function () {
  this.timeout(600_000);
  let server: LocalPostgres;

  before(async function () {
    if (!SERVERS_RUN_HERE) return this.skip();
    server = await startPostgres(OWNER);
  });
  after(() => server?.stop());

  const place = () => ({
    ...{ host: server.host, port: server.port, database: OWNER.database },
    ...{ user: OWNER.owner, password: OWNER.password },
  });
  const authority = () => readFileSync(PATHS.databaseAuthority, "utf8");

  /** Rows of one statement, by a connection of its own. */
  async function ask(sql: string, changes: object = {}): Promise<Record<string, unknown>[]> {
    const client = new Client({ ...place(), ssl: { ca: authority() }, ...changes });
    try {
      await client.connect();
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  const refusal = (changes: object) => ask("SELECT 1", changes).catch((error: Error) => error.message);

  it("takes TLS only, with a certificate that its authority signed for its name", async () => {
    const [row] = await ask("SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    expect(row!.ssl).to.equal(true);
    expect(row!.version).to.match(/^TLSv1\.[23]$/);
    expect(await refusal({ ssl: false })).to.contain("no encryption");
    expect(await refusal({ ssl: {} })).to.match(/unable to verify|unable to get local issuer|self-signed/);
    expect(await refusal({ password: "wrong" })).to.contain("password authentication failed");
  });

  it("listens on this machine only, and gives its owner no more than RDS does", async () => {
    const addresses = listeningSockets([server.pid]).map(({ address }) => address);
    expect(new Set(addresses)).to.deep.equal(new Set(["127.0.0.1"]));
    const [role] = await ask(
      "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = current_user",
    );
    const expected = { rolsuper: false, rolcreaterole: true, rolcreatedb: true, rolreplication: false };
    expect(role).to.deep.equal(expected);
  });

  it("logs what went wrong, and no value of it", async () => {
    await ask("CREATE TABLE people (name text PRIMARY KEY)");
    await ask("INSERT INTO people VALUES ('a-personal-value')");
    expect(
      await ask("INSERT INTO people VALUES ('a-personal-value')").catch((error: Error) => error.message),
    ).to.contain("duplicate key");
    const log = readFileSync(`${PATHS.database}/server.log`, "utf8");
    expect(log).to.contain("duplicate key");
    expect(log).not.to.contain("a-personal-value");
  });

  it("keeps what was committed over a kill, and over a stop", async () => {
    for (const end of ["kill", "stop"] as const) {
      await ask(`CREATE TABLE ${end}_kept AS SELECT 1 AS n`);
      await server[end]();
      expect(await refusal({})).to.contain("ECONNREFUSED");
      await server.startAgain();
      expect(await ask(`SELECT n FROM ${end}_kept`)).to.deep.equal([{ n: 1 }]);
    }
  });
});
