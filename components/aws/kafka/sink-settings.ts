/**
 * What a sink of Kafka Connect is told, so that its files are rows of a data set's raw table: Confluent's S3 sink, Glue's
 * converter for JSON Schema, and transforms of Kafka's own. Events have a schema of the registry only (JSON says nothing of a
 * timestamp, and no narrower number than 64 bits), so that columns are converted one by one.
 */
import type { Column, DataSet } from "../../contract/model";

export interface SinkArgs {
  readonly dataSet: DataSet;
  readonly topic: string;
  readonly region: string;
  /** Bucket of the raw zone. */
  readonly bucket: string;
  /** ARN of the key of its objects. */
  readonly keyArn: string;
  /** Of the Glue schema registry. */
  readonly registryName: string;
  /** Topic of what could not be written. */
  readonly refusedTopic: string;
  /** Most tasks at once: one for each partition at most. */
  readonly tasks: number;
  /** Seconds before a file is closed. */
  readonly bufferSeconds: number;
}

/** As `Date.toISOString()` writes it; an event with another form is refused. */
const TIMESTAMP_FORMAT = "yyyy-MM-dd'T'HH:mm:ss.SSSXXX";

/** Rows of a file at most. */
const FLUSH_ROWS = 100_000;

const TRANSFORMS = "org.apache.kafka.connect.transforms";

export function sinkSettings(args: SinkArgs): Readonly<Record<string, string>> {
  const { dataSet, topic, bucket, keyArn, region } = args;
  const transforms = [routing(dataSet), ...columnTransforms(dataSet)];
  return {
    "connector.class": "io.confluent.connect.s3.S3SinkConnector",
    "tasks.max": String(args.tasks),
    topics: topic,
    "s3.region": region,
    "s3.bucket.name": bucket,
    "s3.ssea.name": "aws:kms",
    "s3.sse.kms.key.id": keyArn,
    "storage.class": "io.confluent.connect.s3.storage.S3Storage",
    "format.class": "io.confluent.connect.s3.format.parquet.ParquetFormat",
    "parquet.codec": "snappy",
    // `<domain>/<name>/dt=…/`: the connector puts its topic, routed to the data set's name, behind the folder.
    "topics.dir": dataSet.domain,
    "partitioner.class": "io.confluent.connect.storage.partitioner.TimeBasedPartitioner",
    "path.format": "'dt='YYYY-MM-dd",
    "partition.duration.ms": "86400000",
    "timestamp.extractor": dataSet.partition.from === undefined ? "Record" : "RecordField",
    ...(dataSet.partition.from !== undefined && { "timestamp.field": dataSet.partition.from }),
    timezone: dataSet.timeZone,
    locale: "en-US",
    "flush.size": String(FLUSH_ROWS),
    "rotate.schedule.interval.ms": String(Math.max(args.bufferSeconds, 60) * 1000),
    "key.converter": "org.apache.kafka.connect.storage.StringConverter",
    "value.converter": "com.amazonaws.services.schemaregistry.kafkaconnect.jsonschema.JsonSchemaConverter",
    "value.converter.region": region,
    "value.converter.registry.name": args.registryName,
    "value.converter.schemaAutoRegistrationEnabled": "false",
    "behavior.on.null.values": "ignore",
    "errors.tolerance": "all",
    "errors.deadletterqueue.topic.name": args.refusedTopic,
    "errors.deadletterqueue.context.headers.enable": "true",
    "errors.deadletterqueue.topic.replication.factor": "3",
    transforms: transforms.map(({ name }) => name).join(","),
    ...Object.fromEntries(
      transforms.flatMap(({ name, ...settings }) =>
        Object.entries(settings).map(([key, value]) => [`transforms.${name}.${key}`, value]),
      ),
    ),
  };
}

/** One step, named; its other keys are its settings. */
type Transform = Readonly<Record<string, string>> & { readonly name: string; readonly type: string };

function routing({ name }: DataSet): Transform {
  return { name: "route", type: `${TRANSFORMS}.RegexRouter`, regex: ".*", replacement: name };
}

function columnTransforms({ columns }: DataSet): Transform[] {
  const renamed = columns.filter(({ name, sourceName }) => name !== sourceName);
  const ints = columns.filter(({ type }) => type === "int");
  return [
    ...(renamed.length === 0
      ? []
      : [
          {
            ...{ name: "rename", type: `${TRANSFORMS}.ReplaceField$Value` },
            renames: renamed.map(({ name, sourceName }) => `${sourceName}:${name}`).join(","),
          },
        ]),
    ...(ints.length === 0
      ? []
      : [
          {
            ...{ name: "narrow", type: `${TRANSFORMS}.Cast$Value` },
            spec: ints.map(({ name }) => `${name}:int32`).join(","),
          },
        ]),
    ...columns.flatMap(timeTransform),
  ];
}

function timeTransform({ name, type }: Column): Transform[] {
  if (type !== "timestamp" && type !== "date") return [];
  return [
    {
      ...{ name: `time-${name}`, type: `${TRANSFORMS}.TimestampConverter$Value`, field: name },
      "target.type": type === "timestamp" ? "Timestamp" : "Date",
      format: type === "timestamp" ? TIMESTAMP_FORMAT : "yyyy-MM-dd",
    },
  ];
}
