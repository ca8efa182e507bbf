import { examine, oneOf } from "../model/expectation";
import { read } from "../model/reading";
import { naru } from "../model/references";
import { violation, type ResourceRule } from "../model/rule";
import { DELIVERY_STREAM } from "../model/types";

const S3 = "extendedS3Configuration";
const CONVERSION = [S3, "dataFormatConversionConfiguration"] as const;
const SERIALIZER = [...CONVERSION, "outputFormatConfiguration", "serializer"] as const;
const FIX =
  "Enable `dataFormatConversionConfiguration` with a `parquetSerDe` whose compression is SNAPPY, and leave the outer " +
  "`compressionFormat` UNCOMPRESSED: Firehose compresses inside Parquet.";

/** Delivery streams to S3 convert to Parquet with Snappy on the way. Other destinations are no files and pass. */
export const firehoseConversion: ResourceRule = {
  name: "firehose-conversion",
  group: "storage-format",
  scope: "resource",
  severity: "high",
  description: "Firehose writes Parquet with Snappy.",
  framework: naru("storage format", "Streams land as Parquet compressed with Snappy"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html",
  types: [DELIVERY_STREAM],
  check(delivery) {
    if (!(S3 in delivery.props)) return [];
    const conversion = examine(delivery, {
      path: [...CONVERSION, "enabled"],
      accepts: (value) => value === true,
      // The service's default is true, but only of a block that is there.
      absentIsRight: read(delivery.props, CONVERSION).state === "known",
      must: "must be true",
      fix: FIX,
    });
    if (conversion.length > 0) return conversion;
    const orc = read(delivery.props, [...SERIALIZER, "orcSerDe"]);
    if (orc.state !== "absent" && orc.state !== "wrong-type") {
      return [violation(delivery, "The serializer is ORC; it must be Parquet.", FIX)];
    }
    return [
      ...examine(delivery, {
        path: [...SERIALIZER, "parquetSerDe"],
        accepts: (value) => typeof value === "object",
        must: "must be set",
        fix: FIX,
      }),
      ...examine(delivery, {
        path: [...SERIALIZER, "parquetSerDe", "compression"],
        accepts: oneOf("SNAPPY"),
        absentIsRight: true,
        must: "must be SNAPPY",
        fix: FIX,
      }).filter(() => read(delivery.props, [...SERIALIZER, "parquetSerDe"]).state === "known"),
      ...examine(delivery, {
        path: [S3, "compressionFormat"],
        accepts: oneOf("UNCOMPRESSED"),
        absentIsRight: true,
        must: "must be UNCOMPRESSED",
        fix: FIX,
      }),
    ];
  },
};
