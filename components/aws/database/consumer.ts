import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { bundleFunction } from "../../../functions/bundle";
import { checkArguments, type ArgumentProblem } from "../../arguments";
import { consumedStreams, CONSUMER_BATCHES } from "../../consumed-streams";
import { functionSpec } from "../../contract/function-spec";
import type { Contracts, DataSet } from "../../contract/model";
import type { DatabaseDefinition } from "../../database";
import type { Names } from "../../naming";
import { arnOf, iamArn, type AwsContext } from "../context";
import { closedBut } from "../data-lake/bucket-statements";
import { ZoneBucket } from "../data-lake/zone-bucket";
import type { DataLake } from "../data-lake";
import { redriverRole } from "../foundation/crossing-roles";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { LambdaFunction } from "../foundation/lambda-function";
import type { Network } from "../foundation/network";
import type { Statement } from "../foundation/service-role";
import { functionCode } from "../stream-ingest/function-code";
import type { Database } from ".";
import { engineOf } from "./engines";
import { FAILURES, refusedPrefix } from "./failure-folders";
import { DATABASE_NAME } from "./server";
import { streamReader } from "./stream-reader";

export interface DatabaseConsumersArgs {
  readonly database: Database;
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  readonly network: Network;
  /** Id of each stream's data set to the stream's name. */
  readonly streams: Readonly<Record<string, pulumi.Output<string>>>;
  /** Key epoch of new pseudonyms. */
  readonly pseudonymEpoch: number;
  /** Who is told when a consumer falls behind. */
  readonly alarms: aws.sns.Topic;
  /** Gives each consumer a reading rate of its own (enhanced fan-out), which costs by shard and hour. */
  readonly enhancedFanOut: boolean;
}

/** What {@link DatabaseDefinition} says of a batch where it says nothing. */
const BATCH = { size: 500, seconds: 1, retries: 20 };

/** Days that refused records, and batches that were given up, wait for somebody. */
const KEPT_DAYS = 30;

/** Events that wait for so long are told of. */
const LATE_MS = 5 * 60_000;

/** ARNs of the consumers that make pseudonyms, known before they exist: the key's policy names them. */
export function consumerArns(
  { identity, names }: Pick<AwsContext, "identity" | "names">,
  definition: DatabaseDefinition,
  contracts: Contracts,
): string[] {
  if (definition.personalData === "clear") return [];
  return consumedStreams(definition, contracts).map((id) =>
    iamArn(identity, `role/${names.of("role", partOf(id))}`),
  );
}

const partOf = (id: string) => `to-database-${id.replaceAll(".", "-")}`;

/**
 * For each stream a function that upserts its events into the database's table `<domain>_<name>`, by batches: one that fails leaves
 * the stream's other readers, and the other streams, alone.
 *
 * Creates also a closed bucket for records that will never be rows, with their reason, and for batches that were given up; and an
 * alarm for each stream that falls behind.
 *
 * Idle cost: an alarm 0.10 USD a month (CloudWatch pricing, Seoul, 2026-11).
 *
 * @throws ArgumentError where a stream is none.
 */
export class DatabaseConsumers extends pulumi.ComponentResource {
  /** Id of each stream's data set to the function that writes its events. */
  readonly functions: Readonly<Record<string, LambdaFunction>>;
  /** Where refused records and given up batches wait, `s3://bucket/`; closed. */
  readonly failures: pulumi.Output<string>;

  constructor(
    name: string,
    private readonly context: AwsContext,
    private readonly args: DatabaseConsumersArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:DatabaseConsumers", name, {}, opts);
    const { database, lake } = args;
    const ids = consumedStreams(database.definition, lake.contracts);
    const dataSets = ids.flatMap((id) => lake.contracts.find((dataSet) => dataSet.id === id) ?? []);
    checkArguments("DatabaseConsumers", name, problems(ids, args));
    const failures = this.createFailures(name, dataSets);
    this.failures = pulumi.interpolate`s3://${failures.ready}/`;
    this.functions = Object.fromEntries(
      dataSets.map((dataSet) => [
        dataSet.id,
        this.createConsumer(`${name}-${dataSet.domain}-${dataSet.name}`, dataSet, failures),
      ]),
    );
    this.registerOutputs({
      functions: Object.fromEntries(Object.entries(this.functions).map(([id, { arn }]) => [id, arn])),
    });
  }

  private createFailures(name: string, dataSets: readonly DataSet[]): ZoneBucket {
    const { lake, keys } = this.args;
    const { names } = this.context;
    const redriver = redriverRole(names);
    return new ZoneBucket(
      `${name}-failures`,
      this.context,
      {
        part: FAILURES,
        openness: "closed",
        dataClass: "raw-pii",
        keyArn: keys.arn("stream"),
        accessLogs: lake.nodes.buckets.logs.bucket,
        expireAfterDays: KEPT_DAYS,
        versioned: false,
        denials: closedBut(this.context, FAILURES, {
          readers: [redriver],
          // Lambda puts down what it gives up as the consumer.
          writers: [redriver, ...dataSets.map(({ id }) => names.of("role", partOf(id)))],
        }),
      },
      { parent: this },
    );
  }

