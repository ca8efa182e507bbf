/** Rows that the rewriter wrote, in SQL: typed, and checked for what takes the contract's limits. */
import { type ColumnType, storedColumns } from "../../components/contract/model";
import type { Offsets } from "../rewrite/module";
import type { DayFile } from "../rewrite/rewriting";
import { pseudonymColumn, type Table, textColumn } from "../rewrite/table";
import { type CheckedColumn, engineType, type Fault, faultsOf, quote } from "./checks-sql";
import { maskSql } from "./mask-sql";
import { readCsvSql } from "./read-csv";
import { type Conversion, generalOf, identifier, joinSql } from "./statements";

/** What the engine says of a row that is not good. */
export const FAULTY = "naru: a row breaks the contract";

/** A day's file, and how the moments of each field of the source are written in it. */
export type RewrittenDay = DayFile & { readonly offsets: readonly Offsets[] };

export class RewrittenSql {
  private readonly columns: readonly CheckedColumn[];
  private readonly faults: readonly Fault[];

  /** @param inFile the contract's column names in the file's order. */
  constructor(
    private readonly conversion: Conversion,
    private readonly table: Table,
    private readonly inFile: readonly string[],
  ) {
    const { dataSet } = conversion;
    this.columns = dataSet.columns.map((column, at) => ({
      column,
      text: textColumn(at),
      value: column.type === "string" ? textColumn(at) : `v${at}`,
      ...(column.treatment === "generalise" ? { general: `${generalOf(textColumn(at))}.p` } : {}),
    }));
    this.faults = this.columns
      .filter(({ text }) => table.written.includes(text))
      .flatMap((checked) => faultsOf(dataSet, checked, "rewriter"));
  }

  /** The stored columns of a day's rows, in the source's order. Fails with {@link FAULTY} where one of them is not good. */
  good(day: RewrittenDay): string {
    const stored = storedColumns(this.conversion.dataSet).map(({ name, type }, place) => {
      const at = this.columns.findIndex(({ column }) => column.name === name);
      const value = `CAST(${at < 0 ? this.conversion.epoch : this.storedSql(at)} AS ${engineType(type)})`;
      return `${place === 0 ? this.checked(value, type) : value} AS ${identifier(name)}`;
    });
    return `SELECT ${stored.join(", ")} FROM ${this.rows(day)}`;
  }

  /** Numbers, from 1, of a day's rows that are not good. */
  faulty(day: RewrittenDay): string {
    return `SELECT n FROM ${this.rows(day, "row_number() OVER () AS n, ")} WHERE ${this.bad()} ORDER BY n`;
  }

  /** The distinct values of a column in a day's file. */
  values({ file }: DayFile, text: string): string {
    return `SELECT DISTINCT ${text} FROM ${this.read(file)} WHERE ${text} IS NOT NULL`;
  }

  private rows({ file, offsets }: RewrittenDay, number = ""): string {
    const typed = this.columns
      .filter(({ column, text }) => column.type !== "string" && this.table.written.includes(text))
      .map(({ column, text, value }) => {
        const cast =
          column.type === "timestamp"
            ? this.momentSql(text, offsets[this.inFile.indexOf(column.name)])
            : `TRY_CAST(${text} AS ${engineType(column.type)})`;
        return `, ${cast} AS ${value}`;
      });
    const joins = this.columns
      .filter(({ general }) => general !== undefined)
      .map(({ text }) => ` ${joinSql(text, generalOf(text))}`);
    return `(SELECT ${number}*${typed.join("")} FROM ${this.read(file)})${joins.join("")}`;
  }

  private read(file: string): string {
    return readCsvSql(file, this.table.written, this.table.delimiter, '"', "short");
  }

  /** A filter would copy every row that passes; a failure costs only those that don't. */
  private checked(value: string, type: ColumnType): string {
    if (this.faults.length === 0) return value;
    return `CASE WHEN ${this.bad()} THEN CAST(error('${FAULTY}') AS ${engineType(type)}) ELSE ${value} END`;
  }

  private bad(): string {
    return this.faults.map(({ broken }) => `coalesce(${broken}, false)`).join(" OR ");
  }

  /** UTC. Microseconds are the cheap way there: `timezone` asks the calendar for every row. */
  private momentSql(text: string, offsets: Offsets): string {
    if (offsets !== "without") return `make_timestamp(epoch_us(TRY_CAST(${text} AS TIMESTAMPTZ)))`;
    const zone = quote(this.conversion.dataSet.timeZone);
    return `timezone('UTC', timezone(${zone}, TRY_CAST(${text} AS TIMESTAMP)))`;
  }

  private storedSql(at: number): string {
    const { column, text, value, general } = this.columns[at];
    if (column.treatment === "pseudonymise") return pseudonymColumn(at);
    if (column.treatment === "mask") return maskSql(text, column.keepLast!);
    return general ?? value;
  }
}
