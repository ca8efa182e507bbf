import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../../local/paths";
import { recordProgram } from "../../local/recorder";
import { documentedArguments } from "../unit/components/documented-defaults";

const PAGE = readFileSync("docs/components.md", "utf8");
const EXAMPLES = join(__dirname, "examples");

/** Blocks of the page by the file name in their first line. */
const blocks = new Map(
  [...PAGE.matchAll(/```ts\n\/\/ (\S+)\n(.*?)```/gs)].map(([, file, code]) => [file!, code!]),
);

/** Programs among the examples, with a component that each must make. */
const PROGRAMS: Record<string, string> = {
  "encryption-keys.ts": "EncryptionKeys keys",
  "network.ts": "Network network",
  "data-lake.ts": "DataLake lake",
  "lake-grants.ts": "DataLake lake",
  "second-lake.ts": "DataLake lake-research",
  "stream-ingest.ts": "StreamIngest ingest",
  "spark-cluster.ts": "SparkCluster spark",
  "budget.ts": "Budget budget",
  "glue-etl.ts": "GlueEtl etl",
  "glue-job.ts": "GlueJob clicks",
  "governance.ts": "Governance governance",
  "audit-trail.ts": "AuditTrail audit",
  "reidentification.ts": "Reidentification reidentification",
  "crawlers.ts": "Crawlers crawlers",
  "connection.ts": "Connection music",
  "athena-spark.ts": "AthenaSpark athena-spark",
  "federated-queries.ts": "FederatedQueries federated",
  "data-preparation.ts": "DataBrew prep",
  "database.ts": "DatabaseConsumers to-database",
  "kafka.ts": "Kafka kafka",
  "delivery-destinations.ts": "DeliveryDestinations destinations",
  "warehouse.ts": "Warehouse warehouse",
  "bi.ts": "BI bi",
};

const SOURCES: Record<string, string> = {
  EncryptionKeys: "foundation/encryption-keys.ts",
  Network: "foundation/network.ts",
  DataLake: "data-lake/arguments.ts",
  StreamIngest: "stream-ingest/index.ts",
  SparkCluster: "spark-cluster/index.ts",
  Budget: "foundation/budget.ts",
  GlueEtl: "glue-etl/index.ts",
  GlueJob: "glue-etl/job.ts",
  Governance: "governance/index.ts",
  AuditTrail: "foundation/audit-trail.ts",
  Reidentification: "reidentification/index.ts",
  Crawlers: "crawlers/index.ts",
  Connection: "connection/index.ts",
  AthenaSpark: "athena-spark/index.ts",
  FederatedQueries: "federated-queries/index.ts",
  DataBrew: "data-prep/index.ts",
  Database: "database/index.ts",
  DatabaseConsumers: "database/consumer.ts",
  Kafka: "kafka/index.ts",
  DeliveryDestinations: "delivery-destinations/index.ts",
  Warehouse: "warehouse/index.ts",
  BI: "bi/index.ts",
};

describe("docs/components.md", () => {
  it("shows every example, as it is type-checked and run here", () => {
    const files = readdirSync(EXAMPLES);
    expect([...blocks.keys()]).to.have.members(files);
    expect(files).to.have.members([...Object.keys(PROGRAMS), "context.ts"]);
    for (const file of files) {
      const code = readFileSync(join(EXAMPLES, file), "utf8").replaceAll('"../../../', '"./');
      expect(blocks.get(file), file).to.equal(code);
    }
  });

  for (const [file, component] of Object.entries(PROGRAMS)) {
    it(`shows in ${file} a program that makes ${component}`, async () => {
      const program = async () => require(join(EXAMPLES, file)) as Record<string, unknown>;
      const { resources } = await recordProgram({ root: ROOT, stack: "dev", program });
      const made = resources
        .filter(({ custom }) => !custom)
        .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
      expect(made).to.include(component);
    });
  }

  for (const [component, source] of Object.entries(SOURCES)) {
    it(`lists each argument of ${component} with its default`, () => {
      const section = PAGE.split(`\n## ${component}\n`)[1]!.split("\n## ")[0]!;
      const rows = [...section.matchAll(/^\| `(\w+)` \| (?:`(.+?)`|required) \|/gm)];
      const args = documentedArguments(`components/aws/${source}`);
      expect(rows.map(([, name, text]) => ({ name: `${component}Args.${name}`, text }))).to.deep.equal(
        args.map(({ name, text }) => ({ name, text })),
      );
    });
  }
});
