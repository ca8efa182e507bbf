/** A small valid contract that each case of a test breaks in one place. */
import { stringify } from "yaml";
import { type ContractReading, parseContract } from "../../../components/contract";

export interface ExampleProperty {
  [key: string]: unknown;
  name: string;
}

export interface Example {
  [key: string]: unknown;
  customProperties: { property: string; value: unknown }[];
  slaProperties: { property: string; value: unknown; unit?: string }[];
  schema: { [key: string]: unknown; name: string; properties: ExampleProperty[]; quality: object[] }[];
}

export const EXAMPLE_FILE = "contracts/shop/orders.odcs.yaml";

/** Positions of the example's properties. */
export const ID = 0;
export const BUYER = 1;
export const ORDERED_AT = 2;
export const AMOUNT = 3;
export const STATE = 4;
export const DT = 5;

export function example(): Example {
  return {
    apiVersion: "v3.1.0",
    kind: "DataContract",
    id: "shop.orders",
    version: "1.0.0",
    status: "active",
    domain: "shop",
    description: { purpose: "Sales by day." },
    team: { name: "Shop" },
    customProperties: [
      { property: "ingestion", value: "stream" },
      { property: "eventsPerSecond", value: 5 },
      { property: "eventBytes", value: 200 },
    ],
    slaProperties: [{ property: "retention", value: 2, unit: "y" }],
    schema: [
      {
        name: "orders",
        description: "One order.",
        quality: [{ name: "orders came", metric: "rowCount", mustBeGreaterThan: 0, unit: "rows" }],
        properties: [
          {
            name: "id",
            description: "Number of the order.",
            logicalType: "string",
            classification: "internal",
            required: true,
            primaryKey: true,
          },
          {
            name: "buyer",
            description: "Account that ordered.",
            logicalType: "string",
            classification: "restricted",
            customProperties: [
              { property: "identifierKind", value: "user-id" },
              { property: "treatment", value: "pseudonymise" },
            ],
          },
          {
            name: "ordered_at",
            description: "When it was ordered.",
            logicalType: "timestamp",
            classification: "internal",
            required: true,
          },
          {
            name: "amount",
            description: "Sum, KRW.",
            logicalType: "number",
            physicalType: "decimal(12,2)",
            logicalTypeOptions: { minimum: 0 },
            classification: "confidential",
          },
          {
            name: "state",
            description: "Where the order stands.",
            logicalType: "string",
            logicalTypeOptions: { pattern: "[a-z]+", maxLength: 8 },
            classification: "internal",
            quality: [
              {
                name: "known states",
                metric: "invalidValues",
                arguments: { validValues: ["open", "paid"] },
                mustBeLessOrEqualTo: 1,
                unit: "percent",
                severity: "warning",
              },
            ],
          },
          {
            name: "dt",
            description: "Day of the order.",
            logicalType: "string",
            classification: "internal",
            partitioned: true,
            partitionKeyPosition: 1,
            transformSourceObjects: ["ordered_at"],
          },
        ],
      },
    ],
  };
}

/** Reads the example after a change to it. */
export function readExample(change: (contract: Example) => void = () => undefined): ContractReading {
  const contract = example();
  change(contract);
  return parseContract(stringify(contract), EXAMPLE_FILE);
}

/** A property, to be changed. */
export function property(contract: Example, position: number): ExampleProperty {
  return contract.schema[0].properties[position];
}

/** The custom properties of a property, to be changed. */
export function custom(contract: Example, position: number): { property: string; value: unknown }[] {
  return property(contract, position).customProperties as { property: string; value: unknown }[];
}
