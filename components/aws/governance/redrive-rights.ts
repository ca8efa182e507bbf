/** What it takes to put failed records back on their stream. */
import { consumedFailures } from "../database/failure-folders";
import { arnOf, type AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import { ERRORS_PREFIX } from "../data-lake/folders";
import { readObjects, writeObjects } from "../data-lake/object-rights";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { Statement } from "../foundation/service-role";

export interface RedriveRightsArgs {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  /** Whether a relational database takes streams: what it refused is put back too. */
  readonly consumed: boolean;
}

/**
 * Reads what failed, takes out of it what went back, and puts into the streams, which it does not read. None where the lake has
 * no stream.
 */
export function redriveStatements(
  context: AwsContext,
  { lake, keys, consumed }: RedriveRightsArgs,
): Statement[] {
  const { identity, names } = context;
  const streams = lake.contracts.filter(({ ingestion }) => ingestion === "stream");
  if (streams.length === 0) return [];
  const failures = { ...consumedFailures(context), keyArn: keys.arn("stream"), region: identity.region };
  return [
    ...lake.readStatements("raw", ERRORS_PREFIX, { foldersOnly: true }),
    ...lake.writeStatements("raw", ERRORS_PREFIX, { foldersOnly: true, replace: true }),
    ...(consumed ? [...readObjects(failures, [""]), ...writeObjects(failures, [""], { replace: true })] : []),
    {
      Effect: "Allow",
      Action: "kinesis:PutRecords",
      Resource: streams.map(({ domain, name }) =>
        arnOf(identity, "kinesis", `stream/${names.of("stream", domain, name)}`),
      ),
    },
    { Effect: "Allow", Action: "kms:GenerateDataKey", Resource: keys.arn("stream") },
  ];
}
