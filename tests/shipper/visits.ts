/** A contract with every treatment but pseudonyms, and a column of numbers that look like telephones. */
import { stringify } from "yaml";

const custom = (properties: Readonly<Record<string, unknown>>) =>
  Object.entries(properties).map(([property, value]) => ({ property, value }));

/** @param notPersonal why `desk` is no personal data. */
export function visitsContract(notPersonal?: string): string {
  const column = (name: string, more: object) => ({
    name,
    description: `The ${name}.`,
    logicalType: "string",
    classification: "internal",
    ...more,
  });
  const personal = (identifierKind: string, treatment: string, more: object = {}) => ({
    classification: "restricted",
    customProperties: custom({ identifierKind, treatment, ...more }),
  });
  return stringify({
    apiVersion: "v3.1.0",
    kind: "DataContract",
    id: "gym.visits",
    name: "Visits",
    version: "1.0.0",
    status: "active",
    domain: "gym",
    description: { purpose: "Busy hours." },
    team: { name: "Sports centre" },
    customProperties: custom({ ingestion: "csv", eventBytes: 100 }),
    slaProperties: [{ property: "retention", value: 1, unit: "y" }],
    schema: [
      {
        name: "visits",
        description: "One visit.",
        properties: [
          column("visit_id", { required: true, primaryKey: true, primaryKeyPosition: 1 }),
          column("visited_at", { logicalType: "timestamp", required: true }),
          column("birth", personal("birth-date", "generalise")),
          column("home", personal("address", "generalise")),
          column("phone", personal("phone", "mask", { keepLast: 4 })),
          column("desk", notPersonal === undefined ? {} : { customProperties: custom({ notPersonal }) }),
          column("dt", {
            partitioned: true,
            partitionKeyPosition: 1,
            transformSourceObjects: ["visited_at"],
          }),
        ],
      },
    ],
  });
}
