/** The name of a run. */
import { createHash, createHmac } from "node:crypto";
import type { DataSet, IdentifierKind } from "../../components/contract/model";
import type { Source } from "../source/source";

/** All that decides which bytes a run writes. */
export interface RunFacts {
  readonly sources: readonly Source[];
  readonly dataSet: DataSet;
  /** Of the rows, where the contract takes it from no column. */
  readonly day?: string;
  readonly epoch: number;
  /** Epoch keys of the pseudonymised kinds; none for sets without pseudonyms. */
  readonly keys: ReadonlyMap<IdentifierKind, Buffer>;
  readonly keyId?: string;
  readonly chunkBytes: number;
}

/**
 * Equal for equal work, 16 hex digits. It stands in names that leave the closed network, and a part of a source goes into
 * it: keyed where there is a key, and of what the file system knows alone where a personal set has none, so that nobody
 * can try values out.
 */
export function runId({ sources, dataSet, day, epoch, keys, keyId, chunkBytes }: RunFacts): string {
  const [key] = keys.values();
  const { id, version, columns } = dataSet;
  const unkeyed = key === undefined && columns.some(({ kind }) => kind !== undefined);
  const identities = sources.map(({ file, digest }) => (unkeyed ? [file] : [file, digest]));
  const text = JSON.stringify([
    identities,
    id,
    version,
    columns,
    day,
    epoch,
    keys.size > 0 ? keyId : null,
    chunkBytes,
  ]);
  const hash = key === undefined ? createHash("sha256") : createHmac("sha256", key).update("naru/v1/run/");
  return hash.update(text).digest("hex").slice(0, 16);
}
