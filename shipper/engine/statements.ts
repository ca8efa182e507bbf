/** The statements that turn the records of a chunk into rows of the table. Text of the contract only, no values. */
import type { DataSet, Treatment } from "../../components/contract/model";
import { storedColumns } from "../../components/contract/model";
import { LINE_SEPARATOR } from "../source/records";
import { type CheckedColumn, engineType, type Fault, faultsOf, quote, textSql, typedSql } from "./checks-sql";
import { maskSql } from "./mask-sql";
import { PADS_TABLE, pseudonymSql } from "./pseudonym-sql";
import { readCsvSql } from "./read-csv";

/** How a source is read. */
export type SourceForm =
  { readonly form: "csv"; readonly columns: readonly string[] } | { readonly form: "json" };

export interface Conversion {
  readonly dataSet: DataSet;
  readonly source: SourceForm;
  /** Key epoch of the pseudonyms. */
  readonly epoch: number;
  /** `YYYY-MM-DD` of every row, where the contract takes it from no column. */
  readonly day?: string;
}

/** Faults of a whole row. */
export const BROKEN_ROW = { csv: "row:fields", json: "row:json" } as const;

/** Types of JSON by the contract's: a number is not read from a string, nor a string from a number. */
const NUMBERS = ["UBIGINT", "BIGINT", "HUGEINT", "UHUGEINT", "DOUBLE"];
const TEXTS = ["VARCHAR"];
const JSON_TYPES: Readonly<Record<string, readonly string[]>> = {
  string: TEXTS,
  date: TEXTS,
  timestamp: TEXTS,
  boolean: ["BOOLEAN"],
};

/** Microseconds of a quarter hour: since 1972 every zone's offset is whole quarters (tz database). */
const QUARTER_HOUR_US = 900_000_000;

/** A column, and where its text stands in `source`. */
export type TextColumn = Pick<CheckedColumn, "column" | "text">;

export class Statements {
  private readonly columns: readonly CheckedColumn[];
  private readonly faults: readonly Fault[];
  /** Pseudonymised and generalised columns, and the column of their text. */
  readonly pseudonymised: readonly TextColumn[];
  readonly generalised: readonly TextColumn[];

  constructor(private readonly conversion: Conversion) {
    const { dataSet, source } = conversion;
    this.columns = dataSet.columns.map((column, at) => ({
      column,
      text: `x${at}`,
      value: column.type === "string" ? `x${at}` : `v${at}`,
      ...(source.form === "json" ? { mistyped: `m${at}` } : {}),
      ...(column.treatment === "generalise" ? { general: `${generalOf(`x${at}`)}.p` } : {}),
    }));
    this.faults = this.columns.flatMap((checked) => faultsOf(dataSet, checked, "source"));
    const treated = (treatment: Treatment) =>
      this.columns.filter(({ column }) => column.treatment === treatment);
    this.pseudonymised = treated("pseudonymise");
    this.generalised = treated("generalise");
  }

  /** Table `source`: number, text and typed value of each record. */
  read(file: string): string {
    const { dataSet, source } = this.conversion;
    const offset = source.form === "json" ? "needed" : "optional";
    const typed = this.columns
      .filter(({ column }) => column.type !== "string")
      .map(
        ({ column, text, value }) => `${typedSql(column.type, text, dataSet.timeZone, offset)} AS ${value}`,
      );
    const texts = source.form === "csv" ? this.csv(file, source.columns) : this.json(file);
    return `CREATE TEMP TABLE source AS SELECT ${["*", ...typed].join(", ")} FROM (${texts})`;
  }

  private csv(file: string, inFile: readonly string[]): string {
    const fields = inFile.map((_, at) => `f${at}`);
    const texts = this.columns.map(
      ({ column, text }) => `${textSql(column.type, fields[inFile.indexOf(column.name)])} AS ${text}`,
    );
    const { delimiter = "," } = this.conversion.dataSet;
    return `SELECT row_number() OVER () AS n, false AS broken, ${texts.join(", ")} FROM ${readCsvSql(file, fields, delimiter, '"', "any")}`;
  }

