/** A data set of a few columns, for tests of what becomes of rows. */
import type { Column, ColumnType, DataSet } from "../../components/contract/model";

export type Own = Partial<Column> & Pick<Column, "name">;

/** @param from the column whose moment decides the day. */
export function dataSet(columns: readonly Own[], from?: string): DataSet {
  const whole = columns.map((own) => ({
    sourceName: own.name,
    businessName: own.name,
    description: own.name,
    type: "string" as ColumnType,
    required: false,
    classification: "internal" as const,
    treatment: "keep" as const,
    ...own,
  }));
  return {
    id: "t.t",
    domain: "t",
    name: "t",
    version: "1.0.0",
    description: "",
    purpose: "",
    owner: "",
    ingestion: "csv",
    timeZone: "Asia/Seoul",
    partition: { column: "dt", ...(from === undefined ? {} : { from }) },
    primaryKey: [],
    columns: whole,
    quality: [],
    retentionDays: 1,
    eventsPerSecond: 0,
    eventBytes: 1,
    file: "t.odcs.yaml",
  };
}
