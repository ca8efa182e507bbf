/** What a shipment tells of itself. Holds no value, name or path of a source: it travels with the data. */
import type { Part, Reject } from "../engine/lane";

export const MANIFEST_FORMAT = "naru-shipment/v1";

export interface Manifest {
  readonly format: typeof MANIFEST_FORMAT;
  /** Version of the tool that wrote the files. */
  readonly tool: string;
  readonly run: string;
  readonly contract: { readonly id: string; readonly version: string };
  /** Key epoch of the pseudonyms and id of their key; null where the set has none. */
  readonly epoch: number | null;
  readonly keyId: string | null;
  /** Bytes of the sources as they lay on disk, and of the files. */
  readonly bytes: { readonly before: number; readonly after: number };
  readonly rows: {
    readonly read: number;
    readonly written: number;
    readonly rejected: number;
    readonly rejectedByReason: Readonly<Record<string, number>>;
    readonly writtenByDay: Readonly<Record<string, number>>;
  };
  /** In the order of the arguments. */
  readonly sources: readonly { readonly bytes: number; readonly read: number; readonly rejected: number }[];
  /** Paths are relative to the folder that was shipped to. */
  readonly files: readonly (Part & { readonly path: string })[];
}

/** What the journal keeps of one converted chunk. */
export interface ChunkResult {
  /** From 0, over all sources. */
  readonly chunk: number;
  /** Position of the source in the arguments. */
  readonly source: number;
  readonly read: number;
  readonly rejected: number;
  readonly byReason: Readonly<Record<string, number>>;
  readonly parts: readonly Part[];
}

export function countReasons(rejects: readonly Reject[]): Record<string, number> {
  return added(rejects.flatMap(({ reasons }) => reasons.map((reason) => [reason, 1] as const)));
}

/** @param results of every chunk, in order. */
export function manifestOf(
  facts: Pick<Manifest, "tool" | "run" | "contract" | "epoch" | "keyId">,
  sourceBytes: readonly number[],
  results: readonly ChunkResult[],
  pathOf: (part: Part, chunk: number) => string,
): Manifest {
  const parts = results.flatMap((result) => result.parts.map((part) => ({ part, chunk: result.chunk })));
  const total = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0);
  return {
    format: MANIFEST_FORMAT,
    ...facts,
    bytes: { before: total(sourceBytes), after: total(parts.map(({ part }) => part.bytes)) },
    rows: {
      read: total(results.map(({ read }) => read)),
      written: total(parts.map(({ part }) => part.rows)),
      rejected: total(results.map(({ rejected }) => rejected)),
      rejectedByReason: added(results.flatMap(({ byReason }) => Object.entries(byReason))),
      writtenByDay: added(parts.map(({ part }) => [part.dt, part.rows] as const)),
    },
    sources: sourceBytes.map((bytes, source) => {
      const own = results.filter((result) => result.source === source);
      return {
        bytes,
        read: total(own.map(({ read }) => read)),
        rejected: total(own.map(({ rejected }) => rejected)),
      };
    }),
    files: parts.map(({ part, chunk }) => ({ path: pathOf(part, chunk), ...part })),
  };
}

/** Sums by name, in the names' order, so that equal contents are equal bytes. */
function added(counts: readonly (readonly [name: string, count: number])[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count);
  return Object.fromEntries([...sums].sort(([left], [right]) => (left < right ? -1 : 1)));
}
