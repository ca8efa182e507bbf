/**
 * The two forms in which Firehose hands a record to its transform and wants it back: `data` for what came from Kinesis or
 * PutRecord, `kafkaRecordValue` for what came from a topic of Amazon MSK.
 * Sources: AWS, "Required parameters for data transformation" (data-transformation-status-model); the event of MSK is
 * written down in AWS's own types for Java (aws-lambda-java-events, MSKFirehoseEvent).
 */
import type {
  FirehoseTransformationEvent,
  FirehoseTransformationEventRecord,
  FirehoseTransformationResultRecord,
} from "aws-lambda";
import { withoutRegistryHeader } from "./registry-header";

/** A record of a topic, as Firehose hands it over. */
export interface KafkaDeliveryRecord {
  readonly recordId: string;
  /** Milliseconds since 1970. */
  readonly approximateArrivalTimestamp: number;
  /** Base64. The record's key and headers are not handed over. */
  readonly kafkaRecordValue: string;
  readonly mskRecordMetadata?: {
    readonly offset: string;
    readonly partitionId: string;
    readonly approximateArrivalTimestamp: number | string;
  };
}

export type DeliveryRecord = FirehoseTransformationEventRecord | KafkaDeliveryRecord;

export interface DeliveryEvent extends Omit<
  FirehoseTransformationEvent,
  "records" | "sourceKinesisStreamArn"
> {
  readonly sourceKinesisStreamArn?: string;
  readonly sourceMSKArn?: string;
  readonly records: readonly DeliveryRecord[];
}

/** Firehose's own verdicts, with the value under the key that the source asks for. */
export interface Verdict extends Omit<FirehoseTransformationResultRecord, "data"> {
  readonly data?: string;
  readonly kafkaRecordValue?: string;
}

export interface DeliveryAnswer {
  readonly records: Verdict[];
}

function isKafka(record: DeliveryRecord): record is KafkaDeliveryRecord {
  return "kafkaRecordValue" in record;
}

/** The event as its producer wrote it, behind the header of a schema registry if a topic's record has one. */
export function valueOf(record: DeliveryRecord): Buffer {
  if (!isKafka(record)) return Buffer.from(record.data, "base64");
  return withoutRegistryHeader(Buffer.from(record.kafkaRecordValue, "base64"));
}

/** When the stream or the topic took the record, milliseconds since 1970. */
export function arrivalOf(record: DeliveryRecord): number {
  const told = isKafka(record) ? record.mskRecordMetadata : record.kinesisRecordMetadata;
  return Number(told?.approximateArrivalTimestamp ?? record.approximateArrivalTimestamp);
}

/** The verdict on a record that may be delivered; `value` is base64. */
export function delivered(
  record: DeliveryRecord,
  value: string,
  partitionKeys: Record<string, string>,
): Verdict {
  const carried = isKafka(record) ? { kafkaRecordValue: value } : { data: value };
  return { recordId: record.recordId, result: "Ok", ...carried, metadata: { partitionKeys } };
}
