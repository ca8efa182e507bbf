/** Converts every chunk of every source that the journal does not know yet, on as many lanes as there are. */
import type { DataSet } from "../../components/contract/model";
import type { Lane } from "../engine/lane";
import { ShipError } from "../ship-error";
import type { Chunk } from "../source/chunks";
import { chunksOfSource, type Source } from "../source/source";
import { type ChunkResult, countReasons } from "./manifest";
import type { Staging } from "./staging";

/** Rows that a chunk must have before its share of bad rows says something. */
const TELLING_ROWS = 20;

export interface ConversionRun {
  readonly dataSet: DataSet;
  readonly sources: readonly Source[];
  readonly chunkBytes: number;
  readonly lanes: readonly Lane[];
  readonly staging: Staging;
  /** Whether the run stops at a chunk of which most rows are bad; off when the caller allows as many. */
  readonly stopWhenShifted: boolean;
  readonly onRead: (bytes: number) => void;
  readonly onChunk: (result: ChunkResult) => void;
}

interface Numbered {
  readonly number: number;
  readonly source: number;
  readonly chunk: Chunk;
}

/** @returns the results of all chunks in order, of earlier starts too. */
export async function convertAll(run: ConversionRun): Promise<ChunkResult[]> {
  const results = new Map<number, ChunkResult>();
  const pieces = numbered(run);
  const chunks = ahead(pieces);
  let failed = false;
  const work = async (lane: Lane): Promise<void> => {
    try {
      for (let next = await chunks(); next !== undefined && !failed; next = await chunks()) {
        results.set(next.number, await convertOne(run, lane, next));
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  // Every lane is at rest before an error goes on, so that no file is written after it was told.
  const outcomes = await Promise.allSettled(run.lanes.map(work));
  // Closes the source where something failed before its end.
  await pieces.return(undefined);
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  if (failure !== undefined) throw failure.reason;
  return [...results.values()].sort((left, right) => left.chunk - right.chunk);
}

async function convertOne(run: ConversionRun, lane: Lane, next: Numbered): Promise<ChunkResult> {
  const { number, source, chunk } = next;
  const known = run.staging.done.get(number);
  if (known !== undefined) return known;
  const { staging } = run;
  const { read, rejects, parts } = await lane.convert(chunk, {
    clear: staging.chunkFile(number),
    part: (dt, checked) => staging.partFile(number, { dt, checked }),
  });
  const byReason = countReasons(rejects);
  const result = { chunk: number, source, read, rejected: rejects.length, byReason, parts };
  if (run.stopWhenShifted) refuseShifted(run.sources[source].path, result);
  await staging.record(result, rejects);
  run.onChunk(result);
  return result;
}

async function* numbered({ sources, dataSet, chunkBytes, onRead }: ConversionRun): AsyncGenerator<Numbered> {
  let number = 0;
  for (const [position, source] of sources.entries()) {
    for await (const chunk of chunksOfSource(source, dataSet, chunkBytes, onRead)) {
      yield { number: number++, source: position, chunk };
    }
  }
}

/** The next item at each call, read while the one before is worked on; undefined at the end. */
function ahead<Item>(items: AsyncGenerator<Item>): () => Promise<Item | undefined> {
  const read = async () => {
    const { done, value } = await items.next();
    return done === true ? undefined : value;
  };
  let next = read();
  return () => {
    const current = next;
    next = current.then((item) => (item === undefined ? undefined : read()));
    // Told to whoever asks for it; until then it is no unhandled rejection.
    next.catch(() => undefined);
    return current;
  };
}

/** A chunk of which most rows are bad is no matter of single rows. */
function refuseShifted(path: string, { read, rejected, byReason }: ChunkResult): void {
  if (read < TELLING_ROWS || rejected * 2 <= read) return;
  const most = Object.entries(byReason).sort(([, left], [, right]) => right - left);
  const told = most
    .slice(0, 3)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(", ");
  const shifted = most.some(([reason, count]) => /:(type|fields|json)$/.test(reason) && count * 2 > read);
  throw new ShipError(
    path,
    `${rejected} of ${read} rows are bad (${told})${shifted ? ": columns seem to be shifted or described wrongly" : ""}`,
    "compare the file with the contract: header, separator, types and limits; nothing was published",
  );
}
