/** What the local provider does with a database, seen by connections to it. */
import { existsSync, readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { expect } from "chai";
import { Client } from "pg";
import { SERVERS_RUN_HERE } from "../../local/database/binaries";
import type { LocalPostgres } from "../../local/database/postgres";
import { CloudClients } from "../../local/endpoints";
import { startLocalCloud, type LocalCloud } from "../../local/local-cloud";
import { PATHS } from "../../local/paths";
import { databaseTypes } from "../../local/provider/database";
import { LocalProvider } from "../../local/provider/provider";
import type { Inputs } from "../../local/provider/resource-type";
import { callJson } from "../../local/provider/signed-json";
import { inClear, secret } from "../../local/provider/wire";
import { claimRun, releaseRun } from "../../local/running";

const TYPE = "aws:rds/instance:Instance";
const URN = `urn:pulumi:local::naru::${TYPE}::one`;
const MANAGED = {
  ...{ identifier: "one", engine: "postgres", dbName: "naru", username: "naru_owner" },
  ...{ instanceClass: "db.t4g.micro", allocatedStorage: 20, tags: { made: "by a test" } },
  ...{
    manageMasterUserPassword: true,
    masterUserSecretKmsKeyId: "arn:aws:kms:ap-northeast-2:000000000000:key/1",
  },
};
const { manageMasterUserPassword: _managed, masterUserSecretKmsKeyId: _key, ...UNMANAGED } = MANAGED;

describe("a database by the local provider", function () {
  this.timeout(300_000);
  const notes: string[] = [];
  let cloud: LocalCloud;
  let provider: LocalProvider;
  let state: Inputs;

  before(async function () {
    if (!SERVERS_RUN_HERE) return this.skip();
    await claimRun();
    cloud = await startLocalCloud("ap-northeast-2");
    const emulated = {
      ...{ cloud: new CloudClients(cloud.endpoints), types: databaseTypes, processes: cloud.processes },
    };
    const onNote = (_urn: string, message: string) => notes.push(message);
    provider = new LocalProvider({ emulation: () => emulated, onNote });
  });
  after(async () => {
    await cloud?.stop();
    releaseRun();
  });

  const secretsManager = (operation: string, input: object) =>
    callJson(
      cloud.endpoints,
      { service: "secretsmanager", target: `secretsmanager.${operation}`, version: "1.1" },
      input,
    );
  const secretId = () => state.masterUserSecrets[0].secretArn as string;
  const login = async () => {
    const { SecretString } = await secretsManager("GetSecretValue", { SecretId: secretId() });
    return JSON.parse(String(SecretString)) as { username: string; password: string };
  };
  const refusal = (work: Promise<unknown>) =>
    work.then(
      () => "",
      (error: Error) => error.message,
    );

  /** Who it is that a connection with this password is. */
  async function user(password: string): Promise<string> {
    const ca = readFileSync(PATHS.databaseAuthority, "utf8");
    const { address: host, port } = state as { address: string; port: number };
    const client = new Client({ host, port, password, user: "naru_owner", database: "naru", ssl: { ca } });
    try {
      await client.connect();
      return (await client.query<{ who: string }>("SELECT current_user AS who")).rows[0]!.who;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** As the engine does it: what changed in place, and what then stands in the state. */
  async function update(inputs: Inputs, before: Inputs): Promise<void> {
    const { replaces } = await provider.diff("one", URN, state, inputs, before);
    expect(replaces).to.deep.equal([]);
    state = (await provider.update("one", URN, state, inputs, before)).outs;
    const read = await provider.read("one", URN, state, inputs);
    expect(read.inputs).to.deep.equal(inputs);
    expect(read.props).to.deep.equal(state);
  }

  it("is refused without a password, and for another engine; nothing is started", async () => {
    expect(await refusal(provider.create(URN, UNMANAGED))).to.contain("set manageMasterUserPassword");
    expect(await refusal(provider.create(URN, { ...MANAGED, engine: "mysql" }))).to.contain(
      "mysql does not run",
    );
    expect(cloud.processes.map(({ name }) => name)).not.to.include("database");
  });

  it("is made with its owner's login in a secret, read without drift, and imported", async () => {
    state = (await provider.create(URN, MANAGED)).outs;
    const { username, password } = await login();
    expect([username, await user(password)]).to.deep.equal(["naru_owner", "naru_owner"]);
    expect(await provider.read("one", URN, state, MANAGED)).to.deep.equal({
      ...{ id: "one", props: state, inputs: MANAGED },
    });
    const { instanceClass: _class, allocatedStorage: _storage, tags: _tags, ...known } = MANAGED;
    expect((await provider.read("one", URN)).inputs).to.deep.equal(known);
    expect(await provider.read("two", URN)).to.deep.equal({});
  });

  it("stands alone: a second one would remove its data", async () => {
    const second = { ...MANAGED, identifier: "two" };
    expect(await refusal(provider.create(URN, second))).to.contain("one is up; leave one of the two out");
    expect(await user((await login()).password)).to.equal("naru_owner");
  });

  it("takes another key for the secret; what nothing here follows is told", async () => {
    const key = MANAGED.masterUserSecretKmsKeyId.replace("/1", "/2");
    await update({ ...MANAGED, masterUserSecretKmsKeyId: key }, MANAGED);
    expect((await secretsManager("DescribeSecret", { SecretId: secretId() })).KmsKeyId).to.equal(key);
    expect(notes).to.deep.equal([]);
    const inputs = { ...MANAGED, masterUserSecretKmsKeyId: key };
    await update({ ...MANAGED, allocatedStorage: 40, instanceClass: "db.t4g.small" }, inputs);
    expect(notes.splice(0)).to.deep.equal([
      `${TYPE}: allocatedStorage, instanceClass believed only: nothing here follows`,
    ]);
    await update(MANAGED, { ...MANAGED, allocatedStorage: 40, instanceClass: "db.t4g.small" });
  });

  it("takes a password of the program's in place of the secret, another one, and the secret again", async () => {
    const old = await login();
    const arn = secretId();
    const given = (password: string) => ({ ...UNMANAGED, password: secret(password) });
    await update(given("first-of-the-program"), MANAGED);
    expect(state.masterUserSecrets).to.deep.equal([]);
    expect(await refusal(secretsManager("DescribeSecret", { SecretId: arn }))).to.contain("NotFound");
    expect(await refusal(user(old.password))).to.contain("password authentication failed");
    expect(await user("first-of-the-program")).to.equal("naru_owner");
    await update(given("it's the second"), given("first-of-the-program"));
    expect(await refusal(user("first-of-the-program"))).to.contain("password authentication failed");
    expect(await user("it's the second")).to.equal("naru_owner");
    await update(MANAGED, given("it's the second"));
    expect(await user((await login()).password)).to.equal("naru_owner");
    notes.splice(0);
  });

  it("a secret that is deleted by hand is found, and made anew with another password", async () => {
    await secretsManager("DeleteSecret", { SecretId: secretId(), ForceDeleteWithoutRecovery: true });
    const { inputs, props } = await provider.read("one", URN, state, MANAGED);
    const { detailed } = await provider.diff("one", URN, props!, MANAGED, inputs);
    expect(detailed.map(({ path, replaces }) => [path, replaces])).to.deep.equal([
      ["manageMasterUserPassword", false],
      ["masterUserSecretKmsKeyId", false],
    ]);
    state = props!;
    await update(MANAGED, inputs!);
    expect(await user((await login()).password)).to.equal("naru_owner");
  });

  it("is deleted once its protection is off: server, port, secret and files are gone", async () => {
    const guarded = { ...MANAGED, deletionProtection: true };
    await update(guarded, MANAGED);
    expect(await refusal(provider.delete("one", URN, state))).to.contain("protected from deletion");
    expect(await user((await login()).password)).to.equal("naru_owner");
    await update(MANAGED, guarded);
    const server = cloud.processes.at(-1) as LocalPostgres;
    await provider.delete("one", URN, state);
    expect(cloud.processes).not.to.include(server);
    expect(await refusal(connected(server.port))).to.contain("ECONNREFUSED");
    expect(existsSync(PATHS.database)).to.equal(false);
    expect(await refusal(secretsManager("DescribeSecret", { SecretId: secretId() }))).to.contain("NotFound");
    await provider.delete("one", URN, { ...(inClear(MANAGED) as Inputs) });
  });

  it("is gone when its server was killed, and the next update makes another", async () => {
    state = (await provider.create(URN, MANAGED)).outs;
    await (cloud.processes.at(-1) as LocalPostgres).kill();
    expect(await provider.read("one", URN, state, MANAGED)).to.deep.equal({});
    const password = { ...UNMANAGED, password: "x" };
    expect(await refusal(provider.update("one", URN, state, password, MANAGED))).to.contain(
      "refresh the stack",
    );
    const old = await login();
    state = (await provider.create(URN, MANAGED)).outs;
    expect(await refusal(user(old.password))).to.contain("password authentication failed");
    expect(await user((await login()).password)).to.equal("naru_owner");
    await provider.delete("one", URN, state);
    expect(await provider.read("one", URN, state, MANAGED)).to.deep.equal({});
  });
});

function connected(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, "127.0.0.1", () => resolve(socket.end() as never));
    socket.once("error", reject);
  });
}
