/**
 * Lambda's side of stream -> relational database: a batch of Kinesis in, rows in a table out.
 *
 * A record can come more than once, so rows are put over those with their key. One that will never be a row is kept aside with
 * its reason, and the others go on: reported as failed, it would hold up its shard until its retries end, and then take what
 * came behind it along to the mapping's failure destination. Only what could be neither stored nor kept aside is reported.
 */
import type { KinesisStreamBatchResponse, KinesisStreamEvent, KinesisStreamRecord } from "aws-lambda";
import type { FunctionSpec } from "../../components/contract/function-spec";
import { EventValidator } from "../collector/validate";
import type { EpochKeys } from "../pseudonym/epoch-keys";
import { Pseudonymiser } from "../pseudonym/pseudonym";
import { pseudonymKinds, RowTransform } from "../pseudonymise/transform";
import { ConfigurationError } from "../environment";
import { reasonOf, ValueFreeError } from "../reason";
import type { PatientStore } from "./patient-store";
import type { Refusal, RefusedRecords } from "./refused-records";
import { RowRefused } from "./store";

export interface Log {
  warn(message: string, details: Record<string, unknown>): void;
  error(message: string, details: Record<string, unknown>): void;
}

export interface ConsumerArgs {
  readonly spec: FunctionSpec;
  readonly keys: EpochKeys;
  /** Key epoch of new pseudonyms. */
  readonly epoch: number;
  readonly store: Pick<PatientStore, "upsert">;
  readonly refused: RefusedRecords;
  readonly log: Log;
}

/** A row of the table, and the record it was made of. */
interface ReadyRow {
  readonly record: KinesisStreamRecord;
  /** JSON of the primary key's values. */
  readonly key: string;
  /** JSON object. */
  readonly json: string;
}

export class Consumer {
  private readonly validator: EventValidator;
  private readonly transform: RowTransform;

  constructor(private readonly args: ConsumerArgs) {
    this.validator = new EventValidator(args.spec);
    this.transform = new RowTransform(args.spec, args.epoch);
  }

  /**
   * @param deadline when to give up, milliseconds since 1970.
   * @throws when database or key can't be had until then: the stream keeps the records, and Lambda sends them again.
   */
  async consume(event: KinesisStreamEvent, deadline: number): Promise<KinesisStreamBatchResponse> {
    const { spec, keys, epoch, log } = this.args;
    const records = event.Records ?? [];
    const pseudonyms = await Pseudonymiser.load(keys, pseudonymKinds(spec), epoch);
    const rows: ReadyRow[] = [];
    const refusals: Refusal[] = [];
    for (const record of records) {
      try {
        rows.push(this.read(record, pseudonyms));
      } catch (error) {
        // What the stack set up wrongly is no fault of the record.
        if (error instanceof ConfigurationError) throw error;
        refusals.push({ record, reason: reasonOf(error) });
      }
    }
    for (const layer of layers(rows)) refusals.push(...(await this.put(layer, deadline)));
    if (refusals.length === 0) return { batchItemFailures: [] };
    const place = new Map(records.map((record, at) => [record, at]));
    refusals.sort((a, b) => place.get(a.record)! - place.get(b.record)!);
    for (const { record, reason } of refusals) {
      log.warn("record refused", { sequenceNumber: record.kinesis?.sequenceNumber, reason });
    }
    return { batchItemFailures: await this.keepAside(refusals) };
  }

  private read(record: KinesisStreamRecord, pseudonyms: Pseudonymiser): ReadyRow {
    const data = Buffer.from(record.kinesis.data, "base64");
    const arrival = record.kinesis.approximateArrivalTimestamp * 1000;
    const { line } = this.transform.row(data, arrival, pseudonyms);
    const reasons = this.validator.reasons(JSON.parse(data.toString("utf8")));
    if (reasons.length > 0) throw new ValueFreeError(reasons.join("; "));
    const row = JSON.parse(line) as Record<string, unknown>;
    const key = JSON.stringify(this.args.spec.primaryKey.map((name) => row[name]));
    return { record, key, json: line.trimEnd() };
  }

  /** One statement; where a row is refused, the halves by themselves, so that it alone is left out. */
  private async put(rows: readonly ReadyRow[], deadline: number): Promise<Refusal[]> {
    if (rows.length === 0) return [];
    try {
      await this.args.store.upsert(`[${rows.map(({ json }) => json).join(",")}]`, deadline);
      return [];
    } catch (error) {
      if (!(error instanceof RowRefused)) throw error;
      if (rows.length === 1) return [{ record: rows[0]!.record, reason: error.message }];
      const half = Math.ceil(rows.length / 2);
      return [
        ...(await this.put(rows.slice(0, half), deadline)),
        ...(await this.put(rows.slice(half), deadline)),
      ];
    }
  }

  /** @returns what is reported as failed, lowest first; nothing once all are kept. */
  private async keepAside(refusals: readonly Refusal[]) {
    try {
      await this.args.refused.keep(refusals);
      return [];
    } catch (error) {
      this.args.log.error("refused records could not be kept aside", {
        reason: reasonOf(error),
        records: refusals.length,
      });
      return refusals.map(({ record }) => ({ itemIdentifier: record.kinesis.sequenceNumber }));
    }
  }
}

/**
 * One statement takes each key once: a key that comes again with other values waits for the next layer. Sorted by key, so that
 * functions that write the same rows at once lock them in one order.
 */
function layers(rows: readonly ReadyRow[]): ReadyRow[][] {
  const found: ReadyRow[][] = [];
  const last = new Map<string, { readonly json: string; readonly layer: number }>();
  for (const row of rows) {
    const before = last.get(row.key);
    if (before?.json === row.json) continue;
    const layer = before === undefined ? 0 : before.layer + 1;
    last.set(row.key, { json: row.json, layer });
    (found[layer] ??= []).push(row);
  }
  return found.map((layer) => layer.sort((a, b) => (a.key < b.key ? -1 : 1)));
}
