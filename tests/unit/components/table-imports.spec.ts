import { expect } from "chai";
import { Connection, DataLake, EncryptionKeys, GlueEtl, type Source } from "../../../components/aws";
import type { ConnectedTable } from "../../../components/aws/glue-etl/table-imports";
import { parseSettings, SettingsError } from "../../../components/settings";
import { CONTRACTS, contextWith, mocked, refusal, type MockedStack } from "./mocks";
import { wideRights } from "./privileges";

const JOB = "aws:glue/job:Job";
const SECRET = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:registrar-a1B2c3";
const JDBC: Source = {
  kind: "JDBC",
  url: "jdbc:postgresql://registrar.example.com:5432/registrar",
  secretArn: SECRET,
};
const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

type Table = Omit<ConnectedTable, "connection"> & { readonly source?: Source };

function make(tables: readonly Table[], imported = tables.map(({ dataSet }) => dataSet)): GlueEtl {
  const context = contextWith();
  const keys = new EncryptionKeys("keys", context, { contracts: CONTRACTS });
  const lake = new DataLake("lake", context, { contracts: CONTRACTS, keys, imported });
  const connected = tables.map(({ source = JDBC, ...table }, at) => ({
    ...table,
    connection: new Connection(`registrar-${at}`, context, { source }),
  }));
  return new GlueEtl("etl", context, { lake, keys, tables: connected });
}

