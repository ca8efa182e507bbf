/** The stream that counts events by course and minute: its job, what it may read of the clear events, and where bad ones go. */
import type * as pulumi from "@pulumi/pulumi";
import type { ArgumentProblem } from "../../arguments";
import type { DataSet } from "../../contract/model";
import type { JobNetwork } from "../connection/job-network";
import { arnOf, type AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import { closedBut } from "../data-lake/bucket-statements";
import { ZoneBucket } from "../data-lake/zone-bucket";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { ServiceRole, type Statement } from "../foundation/service-role";
import { readShards } from "../foundation/stream-rights";
import { jobSource, uploadCode, type JobCode } from "../spark-cluster/job-code";
import { GlueJob, glueLogStatements } from "./job";
import { COURSE_EVENTS } from "./stream-names";

/** Id of each stream's data set to the stream's name. */
export type StreamNames = Readonly<Record<string, pulumi.Input<string>>>;

export interface CourseEventsArgs {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  /** Bucket of the jobs' code. */
  readonly jobs: ZoneBucket;
  readonly code: JobCode;
  readonly securityConfiguration: pulumi.Input<string>;
  readonly network: JobNetwork;
  readonly streams: StreamNames;
}

/** What the job reads, and what it writes: sets of the example contracts. */
const EVENTS = "lms.requests";
const COUNTS = "lms.course_events_per_minute";
const SCRIPT = "course_events_per_minute.py";
const CHECKPOINTS = "checkpoints/";
const QUARANTINE = "quarantine/";

/** Days that events which don't count wait for somebody, in clear. */
const KEPT_DAYS = 30;
/** Times that a run which failed is tried again: the checkpoint says where to go on. */
const RETRIES = 3;

/** What is missing for the stream to be counted; nothing where no streams are given. */
export function courseEventsProblems(
  lake: DataLake,
  streams: StreamNames | null,
): (ArgumentProblem | undefined)[] {
  if (streams === null) return [];
  const missing = [EVENTS, COUNTS].filter((id) => find(lake, id) === undefined);
  return [
    missing.length === 0
      ? undefined
      : `eventStreams: are given, but the lake's contracts lack ${missing.join(" and ")}; add them, or leave it out`,
    find(lake, EVENTS) === undefined || Object.hasOwn(streams, EVENTS)
      ? undefined
      : `eventStreams: has no ${EVENTS}; pass the streams of StreamIngest`,
  ];
}

/**
 * A streaming job on two quarter workers, which starts when somebody starts it. It alone reads the stream and writes the table: what
 * it reads is clear and what it writes is counts, so its role is a pseudonymiser's, without the key.
 *
 * Cost once it is started: half a DPU, 0.22 USD an hour (Glue pricing, 2026-11: 0.44 USD a DPU and hour; regions differ).
 *
 * @throws ArgumentError where a name is taken.
 */
export function createCourseEvents(
  name: string,
  context: AwsContext,
  args: CourseEventsArgs,
  parent: pulumi.Resource,
): GlueJob {
  const { lake, keys, jobs, code, network, streams } = args;
  const own = `${name}-${COURSE_EVENTS}`;
  const closed = createClosedBucket(own, context, args, parent);
  const script = uploadCode(
    own,
    { bucket: jobs, keys, key: `${COURSE_EVENTS}/${SCRIPT}`, source: jobSource(SCRIPT) },
    parent,
  );
  const table = lake.folder(find(lake, COUNTS)!);
  const role = new ServiceRole(
    own,
    context,
    {
      roleName: jobRole(context),
      ...{ assumedBy: "glue.amazonaws.com", purpose: "pseudonymiser" },
      statements: [
        ...readStream(context, keys, find(lake, EVENTS)!),
        ...lake.readStatements("curated", table),
        ...lake.writeStatements("curated", table, { replace: true }),
        ...closed.readStatements(keys.arn("stream")),
        ...closed.writeStatements(keys.arn("stream"), "", { replace: true }),
        ...jobs.readStatements(keys.arn("lake"), [
          `code/${COURSE_EVENTS}/`,
          "code/naru_spark.zip",
          "code/contracts.json",
        ]),
        ...glueLogStatements(context, COURSE_EVENTS),
        ...network.statements,
      ],
    },
    { parent },
  );
  const place = (folder: string) => closed.ready.apply((bucket) => `s3://${bucket}/${folder}`);
  return new GlueJob(
    own,
    context,
    {
      ...{ part: COURSE_EVENTS, kind: "streaming", role, keys, script },
      description: `Counts events of ${EVENTS} by course and minute while they come`,
      securityConfiguration: args.securityConfiguration,
      ...{ workerType: "G.025X", workers: 2, autoScaling: false, retries: RETRIES },
      arguments: {
        "--contracts": code.contractsUri,
        "--data-set": EVENTS,
        "--source": "kinesis",
        "--kinesis-connector": "glue",
        "--stream": streams[EVENTS]!,
        "--region": context.identity.region,
        "--target": lake.uri("curated").apply((zone) => `${zone}${table}`),
        "--quarantine": place(QUARANTINE),
        "--checkpoint": place(CHECKPOINTS),
      },
      libraries: [code.packageUri],
      connections: network.connections,
    },
    { parent },
  );
}

function jobRole({ names }: AwsContext): string {
  return names.of("role", "glue", COURSE_EVENTS);
}

/** Bad events stay as they came, in clear, and go after a while; the checkpoint stays. The job alone reads them. */
function createClosedBucket(
  name: string,
  context: AwsContext,
  { lake, keys }: CourseEventsArgs,
  parent: pulumi.Resource,
): ZoneBucket {
  return new ZoneBucket(
    name,
    context,
    {
      part: COURSE_EVENTS,
      ...{ openness: "closed", dataClass: "raw-pii", keyArn: keys.arn("stream"), versioned: false },
      accessLogs: lake.nodes.buckets.logs.bucket,
      lifecycle: [{ id: "quarantine", prefix: QUARANTINE, live: false, expireAfterDays: KEPT_DAYS }],
      denials: closedBut(context, COURSE_EVENTS, {
        readers: [jobRole(context)],
        writers: [jobRole(context)],
      }),
    },
    { parent },
  );
}

/** That stream and no other, by the rates that all its readers share. */
function readStream({ identity, names }: AwsContext, keys: EncryptionKeys, dataSet: DataSet): Statement[] {
  const stream = names.of("stream", dataSet.domain, dataSet.name);
  return [
    readShards(arnOf(identity, "kinesis", `stream/${stream}`)),
    {
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: keys.arn("stream"),
      Condition: { StringEquals: { "kms:ViaService": `kinesis.${identity.region}.amazonaws.com` } },
    },
  ];
}

function find({ contracts }: DataLake, id: string): DataSet | undefined {
  return contracts.find((dataSet) => dataSet.id === id);
}
