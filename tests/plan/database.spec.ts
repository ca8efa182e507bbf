import { expect } from "chai";
import { ROOT } from "../../local/paths";
import { recordProgram, type ProgramRecord, type RecordedResource } from "../../local/recorder";
import { RULES } from "../../policies/rules";
import { findingsOf } from "../unit/policies/evaluation";
import { keyFindings, unjudgedKeys } from "./iam/key-findings";
import { recordPlatform } from "./iam/platform";

const INSTANCE = "aws:rds/instance:Instance";
const CLUSTER = "aws:rds/cluster:Cluster";
const STREAM_CONSUMER = "aws:kinesis/streamConsumer:StreamConsumer";
const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";

/** Of every engine, with what only some have. */
const DATABASES: Readonly<Record<string, object>> = {
  postgresql: { engine: "postgresql" },
  "mysql behind a proxy, in clear": { engine: "mysql", proxy: true, personalData: "clear" },
  mariadb: { engine: "mariadb", workload: "cpu", storage: "io2" },
  "aurora-postgresql": { engine: "aurora-postgresql", workload: "query", readers: 2 },
  "aurora-mysql": { engine: "aurora-mysql", proxy: true },
  oracle: { engine: "oracle" },
  sqlserver: { engine: "sqlserver", proxy: true },
};

const configOf = (definition: object) => ({
  "naru:network": "own",
  "naru:database": JSON.stringify(definition),
});

