import type { PersonalFinding } from "../detect";
import type { ColumnType } from "../model";
import type { NamedHeader } from "./headers";

/** A column that looks personal. */
export interface ContractFinding extends PersonalFinding {
  /** Column name in the proposed contract. */
  readonly column: string;
}

/** A column on its way into the contract. */
export interface ProposedColumn extends NamedHeader {
  readonly type: ColumnType;
  readonly finding?: ContractFinding;
}
