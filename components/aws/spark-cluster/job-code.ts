import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DataSet } from "../../contract/model";
import { sparkSpec } from "../../contract/spark";
import type { DataLake } from "../data-lake";
import type { ZoneBucket } from "../data-lake/zone-bucket";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { Reidentification } from "../reidentification";

/** The Spark jobs' sources, beside `components/`. */
const SOURCES = join(__dirname, "..", "..", "..", "spark-jobs");
const PACKAGE = "naru_spark";
/** Python, and the Java that a session compiles for itself. */
const SOURCE_FILE = /\.(py|java)$/;

export interface JobCodeArgs {
  readonly bucket: ZoneBucket;
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  readonly reidentification: Reidentification | null;
  readonly pseudonymEpoch: number;
  readonly reportKey: string;
}

/** Where a run finds its code and its configuration. */
export interface JobCode {
  readonly entryPoint: pulumi.Output<string>;
  readonly packageUri: pulumi.Output<string>;
  readonly configUri: pulumi.Output<string>;
  /** The contracts, as the jobs read them. */
  readonly contractsUri: pulumi.Output<string>;
}

/** Uploads entry point, package, contracts and configuration of the Spark jobs. */
export function uploadJobCode(name: string, args: JobCodeArgs, parent: pulumi.Resource): JobCode {
  const { bucket, lake, keys, reidentification } = args;
  const upload = (key: string, source: CodeSource) => uploadCode(name, { bucket, keys, key, source }, parent);
  const contracts = upload(
    "contracts.json",
    new pulumi.asset.StringAsset(JSON.stringify(curatedByJobs(lake).map(sparkSpec), null, 1)),
  );
  const config = pulumi.jsonStringify({
    contracts,
    zones: { landing: lake.uri("landing"), raw: lake.uri("raw"), curated: lake.uri("curated") },
    pseudonym: { keyId: keys.arn("pseudonym"), epoch: args.pseudonymEpoch },
    reidentification:
      reidentification === null
        ? null
        : { uri: reidentification.uri, oldestEpoch: reidentification.oldestEpoch },
    dataSets: null,
    report: pulumi.interpolate`s3://${bucket.name}/${args.reportKey}`,
  });
  return {
    entryPoint: upload("main.py", jobSource("main.py")),
    packageUri: upload(`${PACKAGE}.zip`, packageArchive()),
    configUri: upload(
      "job.json",
      config.apply((text) => new pulumi.asset.StringAsset(text)),
    ),
    contractsUri: contracts,
  };
}

export interface CodeFileArgs {
  readonly bucket: ZoneBucket;
  readonly keys: EncryptionKeys;
  /** Name below `code/`. */
  readonly key: string;
  readonly source: CodeSource;
}

type CodeSource = pulumi.Input<pulumi.asset.Asset | pulumi.asset.Archive>;

/** One file beside the jobs' code. @returns its URI, once it is there. */
export function uploadCode(
  name: string,
  { bucket, keys, key, source }: CodeFileArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const object = new aws.s3.BucketObjectv2(
    `${name}-${key}`,
    {
      bucket: bucket.ready,
      key: `code/${key}`,
      source,
      kmsKeyId: keys.arn("lake"),
      serverSideEncryption: "aws:kms",
    },
    { parent },
  );
  return pulumi.interpolate`s3://${object.bucket}/${object.key}`;
}

/** A file of the Spark jobs' sources. */
export function jobSource(file: string): pulumi.asset.FileAsset {
  return new pulumi.asset.FileAsset(join(SOURCES, file));
}

/** Derived sets are what the jobs write, not what they curate. */
function curatedByJobs({ contracts }: DataLake): DataSet[] {
  return contracts.filter((dataSet) => dataSet.ingestion !== "derived");
}

function packageArchive(): pulumi.asset.AssetArchive {
  const files = readdirSync(join(SOURCES, PACKAGE), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && SOURCE_FILE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return new pulumi.asset.AssetArchive(
    Object.fromEntries(files.map((file) => [relative(SOURCES, file), new pulumi.asset.FileAsset(file)])),
  );
}
