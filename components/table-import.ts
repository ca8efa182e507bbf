/** Tables of databases that become drops of data sets, whatever cloud runs the import. */
import { checkNumber, checkText, type ArgumentProblem } from "./arguments";
import type { Contracts } from "./contract/model";
import { LIMITS } from "./limits";
import { CRAWL_SCHEDULE_FORM, isCrawlSchedule } from "./schedule";
import type { Source } from "./source";

/** A table, and the set that it is a drop of. */
export interface TableImport {
  /** Id of a set of CSV files. */
  readonly dataSet: string;
  /** Table or view, with its schema where it is not `public`, or of MySQL the connection's database. */
  readonly table: string;
  /** Column of whole numbers that parts the table into `partitions` reads at once. @default none: one read */
  readonly partitionColumn?: string;
  /** Reads at once. @default 1 */
  readonly partitions?: number;
  /** Rows that PostgreSQL hands over at once. @default 1000 */
  readonly fetchSize?: number;
  /** PEM of the certificate that the server's must come from. @default what Java trusts */
  readonly authority?: string;
  /** Glue's cron, in UTC; absent: before curation, every night. @default none */
  readonly schedule?: string;
}

const URL = /^jdbc:(postgresql|mysql):\/\/[A-Za-z0-9.-]+(:\d{1,5})?\/[^/?;&\s]+$/;
const TABLE = /^[^.\s"`]+(\.[^.\s"`]+)?$/;

/** Whether the import reads such a source: without options, as those would say what TLS is. */
export function isImportable(source: Source): boolean {
  return source.kind === "JDBC" && (source.tls ?? true) && URL.test(source.url);
}

/** What is wrong with tables, of whichever connection. */
export function tableImportProblems(
  tables: readonly TableImport[],
  contracts: Contracts,
): (ArgumentProblem | undefined)[] {
  const files = contracts.filter(({ ingestion }) => ingestion === "csv").map(({ id }) => id);
  const sets = tables.map(({ dataSet }) => dataSet);
  return tables.flatMap((one, at) => [
    files.includes(one.dataSet)
      ? undefined
      : `tables[${at}].dataSet: is "${one.dataSet}", which is no set of CSV files; write ` +
        (files.length === 0 ? "its contract first" : `one of ${files.join(", ")}`),
    sets.indexOf(one.dataSet) < at
      ? `tables[${at}].dataSet: is "${one.dataSet}" again; a drop of a day is one table's`
      : undefined,
    checkText(`tables[${at}].table`, one.table, (name) => TABLE.test(name), "a name, or schema.table"),
    checkNumber(`tables[${at}].partitions`, one.partitions, LIMITS.tablePartitions),
    checkNumber(`tables[${at}].fetchSize`, one.fetchSize, LIMITS.tableFetchSize),
    (one.partitions ?? 1) > 1 && one.partitionColumn === undefined
      ? `tables[${at}].partitionColumn: is missing; partitions are ranges of a column of whole numbers`
      : undefined,
    one.partitionColumn === ""
      ? `tables[${at}].partitionColumn: is empty; write a column of whole numbers, or leave it out`
      : undefined,
    one.authority === undefined || /-----BEGIN CERTIFICATE-----/.test(one.authority)
      ? undefined
      : `tables[${at}].authority: is no certificate; write PEM, which begins with -----BEGIN CERTIFICATE-----`,
    checkText(`tables[${at}].schedule`, one.schedule, isCrawlSchedule, CRAWL_SCHEDULE_FORM),
  ]);
}
