/** A table of a database as a source of a shipment: looked at, read in one snapshot, spooled. */
import type { DataSet } from "../../components/contract/model";
import { ShipError } from "../ship-error";
import { refuseUnmarked } from "../source/personal-columns";
import { refuseDerived, SAMPLED_ROWS, type Source } from "../source/source";
import { statSync } from "node:fs";
import { parseTableAddress, type TableAddress } from "./address";
import { noTable, tellFault } from "./faults";
import { type Login, loginOf, type TableAccess } from "./login";
import { matchColumns } from "./match-columns";
import type { OpenReader, TableReader, TableRow } from "./reader";
import { type ReadColumn, rowWriter } from "./row-json";
import { Spool, type SpoolFacts } from "./spool";

export interface TableOptions {
  readonly dataSet: DataSet;
  /** Folder for the rows, in clear until they are published. */
  readonly staging: string;
  readonly access: TableAccess;
  /** So many rows were read. @param estimated rows of the table by the server's statistics. */
  readonly onRows?: (rows: number, estimated: number | undefined) => void;
  /** An earlier start had read the table: its rows are taken. @param folder to be removed by who wants newer ones. */
  readonly onEarlier?: (facts: SpoolFacts, folder: string) => void;
}

/**
 * Reads the table, unless an earlier start of the same work did.
 * @throws ShipError for an address, login or connection that fails, columns unlike the contract's, and unmarked personal data.
 */
export async function readTable(source: string, options: TableOptions): Promise<Source> {
  const { dataSet, staging, access, onEarlier } = options;
  refuseDerived(dataSet);
  const address = parseTableAddress(source);
  const login = loginOf(address.engine, access);
  const { id, version, columns, timeZone } = dataSet;
  const identity = JSON.stringify([address.label, address.socket, id, version, columns, timeZone]);
  const spool = Spool.open(staging, identity, `${address.schema}.${address.table}`);
  try {
    const earlier = spool.earlier();
    if (earlier !== undefined) onEarlier?.(earlier, spool.folder);
    const facts = earlier ?? (await read(address, login, options, spool));
    if (facts.rows > 0) return sourceOf(address, dataSet, spool, facts);
    spool.remove();
    throw new ShipError(address.label, "has no rows", "ship it when it has some");
  } catch (error) {
    // Half a table is of no use to a later start.
    if (spool.earlier() === undefined) spool.remove();
    else spool.release();
    throw error;
  }
}

async function read(
  address: TableAddress,
  login: Login,
  { dataSet, onRows }: TableOptions,
  spool: Spool,
): Promise<SpoolFacts> {
  let rows = 0;
  let reader: TableReader | undefined;
  try {
    reader = await open(address, login);
    const readAt = new Date();
    const columns = await columnsOf(reader, address, dataSet);
    const estimated = await reader.estimate();
    const toLine = rowWriter(columns, dataSet);
    const batches = checked(reader, columns, address.label, dataSet);
    const lines = async function* () {
      for await (const batch of batches) {
        yield batch.map(toLine);
        rows += batch.length;
        onRows?.(rows, estimated);
      }
    };
    return await spool.write(lines(), readAt);
  } catch (error) {
    throw tellFault(error, address, rows);
  } finally {
    await reader?.close();
  }
}

/** Drivers are loaded when a table is shipped, so that files don't wait for them. */
function open(address: TableAddress, login: Login): Promise<TableReader> {
  const openReader: OpenReader =
    address.engine === "mysql"
      ? (require("./mysql") as typeof import("./mysql")).openMysql
      : (require("./postgres") as typeof import("./postgres")).openPostgres;
  return openReader(address, login);
}

async function columnsOf(
  reader: TableReader,
  address: TableAddress,
  dataSet: DataSet,
): Promise<readonly ReadColumn[]> {
  const inTable = await reader.columns();
  if (inTable.length === 0) {
    const { problem, fix } = noTable(address);
    throw new ShipError(address.label, problem, fix);
  }
  return matchColumns(address.label, dataSet, inTable);
}

/** The rows; the first ones are looked at for personal data before any is written. */
async function* checked(
  reader: TableReader,
  columns: readonly ReadColumn[],
  label: string,
  dataSet: DataSet,
): AsyncGenerator<readonly TableRow[]> {
  const order = await orderOf(reader, columns, dataSet);
  let first = true;
  for await (const batch of reader.rows(
    columns.map(({ from }) => from),
    order,
  )) {
    if (first) refuseUnmarked(label, dataSet, valuesIn(batch.slice(0, SAMPLED_ROWS), columns));
    first = false;
    yield batch;
  }
}

function valuesIn(rows: readonly TableRow[], columns: readonly ReadColumn[]) {
  return (name: string): string[] => {
    const at = columns.findIndex(({ column }) => column.name === name);
    return rows.flatMap((row) => row[at] ?? []);
  };
}

/** By the table's primary key; a view or a table without one, by the contract's, so that a second read has the same order. */
async function orderOf(
  reader: TableReader,
  columns: readonly ReadColumn[],
  { primaryKey }: DataSet,
): Promise<readonly string[]> {
  const own = await reader.primaryKey();
  if (own.length > 0) return own;
  return columns.flatMap(({ column, from }) => (primaryKey.includes(column.name) ? [from.name] : []));
}

function sourceOf(address: TableAddress, dataSet: DataSet, spool: Spool, facts: SpoolFacts): Source {
  const { columns } = dataSet;
  const keyed = columns.some(({ treatment }) => treatment === "pseudonymise");
  const personal = columns.some(({ kind }) => kind !== undefined);
  return {
    path: spool.file,
    bytes: statSync(spool.file).size,
    encoding: "utf-8",
    form: { form: "json" },
    // Equal rows are the same work. A personal set without a key may not tell its rows' checksum: each read is new there.
    file: JSON.stringify([address.label, personal && !keyed ? facts.readAt : facts.bytes]),
    digest: facts.sha256,
    rows: facts.rows,
    release: () => spool.release(),
    remove: () => spool.remove(),
  };
}
