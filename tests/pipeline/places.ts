/** Where things stand on the local platform that is up, for tests that try them. */
import { ListApplicationsCommand } from "@aws-sdk/client-emr-serverless";
import { DescribeKeyCommand, EncryptCommand } from "@aws-sdk/client-kms";
import { arnOf, iamArn } from "../../components/aws/context";
import { RECORDS, SOURCE_KEYS } from "../../components/aws/reidentification/places";
import { Names } from "../../components/naming";
import type { CloudClients } from "../../local/endpoints";
import { LOCAL_ACCOUNT } from "../../local/local-cloud";
import { listKeys } from "../../local/pipeline/objects";

interface FoundObject {
  readonly Bucket: string;
  readonly Key: string;
}

export interface Places {
  readonly bucket: (part: string) => string;
  /** ARN of a domain's key. */
  readonly key: (domain: "landing" | "lake" | "pseudonym") => string;
  /** ARN of a role. */
  readonly role: (name: string) => string;
  readonly workgroup: (part: "analysts" | "transform") => string;
  /** The database of `lms` in a zone. */
  readonly database: (zone: "raw" | "curated") => string;
  readonly logGroup: (of: "workflow" | "function") => string;
  /** Objects that the run before has left. */
  readonly objects: Readonly<
    Record<
      | "landing"
      | "errors"
      | "sourceKeys"
      | "record"
      | "raw"
      | "curated"
      | "lineage"
      | "result"
      | "report"
      | "code",
      FoundObject
    >
  >;
  readonly sql: Readonly<Record<"count" | "build" | "buildAnywhere" | "drop", string>>;
  /** Something that landing's key has encrypted. */
  readonly ciphertext: Uint8Array;
  readonly stream: string;
  readonly machine: string;
  readonly application: string;
  readonly function: string;
  readonly delivery: string;
  readonly rule: string;
}

/** @throws Error when the platform lacks one of them: then nothing that is tried would prove anything. */
export async function findPlaces(root: CloudClients): Promise<Places> {
  const region = "ap-northeast-2";
  const names = new Names({ project: "naru", stack: "local", accountId: LOCAL_ACCOUNT, region });
  const bucket = (part: string) => names.of("bucket", part);
  const find = async (part: string, prefix: string): Promise<FoundObject> => {
    const [Key] = await listKeys(root.s3, bucket(part), prefix);
    if (Key === undefined) throw new Error(`There is no object below ${bucket(part)}/${prefix}`);
    return { Bucket: bucket(part), Key };
  };
  const keys = new Map<string, string>();
  for (const domain of ["landing", "lake", "pseudonym"]) {
    const KeyId = `alias/${names.of("keyAlias", domain)}`;
    const { KeyMetadata } = await root.kms.send(new DescribeKeyCommand({ KeyId }));
    keys.set(domain, KeyMetadata!.Arn!);
  }
  const { CiphertextBlob } = await root.kms.send(
    new EncryptCommand({ KeyId: keys.get("landing"), Plaintext: Buffer.from("a test") }),
  );
  const { applications } = await root.emrServerless.send(new ListApplicationsCommand({}));
  const database = (zone: string) => names.of("database", zone, "lms");
  const built = `"${database("curated")}"."least_privilege"`;
  const machine = names.of("stateMachine", "spark");
  const pseudonymise = names.of("function", "pseudonymise-lms-requests");
  return {
    bucket,
    key: (domain) => keys.get(domain)!,
    role: (name) => iamArn(names.identity, `role/${names.of("role", name)}`),
    workgroup: (part) => names.of("workgroup", part),
    database,
    logGroup: (of) =>
      of === "workflow" ? `/aws/vendedlogs/states/${machine}` : `/aws/lambda/${pseudonymise}`,
    objects: {
      landing: await find("landing", "sis/students/"),
      errors: await find("raw", "errors/"),
      sourceKeys: await find("reidentification", SOURCE_KEYS),
      record: await find("audit", RECORDS),
      raw: await find("raw", "lms/requests/"),
      curated: await find("curated", "lms/courses/"),
      lineage: await find("curated", "lineage/"),
      result: await find("query-results", "analysts/"),
      report: await find("jobs", "reports/"),
      code: await find("jobs", "code/"),
    },
    sql: {
      count: `SELECT count(*) FROM "${database("curated")}"."courses"`,
      build:
        `CREATE TABLE ${built} WITH (external_location = 's3://${bucket("curated")}/least-privilege/built/', ` +
        `format = 'PARQUET', parquet_compression = 'SNAPPY') AS SELECT 1 AS one`,
      // In an enforced workgroup a place of one's own is refused before rights are asked.
      buildAnywhere: `CREATE TABLE ${built} WITH (format = 'PARQUET', parquet_compression = 'SNAPPY') AS SELECT 1 AS one`,
      drop: `DROP TABLE ${built}`,
    },
    ciphertext: CiphertextBlob!,
    stream: names.of("stream", "lms", "requests"),
    machine: arnOf(names.identity, "states", `stateMachine:${machine}`),
    application: applications![0]!.id!,
    function: pseudonymise,
    delivery: names.of("deliveryStream", "lms", "requests"),
    rule: names.of("rule", "drop-sis-students"),
  };
}
