/** A data set as the Glue catalogue sees it; Athena, EMR, Spectrum and Firehose's Parquet conversion read the same. */
import { type ColumnType, type DataSet, storedColumns } from "./model";

export interface GlueColumn {
  readonly name: string;
  /** Hive type. */
  readonly type: ColumnType;
  readonly comment: string;
}

/** Glue API, `Column.Comment`: at most 255 characters on one line. */
const COMMENT_LIMIT = 255;

/** Columns of the raw and the curated table, without the partition. */
export function glueColumns(dataSet: DataSet): GlueColumn[] {
  return storedColumns(dataSet).map(({ name, type, description }) => ({
    name,
    type,
    comment: comment(description),
  }));
}

/** The one partition key, a string `YYYY-MM-DD`. */
export function gluePartitionKeys(dataSet: DataSet): GlueColumn[] {
  const { from } = dataSet.partition;
  const day =
    from === undefined ? "Day that the landing path names" : `Date of ${from} in ${dataSet.timeZone}`;
  return [{ name: dataSet.partition.column, type: "string", comment: comment(day) }];
}

/**
 * Table parameters of Athena's partition projection: new days are readable without a crawler or MSCK.
 * The range reaches back as far as rows are kept, and one day ahead because `NOW` is UTC and `dt` may be east of it.
 *
 * @param location folder of the table, such as `s3://bucket/lms/requests/`.
 */
export function projectionParameters(dataSet: DataSet, location: string): Record<string, string> {
  const { column } = dataSet.partition;
  return {
    "projection.enabled": "true",
    [`projection.${column}.type`]: "date",
    [`projection.${column}.format`]: "yyyy-MM-dd",
    [`projection.${column}.range`]: `NOW-${dataSet.retentionDays}DAYS,NOW+1DAYS`,
    [`projection.${column}.interval`]: "1",
    [`projection.${column}.interval.unit`]: "DAYS",
    "storage.location.template": `${location.replace(/\/+$/, "")}/${column}=\${${column}}/`,
  };
}

function comment(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= COMMENT_LIMIT ? line : `${line.slice(0, COMMENT_LIMIT - 1)}…`;
}
