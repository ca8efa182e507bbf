/** Builds of esbuild's that stay: one is made again only when something that it was made of has changed. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { BuildOptions, Metafile } from "esbuild";
import { version } from "esbuild/package.json";

const ROOT = resolve(__dirname, "..");
/** What each build was made of. */
const RECORDS = join(ROOT, ".naru", "builds");
const PACKAGES = "node_modules";

export interface Build {
  /** What comes out; written whole or not at all. */
  readonly file: string;
  readonly options: BuildOptions;
}

/** What esbuild is asked for: the build as it is wanted, and what it was made of. */
export function asked({ file, options }: Build) {
  const wanted = { ...options, outfile: file };
  return { ...wanted, absWorkingDir: ROOT, write: false, metafile: true, logLevel: "silent" } as const;
}

/** What esbuild answered. */
export interface Built {
  readonly outputFiles: readonly { readonly contents: Uint8Array }[];
  readonly metafile: Metafile;
}

interface BuildRecord {
  readonly settings: string;
  readonly output: string;
  /** Fingerprints by path from the project's root. */
  readonly sources: Readonly<Record<string, string>>;
}

/** Whether the file is what these options would make of the sources as they are now. */
export function isCurrent(build: Build): boolean {
  try {
    const { settings, output, sources } = JSON.parse(readFileSync(recordOf(build), "utf8")) as BuildRecord;
    return (
      settings === settingsOf(build) &&
      output === digest(readFileSync(build.file)) &&
      Object.entries(sources).every(([path, known]) => fingerprint(path) === known)
    );
  } catch {
    // Never built here, or something of it is gone.
    return false;
  }
}

/** Writes a build, and beside it what it was made of. */
export function keep(build: Build, { outputFiles, metafile }: Built): void {
  const contents = outputFiles[0]!.contents;
  const sources = Object.keys(metafile.inputs).map((path) => [path, fingerprint(path)] as const);
  const made = {
    settings: settingsOf(build),
    output: digest(contents),
    sources: Object.fromEntries(sources),
  };
  mkdirSync(dirname(build.file), { recursive: true });
  mkdirSync(RECORDS, { recursive: true });
  // Written elsewhere and renamed: whoever reads or packs the folder meanwhile finds a whole build, and nothing else.
  const unfinished = `${recordOf(build)}.${process.pid}`;
  for (const [file, content] of [
    [build.file, contents],
    [recordOf(build), JSON.stringify(made satisfies BuildRecord)],
  ] as const) {
    writeFileSync(unfinished, content);
    renameSync(unfinished, file);
  }
}

/**
 * A file of the project by its content; one of a package by its size and time of change, as a bundle has many hundreds.
 * What is no file (a module that is left out) is the same each time.
 */
function fingerprint(path: string): string {
  const file = resolve(ROOT, path);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return "none";
  return path.split("/").includes(PACKAGES) ? `${stat.size} ${stat.mtimeMs}` : digest(readFileSync(file));
}

/** Whatever else decides what comes out. */
function settingsOf({ options }: Build): string {
  return digest(`${version} ${JSON.stringify(options)} ${fingerprint("tsconfig.json")}`);
}

function recordOf({ file }: Build): string {
  return join(RECORDS, `${relative(ROOT, file).split(sep).join("-")}.json`);
}

function digest(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
