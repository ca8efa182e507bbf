/**
 * Ships a seeded sample's files and events with `naru ship`, as a person would, and searches every byte that came of it:
 * Parquet, manifests, lists of rejected rows, what the command said, and what may be left of its work.
 */
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { IDENTIFIER_KINDS } from "../../components/contract/column";
import { canaries, generateSample, normalisedCanaries, type Sample, writeSample } from "../../samples";
import { FileEpochKeys } from "../../shipper";
import { ROOT } from "../paths";
import { ByteSearch } from "./byte-search";
import { filesBelow, searchDisk } from "./disk-search";
import { patternsOf, patternsOfBytes } from "./encodings";
import { withPads } from "./key-material";

/** Where a shipment's parts lie, below one folder. */
export interface Shipped {
  readonly sample: Sample;
  readonly folder: string;
  /** Clear values and the key. */
  readonly closed: string;
  readonly key: string;
  /** What leaves the closed network. Unfinished work lies in its `.staging`. */
  readonly out: string;
  /** What the commands wrote to the screen. */
  readonly logs: string;
  readonly rows: { readonly read: number; readonly written: number; readonly rejected: number };
}

export interface ShippedSearch {
  readonly values: number;
  readonly patterns: number;
  readonly files: number;
  readonly bytes: number;
  readonly searchedBytes: number;
  /** Values found in the sources: proof that the search finds. */
  readonly foundInSources: number;
  /** Values that must be in the sources and were not found; must be 0. */
  readonly missingInSources: number;
  /** Files of the output and the logs in which a value or a key was found; must be empty. */
  readonly leaks: readonly { readonly file: string; readonly spellings: readonly string[] }[];
  /** Files left of unfinished work; must be empty. */
  readonly staged: readonly string[];
}

/** The sample spoils 1 % of its events, and that is the default limit. */
const MAX_REJECTS = "5%";
/** The command's default. */
const EPOCH = 1;
const STREAM_SET = "lms.requests";

/**
 * @param folder an empty folder; clear values are written into it.
 * @throws Error when a shipment ends with another code than 0, with the last lines that it said.
 */
export async function shipSample(folder: string, students: number): Promise<Shipped> {
  // Poison is put on a stream, so no file holds it.
  const sample = { ...generateSample({ students }), poison: [] };
  const [closed, out, logs] = ["closed", "out", "logs"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [closed, out, logs]) mkdirSync(each);
  const key = join(closed, "pseudonym.key.json");
  await naru(["key", "new", key], join(logs, "key.log"));
  const sources = writeSample(closed, sample).map((path, at) => [sample.files[at]!.dataSet, path] as const);
  const work = [...sources, [STREAM_SET, writeEvents(closed, sample)] as const];
  const rows = { read: 0, written: 0, rejected: 0 };
  for (const [contract, path] of work) {
    const options = ["--contract", contract, "--key", key, "--out", out, "--max-rejects", MAX_REJECTS];
    await naru(["ship", path, ...options], join(logs, `${contract}.log`));
  }
  for (const file of filesBelow(join(out, "manifests"))) {
    const manifest = JSON.parse(readFileSync(file, "utf8")) as { readonly rows: typeof rows };
    for (const count of ["read", "written", "rejected"] as const) rows[count] += manifest.rows[count];
  }
  return { sample, folder, closed, key, out, logs, rows };
}

/** Looks for every personal value, the key, its epoch keys and their pads in all that the shipments wrote. */
export async function searchShipped({
  sample,
  folder,
  closed,
  key,
  out,
  logs,
}: Shipped): Promise<ShippedSearch> {
  const keys = new FileEpochKeys(key);
  const epochKeys = await Promise.all(IDENTIFIER_KINDS.map((kind) => keys.key(kind, EPOCH)));
  const ownKey = Buffer.from((JSON.parse(readFileSync(key, "utf8")) as { key: string }).key, "hex");
  const secrets = [ownKey, ...epochKeys];
  const written = canaries(sample);
  const values = [...written, ...normalisedCanaries(sample, written)];
  const search = new ByteSearch([
    patternsOf(values),
    patternsOfBytes(secrets.flatMap(withPads), values.length),
  ]);
  const outside = await searchDisk(search, [out, logs], folder);
  const inside = await searchDisk(search, [closed], folder);
  const found = new Set<number>();
  for (const { patterns } of inside.sightings) for (const { value } of patterns) found.add(value);
  return {
    values: values.length + secrets.length,
    patterns: search.patterns,
    files: outside.files,
    bytes: outside.bytes,
    searchedBytes: outside.searchedBytes,
    foundInSources: values.filter((_, value) => found.has(value)).length,
    missingInSources: written.filter((_, value) => !found.has(value)).length,
    leaks: outside.sightings.map(({ file, patterns }) => ({
      file,
      spellings: [...new Set(patterns.map(({ encoding }) => encoding))].sort(),
    })),
    staged: filesBelow(join(out, ".staging")).map((file) => relative(folder, file)),
  };
}

/** Events as a learning system exports them: one JSON text a line. */
function writeEvents(folder: string, { events }: Sample): string {
  const path = join(folder, "requests.jsonl");
  writeFileSync(path, events.map(({ body }) => `${JSON.stringify(body)}\n`).join(""));
  return path;
}

async function naru(arguments_: readonly string[], log: string): Promise<void> {
  const said = createWriteStream(log);
  const child = spawn(process.execPath, [join(ROOT, "cli", "naru.js"), ...arguments_], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.pipe(said, { end: false });
  child.stderr.pipe(said, { end: false });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  await new Promise<void>((resolve) => said.end(resolve));
  // The folder is removed after the proof, so the message has what the command said last; it never says a value.
  if (code !== 0) throw new Error(`naru ${arguments_[0]} ended with ${code}:\n${lastLines(log)}`);
}

const LINES_TOLD = 5;

function lastLines(file: string): string {
  return readFileSync(file, "utf8").trimEnd().split("\n").slice(-LINES_TOLD).join("\n");
}
