import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments, checkNumber, checkText } from "../../arguments";
import { alarmEmailChecks } from "../../email";
import { LIMITS } from "../../limits";
import type { SparkCluster as SparkClusterOffer } from "../../platform";
import { isSchedule, isTimeZone, SCHEDULE_FORM } from "../../schedule";
import { createJobNetwork, type JobNetwork } from "../connection/job-network";
import { zonesProblem } from "../connection/zones";
import { partitionOf, type AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import type { ZoneBucket } from "../data-lake/zone-bucket";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { Network } from "../foundation/network";
import type { Statement } from "../foundation/service-role";
import type { Reidentification } from "../reidentification";
import { createDropRules } from "../spark-cluster/drops";
import { uploadJobCode, type JobCode } from "../spark-cluster/job-code";
import { createJobsBucket } from "../spark-cluster/jobs-bucket";
import { createPseudonymiser } from "../spark-cluster/pseudonymiser";
import { DROP_REPORT_KEY, NOTICES_KEY, REPORT_KEY } from "../spark-cluster/reports";
import type { Runner } from "../spark-cluster/run-rights";
import { createSchedule } from "../spark-cluster/schedule";
import { createGlueAlarms } from "./alarms";
import { courseEventsProblems, createCourseEvents, type StreamNames } from "./course-events";
import { GlueJob, glueLogStatements } from "./job";
import type { WorkerType } from "./limits";
import { createOwnJobs, ownJobRuns, type OwnJob } from "./own-jobs";
import { ownJobProblems } from "./own-job-problems";
import { runProblems } from "./problems";
import { createQualityJob } from "./quality";
import { createSecurityConfiguration } from "./security";
import { workflowRuns } from "./run-rights";
import { createOwnersTold } from "./owners";
import { COURSE_EVENTS } from "./stream-names";
import { connectedTableProblems, createTableImports, importPart, type ConnectedTable } from "./table-imports";
import { createWorkflow, startStatement, type Workflow, type WorkflowArgs } from "./workflow";

export interface GlueEtlArgs {
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
  /** `flex` curates on spare capacity, cheaper and without a promise when it starts. @default "standard" */
  readonly execution?: "standard" | "flex";
  /** Worker of the curation. @default "G.1X" */
  readonly workerType?: Exclude<WorkerType, "G.025X">;
  /** Most workers of the curation, driver included. @default 5 */
  readonly workers?: number;
  /** Minutes after which a run of the curation is stopped. @default 120 */
  readonly timeoutMinutes?: number;
  /** Files dropped into landing that start a run at once. @default 100 */
  readonly dropFiles?: number;
  /** Seconds that a dropped file waits for others, before a run for all of them. @default 60 */
  readonly dropSeconds?: number;
  /** Names of Glue crawlers that run before the curation, for data without a contract. @default [] */
  readonly crawlers?: readonly pulumi.Input<string>[];
  /** Tables of databases that become drops: before the night's curation, or by a schedule of their own. @default [] */
  readonly tables?: readonly ConnectedTable[];
  /** Jobs of a team's own, beside curation: Spark or streaming. @default [] */
  readonly jobs?: readonly OwnJob[];
  /** Names of the streams by data set: a streaming job counts their events by course and minute; null: none does. @default null */
  readonly eventStreams?: StreamNames | null;
  /** E-mail addresses that are told of failed jobs, broken rules and arrivals that could not start a run. @default [] */
  readonly alarmEmails?: readonly string[];
}

const PART = "curate";

/** What the jobs share. */
interface MadeForJobs {
  readonly jobs: ZoneBucket;
  readonly code: JobCode;
  readonly security: aws.glue.SecurityConfiguration;
  readonly network: JobNetwork;
}

/** Without a network of ours, jobs run in one of AWS's own. */
const NOWHERE: JobNetwork = { connections: [], statements: [] };

/**
 * In the order in which they need each other. A run that waits for another gives up after 15 minutes ("AWS Glue job run
 * statuses"), so the one that it waits for looks for files that came meanwhile before it ends; ten times at most, or a
 * producer that never rests would keep it until it is stopped.
 */
const ARGUMENTS = { "--jobs": "curate,page_views,master_table", "--looks": "10" } as const;

/**
 * The Spark jobs on AWS Glue, instead of {@link SparkCluster} on EMR Serverless: the same code, role and places. Two
 * workflows, one started by the clock for everything and one by files dropped into landing for the days that they change,
 * curate and then hold the curated tables against the rulesets of their contracts. One curation at a time. Failed jobs and
 * broken rules are told to the alarm topic, and to the sets' owners what a curation found.
 *
 * A failed curation is not tried again by Glue: jobs with retries don't wait for their turn, and a set that can't be
 * published as it is would be passed over by the second attempt, which then succeeds.
 *
 * One of the two to a stack: both run under the role `pseudonymiser`, which landing answers.
 * Idle cost: 0.10 USD a month for the alarm metric (CloudWatch, Seoul, 2026-11). What a run costs, {@link GlueJob} says.
 *
 * @throws ArgumentError with every wrong argument.
 */
export class GlueEtl extends pulumi.ComponentResource implements SparkClusterOffer, Runner {
  /** ARN of the workflow that the clock starts. */
  readonly workflow: pulumi.Output<string>;
  readonly reportUri: pulumi.Output<string>;
  /** Raw children, for what the arguments do not offer. */
  readonly nodes: {
    readonly curate: GlueJob;
    readonly quality: GlueJob;
    readonly jobs: ZoneBucket;
    readonly alarms: aws.sns.Topic;
  };

  constructor(
    name: string,
    private readonly context: AwsContext,
    private readonly args: GlueEtlArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:GlueEtl", name, {}, opts);
    checkArguments("GlueEtl", name, [
      checkNumber("pseudonymEpoch", args.pseudonymEpoch, LIMITS.pseudonymEpoch),
      checkText("schedule", args.schedule, isSchedule, `${SCHEDULE_FORM}, e.g. cron(0 3 * * ? *)`),
      checkText("timeZone", args.timeZone, isTimeZone, "an IANA time zone, e.g. Asia/Seoul"),
      (args.workerType as string | undefined) === "G.025X"
        ? 'workerType: is "G.025X"; write G.1X or larger: Glue has the quarter worker for streaming jobs only'
        : undefined,
      ...runProblems(args),
      zonesProblem(args.network ?? null),
      ...ownJobProblems(args.lake, args.jobs ?? []),
      ...connectedTableProblems(args.lake, args.tables ?? []),
      ...courseEventsProblems(args.lake, args.eventStreams ?? null),
      checkNumber("dropFiles", args.dropFiles, LIMITS.glueBatchFiles),
      checkNumber("dropSeconds", args.dropSeconds, LIMITS.dropSeconds),
      ...alarmEmailChecks(args.alarmEmails),
    ]);
    const { lake, keys } = args;
    const jobs = createJobsBucket(name, context, { lake, keys }, this);
    const reidentification = args.reidentification ?? null;
    const code = uploadJobCode(
      name,
      {
        ...{ bucket: jobs, lake, keys, reidentification },
        pseudonymEpoch: args.pseudonymEpoch ?? 1,
        reportKey: REPORT_KEY,
      },
      this,
    );
    const security = createSecurityConfiguration(name, context, keys, this);
    const network =
      (args.network ?? null) === null ? NOWHERE : createJobNetwork(name, context, args.network!, this);
    const curate = this.createCuration(name, args, { jobs, code, security, network });
    const quality = createQualityJob(
      name,
      context,
      {
        ...{ lake, keys, jobs, network },
        packageUri: code.packageUri,
        securityConfiguration: security.name,
      },
      this,
    );
    const own = createOwnJobs(
      name,
      context,
      {
        ...{ lake, keys, jobs, network, own: args.jobs ?? [] },
        packageUri: code.packageUri,
        securityConfiguration: security.name,
      },
      this,
    );
    const streaming = this.createStreams(name, args, { jobs, code, security, network });
    const tables = args.tables ?? [];
    const imports = createTableImports(
      name,
      context,
      { ...{ lake, keys, jobs, code, network, tables }, securityConfiguration: security.name },
      this,
    );
    const { nightly, drops } = this.createWorkflows(name, args, {
      before: imports.filter((_, at) => tables[at]!.schedule === undefined),
      jobs: [curate, quality],
      bucket: jobs,
    });
    this.startByClock(name, args, nightly);
    const undelivered = createDropRules(
      name,
      context,
      {
        ...{ lake, keys },
        target: {
          id: "glue",
          arn: drops.workflow.arn,
          start: startStatement(context, drops.name, "NotifyEvent"),
        },
      },
      this,
    );
    const notices = createOwnersTold(
      name,
      context,
      { keys, job: curate.jobName, notices: { bucket: jobs, key: NOTICES_KEY } },
      this,
    );
    const alarms = createGlueAlarms(
      name,
      context,
      {
        ...{ keys, undelivered, notices, contracts: lake.contracts },
        jobs: [curate, quality, ...imports, ...own, ...streaming].map(({ jobName }) => jobName),
        crawlers: args.crawlers ?? [],
        emails: args.alarmEmails ?? [],
      },
      this,
    );
    this.nodes = { curate, quality, jobs, alarms };
    this.workflow = nightly.workflow.arn;
    this.reportUri = pulumi.interpolate`s3://${jobs.ready}/${REPORT_KEY}`;
    this.registerOutputs({ workflow: this.workflow, reportUri: this.reportUri });
  }

  /** @see Runner */
  runStatements(): Statement[] {
    const streams = (this.args.eventStreams ?? null) === null ? [] : [{ name: COURSE_EVENTS }];
    const tables = (this.args.tables ?? []).map(({ dataSet }) => ({ name: importPart(dataSet) }));
    const own = [...(this.args.jobs ?? []), ...streams, ...tables];
    const jobs = [PART, "quality", ...own.map(({ name }) => name)];
    return [...workflowRuns(this.context, ["nightly", "drops"], jobs), ...ownJobRuns(this.context, own)];
  }

  private createCuration(name: string, args: GlueEtlArgs, made: MadeForJobs): GlueJob {
    const { lake, keys, execution, workerType, workers, timeoutMinutes } = args;
    const role = createPseudonymiser(
      name,
      this.context,
      {
        ...{ lake, keys, jobs: made.jobs, reidentification: args.reidentification ?? null },
        assumedBy: "glue.amazonaws.com",
        statements: [...glueLogStatements(this.context, PART), ...made.network.statements],
      },
      this,
    );
    return new GlueJob(
      `${name}-${PART}`,
      this.context,
      {
        ...{ part: PART, kind: "spark", role, keys, execution, workerType, workers, timeoutMinutes },
        description: "Curates what lies in landing and raw, and builds the tables of it",
        script: made.code.entryPoint,
        securityConfiguration: made.security.name,
        connections: made.network.connections,
        arguments: {
          ...ARGUMENTS,
          "--config": made.code.configUri,
          "--notices": `s3://${made.jobs.name}/${NOTICES_KEY}`,
        },
        libraries: [made.code.packageUri],
      },
      { parent: this },
    );
  }

  private createStreams(
    name: string,
    { lake, keys, eventStreams: streams = null }: GlueEtlArgs,
    { security, ...made }: MadeForJobs,
  ): GlueJob[] {
    if (streams === null) return [];
    const args = { lake, keys, streams, ...made, securityConfiguration: security.name };
    return [createCourseEvents(name, this.context, args, this)];
  }

  /** Glue tells a job that files came, and not which: a run finds that by itself, so no event is needed to know it. */
  private createWorkflows(
    name: string,
    args: GlueEtlArgs,
    { before, jobs, bucket }: Pick<WorkflowArgs, "before" | "jobs"> & { readonly bucket: ZoneBucket },
  ) {
    const crawlers = args.crawlers ?? [];
    const workflow = (rest: Pick<WorkflowArgs, "part" | "description" | "batch" | "before" | "arguments">) =>
      createWorkflow(`${name}-${rest.part}`, this.context, { ...rest, crawlers, jobs }, this);
    return {
      nightly: workflow({
        part: "nightly",
        description: "Curates everything, by the clock",
        batch: null,
        before,
        arguments: { "--data-sets": "all" },
      }),
      drops: workflow({
        part: "drops",
        description: "Curates what was dropped into landing",
        batch: { size: args.dropFiles ?? 100, seconds: args.dropSeconds ?? 60 },
        // What they put is a drop itself.
        before: [],
        arguments: { "--data-sets": "changed", "--report": `s3://${bucket.name}/${DROP_REPORT_KEY}` },
      }),
    };
  }

  /** Glue's own schedules are in UTC; EventBridge Scheduler's have a zone. */
  private startByClock(name: string, args: GlueEtlArgs, nightly: Workflow): void {
    const { schedule = "cron(0 3 * * ? *)", timeZone = "Asia/Seoul" } = args;
    createSchedule(
      name,
      this.context,
      {
        ...{ schedule, timeZone },
        target: {
          arn: `arn:${partitionOf(this.context.identity.region)}:scheduler:::aws-sdk:glue:startWorkflowRun`,
          start: startStatement(this.context, nightly.name, "StartWorkflowRun"),
          input: JSON.stringify({ Name: nightly.name }),
        },
      },
      this,
    );
  }
}
