/**
 * Firehose's side of the transform: a batch of a stream or of a topic in, a verdict on each record out, never an exception.
 *
 * What Firehose does with a verdict: `Ok` goes on to Parquet; `ProcessingFailed` puts the ORIGINAL record under the error
 * prefix (closed, as it holds clear values), from where it can be replayed, so nothing is lost. An exception, a time-out
 * or an answer above Lambda's 6 MB makes it call again (3 times unless `NumberOfRetries` says otherwise) and then put the
 * whole batch under the error prefix.
 */
import type { FunctionSpec } from "../../components/contract/function-spec";
import type { EpochKeys } from "../pseudonym/epoch-keys";
import { Pseudonymiser } from "../pseudonym/pseudonym";
import { reasonOf } from "../reason";
import {
  arrivalOf,
  delivered,
  valueOf,
  type DeliveryAnswer,
  type DeliveryEvent,
  type DeliveryRecord,
  type Verdict,
} from "./delivery-record";
import { pseudonymKinds, RowTransform } from "./transform";
import { TransformError } from "./transform-error";

/** The little of a logger that is used, so that tests read what is logged. */
export interface Log {
  warn(message: string, details: Record<string, unknown>): void;
  error(message: string, details: Record<string, unknown>): void;
}

/** Lambda quota "Invocation payload": 6 MB for a synchronous answer; a margin is left for the envelope. */
const RESPONSE_BYTES = 6 * 1024 * 1024 - 64 * 1024;

/** JSON around one record's data: keys, quotes, the verdict and `dt`. */
const ENVELOPE_BYTES = 120;

/** What the transform needs to know of its data set; made once per process. */
export interface TransformSettings {
  readonly spec: FunctionSpec;
  readonly keys: EpochKeys;
  /** Key epoch that new pseudonyms are made with. */
  readonly epoch: number;
}

/** Gives the settings or throws; called for each batch, so that a passing fault does not outlive its cause. */
export type SettingsSource = () => TransformSettings;

/** Transforms a batch. Every record of the batch gets its verdict, in order. */
export async function transformBatch(
  event: DeliveryEvent,
  settings: SettingsSource,
  log: Log,
): Promise<DeliveryAnswer> {
  const records = Array.isArray(event?.records) ? event.records : [];
  try {
    const { spec, keys, epoch } = settings();
    const transform = new RowTransform(spec, epoch);
    const pseudonyms = await Pseudonymiser.load(keys, pseudonymKinds(spec), epoch);
    return { records: verdicts(records, transform, pseudonyms, log) };
  } catch (error) {
    log.error("no record of the batch could be transformed", {
      reason: reasonOf(error),
      records: records.length,
    });
    return { records: records.map(failed) };
  }
}

function verdicts(
  records: readonly DeliveryRecord[],
  transform: RowTransform,
  pseudonyms: Pseudonymiser,
  log: Log,
): Verdict[] {
  let left = RESPONSE_BYTES - records.length * ENVELOPE_BYTES;
  return records.map((record) => {
    try {
      const { dt, line } = transform.row(valueOf(record), arrivalOf(record), pseudonyms);
      const data = Buffer.from(line, "utf8").toString("base64");
      const size = data.length + record.recordId.length;
      // What does not fit is failed by itself: an answer above the limit would fail the whole batch, again and again.
      if (size > left)
        throw new TransformError("does not fit in the answer; set the transform's buffer to 1 MB");
      left -= size;
      return delivered(record, data, { dt });
    } catch (error) {
      log.warn("record failed", { recordId: record?.recordId, reason: reasonOf(error) });
      return failed(record);
    }
  });
}

/** Without the value: Firehose keeps the record as it came, and no clear value passes through the answer. */
function failed(record: DeliveryRecord): Verdict {
  return { recordId: record?.recordId, result: "ProcessingFailed" };
}
