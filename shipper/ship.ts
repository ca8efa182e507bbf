/** A shipment: files of the closed network become pseudonymised Parquet, and are published when all of them are. */
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { loadContracts } from "../components/contract/load";
import type { DataSet, IdentifierKind } from "../components/contract/model";
import type { EpochKeys } from "../functions/pseudonym/epoch-keys";
import type { TableAccess } from "./database";
import { describeAll } from "./describe";
import { Lane, type Part } from "./engine/lane";
import { type RejectLimit, rejectLimit } from "./limit";
import type { Destination } from "./publish/destination";
import { convertAll } from "./run/convert";
import { type ChunkResult, type Manifest, manifestOf } from "./run/manifest";
import { Rewriter } from "./rewrite/rewriter";
import { runId } from "./run/run-id";
import { Staging } from "./run/staging";
import type { Abandoned } from "./run/work";
import { ShipError, toldBySystem } from "./ship-error";
import type { Source } from "./source/source";
import type { Encoding } from "./source/text";

/** Large enough for Parquet to pay off, small enough for several in memory. */
export const CHUNK_BYTES = 32 * 1024 * 1024;

export interface ShipRequest {
  /** CSV or JSON lines, also packed with gzip; tables as `postgres://…?table=…` and `mysql://…?table=…`. */
  readonly sources: readonly string[];
  /** Id of the data set. */
  readonly contract: string;
  /** Contract files, or folders of them. */
  readonly contracts: readonly string[];
  readonly destination: Destination;
  /** Folder for unfinished runs; on the file system of the destination when that is a folder. */
  readonly staging: string;
  /** Folder for the lists of rejected rows: line numbers and reasons. They stay on this side. */
  readonly rejects: string;
  /** Needed for sets with pseudonyms. */
  readonly keys?: { readonly id: string; readonly source: EpochKeys };
  /** @default 1 */
  readonly epoch?: number;
  /** Day of the rows, `YYYY-MM-DD`, for sets that take it from no column. @default what the source's folder `dt=…` says */
  readonly day?: string;
  /** Lanes, each on one core. @default 1 */
  readonly lanes?: number;
  /** Rows, or a share such as `2%`. @default 1 %, and at least 10 rows */
  readonly maxRejects?: string;
  /** @default UTF-8 or CP949, by the start of each source */
  readonly encoding?: Encoding;
  /** Text that is converted at a time. @default {@link CHUNK_BYTES} */
  readonly chunkBytes?: number;
  /** Password and authority for the servers of tables. @default the variables that their own clients read */
  readonly access?: TableAccess;
  /** Version of Naru, for the manifest. */
  readonly tool: string;
  readonly watch?: ShipWatch;
}

/** Told how a shipment goes on. */
export interface ShipWatch {
  /** So many rows of a table were read. @param estimated rows in all, by the server's statistics. */
  reading?(rows: number, estimated: number | undefined): void;
  /** An earlier start had read the table. @param readAt ISO 8601. @param folder where its rows lie. */
  readBefore?(rows: number, readAt: string, folder: string): void;
  /** @param bytes of all sources. @param resumed chunks that an earlier start converted. */
  /** An unfinished run of the same sources is not gone on with. */
  abandoned?(run: Abandoned): void;
  started?(bytes: number, resumed: number): void;
  /** So many more bytes of the sources were read. */
  read?(bytes: number): void;
  converted?(result: ChunkResult): void;
  publishing?(files: number): void;
}

export interface Shipment {
  readonly manifest: Manifest;
  /** False when the same sources were shipped before: nothing was done. */
  readonly new: boolean;
  /** Lists of rejected rows, one a source that has any. */
  readonly rejects: readonly string[];
}

/**
 * Ships the sources. Started again with the same arguments after a stop, it goes on behind the last chunk it converted;
 * after a success it does nothing.
 *
 * @throws ShipError; whatever was published before stays as it was.
 */
