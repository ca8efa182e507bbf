import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments, checkNumber, checkText } from "../../arguments";
import { LIMITS } from "../../limits";
import type { SparkCluster as SparkClusterOffer } from "../../platform";
import { alarmEmailChecks } from "../../email";
import { isSchedule, isTimeZone, SCHEDULE_FORM } from "../../schedule";
import { arnOf, type AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import type { ZoneBucket } from "../data-lake/zone-bucket";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { Network } from "../foundation/network";
import type { Statement } from "../foundation/service-role";
import type { Reidentification } from "../reidentification";
import { createAlarms } from "./alarms";
import { createDropRules, type DropTarget } from "./drops";
import { uploadJobCode } from "./job-code";
import { createJobsBucket } from "./jobs-bucket";
import { createPseudonymiser } from "./pseudonymiser";
import { DROP_REPORT_KEY, NOTICES_KEY, REPORT_KEY } from "./reports";
import { createRunLock } from "./run-lock-table";
import { stateMachineRuns, type Runner } from "./run-rights";
import { createSchedule } from "./schedule";
import { SPARK_DEFAULTS } from "./spark-defaults";
import { createStateMachine } from "./state-machine";

export interface SparkClusterArgs {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  /** Where the jobs keep what turns pseudonyms back; null: they keep nothing. @default null */
  readonly reidentification?: Reidentification | null;
  /** Network in whose closed subnets the jobs run; null: none of ours. @default null */
  readonly network?: Network | null;
  /** Key epoch of new pseudonyms. @default 1 */
  readonly pseudonymEpoch?: number;
  /** EventBridge Scheduler expression. @default "cron(0 3 * * ? *)" */
  readonly schedule?: string;
  /** IANA zone of the schedule. @default "Asia/Seoul" */
  readonly timeZone?: string;
  /** Most vCPU that the application grows to. @default 16 */
  readonly maxVcpu?: number;
  /** Seconds between two looks at a running job. @default 30 */
  readonly pollSeconds?: number;
  /** Seconds that a file dropped into landing waits for others, before a run for all of them. @default 60 */
  readonly dropSeconds?: number;
  /** E-mail addresses that are told of failed runs and of arrivals that could not start one. @default [] */
  readonly alarmEmails?: readonly string[];
}

/** Spark 3.5, as the local cloud's PySpark. */
const RELEASE = "emr-7.9.0";
/** GB of memory for each vCPU; EMR Serverless allows 2 to 8 a vCPU (worker configurations). */
const MEMORY_PER_VCPU = 4;

/**
 * Spark on EMR Serverless: application, job code in S3, and a state machine that runs the jobs: at night for everything,
 * and for a data set when a file of it is dropped into landing. One run at a time; drops that come meanwhile are gathered
 * for the next. Failed runs, and arrivals that could not start one, raise an alarm.
 *
 * The jobs' role is a pseudonymiser: it reads landing and writes curated, and what turns pseudonyms back.
 * Idle cost: 0.40 USD a month for four alarm metrics (CloudWatch, 0.10 USD each, Seoul, 2026-11); the application stops
 * after 15 idle minutes, 0.0484 USD a vCPU and hour on arm64 while it runs (unconfirmed; docs/cost.md).
 *
 * @throws ArgumentError with every wrong argument.
 */
export class SparkCluster extends pulumi.ComponentResource implements SparkClusterOffer, Runner {
  readonly workflow: pulumi.Output<string>;
  readonly reportUri: pulumi.Output<string>;
  /** Raw children, for what the arguments do not offer. */
  readonly nodes: {
    readonly application: aws.emrserverless.Application;
    readonly jobs: ZoneBucket;
    readonly alarms: aws.sns.Topic;
  };

  constructor(
    name: string,
    private readonly context: AwsContext,
    args: SparkClusterArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:SparkCluster", name, {}, opts);
    checkArguments("SparkCluster", name, [
      checkNumber("pseudonymEpoch", args.pseudonymEpoch, LIMITS.pseudonymEpoch),
      checkText("schedule", args.schedule, isSchedule, `${SCHEDULE_FORM}, e.g. cron(0 3 * * ? *)`),
      checkText("timeZone", args.timeZone, isTimeZone, "an IANA time zone, e.g. Asia/Seoul"),
      checkNumber("maxVcpu", args.maxVcpu, LIMITS.sparkVcpu),
      checkNumber("pollSeconds", args.pollSeconds, LIMITS.pollSeconds),
      checkNumber("dropSeconds", args.dropSeconds, LIMITS.dropSeconds),
      ...alarmEmailChecks(args.alarmEmails),
    ]);
    const { lake, keys } = args;
    const jobs = createJobsBucket(name, context, { lake, keys }, this);
    const code = uploadJobCode(
      name,
      {
        bucket: jobs,
        lake,
        keys,
        reidentification: args.reidentification ?? null,
        pseudonymEpoch: args.pseudonymEpoch ?? 1,
        reportKey: REPORT_KEY,
      },
      this,
    );
    const application = this.createApplication(name, args.maxVcpu ?? 16, args.network ?? null);
    const role = createPseudonymiser(
      name,
      context,
      {
        ...{ lake, keys, jobs, reidentification: args.reidentification ?? null },
        assumedBy: "emr-serverless.amazonaws.com",
        statements: [],
      },
      this,
    );
    const lock = createRunLock(name, context, keys, this);
    const machine = createStateMachine(
      name,
      context,
      {
        ...{ lake, keys, application, jobRole: role, code, lock },
        pollSeconds: args.pollSeconds ?? 30,
        dropSeconds: args.dropSeconds ?? 60,
        reports: {
          whole: `s3://${jobs.name}/${REPORT_KEY}`,
          drops: `s3://${jobs.name}/${DROP_REPORT_KEY}`,
        },
        notices: { bucket: jobs, key: NOTICES_KEY },
      },
      this,
    );
    const { schedule = "cron(0 3 * * ? *)", timeZone = "Asia/Seoul" } = args;
    const start: Statement = {
      Effect: "Allow",
      Action: "states:StartExecution",
      Resource: arnOf(
        context.identity,
        "states",
        `stateMachine:${context.names.of("stateMachine", "spark")}`,
      ),
    };
    createSchedule(
      name,
      context,
      { target: { arn: machine.arn, start, input: "{}" }, schedule, timeZone },
      this,
    );
    const target: DropTarget = {
      id: "spark",
      arn: machine.arn,
      start,
      input: (dataSet) => JSON.stringify({ dataSet }),
    };
    const undelivered = createDropRules(name, context, { lake, keys, target }, this);
    const emails = args.alarmEmails ?? [];
    const alarms = createAlarms(
      name,
      context,
      { keys, machine, undelivered, emails, contracts: lake.contracts },
      this,
    );
    this.nodes = { application, jobs, alarms };
    this.workflow = machine.arn;
    this.reportUri = pulumi.interpolate`s3://${jobs.ready}/${REPORT_KEY}`;
    this.registerOutputs({ workflow: this.workflow, application: application.id, reportUri: this.reportUri });
  }

  /** @see Runner */
  runStatements(): Statement[] {
    return stateMachineRuns(this.context);
  }

  private createApplication(
    name: string,
    maxVcpu: number,
    network: Network | null,
  ): aws.emrserverless.Application {
    return new aws.emrserverless.Application(
      name,
      {
        name: this.context.names.of("application", "spark"),
        type: "spark",
        releaseLabel: RELEASE,
        architecture: "ARM64",
        maximumCapacity: { cpu: `${maxVcpu} vCPU`, memory: `${maxVcpu * MEMORY_PER_VCPU} GB` },
        autoStartConfiguration: { enabled: true },
        autoStopConfiguration: { enabled: true, idleTimeoutMinutes: 15 },
        runtimeConfigurations: [{ classification: "spark-defaults", properties: { ...SPARK_DEFAULTS } }],
        ...(network !== null && { networkConfiguration: { ...network.closed } }),
        tags: { ...this.context.tags },
      },
      { parent: this },
    );
  }
}
