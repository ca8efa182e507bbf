/**
 * Roles that cross from clear values to pseudonyms, or back: their names, known before the roles exist, so that key and
 * bucket policies can name them one by one.
 */
import type { Contracts, DataSet } from "../../contract/model";
import type { Names } from "../../naming";
import { iamArn, type AwsContext } from "../context";

/** Role of the Spark jobs: reads landing, makes pseudonyms, keeps what turns them back. */
export function pseudonymiserRole(names: Names): string {
  return names.of("role", "pseudonymiser");
}

/** Role that reads what turns pseudonyms back. */
export function reidentifierRole(names: Names): string {
  return names.of("role", "reidentifier");
}

/** Last part of the name of the function, and of its role, that pseudonymises a stream. */
export function pseudonymisingPart({ domain, name }: Pick<DataSet, "domain" | "name">): string {
  return `pseudonymise-${domain}-${name}`;
}

/** Role that puts failed records, which hold clear values, back on their stream. */
export function redriverRole(names: Names): string {
  return names.of("role", "redriver");
}

/** First part of the names of the roles that deliver streams into raw, one for each set and way. */
export const DELIVERY = "delivery";

/** Role of the job that imports a table of a database as drops of a set: it writes clear values, and makes no pseudonyms. */
export function importerRole(names: Names, { domain, name }: Pick<DataSet, "domain" | "name">): string {
  return names.of("role", "import", domain, name);
}

/** ARNs of every role of the platform that makes pseudonyms: the Spark jobs', and one for each stream's function. */
export function pseudonymiserArns({ identity, names }: AwsContext, contracts: Contracts): string[] {
  const functions = contracts
    .filter(({ ingestion }) => ingestion === "stream")
    .map((dataSet) => names.of("role", pseudonymisingPart(dataSet)));
  return [pseudonymiserRole(names), ...functions].map((role) => iamArn(identity, `role/${role}`));
}
