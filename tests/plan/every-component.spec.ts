import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import * as components from "../../components/aws";
import {
  AthenaSpark,
  AuditTrail,
  BI,
  Budget,
  Connection,
  Crawlers,
  Database,
  DeliveryDestinations,
  DatabaseConsumers,
  DataBrew,
  DataLake,
  EncryptionKeys,
  FederatedQueries,
  GlueEtl,
  GlueJob,
  glueLogStatements,
  Governance,
  Kafka,
  Network,
  Reidentification,
  SparkCluster,
  StreamIngest,
  Warehouse,
} from "../../components/aws";
import { ServiceRole } from "../../components/aws/foundation/service-role";
import { loadDashboards } from "../../dashboards";
import { ROOT } from "../../local/paths";
import { recordProgram, type RecordedResource } from "../../local/recorder";
import { contextWith, TWO_CONTRACTS } from "../unit/components/mocks";

const STACK = "pulumi:pulumi:Stack";

/** Each public component twice in one program: the second time in a section of the stack, under another name. */
async function twoOfEach(): Promise<Record<string, unknown>> {
  const context = contextWith();
  for (const [suffix, own] of [
    ["", context],
    ["-archive", { ...context, names: context.names.within("archive") }],
  ] as const) {
    const keys = new EncryptionKeys(`keys${suffix}`, own, { contracts: TWO_CONTRACTS });
    const lake = new DataLake(`lake${suffix}`, own, { contracts: TWO_CONTRACTS, keys });
    const network = new Network(`network${suffix}`, own, { keys });
    // The account's log role exists once, whatever the number of collectors.
    const manageApiGatewayAccount = suffix === "";
    const ingest = new StreamIngest(`ingest${suffix}`, own, { lake, keys, manageApiGatewayAccount });
    const audit = new AuditTrail(`audit${suffix}`, own, { lake, keys });
    const reidentification = new Reidentification(`reidentification${suffix}`, own, { lake, keys, audit });
    const spark = new SparkCluster(`spark${suffix}`, own, { lake, keys, reidentification });
    new Budget(`budget${suffix}`, own, { monthlyUsd: 300, alarms: spark.nodes.alarms });
    new Governance(`governance${suffix}`, own, { lake, keys, spark });
    const music = new Connection(`music${suffix}`, own, {
      source: {
        kind: "JDBC",
        url: "jdbc:postgresql://music.example.com:5432/music",
        secretArn: "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:music-a1B2c3",
      },
    });
    new Crawlers(`crawlers${suffix}`, own, {
      ...{ lake, keys },
      crawlers: [{ name: "music", target: { connection: music, path: "music/public/%" } }],
    });
    new AthenaSpark(`athena-spark${suffix}`, own, { lake, keys });
    new FederatedQueries(`federated${suffix}`, own, {
      ...{ lake, keys, network },
      sources: [
        {
          ...{ name: "registry", engine: "mysql", host: "registry.example.com", database: "registry" },
          secretArn: "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:registry-a1B2c3",
          ...{ reaches: ["10.1.0.0/24"], personalData: "none" },
        },
      ],
    });
    new DataBrew(`prep${suffix}`, own, {
      ...{ lake, keys },
      preparations: [
        {
          name: "courses",
          input: { dataSet: "lms.courses" },
          steps: [{ action: "trim", column: "title" }],
          output: "lms/course_titles/",
        },
      ],
    });
    createGlue(suffix, own);
    const database = new Database(`database${suffix}`, own, {
      ...{ keys, network },
      definition: { engine: "postgresql", proxy: true },
    });
    new DatabaseConsumers(`to-database${suffix}`, own, {
      ...{ database, lake, keys, network, streams: ingest.streams, pseudonymEpoch: 1 },
      enhancedFanOut: true,
      alarms: spark.nodes.alarms,
    });
    new Kafka(`kafka${suffix}`, own, {
      ...{ lake, keys, network, definition: { cluster: "provisioned" } },
      ...{ transforms: ingest.transforms, alarms: spark.nodes.alarms },
    });
    new DeliveryDestinations(`destinations${suffix}`, own, {
      ...{ lake, keys, streams: ingest.streams, transforms: ingest.transforms, alarms: spark.nodes.alarms },
      destinations: [
        {
          ...{ name: "collect", stream: "lms.requests", kind: "http" },
          url: "https://collect.example.com/",
          secretArn: "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:collect-a1B2c3",
        },
      ],
    });
    new Warehouse(`warehouse${suffix}`, own, { lake });
    new BI(`bi${suffix}`, own, { lake, dashboards: loadDashboards() });
  }
  return {};
}

/** The jobs on Glue are an engine of their own: a lake has one, so they are given another. */
function createGlue(suffix: string, context: components.AwsContext): void {
  const own = { ...context, names: context.names.within("glue") };
  const keys = new EncryptionKeys(`glue-keys${suffix}`, own, { contracts: TWO_CONTRACTS });
  const lake = new DataLake(`glue-lake${suffix}`, own, { contracts: TWO_CONTRACTS, keys });
  new GlueEtl(`glue${suffix}`, own, { lake, keys });
  const statements = glueLogStatements(own, "clicks");
  const role = new ServiceRole(`clicks-role${suffix}`, own, {
    roleName: own.names.of("role", "clicks"),
    ...{ assumedBy: "glue.amazonaws.com", purpose: "etl", statements },
  });
  new GlueJob(`clicks${suffix}`, own, {
    ...{ part: "clicks", description: "Counts clicks", kind: "streaming", role, keys },
    script: "s3://code/clicks.py",
    securityConfiguration: own.names.of("glue", "etl"),
  });
}

