/** Searches every byte below some folders, through Parquet, gzip and zip. */
import { hash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";
import { unzipSync } from "fflate";
import type { ByteSearch, Pattern } from "./byte-search";
import { parquetTexts } from "./parquet";

/** One file in which something was found; what was found is told by encoding and number only. */
export interface Sighting {
  readonly file: string;
  readonly patterns: readonly Pattern[];
}

export interface DiskSearch {
  readonly files: number;
  /** Of the files as they lie there. */
  readonly bytes: number;
  /** Those, and what containers hold. */
  readonly searchedBytes: number;
  readonly sightings: readonly Sighting[];
}

/** What was found in the bytes of a file, by their SHA-256; Spark and S3 versions leave many copies of one file. */
export type KnownContents = Map<string, Known>;

interface Known {
  readonly searchedBytes: number;
  readonly patterns: readonly Pattern[];
}

/**
 * @param roots files and folders; those that do not exist are passed over.
 * @param base folder that reported paths are relative to.
 * @param known contents that the same search went through before; those of this search are added. @default none
 */
export async function searchDisk(
  search: ByteSearch,
  roots: readonly string[],
  base: string,
  known: KnownContents = new Map(),
): Promise<DiskSearch> {
  const sightings: Sighting[] = [];
  let files = 0;
  let bytes = 0;
  let searchedBytes = 0;
  for (const file of roots.flatMap(filesBelow)) {
    const content = readFileSync(file);
    const digest = hash("sha256", content, "base64");
    const inside = known.get(digest) ?? (await searchContent(search, content));
    known.set(digest, inside);
    files += 1;
    bytes += content.length;
    searchedBytes += inside.searchedBytes;
    if (inside.patterns.length > 0) sightings.push({ file: relative(base, file), patterns: inside.patterns });
  }
  return { files, bytes, searchedBytes, sightings };
}

async function searchContent(search: ByteSearch, content: Buffer): Promise<Known> {
  const inside = await layers(content);
  const searchedBytes = inside.reduce((sum, { length }) => sum + length, 0);
  return { searchedBytes, patterns: search.find(...inside) };
}

/** Paths of the files in a folder, however deep; a file is itself, and what does not exist is nothing. */
export function filesBelow(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (stat.isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The bytes as they are, and what they hold when they are a container. */
async function layers(content: Buffer): Promise<Uint8Array[]> {
  if (startsWith(content, "PAR1")) return [content, ...(await parquetTexts(content))];
  if (content[0] === 0x1f && content[1] === 0x8b) return [content, ...(await layers(gunzipSync(content)))];
  if (startsWith(content, "PK\x03\x04")) {
    const entries = await Promise.all(
      Object.values(unzipSync(content)).map((entry) => layers(Buffer.from(entry))),
    );
    return [content, ...entries.flat()];
  }
  return [content];
}

function startsWith(content: Buffer, magic: string): boolean {
  return content.toString("latin1", 0, magic.length) === magic;
}