describe("tables of databases that Glue imports", () => {
  let stack: MockedStack;
  let etl: GlueEtl;

  before(async () => {
    stack = await mocked(() => {
      etl = make([
        {
          dataSet: "sis.students",
          table: "public.students",
          partitionColumn: "no",
          partitions: 6,
          authority: PEM,
        },
        { dataSet: "lms.courses", table: "courses", schedule: "cron(0 16 * * ? *)" },
        { dataSet: "music.artists", table: "artists" },
      ]);
    });
  });

  it("are jobs of the shared code over their connection, told where and what, and no login", async () => {
    const { command, connections, nonOverridableArguments, numberOfWorkers } = stack.one(
      JOB,
      "etl-import-sis-students",
    ).inputs;
    expect(command.scriptLocation).to.match(/\/code\/main\.py$/);
    expect(connections).to.deep.equal(["naru-test-registrar-0"]);
    expect(numberOfWorkers).to.equal(3);
    expect(nonOverridableArguments).to.include({
      "--jobs": "import_tables",
      "--report": "s3://naru-test-landing-123456789012-ap-northeast-2/_imports/sis/students/report.json",
    });
    expect(nonOverridableArguments["--tables"]).to.match(/\/code\/import-sis-students\/tables\.json$/);
    const file = stack.one("aws:s3/bucketObjectv2:BucketObjectv2", "etl-import-sis-students/tables.json");
    expect(JSON.parse(await file.inputs.source.text)).to.deep.equal([
      {
        ...{ dataSet: "sis.students", url: JDBC.url, table: "public.students", secret: SECRET },
        ...{ partitionColumn: "no", partitions: 6, authority: PEM },
      },
    ]);
  });

  it("run at night before curation, one after the other, whatever becomes of each; those with a schedule by themselves", () => {
    const trigger = (name: string) => stack.one("aws:glue/trigger:Trigger", name).inputs;
    expect(trigger("etl-nightly-start").actions).to.deep.equal([
      { jobName: "naru-test-import-sis-students" },
    ]);
    const ends = (jobName: string) =>
      ["SUCCEEDED", "FAILED", "TIMEOUT", "STOPPED"].map((state) => ({ jobName, state }));
    expect(trigger("etl-nightly-imported-1")).to.deep.include({
      predicate: { logical: "ANY", conditions: ends("naru-test-import-sis-students") },
      actions: [{ jobName: "naru-test-import-music-artists" }],
    });
    expect(trigger("etl-nightly-imported-2").actions).to.deep.equal([
      { jobName: "naru-test-curate", arguments: { "--data-sets": "all" } },
    ]);
    expect(trigger("etl-drops-start").actions).to.have.nested.property("[0].jobName", "naru-test-curate");
    expect(trigger("etl-import-lms-courses")).to.deep.include({
      ...{ type: "SCHEDULED", schedule: "cron(0 16 * * ? *)" },
      actions: [{ jobName: "naru-test-import-lms-courses" }],
    });
    expect(stack.of("aws:glue/trigger:Trigger").map(({ name }) => name)).not.to.include(
      "etl-drops-imported-1",
    );
  });

  it("have a role that reads one secret, writes one set's landing, and touches nothing that is open but code", () => {
    const statements = stack.statements("etl-import-sis-students");
    const on = (action: string) =>
      statements
        .filter(({ Action }) => [Action].flat().includes(action))
        .flatMap(({ Resource }) => Resource)
        .map((arn: string) =>
          arn.replace("-123456789012-ap-northeast-2", "").replace("arn:aws:s3:::naru-test-", ""),
        );
    expect(on("s3:PutObject")).to.have.members(["landing/sis/students/*", "landing/_imports/sis/students/*"]);
    expect(on("s3:DeleteObject")).to.deep.equal(["landing/_imports/sis/students/*"]);
    expect(on("s3:GetObject")).to.have.members([
      "landing/_imports/sis/students/*",
      ...["main.py", "naru_spark.zip", "job.json", "contracts.json", "import-sis-students/tables.json"].map(
        (file) => `jobs/code/${file}*`,
      ),
    ]);
    expect(on("secretsmanager:GetSecretValue")).to.deep.equal([SECRET]);
    expect(JSON.stringify(statements)).not.to.match(/GenerateMac|keys-pseudonym|-curated-|-raw-/);
    expect(wideRights(stack).filter((right) => right.includes("import"))).to.deep.equal([]);
  });

  it("are let into landing by its policy, each to read what it is about to join and no other's", () => {
    const { Statement } = stack.one("aws:s3/bucketPolicy:BucketPolicy", "lake-landing").inputs.policy;
    const role = (name: string) => `arn:aws:iam::123456789012:role/naru-test-${name}`;
    const bucket = "arn:aws:s3:::naru-test-landing-123456789012-ap-northeast-2";
    const denied = (sid: string) => {
      const found = Statement.find(({ Sid }: { Sid: string }) => Sid === sid);
      return [found.Resource ?? { not: found.NotResource }, found.Condition.ArnNotEquals["aws:PrincipalArn"]];
    };
    const own = Statement.filter(({ Sid }: { Sid: string }) => Sid.startsWith("ImportReadByItsJob")).map(
      ({ Resource, Condition }: Record<string, Record<string, Record<string, unknown>>>) => [
        Resource,
        Condition.ArnNotEquals!["aws:PrincipalArn"],
      ],
    );
    expect(own).to.have.deep.members(
      [
        ["lms", "courses"],
        ["music", "artists"],
        ["sis", "students"],
      ].map(([domain, name]) => [
        `${bucket}/_imports/${domain}/${name}/*`,
        [role(`import-${domain}-${name}`)],
      ]),
    );
    expect(denied("ReadByThePseudonymiser")[0].not).to.have.members(own.map(([rows]: unknown[]) => rows));
    expect(denied("ReadByThePseudonymiser")[1]).to.deep.equal([role("pseudonymiser")]);
    expect(denied("WrittenByNamedRoles")[1]).to.have.members(
      ["loader", "pseudonymiser", "import-lms-courses", "import-music-artists", "import-sis-students"].map(
        role,
      ),
    );
  });

  it("are started by engineers, and told of when they fail", () => {
    const arn = "arn:aws:glue:ap-northeast-2:123456789012:job/naru-test-import-sis-students";
    expect(
      etl.runStatements().find(({ Action }) => Action.includes("glue:StartJobRun"))!.Resource,
    ).to.include(arn);
    const failed = JSON.parse(
      stack.one("aws:cloudwatch/eventRule:EventRule", "etl-failed").inputs.eventPattern,
    );
    expect(failed.detail.jobName).to.include("naru-test-import-sis-students");
  });

  it("are refused with every fault at once", async () => {
    const told = await refusal(() =>
      make(
        [
          { dataSet: "lms.requests", table: "a b", partitions: 65 },
          {
            dataSet: "sis.students",
            table: "students",
            authority: "none",
            schedule: "nightly",
            fetchSize: 0,
          },
          { dataSet: "sis.students", table: "again", source: { ...JDBC, tls: false } },
          {
            dataSet: "music.artists",
            table: "artists",
            source: { ...JDBC, url: `${JDBC.url}?sslmode=disable` },
          },
        ],
        ["sis.students"],
      ),
    );
    for (const problem of [
      'tables[0].dataSet: is "lms.requests", which is no set of CSV files; write one of',
      'tables[0].table: is "a b"; write a name, or schema.table',
      "tables[0].partitions: is 65; write a whole number from 1 to 64 partitions",
      "tables[0].partitionColumn: is missing",
      "tables[1].authority: is no certificate",
      'tables[1].schedule: is "nightly"; write cron(',
      "tables[1].fetchSize: is 0",
      'tables[2].dataSet: is "sis.students" again',
      "tables[2].connection: leads to no PostgreSQL or MySQL by JDBC over TLS",
      "tables[3].connection: leads to no PostgreSQL or MySQL by JDBC over TLS",
      'tables[3].dataSet: is "music.artists", whose drops landing takes from no job',
    ]) {
      expect(told).to.include(problem);
    }
  });

  it("are known to the lake as sets of files", async () => {
    expect(await refusal(() => make([], ["lms.requests"]))).to.include(
      'imported[0]: is "lms.requests", which is no set of CSV files; write one of',
    );
  });
});

