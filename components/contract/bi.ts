/** A data set as dashboards see it. */
import { type ColumnType, type DataSet, storedColumns } from "./model";

export type BiType = "string" | "integer" | "decimal" | "date" | "datetime" | "boolean";

export interface BiField {
  readonly name: string;
  /** What a person reads on an axis or in a column heading. */
  readonly label: string;
  readonly type: BiType;
}

/** Fields of the curated table, the partition last. */
export function biFields(dataSet: DataSet): BiField[] {
  const labels = new Map(dataSet.columns.map((column) => [column.name, column.businessName]));
  return [
    ...storedColumns(dataSet).map(({ name, type }) => ({
      name,
      label: labels.get(name) ?? name,
      type: biType(type),
    })),
    { name: dataSet.partition.column, label: dataSet.partition.column, type: "date" },
  ];
}

function biType(type: ColumnType): BiType {
  switch (type) {
    case "int":
    case "bigint":
      return "integer";
    case "double":
      return "decimal";
    case "timestamp":
      return "datetime";
    case "string":
    case "date":
    case "boolean":
      return type;
    default:
      return "decimal";
  }
}