  private json(file: string): string {
    const paths = this.columns.map(({ column }) => quote(`/${pointer(column.sourceName)}`)).join(", ");
    const lines = readCsvSql(file, ["line"], LINE_SEPARATOR, "", "any");
    // Of a key that stands there twice the engine takes the first value, and JavaScript, so the collector, the last.
    const isClear = "len(json_keys(line)) = len(list_distinct(json_keys(line)))";
    const isObject = `json_valid(line) AND json_type(line) = 'OBJECT' AND ${isClear}`;
    const objects = `SELECT row_number() OVER () AS n, CASE WHEN ${isObject} THEN json_extract(line, [${paths}]) END AS j FROM ${lines}`;
    const texts = this.columns.flatMap(({ column, text, mistyped }, at) => {
      const value = `j[${at + 1}]`;
      const types = (JSON_TYPES[column.type] ?? NUMBERS).map(quote).join(", ");
      return [
        `CASE WHEN json_type(${value}) IN (${types}) THEN ${textSql(column.type, `(${value} ->> '$')`)} END AS ${text}`,
        `coalesce(json_type(${value}) NOT IN ('NULL', ${types}), false) AS ${mistyped}`,
      ];
    });
    return `SELECT n, j IS NULL AS broken, ${texts.join(", ")} FROM (${objects})`;
  }

  /** Rows of `source`, then about how many distinct values each pseudonymised column has. */
  count(): string {
    const distinct = this.pseudonymised.map(({ text }) => `, approx_count_distinct(${text})`);
    return `SELECT count(*)${distinct.join("")} FROM source`;
  }

  /** Table of the pseudonym `p` of each distinct value of a column. */
  dictionary({ text, column }: TextColumn): string {
    return (
      `CREATE TEMP TABLE ${dictionaryOf(text)} AS SELECT x, ${pseudonymSql(column.kind!, "x")} AS p ` +
      `FROM (SELECT DISTINCT ${text} AS x FROM source WHERE ${text} IS NOT NULL), ${PADS_TABLE}`
    );
  }

  /** The distinct values of a generalised column. */
  values({ text }: TextColumn): string {
    return `SELECT DISTINCT ${text} FROM source WHERE ${text} IS NOT NULL`;
  }

  /** The table of what each value of a generalised column becomes. */
  general({ text }: TextColumn): { readonly table: string; readonly create: string } {
    const table = generalOf(text);
    return { table, create: `CREATE TABLE ${table} (x VARCHAR, p VARCHAR)` };
  }

  /** Table of the date of each quarter hour: asking the calendar for every row costs more than a join. */
  days(): string | undefined {
    const moment = this.moment();
    if (moment === undefined) return undefined;
    return (
      `CREATE TEMP TABLE days AS SELECT quarter, ${this.dateSql(`make_timestamp(quarter * ${QUARTER_HOUR_US})`)} AS day ` +
      `FROM (SELECT DISTINCT ${quarterSql(moment)} AS quarter FROM source WHERE ${moment} IS NOT NULL)`
    );
  }

  /** Table `checked`: the stored columns, the day, and whether the row is bad. @param looked columns with a dictionary */
  check(looked: ReadonlySet<string>): string {
    const { dataSet, epoch, day } = this.conversion;
    const stored = storedColumns(dataSet).map(({ name }) => {
      const checked = this.columns.find(({ column }) => column.name === name);
      return `${checked === undefined ? epoch : this.storedSql(checked, looked)} AS ${identifier(name)}`;
    });
    const moment = this.moment();
    const joins = [...this.generals(), ...[...looked].map((text) => joinSql(text, dictionaryOf(text)))];
    if (moment !== undefined) joins.push(`LEFT JOIN days ON ${quarterSql(moment)} = days.quarter`);
    const dated =
      moment === undefined
        ? quote(day!)
        : `CASE WHEN ${moment} < TIMESTAMP '1972-02-01' THEN ${this.dateSql(moment)} ELSE days.day END`;
    const broken = this.faults.map((fault) => `coalesce(${fault.broken}, false)`);
    return (
      `CREATE TEMP TABLE checked AS SELECT n AS row_number, (${["broken", ...broken].join(" OR ")}) AS row_bad, ` +
      `${[`${dated} AS row_day`, ...stored].join(", ")} FROM source ${joins.join(" ")} CROSS JOIN ${PADS_TABLE}`
    );
  }

