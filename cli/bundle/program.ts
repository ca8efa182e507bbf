/**
 * The program as JavaScript: Naru's own files one by one in the checkout's folders, so that what is read beside them is
 * found and people can read what they run; the packages they import in one file.
 */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { dirname, extname, join, relative } from "node:path";
import { build, type BuildOptions, type Metafile } from "esbuild";
import { ROOT } from "../../local/paths";
import type { ArchiveFile } from "./archive";
import { BundleError } from "./bundle-error";

/** DuckDB's native bindings: files of a platform, which `content.ts` adds. */
export const NATIVE = "@duckdb/node-bindings-";

/** Where all packages are; beside it each has a folder of its name that leads here. */
const PACKAGES = "node_modules/packages.js";

export interface Program {
  readonly files: readonly ArchiveFile[];
  /** Folders of the packages in it, relative to the checkout. */
  readonly packages: readonly string[];
}

const OPTIONS = {
  absWorkingDir: ROOT,
  platform: "node",
  format: "cjs",
  // The oldest that `engines` in package.json admits.
  target: "node20",
  // `import()` would look for a package's description; the folders that lead to the packages have none.
  supported: { "dynamic-import": false },
  logLevel: "silent",
  write: false,
} as const satisfies BuildOptions;

/**
 * @param programs entry modules, relative to the checkout.
 * @param files paths that are in the archive's list: data beside code must be in it.
 * @throws BundleError for an entry that there is not and for data in no list; esbuild's BuildFailure where code is wrong.
 */
export async function compileProgram(
  programs: readonly string[],
  files: readonly string[],
): Promise<Program> {
  const missing = programs.filter((path) => !existsSync(join(ROOT, path)));
  if (missing.length > 0) {
    throw new BundleError(
      "PROGRAMS",
      `names ${missing.join(", ")}, which is not there`,
      "correct cli/bundle/assets.ts",
    );
  }
  const { sources, imports } = await imported(programs);
  await refuseUnlisted(sources, files);
  const [own, vendored] = await Promise.all([transpile(sources), vendor(imports)]);
  return { files: [...own, ...vendored.files], packages: vendored.packages };
}

/** Own files that the entries lead to, and names of the packages that these import. */
async function imported(programs: readonly string[]): Promise<{ sources: string[]; imports: string[] }> {
  const { metafile } = await build({
    ...OPTIONS,
    entryPoints: [...programs],
    outdir: ".",
    bundle: true,
    packages: "external",
    metafile: true,
  });
  const outside = Object.values(metafile.inputs).flatMap(({ imports }) =>
    imports
      // A path that is only asked for is no code that runs.
      .filter(({ external, kind }) => external === true && kind !== "require-resolve")
      .map(({ path }) => path)
      .filter((path) => !isBuiltin(path)),
  );
  return { sources: Object.keys(metafile.inputs).sort(), imports: [...new Set(outside)].sort() };
}

/** Kinds of files that a program reads rather than imports. */
const DATA = [".wasm", ".node", ".json", ".bin", ".sql", ".yaml"];
/** Those that nothing but a program reads; they are looked for in folders below the code as well. */
const BINARY = [".wasm", ".node", ".bin"];

/** @throws BundleError when a file that the program may read is neither imported nor listed. */
async function refuseUnlisted(sources: readonly string[], files: readonly string[]): Promise<void> {
  const known = new Set([...sources, ...files]);
  const folders = new Set(sources.map((source) => dirname(source)).filter((folder) => folder !== "."));
  const unlisted = new Set<string>();
  for (const folder of folders) {
    for (const name of await readdir(join(ROOT, folder), { recursive: true })) {
      const path = `${folder}/${name.replaceAll("\\", "/")}`;
      const kinds = dirname(path) === folder ? DATA : BINARY;
      if (kinds.includes(extname(path)) && !known.has(path)) unlisted.add(path);
    }
  }
  if (unlisted.size === 0) return;
  throw new BundleError(
    [...unlisted].sort().join(", "),
    "lies beside the program's code and would stay behind",
    "add a line to FILES in cli/bundle/assets.ts",
  );
}

async function transpile(sources: readonly string[]): Promise<ArchiveFile[]> {
  const code = sources.filter((path) => path.endsWith(".ts"));
  const { outputFiles } = await build({ ...OPTIONS, entryPoints: code, outdir: ROOT, outbase: ROOT });
  const compiled = outputFiles.map(({ path, contents }) => ({
    path: relative(ROOT, path).replaceAll("\\", "/"),
    bytes: contents,
  }));
  const data = sources.filter((path) => path.endsWith(".json"));
  return [...compiled, ...(await Promise.all(data.map(asItIs)))];
}

/** Of the package's description only what the program reads: scripts and dependencies mean nothing there. */
async function asItIs(path: string): Promise<ArchiveFile> {
  const bytes = await readFile(join(ROOT, path));
  if (path !== "package.json") return { path, bytes };
  const { name, version, license, type, engines } = JSON.parse(bytes.toString("utf8")) as Record<
    string,
    unknown
  >;
  const text = JSON.stringify({ name, version, private: true, license, type, engines }, undefined, 2);
  return { path, bytes: Buffer.from(`${text}\n`) };
}

/**
 * All packages in one file, each run when it is first asked for: packages that share another get the same one, as they
 * do in `node_modules`.
 */
async function vendor(imports: readonly string[]): Promise<{ files: ArchiveFile[]; packages: string[] }> {
  const entries = imports.map((name) => `  ${JSON.stringify(name)}: () => require(${JSON.stringify(name)}),`);
  const { outputFiles, metafile } = await build({
    ...OPTIONS,
    stdin: { contents: `module.exports = {\n${entries.join("\n")}\n};\n`, resolveDir: ROOT },
    outfile: join(ROOT, PACKAGES),
    bundle: true,
    external: [`${NATIVE}*`],
    metafile: true,
    legalComments: "none",
  });
  const leading = imports.map((name) => {
    const up = "../".repeat(name.split("/").length);
    const text = `module.exports = require("${up}packages.js")[${JSON.stringify(name)}]();\n`;
    return { path: `node_modules/${name}/index.js`, bytes: Buffer.from(text) };
  });
  return {
    files: [{ path: PACKAGES, bytes: outputFiles[0].contents }, ...leading],
    packages: packageFolders(metafile),
  };
}

function packageFolders({ inputs }: Metafile): string[] {
  const folders = Object.keys(inputs).flatMap(
    (path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
  );
  return [...new Set(folders)].sort();
}