export async function ship(request: ShipRequest): Promise<Shipment> {
  const { epoch = 1, lanes = 1 } = request;
  const limit = rejectLimit(request.maxRejects);
  // Their threads start while the contracts are read.
  const rewriters = Array.from({ length: lanes }, () => new Rewriter());
  try {
    return await shipWith(rewriters, request, epoch, limit);
  } finally {
    for (const rewriter of rewriters) await rewriter.close();
  }
}

async function shipWith(
  rewriters: readonly Rewriter[],
  request: ShipRequest,
  epoch: number,
  limit: RejectLimit,
): Promise<Shipment> {
  const dataSet = contractOf(request);
  // Asked for first: reading a table takes long.
  const keys = await keysOf(request, dataSet, epoch);
  const sources: Source[] = [];
  try {
    await describeAll(request, dataSet, sources);
    return await shipSources(rewriters, request, dataSet, sources, keys, limit);
  } catch (error) {
    throw toldBySystem(error, request.staging);
  } finally {
    for (const { release } of sources) release?.();
  }
}

async function shipSources(
  rewriters: readonly Rewriter[],
  request: ShipRequest,
  dataSet: DataSet,
  sources: readonly Source[],
  keys: ReadonlyMap<IdentifierKind, Buffer>,
  limit: RejectLimit,
): Promise<Shipment> {
  const { epoch = 1, tool, destination, watch = {} } = request;
  const facts = {
    sources,
    dataSet,
    day: request.day ?? sources[0].day,
    epoch,
    keys,
    keyId: request.keys?.id,
    chunkBytes: request.chunkBytes ?? CHUNK_BYTES,
  };
  const run = runId(facts);
  const before = async (): Promise<Shipment | undefined> => {
    const manifest = await destination.published(run);
    if (manifest !== undefined) for (const { remove } of sources) remove?.();
    return manifest && { manifest, new: false, rejects: [] };
  };
  const earlier = await before();
  if (earlier !== undefined) {
    Staging.forget(request.staging, run);
    return earlier;
  }

  mkdirSync(request.staging, { recursive: true, mode: 0o700 });
  const staging = Staging.open(request.staging, run, facts);
  try {
    // Another process may have published the run since.
    const meanwhile = await before();
    if (meanwhile !== undefined) {
      staging.remove();
      return meanwhile;
    }
    for (const run of staging.abandoned) watch.abandoned?.(run);
    const results = await convert(rewriters, request, dataSet, sources, keys, epoch, staging);
    refuseChanged(sources, staging);
    const manifest = manifestOf(
      {
        tool,
        run,
        contract: { id: dataSet.id, version: dataSet.version },
        epoch: keys.size > 0 ? epoch : null,
        keyId: keys.size > 0 ? request.keys!.id : null,
      },
      sources.map(({ bytes }) => bytes),
      results,
      (part, chunk) => pathOf(dataSet, run, part, chunk),
    );
    refuseLostRows(sources, manifest);
    const rejects = await writeRejects(request, run, sources, results, staging);
    refuseRejects(limit, manifest, rejects);
    watch.publishing?.(manifest.files.length);
    const deliveries = results.flatMap(({ chunk, parts }) =>
      parts.map((part) => ({
        ...part,
        file: staging.partFile(chunk, part),
        path: pathOf(dataSet, run, part, chunk),
      })),
    );
    await destination.publish(deliveries, manifest);
    staging.remove();
    for (const { remove } of sources) remove?.();
    return { manifest, new: true, rejects };
  } finally {
    staging.release();
  }
}

function contractOf({ contract, contracts }: ShipRequest): DataSet {
  const all = loadContracts(contracts);
  const found = all.find(({ id }) => id === contract);
  if (found !== undefined) return found;
  const ids = all
    .filter(({ ingestion }) => ingestion !== "derived")
    .map(({ id }) => id)
    .join(", ");
  throw new ShipError(
    "--contract",
    `names ${contract}, which is no data set`,
    `use one of ${ids}, or name its folder with --contracts`,
  );
}