describe("every component", () => {
  let resources: readonly RecordedResource[];
  let own: readonly RecordedResource[];
  let byUrn: ReadonlyMap<string, RecordedResource>;

  before(async () => {
    ({ resources } = await recordProgram({ root: ROOT, stack: "dev", program: twoOfEach }));
    own = resources.filter(({ custom, type }) => !custom && type.startsWith("naru:"));
    byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  });

  it("that is public is in this program", () => {
    const classes = Object.entries(components).filter(
      ([, member]) => typeof member === "function" && member.prototype instanceof pulumi.ComponentResource,
    );
    expect(classes).to.have.length(22);
    const made = new Set(own.map(({ type }) => type));
    for (const [name] of classes) expect(made).to.include(`naru:aws:${name}`);
  });

  it("has a type token of three parts", () => {
    for (const { type } of own) expect(type).to.match(/^naru:aws:[A-Z][A-Za-z]+$/);
  });

  it("registers outputs", () => {
    for (const { name, type, outputs } of own)
      expect(outputs, `${type} ${name}`).to.be.an("object").and.not.be.empty;
  });

  it("is the parent of what it makes, and nothing stands outside a component", () => {
    // A remote component's children have parents among themselves.
    for (const { parent, name, type } of resources.filter(
      ({ custom, urn }) => custom && !urn.includes("$awsx:"),
    )) {
      expect(byUrn.get(parent)?.type, `${type} ${name}`).to.match(/^naru:aws:/);
    }
  });

  it("gives its children names that start with its own", () => {
    for (const { parent, name, type } of resources) {
      const above = byUrn.get(parent);
      if (above === undefined || above.type === STACK) continue;
      expect(name.startsWith(above.name), `${type} "${name}" below "${above.name}"`).to.equal(true);
    }
  });

  it("can be made twice in a program: no URN and no physical name clashes", () => {
    expect(byUrn.size).to.equal(resources.length);
    const physical = resources.filter(({ custom }) => custom).flatMap(physicalName);
    const twice = physical.filter((name, at) => physical.indexOf(name) !== at);
    expect(twice).to.deep.equal([]);
    expect(physical).to.include.members([
      "aws:s3/bucket:Bucket naru-test-landing-123456789012-ap-northeast-2",
      "aws:s3/bucket:Bucket naru-test-archive-landing-123456789012-ap-northeast-2",
    ]);
  });

  it("wires the second set to itself only", () => {
    const second = resources.filter(
      ({ custom, urn }) => custom && urn.split("::").at(-1)!.includes("-archive"),
    );
    expect(second.length).to.be.greaterThan(50);
    for (const { dependencies, name } of second) {
      const first = dependencies.filter((urn) => !urn.split("::").at(-1)!.includes("-archive"));
      expect(first, name).to.deep.equal([]);
    }
  });
});

describe("names of buckets", () => {
  const lakeOf = (name: string, context: components.AwsContext) => {
    const keys = new EncryptionKeys(`${name}-keys`, context, { contracts: TWO_CONTRACTS });
    new DataLake(name, context, { contracts: TWO_CONTRACTS, keys });
  };
  const record = (program: () => void) =>
    recordProgram({ root: ROOT, stack: "dev", program: async () => (program(), {}) });

  it("are taken once in a program, whoever made the names", async () => {
    let refusal = "";
    await record(() => {
      lakeOf("lake", contextWith());
      // Caught in the program, which goes on: what a program fails with is the recorder's to tell.
      try {
        lakeOf("second", contextWith());
      } catch (error) {
        refusal = (error as Error).message;
      }
    });
    expect(refusal).to.include("naru-test-logs-123456789012-ap-northeast-2 is another component's bucket");
  });

  it("are free again in the next program of the process", async () => {
    const context = contextWith();
    for (const _ of ["preview", "update"]) {
      const { resources } = await record(() => lakeOf("lake", context));
      expect(resources.map(({ name }) => name)).to.include("lake-landing");
    }
  });
});

/** What the cloud knows a resource by, where names are unique within an account and region. */
function physicalName({ type, inputs, parent }: RecordedResource): string[] {
  // Within its cluster, whose ARN no plan knows.
  if (type === "aws:msk/topic:Topic") return [`${type} ${parent}/${String(inputs.name)}`];
  const scoped: Record<string, string | undefined> = {
    "aws:iam/rolePolicy:RolePolicy": "role",
    "aws:glue/catalogTable:CatalogTable": "databaseName",
    "aws:cloudwatch/logStream:LogStream": "logGroupName",
    "aws:athena/namedQuery:NamedQuery": "workgroup",
    "aws:athena/preparedStatement:PreparedStatement": "workgroup",
    "aws:s3/inventory:Inventory": "bucket",
  };
  const scope = scoped[type];
  const name = type === "aws:s3/bucket:Bucket" ? inputs.bucket : inputs.name;
  if (typeof name !== "string") return [];
  return [`${type} ${scope === undefined ? "" : `${String(inputs[scope])}/`}${name}`];
}
