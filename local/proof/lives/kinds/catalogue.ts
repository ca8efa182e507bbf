import { one, tags, type Kinds, type Place } from "./kind";

/** Glue takes no hyphens in the names of databases and tables that Athena reads. */
const plain = (name: string) => name.replaceAll("-", "_");

const workgroup = ({ random, other }: Place) => {
  const key = random.chance(0.5) ? other("key") : undefined;
  const encryption =
    key === undefined
      ? { encryptionOption: "SSE_S3" }
      : { encryptionOption: "SSE_KMS", kmsKeyArn: `\${${key}.arn}` };
  const most = random.pick([undefined, 10_000_000, 20_000_000]);
  return {
    configuration: {
      ...{ enforceWorkgroupConfiguration: true, publishCloudwatchMetricsEnabled: random.chance(0.5) },
      ...(most !== undefined && { bytesScannedCutoffPerQuery: most }),
      resultConfiguration: { outputLocation: "s3://results/a/", encryptionConfiguration: encryption },
    },
  };
};

const encryption = ({ random, other }: Place) => {
  const key = random.chance(0.5) ? other("key") : undefined;
  const mode = key === undefined ? "DISABLED" : "SSE-KMS";
  const kms = key === undefined ? {} : { kmsKeyArn: `\${${key}.arn}` };
  return {
    encryptionConfiguration: {
      s3Encryption: { s3EncryptionMode: mode, ...kms },
      cloudwatchEncryption: { cloudwatchEncryptionMode: mode, ...kms },
      jobBookmarksEncryption: { jobBookmarksEncryptionMode: "DISABLED" },
    },
  };
};

const columns = ({ random }: Place) => ({
  storageDescriptor: {
    columns: random.choose(
      [
        { name: "one", type: "string" },
        { name: "two", type: "int", comment: "A number" },
      ],
      random.integer(1, 2),
    ),
    location: "s3://curated/a/",
    inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    serDeInfo: {
      serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
      parameters: { "serialization.format": random.pick(["1", "2"]) },
    },
  },
});

/** What Glue knows of data, and Athena asks of it. */
export const catalogueKinds: Kinds = {
  database: {
    type: "aws:glue/catalogDatabase:CatalogDatabase",
    named: "name",
    make: ({ called }) => ({ name: plain(called) }),
    vary: [
      one("description", undefined, "Open", "Closed"),
      one("parameters", undefined, {}, { zone: "raw" }, { zone: "curated", "a.b": "c" }),
      one("locationUri", undefined, "s3://raw/a/", "s3://raw/b/"),
      tags,
    ],
  },
  catalogTable: {
    type: "aws:glue/catalogTable:CatalogTable",
    needs: ["database"],
    named: "name",
    make: (place) => ({
      ...{ name: plain(place.called), databaseName: `\${${place.need("database")}.name}` },
      ...{ tableType: "EXTERNAL_TABLE", ...columns(place) },
    }),
    vary: [
      columns,
      one("description", undefined, "Rows", "More rows"),
      one("parameters", undefined, { classification: "parquet" }, { classification: "csv", "a.b": "c" }),
      one("partitionKeys", undefined, [{ name: "dt", type: "string" }]),
    ],
  },
  workgroup: {
    type: "aws:athena/workgroup:Workgroup",
    named: "name",
    make: (place) => ({ name: place.called, forceDestroy: true, ...workgroup(place) }),
    vary: [
      workgroup,
      one("description", undefined, "Analysts"),
      one("state", undefined, "ENABLED", "DISABLED"),
      tags,
    ],
  },
  namedQuery: {
    type: "aws:athena/namedQuery:NamedQuery",
    needs: ["workgroup", "database"],
    make: ({ need, called }) => ({
      ...{ name: called, query: "SELECT 1" },
      ...{ workgroup: `\${${need("workgroup")}.name}`, database: `\${${need("database")}.name}` },
    }),
    vary: [one("query", "SELECT 1", "SELECT 2"), one("description", undefined, "One", "Two")],
  },
  prepared: {
    type: "aws:athena/preparedStatement:PreparedStatement",
    needs: ["workgroup"],
    named: "name",
    make: ({ need, called }) => ({
      ...{ name: plain(called), queryStatement: "SELECT ?" },
      workgroup: `\${${need("workgroup")}.name}`,
    }),
    vary: [one("queryStatement", "SELECT ?", "SELECT ?, ?"), one("description", undefined, "Asks")],
  },
  classifier: {
    type: "aws:glue/classifier:Classifier",
    named: "name",
    make: ({ called }) => ({ name: called, csvClassifier: { delimiter: ";" } }),
    vary: [
      one(
        "csvClassifier",
        { delimiter: ";" },
        { delimiter: ",", containsHeader: "PRESENT", headers: ["a", "b"] },
      ),
    ],
  },
  connection: {
    type: "aws:glue/connection:Connection",
    named: "name",
    imports: false,
    make: ({ called }) => ({ name: called, connectionType: "JDBC", ...jdbc("a") }),
    vary: [({ random }) => jdbc(random.pick(["a", "b"]))],
  },
  security: {
    type: "aws:glue/securityConfiguration:SecurityConfiguration",
    named: "name",
    make: (place) => ({ name: place.called, ...encryption(place) }),
    vary: [encryption],
  },
  crawler: {
    type: "aws:glue/crawler:Crawler",
    needs: ["role", "database"],
    named: "name",
    make: ({ need, called }) => ({
      ...{ name: called, role: `\${${need("role")}.arn}`, databaseName: `\${${need("database")}.name}` },
      s3Targets: [{ path: "s3://raw/a/" }],
    }),
    vary: [
      one("s3Targets", [{ path: "s3://raw/a/" }], [{ path: "s3://raw/b/" }, { path: "s3://raw/c/" }]),
      one("tablePrefix", undefined, "a_", "b_"),
      one("description", undefined, "Crawls"),
      one("schedule", undefined, "cron(15 12 * * ? *)"),
      ({ random, other }) => {
        const classifier = random.chance(0.6) ? other("classifier") : undefined;
        return { classifiers: classifier === undefined ? undefined : [`\${${classifier}.name}`] };
      },
      tags,
    ],
  },
  application: {
    type: "aws:emrserverless/application:Application",
    make: ({ called }) => ({ name: called, type: "spark", releaseLabel: "emr-7.5.0" }),
    vary: [
      one("maximumCapacity", { cpu: "8 vCPU", memory: "32 GB" }, { cpu: "4 vCPU", memory: "16 GB" }),
      one(
        "autoStopConfiguration",
        { enabled: true, idleTimeoutMinutes: 15 },
        { enabled: true, idleTimeoutMinutes: 5 },
      ),
      one("architecture", undefined, "ARM64", "X86_64"),
      tags,
    ],
  },
};

function jdbc(user: string) {
  const JDBC_CONNECTION_URL = "jdbc:postgresql://music.example.com:5432/music";
  const PASSWORD = { $secret: `SESAME-connection-${user}` };
  return { connectionProperties: { JDBC_CONNECTION_URL, USERNAME: user, PASSWORD } };
}
