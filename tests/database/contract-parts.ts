/** Parts of the tables' contracts, as ODCS has them. */
import { stringify } from "yaml";

export const custom = (properties: Readonly<Record<string, unknown>>) =>
  Object.entries(properties).map(([property, value]) => ({ property, value }));

export const column = (name: string, logicalType: string, more: object = {}) => ({
  name,
  description: `The ${name}.`,
  logicalType,
  classification: "internal",
  ...more,
});

export const DAY = column("dt", "string", {
  required: true,
  partitioned: true,
  partitionKeyPosition: 1,
  customProperties: custom({ notPersonal: "A day." }),
});

export interface TableContract {
  /** Of the set and of its table. */
  readonly name: string;
  readonly title: string;
  readonly purpose: string;
  readonly description: string;
  readonly properties: readonly object[];
}

/** The text of a contract for files of the domain `club`. */
export function tableContract({ name, title, purpose, description, properties }: TableContract): string {
  return stringify({
    apiVersion: "v3.1.0",
    kind: "DataContract",
    id: `club.${name}`,
    name: title,
    version: "1.0.0",
    status: "active",
    domain: "club",
    description: { purpose },
    team: { name: "Sports centre" },
    customProperties: custom({ ingestion: "csv", eventBytes: 200, timeZone: "Asia/Seoul" }),
    slaProperties: [{ property: "retention", value: 1, unit: "y" }],
    schema: [{ name, description, properties }],
  });
}
