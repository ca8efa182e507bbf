/** Archives of equal bytes for equal files: sorted, without times and owners, packed by a library of a pinned version. */
import { gzipSync, type Zippable, zipSync } from "fflate";
import { BundleError } from "./bundle-error";

export interface ArchiveFile {
  /** With `/`, relative to the archive's folder. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** @default false */
  readonly executable?: boolean;
}

/** By path, as bytes compare: the order of every list of files. */
export function sorted(files: readonly ArchiveFile[]): ArchiveFile[] {
  return [...files].sort((left, right) => (left.path < right.path ? -1 : 1));
}

const EXECUTABLE = 0o755;
const READABLE = 0o644;
const modeOf = ({ executable = false }: ArchiveFile): number => (executable ? EXECUTABLE : READABLE);

/** 1980-01-01: the first moment that ZIP can say, and one that tar does not warn of. Seconds of the epoch. */
const MOMENT = 315_532_800;

/** @param folder the one folder that everything lies in. */
export function tarGz(folder: string, files: readonly ArchiveFile[]): Uint8Array {
  const blocks = sorted(files).flatMap((file) => [
    header(`${folder}/${file.path}`, file),
    padded(file.bytes),
  ]);
  // Two empty blocks end an archive.
  const tar = Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
  return gzipSync(tar, { level: LEVEL, mtime: 0 });
}

/** @param folder the one folder that everything lies in. */
export function zip(folder: string, files: readonly ArchiveFile[]): Uint8Array {
  const entries: Zippable = {};
  for (const file of sorted(files)) {
    entries[`${folder}/${file.path}`] = [file.bytes, { os: UNIX, attrs: (modeOf(file) | FILE) << 16 }];
  }
  // ZIP's moments have no zone: the library writes the local one.
  return zipSync(entries, { level: LEVEL, mtime: new Date(1980, 0, 1) });
}

/** Level 9 takes three times as long and saves a thousandth of DuckDB's library. */
const LEVEL = 6;
/** ZIP: made on a system that knows modes. */
const UNIX = 3;
/** `S_IFREG`. */
const FILE = 0o100000;
const BLOCK = 512;

/** A header of POSIX.1-1988 (ustar), which every tar reads. */
function header(path: string, file: ArchiveFile): Buffer {
  const block = Buffer.alloc(BLOCK);
  const [prefix, name] = splitPath(path);
  const number = (value: number, length: number) => `${value.toString(8).padStart(length - 1, "0")}\0`;
  block.write(name, 0);
  block.write(number(modeOf(file), 8), 100);
  block.write(number(0, 8), 108);
  block.write(number(0, 8), 116);
  block.write(number(file.bytes.length, 12), 124);
  block.write(number(MOMENT, 12), 136);
  // The sum is made with blanks in its own place.
  block.write(" ".repeat(8), 148);
  block.write("0", 156);
  block.write("ustar\x0000", 257);
  block.write("root", 265);
  block.write("root", 297);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/** A name of 100 bytes, and the folders before it in 155. */
function splitPath(path: string): [prefix: string, name: string] {
  const fits = (text: string, most: number) => Buffer.byteLength(text) <= most;
  if (fits(path, 100)) return ["", path];
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (fits(name, 100) && fits(prefix, 155)) return [prefix, name];
  }
  throw new BundleError(path, "is too long a path for a tar archive", "shorten the names of its folders");
}

function padded(bytes: Uint8Array): Buffer {
  const rest = bytes.length % BLOCK;
  return rest === 0 ? Buffer.from(bytes) : Buffer.concat([bytes, Buffer.alloc(BLOCK - rest)]);
}
