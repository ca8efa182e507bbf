/** What the shipper asks of a server, whichever it is. */
import type { ConnectionOptions } from "node:tls";
import type { TableAddress } from "./address";
import type { Login } from "./login";

/**
 * What the server's text of a column means.
 * - `number`: digits. `single`: a 4-byte float, read as the 8-byte one that is equal.
 * - `wallClock`: date and time without a zone. `instant`: a moment, in UTC.
 * - `binary`: bytes, which no contract type can hold.
 */
export type TextKind = "text" | "number" | "single" | "wallClock" | "instant" | "binary";

export interface TableColumn {
  readonly name: string;
  readonly kind: TextKind;
  /** Whether this user may select it. */
  readonly readable: boolean;
}

/** Text of each asked column; null is the server's NULL. */
export type TableRow = readonly (string | null)[];

/** An open connection, within one read-only snapshot of the database. */
export interface TableReader {
  /** Empty when there is no such table, or the server doesn't show it to this user. */
  columns(): Promise<readonly TableColumn[]>;
  /** Columns of the primary key; none for a view. */
  primaryKey(): Promise<readonly string[]>;
  /** Rows by the server's statistics; undefined when it has none. */
  estimate(): Promise<number | undefined>;
  /** Every row, a batch at a time; as many in memory as a batch has. @param order columns to sort by, ascending. */
  rows(columns: readonly TableColumn[], order: readonly string[]): AsyncGenerator<readonly TableRow[]>;
  close(): Promise<void>;
}

export type OpenReader = (address: TableAddress, login: Login) => Promise<TableReader>;

/** Rows asked of the server at a time: some hundred kilobytes, so that its answer's delay costs little. */
export const BATCH_ROWS = 2000;
/** A server that does not answer for so long is taken for absent. */
export const CONNECT_TIMEOUT_MS = 15_000;

/** TLS of a connection, undefined for none. */
export function tlsOf({ tls }: TableAddress, { ca }: Login): ConnectionOptions | undefined {
  if (tls === "off") return undefined;
  return { minVersion: "TLSv1.2", rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) };
}
