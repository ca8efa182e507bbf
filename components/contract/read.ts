/** One ODCS document as a data set of the model. */
import { isEmail } from "../email";
import { customProperty, readColumn } from "./column";
import type { Column, CsvDelimiter, DataSet, Ingestion, Partition } from "./model";
import type { OdcsContract, OdcsProperty, OdcsSchemaObject } from "./odcs";
import type { ProblemList } from "./problem";
import { readQuality } from "./quality";

/** Where the domain's own day lies when the contract names no zone. */
export const DEFAULT_TIME_ZONE = "Asia/Seoul";

export const CSV_DELIMITERS: readonly CsvDelimiter[] = [",", ";", "\t", "|"];

/** Domains and names become database and table names, object keys and URL parts. */
const SET_NAME = /^[a-z][a-z0-9_]{0,63}$/;

const SEMANTIC_VERSION = /^\d+\.\d+\.\d+$/;
const DAYS_OF: Readonly<Record<string, number>> = { d: 1, day: 1, days: 1, y: 365, yr: 365, years: 365 };

/** Adds every problem of the document; returns undefined when there is no table to read at all. */
export function readDataSet(contract: OdcsContract, problems: ProblemList): DataSet | undefined {
  const table = onlyTable(contract, problems);
  const properties = table?.properties ?? [];
  if (table === undefined) return undefined;
  if (properties.length === 0) {
    problems.add("schema[0].properties", "is empty", "describe at least one column");
    return undefined;
  }
  const ingestion = readIngestion(contract, problems);
  return {
    ...identity(contract, table, problems),
    description: stated(table.description, "schema[0].description", "say what one row is", problems),
    purpose: stated(
      contract.description?.purpose,
      "description.purpose",
      "name the question it serves",
      problems,
    ),
    owner: owner(contract, problems),
    contacts: contacts(contract, problems),
    ingestion,
    ...delimiter(contract, problems),
    timeZone: timeZone(contract, problems),
    partition: readPartition(properties, problems),
    primaryKey: primaryKey(properties),
    columns: readColumns(properties, problems),
    quality: [
      ...readQuality(table.quality ?? [], "schema[0].quality", problems),
      ...properties.flatMap((property, index) =>
        readQuality(
          property.quality ?? [],
          `schema[0].properties[${index}].quality`,
          problems,
          property.name,
        ),
      ),
    ],
    retentionDays: retentionDays(contract, problems),
    eventsPerSecond: ingestion === "stream" ? positive(contract, "eventsPerSecond", problems) : 0,
    eventBytes: positive(contract, "eventBytes", problems),
    file: problems.file,
  };
}

function onlyTable(contract: OdcsContract, problems: ProblemList): OdcsSchemaObject | undefined {
  const tables = contract.schema ?? [];
  if (tables.length === 1) return tables[0];
  problems.add(
    "schema",
    `holds ${tables.length} objects`,
    "describe exactly one table; write one file per data set",
  );
  return tables[0];
}

function identity(
  contract: OdcsContract,
  table: OdcsSchemaObject,
  problems: ProblemList,
): Pick<DataSet, "id" | "domain" | "name" | "version" | "status"> {
  const { id, domain = "", version, status } = contract;
  const { name } = table;
  if (contract.kind !== "DataContract") problems.add("kind", `is "${contract.kind}"`, "use DataContract");
  if (!contract.apiVersion.startsWith("v3.")) {
    problems.add("apiVersion", `is "${contract.apiVersion}"`, "use v3.1.0");
  }
  if (!SET_NAME.test(domain))
    problems.add("domain", `is "${domain}"`, "use ASCII lower snake case, such as lms");
  if (!SET_NAME.test(name)) {
    problems.add("schema[0].name", `is "${name}"`, "use ASCII lower snake case, such as requests");
  }
  if (id !== `${domain}.${name}`) {
    problems.add("id", `is "${id}"`, `use "${domain}.${name}", the domain and the name of schema[0]`);
  }
  if (!SEMANTIC_VERSION.test(version)) {
    problems.add("version", `is "${version}"`, "use three numbers, such as 1.0.0");
  }
  return { id, domain, name, version, status };
}

function stated(value: string | undefined, key: string, fix: string, problems: ProblemList): string {
  if (value === undefined || value.trim() === "") problems.add(key, "is missing", fix);
  return value?.trim() ?? "";
}

function owner({ team }: OdcsContract, problems: ProblemList): string {
  if (team !== undefined && !("length" in team)) {
    return stated(team.name, "team.name", "name the team that answers for the data", problems);
  }
  problems.add(
    "team",
    team === undefined ? "is missing" : "is a list, the form before v3.1",
    "write team: { name: ... }, the team that answers for the data",
  );
  return "";
}

