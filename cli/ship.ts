/** `naru ship`: files and tables of the closed network become pseudonymised Parquet in a folder or a bucket. */
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { version } from "../package.json";
import { ContractError } from "../components/contract/problem";
import { PATHS, ROOT } from "../local/paths";
import {
  type Destination,
  ENCODINGS,
  type Encoding,
  FileEpochKeys,
  FolderDestination,
  Progress,
  ship,
  ShipError,
  type Shipment,
  type ShipRequest,
  stopAll,
} from "../shipper";
import { type Output, processOutput } from "./contract/output";

/** Each has an engine and a thread beside it. */
const MOST_THREADS = 256;
/** A chunk, what becomes of it and its rows' places share the 4 GB that a module of WebAssembly can have. */
const MOST_CHUNK_MB = 256;
/** The column of key epochs is an `int`. */
const MOST_EPOCH = 2 ** 31 - 1;

/** As the command line gives them. */
export interface ShipOptions {
  readonly sources: readonly string[];
  readonly contract: string;
  /** Folder, or `s3://bucket/prefix`. */
  readonly out: string;
  /** @default the project's `contracts` */
  readonly contracts?: readonly string[];
  /** Key file. */
  readonly key?: string;
  /** Id, ARN or alias of a KMS key. */
  readonly kms?: string;
  /** @default 1 */
  readonly epoch?: string;
  readonly dt?: string;
  /** @default the machine's cores */
  readonly threads?: string;
  readonly maxRejects?: string;
  readonly encoding?: string;
  /** Megabytes of text that are converted at a time. @default 32 */
  readonly chunkMb?: string;
  /** Where unfinished work lies. @default `.staging` in the folder of --out, else `.naru/ship` */
  readonly staging?: string;
  /** File with the password of a table's server. @default the variables and files of the server's own client */
  readonly passwordFile?: string;
  /** Authority of the server's certificate, PEM. @default those that Node.js trusts */
  readonly ca?: string;
  /** Print the manifest and nothing else. @default false */
  readonly json?: boolean;
  readonly output?: Output;
}

/** Signals that ask a process to end, by their numbers: a shell knows 128 more as the exit code. */
const ENDINGS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** Exit code: 0 shipped or shipped before, 1 not shipped. */
export async function shipFiles(options: ShipOptions): Promise<number> {
  const { json = false, output = processOutput } = options;
  const handlers = Object.entries(ENDINGS).map(
    ([signal, number]) => [signal, () => void stop(number, output)] as const,
  );
  for (const [signal, handler] of handlers) process.once(signal, handler);
  try {
    const shipment = await ship(requestOf(options));
    if (json) output.out(JSON.stringify(shipment.manifest, undefined, 2));
    else for (const line of summary(shipment, options.out)) output.out(line);
    return 0;
  } catch (error) {
    if (!(error instanceof ShipError) && !(error instanceof ContractError)) throw error;
    output.err(error.message);
    return 1;
  } finally {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  }
}

/** What is in clear goes before the process does. */
async function stop(signal: number, output: Output): Promise<void> {
  await stopAll();
  output.err("\nStopped. The same command goes on.");
  process.exit(128 + signal);
}

function requestOf(options: ShipOptions): ShipRequest {
  const { sources, contract, contracts = [join(ROOT, "contracts")], out, maxRejects, dt } = options;
  if (out.trim() === "") throw new ShipError("--out", "is empty", "name a folder, or s3://bucket/prefix");
  const lanes = wholeNumber("--threads", options.threads, MOST_THREADS) ?? availableParallelism();
  // Each lane holds a thread of Node's pool while the engine works; files need some beside.
  process.env.UV_THREADPOOL_SIZE ??= String(lanes + 4);
  const bucket = isBucket(out);
  const staging = options.staging ?? (bucket ? join(PATHS.own, "ship") : join(out, ".staging"));
  const chunk = wholeNumber("--chunk-mb", options.chunkMb, MOST_CHUNK_MB);
  return {
    sources,
    contract,
    contracts,
    destination: destinationOf(out),
    staging: resolve(staging),
    // Lists of rejected rows stay on this side.
    rejects: resolve(bucket ? join(staging, "rejects") : join(out, "rejects")),
    keys: keysOf(options),
    epoch: wholeNumber("--epoch", options.epoch, MOST_EPOCH),
    day: dt,
    lanes,
    maxRejects,
    encoding: encodingOf(options.encoding),
    ...(chunk === undefined ? {} : { chunkBytes: chunk * 1024 * 1024 }),
    access: {
      ...(options.passwordFile === undefined ? {} : { passwordFile: options.passwordFile }),
      ...(options.ca === undefined ? {} : { caFile: options.ca }),
    },
    tool: version,
    ...(options.json === true ? {} : { watch: progress() }),
  };
}

/** Clients of AWS are loaded where they are asked for: they take as long to load as a small file to ship. */
function destinationOf(out: string): Destination {
  if (!isBucket(out)) return new FolderDestination(resolve(out));
  const { S3Destination } = require("../shipper/publish/s3") as typeof import("../shipper/publish/s3");
  return new S3Destination(out);
}

function isBucket(out: string): boolean {
  return out.startsWith("s3://");
}

function keysOf({ key, kms }: ShipOptions): ShipRequest["keys"] {
  if (key !== undefined && kms !== undefined) {
    throw new ShipError("naru ship", "has both --key and --kms", "give the one whose key the lake uses");
  }
  if (kms !== undefined) {
    const { KmsEpochKeys } =
      require("../functions/pseudonym/kms-epoch-keys") as typeof import("../functions/pseudonym/kms-epoch-keys");
    return { id: kms, source: new KmsEpochKeys(kms) };
  }
  if (key === undefined) return undefined;
  const source = new FileEpochKeys(key);
  return { id: source.id, source };
}

function wholeNumber(option: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1 && number <= most) return number;
  throw new ShipError(option, `is "${text}"`, `write a whole number from 1 to ${most}`);
}

function encodingOf(text: string | undefined): Encoding | undefined {
  const found = ENCODINGS.find((encoding) => encoding === text);
  if (text === undefined || found !== undefined) return found;
  throw new ShipError("--encoding", `is "${text}"`, `write one of ${ENCODINGS.join(", ")}`);
}

function progress(): Progress {
  return new Progress({
    write: (text) => void process.stderr.write(text),
    terminal: process.stderr.isTTY === true,
  });
}

function summary({ manifest, new: isNew, rejects }: Shipment, out: string): string[] {
  const { run, contract, rows, bytes, files } = manifest;
  if (!isNew) return [`Shipped before as run ${run}: ${rows.written} rows in ${out}. Nothing was done.`];
  const reasons = Object.entries(rows.rejectedByReason).map(([reason, count]) => `${reason} ${count}`);
  return [
    `${contract.id} ${contract.version}: ${rows.written} of ${rows.read} rows in ${files.length} files, run ${run}`,
    `${bytes.before} bytes before, ${bytes.after} bytes after`,
    ...(rows.rejected === 0 ? [] : [`${rows.rejected} rows rejected: ${reasons.join(", ")}`, ...rejects]),
  ];
}
