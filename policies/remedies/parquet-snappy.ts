import { readObject, readString } from "../model/reading";
import type { Remedy } from "../model/remedy";
import { DELIVERY_STREAM } from "../model/types";

const SERDE = [
  "extendedS3Configuration",
  "dataFormatConversionConfiguration",
  "outputFormatConfiguration",
  "serializer",
  "parquetSerDe",
] as const;

/** Files that are written already keep their codec: readers of Parquet take either. */
export const parquetSnappy: Remedy = {
  name: "remedy-parquet-snappy",
  rule: "firehose-conversion",
  types: [DELIVERY_STREAM],
  description: "Sets Snappy as the codec of the Parquet that Firehose writes.",
  apply(inputs) {
    const codec = readString(inputs, [...SERDE, "compression"]);
    const serde = readObject(inputs, SERDE);
    if (serde.state !== "known" || codec.state !== "known" || codec.value === "SNAPPY") return false;
    serde.value.compression = "SNAPPY";
    return true;
  },
};