describe("the setting of tables", () => {
  const connection = { name: "registrar", ...JDBC };
  const problems = (tables: unknown, more: Record<string, string> = {}) => {
    const connections = JSON.stringify([
      connection,
      { name: "brokers", kind: "KAFKA", bootstrapServers: ["b:9098"] },
    ]);
    try {
      parseSettings({
        ...{ "naru:stage": "dev", "naru:owner": "team", "naru:etl": "glue", "naru:connections": connections },
        ...{ "naru:tables": JSON.stringify(tables), ...more },
      });
      return [];
    } catch (error) {
      return (error as SettingsError).problems;
    }
  };
  const table = { dataSet: "music.artists", connection: "registrar", table: "artists" };

  it("goes with Glue and a connection to a database", () => {
    expect(problems([table])).to.deep.equal([]);
    expect(problems([table], { "naru:etl": "emr-serverless" })).to.deep.equal([
      "naru:tables: are imported before Glue's curation, but naru:etl is emr-serverless. Fix: pulumi config set naru:etl glue",
    ]);
    expect(
      problems([table, { ...table, connection: "brokers" }, { ...table, connection: "none" }]),
    ).to.deep.equal([
      'naru:tables[1].connection: is "brokers", which is no database of PostgreSQL or MySQL by JDBC over TLS; write registrar',
      'naru:tables[2].connection: is "none", which naru:connections does not name; write registrar',
    ]);
  });

  it("tells wrong keys, all at once", () => {
    expect(problems([{ dataSet: 1, table: "artists", user: "me" }])).to.have.members([
      "naru:tables[0].dataSet: is of another form; write the id of a set of CSV files, e.g. music.artists",
      "naru:tables[0].connection: is missing; write a name of naru:connections",
      "naru:tables[0].user: is no key of it; leave it out",
    ]);
  });

  it("wants the connection where the jobs stand", () => {
    const outside = JSON.stringify([{ ...connection, inNetwork: false }]);
    const told = problems([table], { "naru:network": "own", "naru:connections": outside });
    expect(told.join("\n")).to.include(
      "stands outside of the network that jobs stand in; leave inNetwork out",
    );
  });
});