  private createConsumer(name: string, dataSet: DataSet, failures: ZoneBucket): LambdaFunction {
    const { database, keys, network, pseudonymEpoch, streams, enhancedFanOut } = this.args;
    const { identity } = this.context;
    const { definition } = database;
    const { personalData = "pseudonyms", proxy = false } = definition;
    const streamArn = streamArnOf(this.context.names, identity, dataSet);
    const makesPseudonyms = personalData === "pseudonyms";
    const reader = streamReader(
      name,
      this.context,
      {
        stream: streams[dataSet.id]!.apply((stream) => arnOf(identity, "kinesis", `stream/${stream}`)),
        // A consumer's name obeys a stream's rules (Kinesis API, `RegisterStreamConsumer`).
        consumer: this.context.names.of("stream", partOf(dataSet.id)),
        ...{ streamArn, enhanced: enhancedFanOut },
      },
      this,
    );
    const consumer = new LambdaFunction(
      name,
      this.context,
      {
        part: partOf(dataSet.id),
        purpose: makesPseudonyms ? "pseudonymiser" : "database-writer",
        description: `Writes events of ${dataSet.id} into the database`,
        code: functionCode(bundleFunction("to-database"), [functionSpec(dataSet)]),
        ...{ keys, network, securityGroupIds: [database.clients.id], memoryMb: 512, timeoutSeconds: 60 },
        environment: {
          DATA_SET: dataSet.id,
          DATABASE_ENGINE: engineOf(definition).dialect!,
          DATABASE_HOST: database.host,
          DATABASE_PORT: database.servedPort.apply(String),
          DATABASE_NAME,
          DATABASE_SECRET_ARN: database.secretArn,
          PERSONAL_DATA: personalData,
          ...(makesPseudonyms && {
            PSEUDONYM_KEY_ID: keys.arn("pseudonym"),
            PSEUDONYM_EPOCH: String(pseudonymEpoch),
          }),
          REFUSED_BUCKET: failures.ready,
          REFUSED_PREFIX: refusedPrefix(dataSet),
          // RDS's own authority, which signs servers and not proxies (Lambda developer guide, "Building with Node.js").
          ...(!proxy && { NODE_EXTRA_CA_CERTS: "/var/runtime/ca-cert.pem" }),
        },
        statements: [...reader.statements, ...this.statements(failures, makesPseudonyms)],
      },
      { parent: this },
    );
    new aws.lambda.EventSourceMapping(
      name,
      {
        eventSourceArn: reader.source,
        functionName: consumer.function.name,
        startingPosition: "TRIM_HORIZON",
        batchSize: definition.batchSize ?? BATCH.size,
        maximumBatchingWindowInSeconds: definition.batchSeconds ?? BATCH.seconds,
        parallelizationFactor: CONSUMER_BATCHES,
        functionResponseTypes: ["ReportBatchItemFailures"],
        bisectBatchOnFunctionError: true,
        maximumRetryAttempts: definition.retries ?? BATCH.retries,
        // As long as the stream keeps them.
        maximumRecordAgeInSeconds: -1,
        destinationConfig: { onFailure: { destinationArn: failures.bucket.arn } },
        tags: { ...this.context.tags },
      },
      { parent: this },
    );
    this.alarmOnLag(name, dataSet, consumer);
    return consumer;
  }

  private statements(failures: ZoneBucket, makesPseudonyms: boolean): Statement[] {
    const { database, keys } = this.args;
    return [
      { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: database.secretArn },
      ...(makesPseudonyms
        ? [{ Effect: "Allow" as const, Action: "kms:GenerateMac", Resource: keys.arn("pseudonym") }]
        : []),
      // All of the bucket: Lambda chooses the folder of what it gives up.
      ...failures.writeStatements(keys.arn("stream")),
    ];
  }

  private alarmOnLag(name: string, dataSet: DataSet, consumer: LambdaFunction): void {
    const { names, tags } = this.context;
    new aws.cloudwatch.MetricAlarm(
      name,
      {
        name: names.of("alarm", partOf(dataSet.id)),
        alarmDescription: `Events of ${dataSet.id} wait for the database; nothing is lost while the stream keeps them`,
        namespace: "AWS/Lambda",
        metricName: "IteratorAge",
        dimensions: { FunctionName: consumer.function.name },
        statistic: "Maximum",
        period: 60,
        evaluationPeriods: 3,
        threshold: LATE_MS,
        comparisonOperator: "GreaterThanThreshold",
        treatMissingData: "notBreaching",
        alarmActions: [this.args.alarms.arn],
        tags: { ...tags },
      },
      { parent: this },
    );
  }
}

function streamArnOf(names: Names, identity: AwsContext["identity"], { domain, name }: DataSet): string {
  return arnOf(identity, "kinesis", `stream/${names.of("stream", domain, name)}`);
}

function problems(
  ids: readonly string[],
  { database, streams }: DatabaseConsumersArgs,
): (ArgumentProblem | undefined)[] {
  return [
    ids.length === 0
      ? `database: ${database.definition.engine} takes no stream; name some, or leave the component out`
      : undefined,
    ...ids.map((id, at) =>
      Object.hasOwn(streams, id)
        ? undefined
        : `database.definition.streams[${at}]: is "${id}"; write one of ${Object.keys(streams).join(", ")}`,
    ),
  ];
}