async function keysOf(
  { keys }: ShipRequest,
  dataSet: DataSet,
  epoch: number,
): Promise<ReadonlyMap<IdentifierKind, Buffer>> {
  const kinds = dataSet.columns.flatMap(({ treatment, kind }) =>
    treatment === "pseudonymise" ? [kind!] : [],
  );
  if (kinds.length > 0 && keys === undefined) {
    throw new ShipError(
      dataSet.id,
      "has columns to pseudonymise, and no key is given",
      "add --key FILE (`naru key new FILE` makes one) or --kms KEY_ID",
    );
  }
  const found = new Map<IdentifierKind, Buffer>();
  for (const kind of new Set(kinds)) found.set(kind, await keys!.source.key(kind, epoch));
  return found;
}

async function convert(
  rewriters: readonly Rewriter[],
  request: ShipRequest,
  dataSet: DataSet,
  sources: readonly Source[],
  keys: ReadonlyMap<IdentifierKind, Buffer>,
  epoch: number,
  staging: Staging,
): Promise<ChunkResult[]> {
  const { watch = {}, chunkBytes = CHUNK_BYTES } = request;
  const [{ form, day }] = sources;
  const conversion = { dataSet, source: form, epoch, day: request.day ?? day };
  const lanes: Lane[] = [];
  try {
    for (const rewriter of rewriters) lanes.push(await Lane.open(conversion, keys, { rewriter }));
    watch.started?.(
      sources.reduce((sum, { bytes }) => sum + bytes, 0),
      staging.done.size,
    );
    return await convertAll({
      dataSet,
      sources,
      chunkBytes,
      lanes,
      staging,
      stopWhenShifted: request.maxRejects === undefined,
      onRead: (bytes) => watch.read?.(bytes),
      onChunk: (result) => watch.converted?.(result),
    });
  } finally {
    for (const lane of lanes) await lane.close();
  }
}

/** One list a source that has rejected rows: `<position>-<file name>.jsonl`. */
async function writeRejects(
  request: ShipRequest,
  run: string,
  sources: readonly Source[],
  results: readonly ChunkResult[],
  staging: Staging,
): Promise<string[]> {
  const written: string[] = [];
  for (const [position, { path }] of sources.entries()) {
    const chunks = results.filter(({ source, rejected }) => source === position && rejected > 0);
    if (chunks.length === 0) continue;
    const file = join(request.rejects, run, `${position + 1}-${basename(path)}.jsonl`);
    await staging.gatherRejects(
      chunks.map(({ chunk }) => chunk),
      file,
    );
    written.push(file);
  }
  return written;
}

/** Of a file that somebody writes to, nobody knows which rows were read. */
function refuseChanged(sources: readonly Source[], staging: Staging): void {
  try {
    for (const { refuseChanged } of sources) refuseChanged?.();
  } catch (error) {
    // No later start has the file as it was.
    staging.remove();
    throw error;
  }
}

/** What a server gave is counted at both ends. */
function refuseLostRows(sources: readonly Source[], manifest: Manifest): void {
  for (const [position, { path, rows }] of sources.entries()) {
    const { read } = manifest.sources[position];
    if (rows === undefined || rows === read) continue;
    throw new ShipError(
      basename(path),
      `${rows} rows were read from the server, and ${read} were converted`,
      "nothing was published; remove the staging folder and ship again, and report this",
    );
  }
}

function refuseRejects(limitOf: RejectLimit, { rows }: Manifest, rejects: readonly string[]): void {
  if (rows.read === 0)
    throw new ShipError("naru ship", "the sources hold no records", "name files with records");
  const limit = limitOf(rows.read);
  if (rows.rejected <= limit) return;
  throw new ShipError(
    "naru ship",
    `${rows.rejected} of ${rows.read} rows are bad, and ${limit} may be`,
    `see ${rejects.join(", ")} for lines and reasons; correct the sources, or allow more with --max-rejects. Nothing was published`,
  );
}

function pathOf({ domain, name }: DataSet, run: string, { dt, checked }: Part, chunk: number): string {
  const file = `${run}-${String(chunk).padStart(6, "0")}${checked ? "-checked" : ""}.parquet`;
  return `${domain}/${name}/dt=${dt}/${file}`;
}
