/** SQL that is saved for people: files of this folder, with the names of one lake's databases and tables filled in. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { DataSet } from "../../contract/model";
import { ToldError } from "../../told-error";
import type { DataLake } from "../data-lake";

const FOLDER = join(__dirname, "queries");
const WORKGROUPS = ["analysts", "transform"] as const;

/** `${curated.lms}`: a database; `${curated.lms.requests}`: a data set's table, quoted; `${curatedBucket}`. */
const PLACEHOLDER = /\$\{([^}]*)\}/g;
const NAME = /^(raw|curated)\.([a-z][a-z0-9_]*)(?:\.([a-z][a-z0-9_]*))?$/;
const PARAMETERS = /^-- parameters: (.+)$/;

/** One statement, as it is saved in a workgroup. */
export interface SavedQuery {
  /** Name of the file, and of what is saved. */
  readonly name: string;
  readonly workgroup: (typeof WORKGROUPS)[number];
  /** The file's first line. */
  readonly description: string;
  /** What stands for each `?`, in their order; a query with any is a prepared statement. */
  readonly parameters: readonly string[];
  /** A database that the query names, which the console opens with it. */
  readonly database: string;
  readonly sql: string;
}

/**
 * Queries whose databases and tables the lake has; the others are left out, as is any over data sets of no contract.
 *
 * @throws Error when a file has no description, a place for a name that there is not, or as many `?` as no line tells.
 */
export function savedQueries(lake: DataLake): SavedQuery[] {
  return WORKGROUPS.flatMap((workgroup) => {
    const folder = join(FOLDER, workgroup);
    const files = readdirSync(folder).filter((file) => file.endsWith(".sql"));
    return files.sort().flatMap((file) => read(lake, workgroup, join(folder, file)) ?? []);
  });
}

function read(lake: DataLake, workgroup: SavedQuery["workgroup"], path: string): SavedQuery | undefined {
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  const description = /^-- (.+)$/.exec(lines[0]!)?.[1];
  if (description === undefined) throw new ToldError(`${path}: the first line must be "-- <what it is for>"`);
  const parameters = PARAMETERS.exec(lines[1] ?? "")?.[1]?.split(", ") ?? [];
  const text = lines.filter((line) => !line.startsWith("--")).join("\n");
  const marks = text.split("?").length - 1;
  if (marks !== parameters.length) {
    throw new ToldError(
      `${path}: has ${marks} "?" and tells ${parameters.length} parameters; name each in a second line "-- parameters: dt, …"`,
    );
  }
  const databases = lake.databases();
  const missing: string[] = [];
  let database: string | undefined;
  const sql = text.replace(PLACEHOLDER, (place, inner: string) => {
    if (inner === "curatedBucket") return lake.nodes.buckets.curated.name;
    const [, zone, domain, table] = NAME.exec(inner) ?? [];
    if (zone === undefined) {
      throw new ToldError(
        `${path}: ${place} names nothing; write \${curated.<domain>}, \${curated.<domain>.<data set>} or \${curatedBucket}`,
      );
    }
    const found = databases[`${zone}.${domain}`];
    const isTable = ({ id, ingestion }: DataSet) =>
      id === `${domain}.${table}` && (zone === "curated" || ingestion === "stream");
    if (found === undefined || (table !== undefined && !lake.contracts.some(isTable))) missing.push(inner);
    database ??= found;
    return table === undefined ? found! : `"${found}"."${table}"`;
  });
  if (missing.length > 0) return undefined;
  if (database === undefined) throw new ToldError(`${path}: names no database`);
  return { name: basename(path, ".sql"), workgroup, description, parameters, database, sql };
}
