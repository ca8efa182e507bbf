/** Lambda entry of the consumer: reads its environment, and keeps its connection over batches. */
import { Logger } from "@aws-lambda-powertools/logger";
import { S3Client } from "@aws-sdk/client-s3";
import type { KinesisStreamHandler } from "aws-lambda";
import { ConfigurationError, readSpecs, requiredVariable } from "../environment";
import { KmsEpochKeys } from "../pseudonym/kms-epoch-keys";
import { Consumer } from "./consume";
import { openMysql } from "./mysql-store";
import { PatientStore } from "./patient-store";
import { openPostgres } from "./postgres-store";
import { RefusedRecordsInS3 } from "./refused-records";
import { readLogin, type Secrets } from "./secret";
import type { Address, OpenStore } from "./store";
import { inClear, targetTable } from "./table";

const log = new Logger({ serviceName: "to-database" });

/** Left at the end of an invocation, ms, to keep refused records aside and to answer. */
const MARGIN = 5000;

/** Without limits a lost connection would hold the batch until the function's own time-out. */
const LIMITS = { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true };

const OPENERS = { postgresql: openPostgres, mysql: openMysql } as const;

let known: Consumer | undefined;

/**
 * Environment: `DATA_SET` (id of the stream's data set), `DATABASE_ENGINE` (postgresql or mysql, which speaks for MariaDB too),
 * `DATABASE_HOST`, `DATABASE_PORT`, `DATABASE_NAME`, `DATABASE_SECRET_ARN` (JSON with username and password),
 * `PERSONAL_DATA` (pseudonyms or clear), `PSEUDONYM_KEY_ID`, `PSEUDONYM_EPOCH`, `REFUSED_BUCKET`, `REFUSED_PREFIX`.
 */
function consumer(): Consumer {
  const id = requiredVariable("DATA_SET");
  const found = readSpecs(__dirname).get(id);
  if (found === undefined) {
    throw new ConfigurationError(`DATA_SET names "${id}", which contracts.json does not hold`);
  }
  const clear = oneOf("PERSONAL_DATA", ["pseudonyms", "clear"]) === "clear";
  const spec = clear ? inClear(found) : found;
  const engine = oneOf("DATABASE_ENGINE", ["postgresql", "mysql"]);
  const address: Address = {
    host: requiredVariable("DATABASE_HOST"),
    port: wholeNumber("DATABASE_PORT"),
    database: requiredVariable("DATABASE_NAME"),
    tls: "verify",
  };
  const open: OpenStore = (login, within) => OPENERS[engine](address, targetTable(spec), login, within);
  const secretArn = requiredVariable("DATABASE_SECRET_ARN");
  return new Consumer({
    spec,
    keys: new KmsEpochKeys(clear ? "none" : requiredVariable("PSEUDONYM_KEY_ID")),
    epoch: clear ? 1 : wholeNumber("PSEUDONYM_EPOCH"),
    store: new PatientStore(open, async () => readLogin(await secrets(), secretArn), log),
    refused: new RefusedRecordsInS3(new S3Client({ requestHandler: LIMITS }), {
      bucket: requiredVariable("REFUSED_BUCKET"),
      prefix: requiredVariable("REFUSED_PREFIX"),
    }),
    log,
  });
}

/** Loaded when a connection is opened: a batch that finds one open does not wait for it. */
async function secrets(): Promise<Secrets> {
  const { SecretsManager } = await import("@aws-sdk/client-secrets-manager");
  return new SecretsManager({ requestHandler: LIMITS });
}

function oneOf<const T extends string>(name: string, values: readonly T[]): T {
  const value = requiredVariable(name);
  const found = values.find((each) => each === value);
  if (found === undefined) throw new ConfigurationError(`${name} is none of ${values.join(", ")}`);
  return found;
}

function wholeNumber(name: string): number {
  const value = Number(requiredVariable(name));
  if (!Number.isInteger(value) || value < 1) throw new ConfigurationError(`${name} is not an integer from 1`);
  return value;
}

export const handler: KinesisStreamHandler = async (event, context) => {
  log.addContext(context);
  known ??= consumer();
  return known.consume(event, Date.now() + context.getRemainingTimeInMillis() - MARGIN);
};