describe("a stack with a relational database", () => {
  const plans: Record<string, ProgramRecord> = {};

  before(async function () {
    this.timeout(120_000);
    for (const [title, definition] of Object.entries(DATABASES)) {
      plans[title] = await recordProgram({ root: ROOT, stack: "dev", config: configOf(definition) });
    }
    plans.prod = await recordProgram({ root: ROOT, stack: "prod", config: configOf(DATABASES.postgresql!) });
  });

  const of = (plan: string, type: string) => plans[plan]!.resources.filter((each) => each.type === type);
  const one = (plan: string, type: string): RecordedResource => {
    const found = of(plan, type);
    expect(found, `${type} in ${plan}`).to.have.length(1);
    return found[0]!;
  };
  const server = (plan: string) => [...of(plan, INSTANCE), ...of(plan, CLUSTER)][0]!;

  it("lets its consumers and the redriver, and nobody else, put down what failed", () => {
    const name = "to-database-failures";
    const { policy } = of("postgresql", "aws:s3/bucketPolicy:BucketPolicy").find(
      (each) => each.name === name,
    )!.inputs as { policy: { Statement: { Sid: string; Condition: object }[] } };
    const { Condition } = policy.Statement.find(({ Sid }) => Sid === "WrittenByNamedRoles")!;
    const consumers = of("postgresql", MAPPING).map(({ inputs }) => String(inputs.functionName));
    expect(consumers).not.to.deep.equal([]);
    // A function's role has its name.
    const roles = [...new Set(consumers), "naru-dev-redriver"].map((role) => `role/${role}`);
    const { ArnNotEquals } = Condition as { ArnNotEquals: { "aws:PrincipalArn": string[] } };
    const writers = ArnNotEquals["aws:PrincipalArn"].map((arn) => arn.split(":").at(-1));
    expect(writers).to.have.members(roles);
  });

  for (const title of [...Object.keys(DATABASES), "prod"]) {
    it(`passes the policies: ${title}`, () => {
      expect(RULES.flatMap((rule) => findingsOf(rule, plans[title]!.resources))).to.deep.equal([]);
    });

    it(`is encrypted, closed, backed up, and its password is RDS's own: ${title}`, () => {
      const { inputs } = server(title);
      expect(inputs).to.include({ storageEncrypted: true, manageMasterUserPassword: true });
      expect(inputs.backupRetentionPeriod).to.equal(7);
      expect(inputs).to.include.keys("kmsKeyId", "masterUserSecretKmsKeyId");
      expect(inputs).not.to.have.any.keys("password", "masterPassword");
      for (const { inputs: each } of [
        ...of(title, INSTANCE),
        ...of(title, "aws:rds/clusterInstance:ClusterInstance"),
      ]) {
        expect(each.publiclyAccessible).to.equal(false);
      }
    });
  }

  for (const [plan, type, parameter] of [
    ["postgresql", "aws:rds/parameterGroup:ParameterGroup", "rds.force_ssl"],
    ["mysql behind a proxy, in clear", "aws:rds/parameterGroup:ParameterGroup", "require_secure_transport"],
    ["mariadb", "aws:rds/parameterGroup:ParameterGroup", "require_secure_transport"],
    ["sqlserver", "aws:rds/parameterGroup:ParameterGroup", "rds.force_ssl"],
    ["aurora-postgresql", "aws:rds/clusterParameterGroup:ClusterParameterGroup", "rds.force_ssl"],
    ["aurora-mysql", "aws:rds/clusterParameterGroup:ClusterParameterGroup", "require_secure_transport"],
  ] as const) {
    it(`takes TLS only: ${plan}`, () => {
      const parameters = one(plan, type).inputs.parameters as { name: string; value: string }[];
      expect(parameters.find(({ name }) => name === parameter))
        .to.have.property("value")
        .that.matches(/^(1|ON)$/);
    });
  }

  it("lets Oracle be reached by its listener with TLS only", () => {
    const [option] = one("oracle", "aws:rds/optionGroup:OptionGroup").inputs.options as Record<
      string,
      unknown
    >[];
    expect(option).to.include({ optionName: "SSL", port: 2484 });
    expect(ways("oracle").map(({ inputs }) => inputs.fromPort)).to.deep.equal([2484, 2484]);
  });

  for (const [plan, instanceClass] of [
    ["postgresql", "db.t4g.micro"],
    ["mariadb", "db.m7g.large"],
    ["oracle", "db.t3.small"],
    ["sqlserver", "db.t3.xlarge"],
  ] as const) {
    it(`is of class ${instanceClass}: ${plan}`, () => {
      expect(server(plan).inputs.instanceClass).to.equal(instanceClass);
    });
  }

  it("has Aurora's readers beside the writer, each of the workload's class", () => {
    const instances = of("aurora-postgresql", "aws:rds/clusterInstance:ClusterInstance");
    expect(instances.map(({ inputs }) => inputs.instanceClass)).to.deep.equal(Array(3).fill("db.r7g.large"));
  });

  it("is guarded in prod: a standby, protection, a last snapshot, CloudWatch's closer look", () => {
    const { inputs, options } = server("prod");
    expect(inputs).to.include({
      multiAz: true,
      deletionProtection: true,
      skipFinalSnapshot: false,
      monitoringInterval: 60,
    });
    expect(inputs.finalSnapshotIdentifier).to.equal("naru-prod-database-final");
    expect(options).to.include({ protect: true, retainOnDelete: true });
    expect(server("postgresql").inputs).to.include({
      multiAz: false,
      deletionProtection: false,
      skipFinalSnapshot: true,
    });
  });

  /** Rules of the database's groups. */
  function ways(plan: string): RecordedResource[] {
    return plans[plan]!.resources.filter(
      ({ type, name }) => /^aws:vpc\/securityGroup\w+Rule:/.test(type) && name.startsWith("database-"),
    );
  }

  it("is reached from the group of its clients only, or by way of its proxy", () => {
    const named = (plan: string) => [...new Set(ways(plan).map(({ name }) => name))];
    expect(named("postgresql")).to.deep.equal(["database-clients-to-server"]);
    expect(named("aurora-mysql")).to.have.members(["database-clients-to-proxy", "database-proxy-to-server"]);
    for (const plan of Object.keys(plans)) {
      for (const { inputs } of ways(plan)) expect(inputs).not.to.have.any.keys("cidrIpv4", "cidrIpv6");
    }
  });

  it("speaks to its proxy over TLS only", () => {
    expect(one("aurora-mysql", "aws:rds/proxy:Proxy").inputs).to.include({
      requireTls: true,
      engineFamily: "MYSQL",
    });
    expect(one("sqlserver", "aws:rds/proxy:Proxy").inputs.engineFamily).to.equal("SQLSERVER");
    expect(of("postgresql", "aws:rds/proxy:Proxy")).to.deep.equal([]);
  });

  it("has a consumer for each stream, which the failure of one record does not stop", () => {
    const { inputs } = one("postgresql", MAPPING);
    expect(inputs).to.deep.include({
      functionResponseTypes: ["ReportBatchItemFailures"],
      bisectBatchOnFunctionError: true,
      startingPosition: "TRIM_HORIZON",
      maximumRetryAttempts: 20,
      maximumRecordAgeInSeconds: -1,
    });
    expect(inputs.destinationConfig).to.have.nested.property("onFailure.destinationArn");
    const alarms = of("postgresql", "aws:cloudwatch/metricAlarm:MetricAlarm");
    expect(alarms.map((alarm) => alarm.inputs.metricName)).to.include("IteratorAge");
    for (const plan of ["oracle", "sqlserver"]) expect(of(plan, MAPPING)).to.deep.equal([]);
  });

  it("reads its stream at a rate of its own where that is asked for, and by no right on another reader", async function () {
    this.timeout(60_000);
    const config = { ...configOf(DATABASES.postgresql!), "naru:enhancedFanOut": "true" };
    const platform = await recordPlatform("dev", config);
    const [consumer] = platform.resources.filter(({ type }) => type === STREAM_CONSUMER);
    expect(consumer!.inputs.name).to.equal("naru-dev-to-database-lms-requests");
    const mapping = platform.resources.find(({ type }) => type === MAPPING)!;
    expect(mapping.propertyDependencies.eventSourceArn!.join()).to.contain("streamConsumer");
    const { statements } = platform.roles.find(({ name }) => name === "to-database-lms-requests")!;
    const subscribing = statements.filter(({ Action }) =>
      [Action].flat().includes("kinesis:SubscribeToShard"),
    );
    expect(subscribing.flatMap(({ Resource }) => Resource)).to.deep.equal([
      "arn:aws:kinesis:ap-northeast-2:123456789012:stream/naru-dev-lms-requests/consumer/naru-dev-to-database-lms-requests:*",
    ]);
    expect(keyFindings(platform)).to.deep.equal([]);
    const { resources } = await recordProgram({ root: ROOT, stack: "dev", config });
    expect(RULES.flatMap((rule) => findingsOf(rule, resources))).to.deep.equal([]);
    expect(of("postgresql", STREAM_CONSUMER)).to.deep.equal([]);
  });

  it("takes pseudonyms unless it is told otherwise, and says which in its tags", () => {
    const environment = (plan: string) => {
      const consumer = plans[plan]!.resources.find(
        ({ type, name }) => type === "aws:lambda/function:Function" && name === "to-database-lms-requests",
      )!;
      return (consumer.inputs.environment as { variables: Record<string, string> }).variables;
    };
    expect(environment("postgresql")).to.include({
      PERSONAL_DATA: "pseudonyms",
      DATABASE_ENGINE: "postgresql",
    });
    expect(environment("mysql behind a proxy, in clear")).to.include({
      PERSONAL_DATA: "clear",
      DATABASE_ENGINE: "mysql",
    });
    expect(environment("mysql behind a proxy, in clear")).not.to.have.any.keys("PSEUDONYM_KEY_ID");
    const tag = (plan: string) => (server(plan).inputs.tags as Record<string, string>)["naru:data-class"];
    expect(tag("postgresql")).to.equal("pseudonymised");
    expect(tag("mysql behind a proxy, in clear")).to.equal("raw-pii");
  });

  it("costs nothing and adds nothing unless asked for", async function () {
    this.timeout(30_000);
    const { resources } = await recordProgram({ root: ROOT, stack: "dev" });
    expect(resources.filter(({ type }) => type.startsWith("aws:rds/"))).to.deep.equal([]);
  });

  for (const title of ["postgresql", "mysql behind a proxy, in clear"]) {
    it(`gives consumer and proxy the rights on keys that they use, and no others: ${title}`, async function () {
      this.timeout(60_000);
      const platform = await recordPlatform("dev", configOf(DATABASES[title]!));
      expect(keyFindings(platform)).to.deep.equal([]);
      expect(unjudgedKeys(platform)).to.deep.equal([]);
    });
  }
});
