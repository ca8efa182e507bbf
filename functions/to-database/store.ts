/** What a relational database offers to the consumer, and how its errors are told apart. */
import { ValueFreeError } from "../reason";

/** The database can't take rows now: away, failing over, locked, out of connections, or set up wrongly. */
export class DatabaseAway extends ValueFreeError {}

/** A row that this table never takes; its own values are wrong. */
export class RowRefused extends ValueFreeError {}

/** Whether the login was refused, as it is once the password has been rotated. */
export class LoginRefused extends DatabaseAway {}

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** `verify`: TLS, with the server's certificate held to its name and authority. `none` is for a server of a test's own. */
  readonly tls: "verify" | "none";
}

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** One connection, made for one table. */
export interface Store {
  /**
   * Puts a JSON array of rows into the table by one statement: all, or none.
   * @param withinMs when to give up.
   * @throws RowRefused where a row can't be taken; DatabaseAway for anything else, after which the connection is of no use.
   */
  upsert(rows: string, withinMs: number): Promise<void>;
  close(): void;
}

/** @throws LoginRefused or DatabaseAway. */
export type OpenStore = (login: Login, withinMs: number) => Promise<Store>;
