import { expect } from "chai";
import { DATABASE_ENGINES, databaseProblems, type DatabaseDefinition } from "../../../components/database";
import { classOf, familyOf } from "../../../components/aws/database/engines";
import { parseSettings, SettingsError, type Settings } from "../../../components/settings";

const OWN = { "naru:network": "own" };

function settings(database: unknown, config: Record<string, string> = OWN): Settings {
  const text = typeof database === "string" ? database : JSON.stringify(database);
  const least = { "naru:stage": "dev", "naru:owner": "data-team@example.com" };
  return parseSettings({ ...least, "naru:database": text, ...config });
}

function problems(database: unknown, config?: Record<string, string>): readonly string[] {
  try {
    settings(database, config);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems;
  }
}

describe("naru:database", () => {
  it("is none, or a definition with what it does not say left open", () => {
    expect(settings("none").database).to.equal("none");
    const given = { engine: "aurora-mysql", workload: "query", readers: 2, proxy: true };
    expect(settings(given).database).to.deep.equal(given);
  });

  it("brings the endpoint that its consumers call, each once", () => {
    expect(settings({ engine: "mysql" }).networkEndpoints).to.have.members([
      "kms",
      "kinesis-streams",
      "secretsmanager",
    ]);
    const few = { ...OWN, "naru:networkEndpoints": '["kms","kinesis-streams"]' };
    expect(problems({ engine: "mysql" }, few).join()).to.contain(
      "naru:networkEndpoints: lacks secretsmanager",
    );
  });

  it("needs a network on AWS", () => {
    expect(problems({ engine: "mysql" }, {})).to.deep.equal([
      "naru:database: names a database, which stands in a network, but naru:network is none. Fix: pulumi config set naru:network own",
    ]);
  });

  it("is a PostgreSQL in a local stack, without proxy, without clear values, in no network", () => {
    const local = { "naru:stage": "local" };
    expect(problems({ engine: "postgresql" }, local)).to.deep.equal([]);
    expect(problems({ engine: "mysql", proxy: true, personalData: "clear" }, local)).to.deep.equal([
      'naru:database: engine is "mysql", which does not run in a local stack; write postgresql',
      "naru:database: proxy is true, but a local stack has none; leave it out",
      "naru:database: personalData is clear, but a local stack searches its database for clear values; write pseudonyms",
    ]);
  });

  it("tells every wrong key at once, at its place", () => {
    const all = problems({ engine: "mysql", workload: "huge", storageGb: "20", colour: "red" });
    expect(all).to.have.members([
      "naru:database.workload: is of another form; write one of small, cpu, query",
      "naru:database.storageGb: is of another form; write a number of GiB",
      "naru:database.colour: is no key of it; leave it out",
    ]);
    expect(problems({})[0]).to.contain("naru:database.engine: is missing; write one of postgresql");
  });

  for (const text of [
    "",
    "postgresql",
    "[]",
    "7",
    '[{"engine":"mysql"}]',
    '{"engine":"mysql"},{"engine":"mysql"}',
  ]) {
    it(`refuses ${text === "" ? "nothing" : text}`, () => {
      expect(problems(text)).to.have.length(1);
      expect(problems(text)[0]).to.match(/^naru:database: /);
    });
  }
});

