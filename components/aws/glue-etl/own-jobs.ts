/** Jobs of a team's own, beside curation: their code, their role, and what they may touch. */
import { basename } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { JobNetwork } from "../connection/job-network";
import type { Connection } from "../connection";
import { arnOf, type AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import type { ZoneBucket } from "../data-lake/zone-bucket";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { ServiceRole, type Statement } from "../foundation/service-role";
import { uploadCode } from "../spark-cluster/job-code";
import { GlueJob, glueJobName, glueLogStatements, type GlueJobArgs } from "./job";

/** A job of a team's own. Its script is told the places as `--raw`, `--curated`, `--target` and `--checkpoint`. */
export interface OwnJob extends Pick<
  GlueJobArgs,
  "kind" | "arguments" | "execution" | "workerType" | "workers" | "autoScaling" | "timeoutMinutes" | "retries"
> {
  /** Lower case letters, digits and hyphens, from a letter on, up to 40; the job's name in Glue ends with it. */
  readonly name: string;
  /** Python file on this machine. */
  readonly script: string;
  /** Libraries on this machine (.zip, .whl, .py), beside the package `naru_spark`, which every job has. @default [] */
  readonly libraries?: readonly string[];
  /** What it reads: `raw/<folder>/`, `curated/` or `curated/<folder>/`. @default ["curated/"] */
  readonly reads?: readonly string[];
  /** Folder of curated that it writes, and may replace; none: it writes nothing. @default none */
  readonly writes?: string;
  /** Sources that it reads. @default [] */
  readonly connections?: readonly Connection[];
  /** "none": what the connections lead to has no personal data, as the job's output is for everybody. @default none given */
  readonly personalData?: "none";
  /** Glue's cron, in UTC; absent: started by hand. @default none */
  readonly schedule?: string;
}

export interface OwnJobsArgs {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  readonly jobs: ZoneBucket;
  readonly packageUri: pulumi.Input<string>;
  readonly securityConfiguration: pulumi.Input<string>;
  readonly network: JobNetwork;
  readonly own: readonly OwnJob[];
}

/** Reads and writes the open zone only: no role of these is a pseudonymiser. */
export function createOwnJobs(
  name: string,
  context: AwsContext,
  args: OwnJobsArgs,
  parent: pulumi.Resource,
): GlueJob[] {
  return args.own.map((own) => {
    const job = createJob(`${name}-${own.name}`, context, args, own, parent);
    if (own.schedule !== undefined) {
      new aws.glue.Trigger(
        `${name}-${own.name}`,
        {
          name: context.names.of("glue", own.name),
          ...{ type: "SCHEDULED", schedule: own.schedule, actions: [{ jobName: job.job.name }] },
          tags: { ...context.tags },
        },
        { parent },
      );
    }
    return job;
  });
}

/** Rights of those who start and stop them. */
export function ownJobRuns(context: AwsContext, own: readonly Pick<OwnJob, "name">[]): Statement[] {
  if (own.length === 0) return [];
  const jobs = own.map(({ name }) => arnOf(context.identity, "glue", `job/${glueJobName(context, name)}`));
  return [{ Effect: "Allow", Action: ["glue:StartJobRun", "glue:BatchStopJobRun"], Resource: jobs }];
}

function createJob(
  name: string,
  context: AwsContext,
  { lake, keys, jobs: bucket, ...made }: OwnJobsArgs,
  own: OwnJob,
  parent: pulumi.Resource,
): GlueJob {
  const { name: part, script, libraries = [], writes, connections = [], ...run } = own;
  const upload = (file: string) =>
    uploadCode(
      name,
      { bucket, keys, key: `${part}/${basename(file)}`, source: new pulumi.asset.FileAsset(file) },
      parent,
    );
  const checkpoint = `checkpoints/${part}/`;
  const role = new ServiceRole(
    name,
    context,
    {
      roleName: context.names.of("role", "glue", part),
      ...{ assumedBy: "glue.amazonaws.com", purpose: "etl" },
      statements: [
        ...readStatements(lake, own),
        ...(writes === undefined ? [] : lake.writeStatements("curated", writes, { replace: true })),
        ...bucket.readStatements(keys.arn("lake"), [
          `code/${part}/`,
          "code/naru_spark.zip",
          ...(own.kind === "streaming" ? [checkpoint] : []),
        ]),
        ...(own.kind === "streaming"
          ? bucket.writeStatements(keys.arn("lake"), checkpoint, { replace: true })
          : []),
        ...glueLogStatements(context, part),
        ...connections.flatMap((connection) => connection.useStatements()),
        ...made.network.statements,
      ],
    },
    { parent },
  );
  return new GlueJob(
    name,
    context,
    {
      ...{ part, role, keys, ...runOf(run) },
      description: `Job of a team: ${basename(script)}`,
      script: upload(script),
      securityConfiguration: made.securityConfiguration,
      arguments: {
        ...own.arguments,
        "--raw": lake.uri("raw"),
        "--curated": lake.uri("curated"),
        ...(writes !== undefined && { "--target": pulumi.interpolate`${lake.uri("curated")}${writes}` }),
        ...(own.kind === "streaming" && {
          "--checkpoint": pulumi.interpolate`s3://${bucket.name}/${checkpoint}`,
        }),
      },
      libraries: [made.packageUri, ...libraries.map(upload)],
      // A source's place goes first: a run takes the first connection that it can.
      connections: [...connections.map(({ glueName }) => glueName), ...made.network.connections],
    },
    { parent },
  );
}

function runOf({
  kind,
  execution,
  workerType,
  workers,
  autoScaling,
  timeoutMinutes,
  retries,
}: Partial<OwnJob>) {
  return { kind: kind!, execution, workerType, workers, autoScaling, timeoutMinutes, retries };
}

function readStatements(lake: DataLake, { reads = ["curated/"] }: OwnJob): Statement[] {
  const folders = (zone: "raw" | "curated") =>
    reads.filter((place) => place.startsWith(`${zone}/`)).map((place) => place.slice(zone.length + 1));
  return (["raw", "curated"] as const).flatMap((zone) =>
    folders(zone).length === 0 ? [] : lake.readStatements(zone, folders(zone)),
  );
}
