/** The text of a proposed contract. */
import { Document, isNode, type Node } from "yaml";
import type { ColumnType, CsvDelimiter } from "../model";
import type { ProposedColumn } from "./proposed-column";

export interface ContractDraft {
  readonly id: string;
  /** Name of the file that was looked at. */
  readonly file: string;
  readonly delimiter: CsvDelimiter;
  readonly columns: readonly ProposedColumn[];
  readonly primaryKey: readonly string[];
  readonly rowBytes: number;
  readonly rows: number;
  readonly complete: boolean;
}

const LOGICAL: Readonly<Record<string, string>> = {
  int: "integer",
  bigint: "integer",
  double: "number",
};

/** An ODCS v3.1 contract with status draft; what a person must still say is said so in its place. */
export function contractYaml(draft: ContractDraft): string {
  const document = new Document(contract(draft));
  document.commentBefore = [
    ` Proposed from ${draft.complete ? "all" : "the first"} ${draft.rows} rows of ${draft.file}. Before it is used:`,
    " purpose, team, descriptions, the primary key and every treatment want a person's eye; then write status: active.",
  ].join("\n");
  for (const [index, { finding }] of draft.columns.entries()) {
    if (finding === undefined) continue;
    const node = document.getIn(["schema", 0, "properties", index], true);
    if (isNode(node))
      (node as Node).commentBefore = ` ${finding.kind}, score ${finding.score}: ${finding.why}`;
  }
  return document.toString({ lineWidth: 120 });
}

function contract({ id, file, delimiter, columns, primaryKey, rowBytes }: ContractDraft): object {
  const [domain, name] = id.split(".");
  return {
    apiVersion: "v3.1.0",
    kind: "DataContract",
    id,
    name: `${domain} ${name}`,
    version: "1.0.0",
    status: "draft",
    domain,
    description: { purpose: "To be stated: the question or indicator that this data serves." },
    team: { name: "To be named" },
    customProperties: [
      { property: "ingestion", value: "csv" },
      { property: "timeZone", value: "Asia/Seoul" },
      ...(delimiter === "," ? [] : [{ property: "delimiter", value: delimiter }]),
      { property: "eventBytes", value: rowBytes },
    ],
    slaProperties: [{ property: "retention", value: 365, unit: "d" }],
    schema: [
      {
        name,
        physicalType: "table",
        businessName: file.replace(/\.[^.]*$/, ""),
        description: `One row of ${file}.`,
        quality: [
          {
            name: "the file is not empty",
            type: "library",
            metric: "rowCount",
            mustBeGreaterThan: 0,
            unit: "rows",
            severity: "error",
          },
        ],
        properties: [
          ...columns.map((column) => property(column, primaryKey)),
          {
            name: "dt",
            description: "Day that the landing path names.",
            logicalType: "string",
            physicalType: "string",
            required: true,
            partitioned: true,
            partitionKeyPosition: 1,
            classification: "internal",
          },
        ],
      },
    ],
  };
}

function property(column: ProposedColumn, primaryKey: readonly string[]): object {
  const { name, source, businessName, type, finding } = column;
  const position = primaryKey.indexOf(name) + 1;
  const custom = [
    ...(source === name ? [] : [{ property: "sourceName", value: source }]),
    ...(finding === undefined
      ? []
      : [
          { property: "identifierKind", value: finding.kind },
          { property: "treatment", value: finding.treatment },
        ]),
  ];
  return {
    name,
    businessName,
    description: `${businessName}.`,
    logicalType: logicalType(type),
    physicalType: type,
    ...(position > 0 ? { required: true, primaryKey: true, primaryKeyPosition: position } : {}),
    classification: finding === undefined ? "internal" : "restricted",
    ...(custom.length === 0 ? {} : { customProperties: custom }),
  };
}

function logicalType(type: ColumnType): string {
  return LOGICAL[type] ?? type;
}
