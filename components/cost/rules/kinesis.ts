/** Kinesis Data Streams. */
import type { StreamLoad } from "../../capacity";
import { readersOf, streamOf, type CostContext } from "../context";
import { eventsOf, HOURS, kinesisGb, payloadUnits } from "../month";
import { depends, idle, unpriced, usage, type CostPart } from "../part";
import { inputAt, numberAt, textAt, type PlannedResource } from "../planned-resource";

/** Hours of retention that nothing is asked for, and hours up to which the price is the first. */
const FREE_RETENTION = 24;
const EXTENDED_RETENTION = 168;

/** The service asks KMS for its data key about every five minutes (Kinesis developer guide, "Costs, regions, and performance"). */
const KMS_REQUESTS_AN_HOUR = 12;

/** Of a stream that grows with what is sent. */
export function onDemandParts(
  stream: StreamLoad | undefined,
  readers: number,
  retentionHours: number,
): CostPart[] {
  const beyond = Math.min(retentionHours, EXTENDED_RETENTION) - FREE_RETENTION;
  return [
    idle("on-demand stream", HOURS, "kinesis-stream"),
    ...(stream === undefined
      ? [depends("data of the stream", "which contract it is for", "kinesis-in")]
      : [
          usage("written", kinesisGb(stream), "kinesis-in", ["rate", "kinesisRecords"]),
          usage("read", kinesisGb(stream) * readers, "kinesis-out", ["rate", "kinesisReads"]),
          ...(beyond > 0
            ? [
                usage(
                  `kept for ${beyond} hours more`,
                  (kinesisGb(stream) * beyond) / HOURS,
                  "kinesis-retention",
                  ["rate"],
                ),
              ]
            : []),
        ]),
    ...longRetention(retentionHours),
  ];
}

/** Of a number of shards; reading is free without enhanced fan-out. */
export function provisionedParts(
  stream: StreamLoad | undefined,
  shards: number,
  retentionHours: number,
): CostPart[] {
  return [
    idle(`${shards} shard(s)`, shards * HOURS, "kinesis-shard"),
    ...(retentionHours > FREE_RETENTION
      ? [idle(`kept for ${retentionHours} hours`, shards * HOURS, "kinesis-shard-retention")]
      : []),
    stream === undefined
      ? depends("data of the stream", "which contract it is for", "kinesis-put")
      : usage("written", payloadUnits(stream), "kinesis-put", ["rate", "kinesisRecords"]),
    ...longRetention(retentionHours),
  ];
}

function longRetention(hours: number): CostPart[] {
  return hours > EXTENDED_RETENTION
    ? [
        unpriced(
          `kept beyond ${EXTENDED_RETENTION} hours`,
          "no price of long-term retention is in the price file",
        ),
      ]
    : [];
}

export function kinesisStream(resource: PlannedResource, context: CostContext): CostPart[] {
  const retention = numberAt(resource, "retentionPeriod", FREE_RETENTION);
  if (retention === null) return [depends("stream", "its retention, which the plan does not know")];
  const stream = streamOf(resource, context);
  const readers = readersOf(resource, context);
  const mode = textAt(resource, "streamModeDetails.streamMode") ?? "PROVISIONED";
  const shards = numberAt(resource, "shardCount", 1);
  const parts =
    mode === "ON_DEMAND"
      ? onDemandParts(stream, readers, retention)
      : shards === null
        ? [depends("shards", "their number, which the plan does not know", "kinesis-shard")]
        : provisionedParts(stream, shards, retention);
  const encrypted = inputAt(resource, "encryptionType") === "KMS";
  return [
    ...parts,
    ...(encrypted && stream !== undefined && eventsOf(stream) > 0
      ? [usage("KMS requests", (1 + readers) * KMS_REQUESTS_AN_HOUR * HOURS, "kms-requests", ["kmsRequests"])]
      : []),
  ];
}

/** A consumer with enhanced fan-out, by the shards and the mode of its stream. */
export function streamConsumer(resource: PlannedResource, context: CostContext): CostPart[] {
  const [urn] = resource.propertyDependencies.streamArn ?? [];
  const of = context.resources.find((other) => other.urn === urn);
  const stream = of === undefined ? undefined : streamOf(of, context);
  const shards = of === undefined ? null : numberAt(of, "shardCount", 1);
  if (of === undefined || stream === undefined || shards === null) {
    return [depends("enhanced fan-out", "the stream that it reads", "kinesis-fan-out-shard")];
  }
  const assumes = ["rate", "kinesisReads"] as const;
  return textAt(of, "streamModeDetails.streamMode") === "ON_DEMAND"
    ? [usage("read with enhanced fan-out", kinesisGb(stream), "kinesis-fan-out-out", assumes)]
    : [
        idle("enhanced fan-out", shards * HOURS, "kinesis-fan-out-shard"),
        usage("read with enhanced fan-out", kinesisGb(stream), "kinesis-fan-out-data", assumes),
      ];
}
