import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "../../arguments";
import { arnOf, TAG, type AwsContext } from "../context";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { EncryptedLogGroup } from "../foundation/log-group";
import type { ServiceRole, Statement } from "../foundation/service-role";
import { SPARK_DEFAULTS } from "../spark-cluster/spark-defaults";
import { GLUE_VERSION, type WorkerType } from "./limits";
import { glueJobProblems } from "./problems";

export interface GlueJobArgs {
  /** Last part of the job's name, e.g. `curate`. */
  readonly part: string;
  readonly description: string;
  /** `spark`: ends by itself; `streaming`: runs until it is stopped (Structured Streaming). */
  readonly kind: "spark" | "streaming";
  /** Script in S3. */
  readonly script: pulumi.Input<string>;
  /** Assumed by `glue.amazonaws.com`, with {@link glueLogStatements} among its rights. */
  readonly role: ServiceRole;
  readonly keys: EncryptionKeys;
  /** Name of a Glue security configuration. */
  readonly securityConfiguration: pulumi.Input<string>;
  /** Arguments of the script, which no run overrides: who starts a run must not bring code or places of their own. @default {} */
  readonly arguments?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Python libraries in S3 that the script imports (.zip, .py, .whl), such as one that teams share. @default [] */
  readonly libraries?: readonly pulumi.Input<string>[];
  /** Names of Glue connections, of sources or of a network. @default [] */
  readonly connections?: readonly pulumi.Input<string>[];
  /** `flex` runs on spare capacity, cheaper and without a promise when it starts; Spark jobs only. @default "standard" */
  readonly execution?: "standard" | "flex";
  /** G.025X is for streaming only. @default "G.1X" */
  readonly workerType?: WorkerType;
  /** Workers, driver included; with `autoScaling` the most. @default 5 */
  readonly workers?: number;
  /** Takes as many workers as there is work for, up to `workers`. @default true */
  readonly autoScaling?: boolean;
  /** Minutes after which a run is stopped; of a streaming job none is set unless it is given. @default 120 */
  readonly timeoutMinutes?: number;
  /** Times that a failed run is tried again. Without, a run that finds another running waits for up to 15 minutes. @default 0 */
  readonly retries?: number;
  /** Runs at once. @default 1 */
  readonly concurrentRuns?: number;
  /** Keeps what was read, so that the next run reads what is new; the job code of this project does without. @default false */
  readonly bookmarks?: boolean;
}

/**
 * A job on AWS Glue 5.0 (Spark 3.5, Python 3.11): Parquet is Snappy whatever the script says, logs are encrypted and kept
 * as long as the stack's others, and code and places are fixed.
 *
 * Idle cost: none. While it runs 0.44 USD a DPU and hour by the second, at least a minute, Flex 0.29 USD (Glue pricing,
 * 2026-11; regions differ): 1 DPU is 4 vCPU and 16 GB, one G.1X worker.
 *
 * @throws ArgumentError with every wrong argument.
 */
export class GlueJob extends pulumi.ComponentResource {
  /** Physical name, known in a preview. */
  readonly jobName: string;
  readonly job: aws.glue.Job;

  constructor(name: string, context: AwsContext, args: GlueJobArgs, opts?: pulumi.ComponentResourceOptions) {
    super("naru:aws:GlueJob", name, {}, opts);
    checkArguments("GlueJob", name, glueJobProblems(args));
    this.jobName = glueJobName(context, args.part);
    const prefix = logPrefix(this.jobName);
    const groups = ["error", "output"].map(
      (stream) =>
        new EncryptedLogGroup(
          `${name}-${stream}`,
          context,
          { logGroupName: `${prefix}/${stream}`, keys: args.keys },
          { parent: this },
        ).group,
    );
    this.job = new aws.glue.Job(
      name,
      {
        name: this.jobName,
        description: args.description,
        roleArn: args.role.readyArn,
        glueVersion: GLUE_VERSION,
        command: {
          name: args.kind === "streaming" ? "gluestreaming" : "glueetl",
          scriptLocation: args.script,
          pythonVersion: "3",
        },
        ...runProperties(args),
        connections: [...(args.connections ?? [])],
        securityConfiguration: args.securityConfiguration,
        defaultArguments: {
          "--enable-auto-scaling": String(args.autoScaling ?? true),
          "--job-bookmark-option": `job-bookmark-${(args.bookmarks ?? false) ? "enable" : "disable"}`,
        },
        nonOverridableArguments: {
          ...args.arguments,
          "--conf": SPARK_CONF,
          "--custom-logGroup-prefix": prefix,
          ...((args.libraries ?? []).length > 0 && { "--extra-py-files": joined(args.libraries!) }),
        },
        tags: { ...context.tags, [TAG.role]: "etl" },
      },
      // Glue makes the groups that it misses, without a key or an end.
      { parent: this, dependsOn: groups },
    );
    this.registerOutputs({ name: this.job.name, arn: this.job.arn });
  }
}

/** What a role needs to write the logs of a job: the groups are there, and Glue asks that they have the configuration's key. */
export function glueLogStatements(context: AwsContext, part: string): Statement[] {
  const groups = glueLogGroups(context, part);
  return [
    {
      Effect: "Allow",
      Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:AssociateKmsKey"],
      // Streams are created in a group, events put into a stream: two kinds of resource.
      Resource: [groups, `${groups}:*`],
    },
  ];
}

/** ARN of a job's log groups, with a star behind. */
export function glueLogGroups(context: AwsContext, part: string): string {
  return arnOf(context.identity, "logs", `log-group:${logPrefix(glueJobName(context, part))}/*`);
}

/** Physical name of a job. */
export function glueJobName({ names }: AwsContext, part: string): string {
  return names.of("glue", part);
}

/** Glue 5.0 writes `<prefix>/error` and `<prefix>/output` ("Logging for AWS Glue jobs"). */
function logPrefix(jobName: string): string {
  return `/aws-glue/${jobName}`;
}

/** Glue takes one `--conf`, with the further ones in its value. */
const SPARK_CONF = Object.entries(SPARK_DEFAULTS)
  .map(([key, value]) => `${key}=${value}`)
  .join(" --conf ");

function runProperties(args: GlueJobArgs) {
  const streaming = args.kind === "streaming";
  const retries = args.retries ?? 0;
  return {
    // Glue takes the class for Spark jobs only.
    ...(!streaming && { executionClass: (args.execution ?? "standard").toUpperCase() }),
    workerType: args.workerType ?? "G.1X",
    numberOfWorkers: args.workers ?? 5,
    ...(streaming && args.timeoutMinutes === undefined ? {} : { timeout: args.timeoutMinutes ?? 120 }),
    maxRetries: retries,
    // Jobs with retries are not queued ("AWS Glue job run statuses").
    jobRunQueuingEnabled: retries === 0,
    executionProperty: { maxConcurrentRuns: args.concurrentRuns ?? 1 },
  };
}

function joined(uris: readonly pulumi.Input<string>[]): pulumi.Output<string> {
  return pulumi.all([...uris]).apply((all) => all.join(","));
}
