/** Where a stack keeps records that failed, and who may put them back. */
import { resolve } from "node:path";
import type { KinesisClient } from "@aws-sdk/client-kinesis";
import type { S3Client } from "@aws-sdk/client-s3";
import { ERRORS_PREFIX, REDRIVEN_FOLDER } from "../../components/aws/data-lake/folders";
import { FAILURES, GIVEN_UP_PREFIX, refusedPrefix } from "../../components/aws/database/failure-folders";
import { redriverRole } from "../../components/aws/foundation/crossing-roles";
import { consumedStreams } from "../../components/consumed-streams";
import { functionSpec, loadContracts, type DataSet } from "../../components/contract";
import type { FunctionSpec } from "../../components/contract/function-spec";
import type { Names } from "../../components/naming";
import { parseSettings } from "../../components/settings";
import { ROOT } from "../../local/paths";
import { readStackConfig } from "../../local/recorder";
import { openStack } from "../stack-session";
import { readErrorOutput, readGivenUpBatch, readRefusedRecords, type FailureFile } from "./failures";

/** Who gave a record up: delivery into the lake, or a consumer that writes a database. */
export type FailedIn = "delivery" | "database";

export interface FailurePlace {
  readonly failedIn: FailedIn;
  readonly bucket: string;
  /** Folder of the failures. */
  readonly prefix: string;
  /** The data set whose they are; undefined: the file says of which stream. */
  readonly dataSet?: string;
  readonly read: (text: string) => FailureFile;
  /** Key of a file with what of `key` went back. */
  readonly redriven: (key: string) => string;
}

export interface RedriveStack {
  readonly places: readonly FailurePlace[];
  /** By the data set's id. */
  readonly streams: ReadonlyMap<string, { readonly name: string; readonly spec: FunctionSpec }>;
  readonly s3: Pick<S3Client, "send">;
  readonly kinesis: Pick<KinesisClient, "send">;
}

/** @throws Error when there is no such stack, when the role can't be assumed, or when the local one is not up. */
export async function findRedriveStack(name: string): Promise<RedriveStack> {
  const settings = parseSettings(readStackConfig(ROOT, name).values);
  const contracts = loadContracts(settings.contracts.map((path) => resolve(ROOT, path)));
  const streams = contracts.filter(({ ingestion }) => ingestion === "stream");
  const consumed = settings.database === "none" ? [] : consumedStreams(settings.database, contracts);
  const { names, assume } = await openStack(name);
  const { s3, kinesis } = await assume({
    role: redriverRole(names),
    needs: "The stack's IAM must let you, and naru:redrivers name you where it is set",
  });
  return {
    ...{ s3, kinesis, places: placesOf(names, streams, consumed) },
    streams: new Map(
      streams.map((dataSet) => [
        dataSet.id,
        { name: names.of("stream", dataSet.domain, dataSet.name), spec: functionSpec(dataSet) },
      ]),
    ),
  };
}

/** @param consumed ids of the streams that a database takes. */
export function placesOf(
  names: Names,
  streams: readonly Pick<DataSet, "id" | "domain" | "name">[],
  consumed: readonly string[],
): FailurePlace[] {
  const failures = { failedIn: "database" as const, bucket: names.of("bucket", FAILURES) };
  return [
    ...streams.map(({ id, domain, name }) => ({
      ...{ failedIn: "delivery" as const, bucket: names.of("bucket", "raw"), dataSet: id },
      ...{ prefix: `${ERRORS_PREFIX}${domain}/${name}/`, read: readErrorOutput },
      redriven: movedBelow(ERRORS_PREFIX),
    })),
    ...streams
      .filter(({ id }) => consumed.includes(id))
      .map((dataSet) => ({
        ...{ ...failures, dataSet: dataSet.id, prefix: refusedPrefix(dataSet), read: readRefusedRecords },
        redriven: movedBelow(""),
      })),
    ...(consumed.length > 0
      ? [{ ...failures, prefix: GIVEN_UP_PREFIX, read: readGivenUpBatch, redriven: movedBelow("") }]
      : []),
  ];
}

function movedBelow(root: string): (key: string) => string {
  return (key) => `${root}${REDRIVEN_FOLDER}${key.slice(root.length)}`;
}
