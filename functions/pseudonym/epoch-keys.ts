/** Where the keys of pseudonyms come from. They live in memory only: never in state, code, environment or logs. */
import type { IdentifierKind } from "../../components/contract/model";

/** Keys by identifier kind and epoch. A new epoch is a new key: pseudonyms before and after a rotation don't join. */
export interface EpochKeys {
  /** The 32-byte key. @throws when it can't be had; never falls back to another key. */
  key(kind: IdentifierKind, epoch: number): Promise<Buffer>;
}

/** What KMS authenticates to make the key of a kind and epoch. The same in Spark and the shipper. */
export function epochKeyMessage(kind: IdentifierKind, epoch: number): string {
  return `naru/v1/${kind}/${epoch}`;
}
