/** What an extract's rows are put into, page by page. */
import type { ColumnInfo } from "@aws-sdk/client-athena";
import type { Row } from "./rows";

/** Nobody but the owner reads an extract. */
export const OWNER_ONLY = 0o600;

export interface RowFile {
  /**
   * Adds rows.
   * @returns their bytes as text, by which an extract is limited.
   * @throws Error where the format can't hold them.
   */
  add(rows: readonly Row[]): Promise<number>;
  /** Makes the file whole. Without it, what stands at the path is a part, to be removed. */
  end(): Promise<void>;
}

/** Starts a file; also what lies beside it while it is made begins with its path. */
export type OpenRowFile = (columns: readonly ColumnInfo[], path: string) => Promise<RowFile>;

/** A row as a line of JSON. */
export function lineOf(row: Row): string {
  return `${JSON.stringify(row)}\n`;
}