/** Channels of `support` that are for chat or news are not written to. */
const TOLD_SCOPES: readonly (string | undefined)[] = ["issues", "notifications", undefined];

function contacts({ support = [] }: OdcsContract, problems: ProblemList): string[] {
  return support.flatMap(({ url, scope }, index) => {
    if (url === undefined || !url.startsWith("mailto:") || !TOLD_SCOPES.includes(scope)) return [];
    const address = url.slice("mailto:".length);
    if (isEmail(address)) return [address];
    problems.add(
      `support[${index}].url`,
      `is "${url}"`,
      "write mailto: and one address, such as mailto:data@example.com",
    );
    return [];
  });
}

function readIngestion(contract: OdcsContract, problems: ProblemList): Ingestion {
  const value = customProperty(contract.customProperties, "ingestion");
  if (value === "stream" || value === "csv" || value === "derived") return value;
  problems.add(
    "customProperties.ingestion",
    value === undefined ? "is missing" : `is ${JSON.stringify(value)}`,
    "use stream (events through the collector), csv (files in the landing zone) or derived (written by the jobs)",
  );
  return "csv";
}

function delimiter(contract: OdcsContract, problems: ProblemList): Pick<DataSet, "delimiter"> {
  const value = customProperty(contract.customProperties, "delimiter");
  if (value === undefined) return {};
  const found = CSV_DELIMITERS.find((candidate) => candidate === value);
  if (found !== undefined) return { delimiter: found };
  problems.add(
    "customProperties.delimiter",
    `is ${JSON.stringify(value)}`,
    'use one of ",", ";", "\\t" and "|"',
  );
  return {};
}

function timeZone(contract: OdcsContract, problems: ProblemList): string {
  const value = customProperty(contract.customProperties, "timeZone") ?? DEFAULT_TIME_ZONE;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: String(value) }).resolvedOptions().timeZone;
  } catch {
    problems.add(
      "customProperties.timeZone",
      `is ${JSON.stringify(value)}`,
      "use an IANA name, such as Asia/Seoul",
    );
    return DEFAULT_TIME_ZONE;
  }
}

function readColumns(properties: readonly OdcsProperty[], problems: ProblemList): Column[] {
  return properties.flatMap((property, index) =>
    property.partitioned === true ? [] : [readColumn(property, `schema[0].properties[${index}]`, problems)],
  );
}

function readPartition(properties: readonly OdcsProperty[], problems: ProblemList): Partition {
  const index = properties.findIndex((property) => property.partitioned === true);
  const partitioned = properties.filter((property) => property.partitioned === true);
  if (partitioned.length !== 1 || partitioned[0].name !== "dt") {
    problems.add(
      "schema[0].properties",
      partitioned.length === 0
        ? "has no partition"
        : `is partitioned by ${partitioned.map((property) => property.name).join(", ")}`,
      "add one property dt with partitioned: true and partitionKeyPosition: 1",
    );
    return { column: "dt" };
  }
  const sources = partitioned[0].transformSourceObjects ?? [];
  if (sources.length > 1) {
    problems.add(
      `schema[0].properties[${index}].transformSourceObjects`,
      `names ${sources.length} columns`,
      "name the one timestamp whose date is the partition",
    );
  }
  return sources.length === 0 ? { column: "dt" } : { column: "dt", from: sources[0] };
}

function primaryKey(properties: readonly OdcsProperty[]): string[] {
  return properties
    .map((property, index) => ({ property, position: property.primaryKeyPosition ?? index + 1 }))
    .filter(({ property }) => property.primaryKey === true)
    .sort((left, right) => left.position - right.position)
    .map(({ property }) => property.name);
}

function retentionDays(contract: OdcsContract, problems: ProblemList): number {
  const index = (contract.slaProperties ?? []).findIndex(({ property }) => property === "retention");
  const retention = contract.slaProperties?.[index];
  if (retention === undefined) {
    problems.add("slaProperties", "has no retention", "add { property: retention, value: 365, unit: d }");
    return 0;
  }
  const days = Number(retention.value) * (DAYS_OF[retention.unit ?? "d"] ?? Number.NaN);
  if (Number.isInteger(days) && days > 0) return days;
  problems.add(
    `slaProperties[${index}]`,
    `keeps data for ${JSON.stringify(retention.value)} ${retention.unit ?? "d"}`,
    "use a whole number above 0 with unit d or y",
  );
  return 0;
}

function positive(contract: OdcsContract, name: string, problems: ProblemList): number {
  const value = customProperty(contract.customProperties, name);
  if (typeof value === "number" && value > 0) return value;
  problems.add(
    `customProperties.${name}`,
    value === undefined ? "is missing" : `is ${JSON.stringify(value)}`,
    "write a number above 0",
  );
  return 0;
}