describe("a database's definition", () => {
  const of = (definition: object) =>
    databaseProblems(definition as DatabaseDefinition).filter((problem) => problem !== undefined);

  for (const engine of DATABASE_ENGINES) {
    it(`is right with nothing but ${engine}`, () => expect(of({ engine })).to.deep.equal([]));
  }

  for (const [what, definition, message] of [
    ["an engine that there is not", { engine: "db2" }, 'engine: is "db2"; write one of postgresql, mysql'],
    ["a version without support", { engine: "mysql", version: "5.7" }, 'version: is "5.7"; write one of 8.4'],
    ["magnetic storage", { engine: "mysql", storage: "standard" }, "magnetic storage is not offered"],
    ["too little of gp3", { engine: "mysql", storageGb: 19 }, "from 20 to 65536 GiB"],
    ["too little of io2", { engine: "mysql", storage: "io2", storageGb: 99 }, "from 100 to 65536 GiB"],
    ["too much for SQL Server", { engine: "sqlserver", storageGb: 16_385 }, "from 20 to 16384 GiB"],
    [
      "a limit that leaves no room",
      { engine: "mysql", storageGb: 100, storageLimitGb: 125 },
      "from 126 to 65536",
    ],
    ["a batch of nothing", { engine: "mysql", batchSize: 0 }, "from 1 to 10000 events"],
    ["a long batch", { engine: "mysql", batchSeconds: 301 }, "from 0 to 300 seconds"],
    ["a large batch at once", { engine: "mysql", batchSeconds: 0 }, "write 1 or more, or batchSize 10"],
    ["retries without end", { engine: "mysql", retries: -1 }, "from 0 to 10000 retries"],
    ["operations of gp3", { engine: "mysql", iops: 5000 }, 'leave it out, or write storage "io2"'],
    ["too few operations", { engine: "mysql", storage: "io2", iops: 999 }, "from 1000 to 256000"],
    ["storage of Aurora's", { engine: "aurora-mysql", storageGb: 20 }, "Aurora's storage grows by itself"],
    ["Aurora on an m class", { engine: "aurora-mysql", workload: "cpu" }, 'write "query", or take mysql'],
    [
      "a class too small",
      { engine: "aurora-mysql", size: "small" },
      "write medium to large for aurora-mysql",
    ],
    ["a class too small for SQL Server", { engine: "sqlserver", size: "large" }, "write xlarge to 2xlarge"],
    ["an m class too small", { engine: "mysql", workload: "cpu", size: "medium" }, "write large to 4xlarge"],
    ["replicas of RDS", { engine: "postgresql", readers: 1 }, "write 0, or take an Aurora engine"],
    ["too many readers", { engine: "aurora-mysql", readers: 16 }, "from 0 to 15 readers"],
    ["a standby without a reader", { engine: "aurora-mysql", multiAz: true }, "write readers 1 or more"],
    [
      "a proxy to Oracle",
      { engine: "oracle", proxy: true },
      "RDS Proxy does not speak to Oracle; write false",
    ],
    [
      "streams into Oracle",
      { engine: "oracle", streams: ["lms.requests"] },
      "nothing writes events to oracle",
    ],
    ["no backups", { engine: "mysql", backupDays: 0 }, "from 1 to 35 days"],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(of(definition)).to.have.length(1);
      expect(of(definition)[0]).to.contain(message);
    });
  }

  it("has consumers that may read at a rate of their own, which nobody else does", () => {
    const problems = (config: Record<string, string>) => {
      try {
        parseSettings({
          "naru:stage": "dev",
          "naru:owner": "a@example.com",
          "naru:enhancedFanOut": "true",
          ...config,
        });
        return [];
      } catch (error) {
        return (error as SettingsError).problems;
      }
    };
    const database = { "naru:network": "own", "naru:database": '{"engine":"postgresql"}' };
    expect(problems(database)).to.deep.equal([]);
    expect(problems({})).to.have.length(1);
    expect(problems({})[0])
      .to.contain("without naru:database")
      .and.contain("pulumi config rm naru:enhancedFanOut");
    expect(problems({ "naru:stage": "local" })[0]).to.contain("in a local stack");
  });

  it("becomes a class and a family that RDS knows", () => {
    const names = (definition: DatabaseDefinition) => [classOf(definition), familyOf(definition)];
    expect(names({ engine: "postgresql" })).to.deep.equal(["db.t4g.micro", "postgres17"]);
    expect(names({ engine: "mysql", workload: "cpu" })).to.deep.equal(["db.m7g.large", "mysql8.4"]);
    expect(names({ engine: "mariadb", workload: "query" })).to.deep.equal(["db.r7g.large", "mariadb11.4"]);
    expect(names({ engine: "aurora-mysql" })).to.deep.equal(["db.t4g.medium", "aurora-mysql8.0"]);
    expect(names({ engine: "oracle", workload: "cpu" })).to.deep.equal(["db.m6i.large", "oracle-se2-19"]);
    expect(names({ engine: "sqlserver" })).to.deep.equal(["db.t3.xlarge", "sqlserver-se-16.0"]);
  });
});
