/** Lambda entry of the Firehose transform: reads its environment and answers batches. */
import { Logger } from "@aws-lambda-powertools/logger";
import type { Handler } from "aws-lambda";
import { ConfigurationError, readSpecs, requiredVariable } from "../environment";
import { KmsEpochKeys } from "../pseudonym/kms-epoch-keys";
import type { DeliveryAnswer, DeliveryEvent } from "./delivery-record";
import { transformBatch, type TransformSettings } from "./firehose";

const log = new Logger({ serviceName: "pseudonymise" });

let known: TransformSettings | undefined;

/**
 * Environment: `DATA_SET` (id of the stream's data set), `PSEUDONYM_KEY_ID` (HMAC_256 key in KMS), `PSEUDONYM_EPOCH`
 * (integer from 1). Read at the first batch, inside the handler's guard: a process that dies while it starts would make
 * Firehose give up on the whole batch.
 */
function settings(): TransformSettings {
  return (known ??= readSettings());
}

function readSettings(): TransformSettings {
  const id = requiredVariable("DATA_SET");
  const spec = readSpecs(__dirname).get(id);
  if (spec === undefined)
    throw new ConfigurationError(`DATA_SET names "${id}", which contracts.json does not hold`);
  const epoch = Number(requiredVariable("PSEUDONYM_EPOCH"));
  if (!Number.isInteger(epoch) || epoch < 1)
    throw new ConfigurationError("PSEUDONYM_EPOCH is not an integer from 1");
  return { spec, epoch, keys: new KmsEpochKeys(requiredVariable("PSEUDONYM_KEY_ID")) };
}

export const handler: Handler<DeliveryEvent, DeliveryAnswer> = async (event, context) => {
  log.addContext(context);
  return transformBatch(event, settings, log);
};