  private generals(): string[] {
    return this.generalised.map(({ text }) => joinSql(text, generalOf(text)));
  }

  private storedSql(checked: CheckedColumn, looked: ReadonlySet<string>): string {
    const { column, text, value, general } = checked;
    if (column.treatment === "keep") return value;
    if (column.treatment === "mask") return maskSql(text, column.keepLast!);
    if (general !== undefined) return general;
    if (column.treatment !== "pseudonymise")
      throw new Error(`${column.name} can't be treated by ${column.treatment}`);
    return looked.has(text) ? `${dictionaryOf(text)}.p` : pseudonymSql(column.kind!, text);
  }

  /** Number and reasons of each bad row. */
  rejects(): string {
    const { form } = this.conversion.source;
    const reasons = this.faults.map(
      ({ reason, broken }) => `CASE WHEN NOT broken AND (${broken}) THEN ${quote(reason)} END`,
    );
    const all = [`CASE WHEN broken THEN ${quote(BROKEN_ROW[form])} END`, ...reasons].join(", ");
    return (
      `SELECT n, to_json(list_filter([${all}], lambda reason: reason IS NOT NULL)) FROM source ${this.generals().join(" ")} ` +
      `WHERE n IN (SELECT row_number FROM checked WHERE row_bad) ORDER BY n`
    );
  }

  /** Good rows by day. */
  readonly byDay =
    "SELECT row_day, count(*) FROM checked WHERE NOT row_bad GROUP BY row_day ORDER BY row_day";

  /**
   * Writes a day's good rows: those of the rewriter, then those of `checked`, each in the source's order.
   * @param rewritten query of the former. @param checked whether there are any of the latter.
   */
  write(day: string, file: string, rewritten: string | undefined, checked: boolean): string {
    const stored = storedColumns(this.conversion.dataSet).map(
      ({ name, type }) => `CAST(${identifier(name)} AS ${engineType(type)}) AS ${identifier(name)}`,
    );
    const own = `SELECT ${stored.join(", ")} FROM checked WHERE NOT row_bad AND row_day = ${quote(day)}`;
    const rows = [...(rewritten === undefined ? [] : [rewritten]), ...(checked ? [own] : [])];
    return `COPY (${rows.join(" UNION ALL ")}) TO ${quote(file)} (FORMAT parquet, COMPRESSION snappy)`;
  }

  /** Clears what a chunk left. */
  clear(): string[] {
    const dictionaries = this.pseudonymised.map(({ text }) => dictionaryOf(text));
    const generals = this.generalised.map(({ text }) => generalOf(text));
    return ["source", "checked", "days", ...dictionaries, ...generals].map(
      (table) => `DROP TABLE IF EXISTS ${table}`,
    );
  }

  private moment(): string | undefined {
    const { from } = this.conversion.dataSet.partition;
    return this.columns.find(({ column }) => column.name === from)?.value;
  }

  private dateSql(moment: string): string {
    const zone = quote(this.conversion.dataSet.timeZone);
    return `strftime(timezone(${zone}, timezone('UTC', ${moment})), '%Y-%m-%d')`;
  }
}

function quarterSql(moment: string): string {
  return `epoch_us(${moment}) // ${QUARTER_HOUR_US}`;
}

function dictionaryOf(text: string): string {
  return `${text}_pseudonyms`;
}

export function generalOf(text: string): string {
  return `${text}_generals`;
}

export function joinSql(text: string, table: string): string {
  return `LEFT JOIN ${table} ON ${text} = ${table}.x`;
}

/** JSON Pointer (RFC 6901) of a key. */
function pointer(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

export function identifier(name: string): string {
  return `"${name}"`;
}
