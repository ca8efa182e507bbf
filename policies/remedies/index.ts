/** Every remedy of the pack. */
import type { Remedy } from "../model/remedy";
import { apiDataTrace } from "./api-data-trace";
import { bucketKey } from "./bucket-key";
import { parquetSnappy } from "./parquet-snappy";
import { stackTag } from "./stack-tag";

export const REMEDIES: readonly Remedy[] = [apiDataTrace, bucketKey, parquetSnappy, stackTag];
