/** Everything that lies in an archive, for one platform. */
import { existsSync, statSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { version } from "../../package.json";
import { ROOT } from "../../local/paths";
import { compileRewriter } from "../../shipper/rewrite/compile";
import { type ArchiveFile, sorted } from "./archive";
import { FILES, NOTICES, PROGRAMS } from "./assets";
import { BundleError } from "./bundle-error";
import { SUMS, sumsOf } from "./checksums";
import { type Licensed, licenceOf, licencePages } from "./licences";
import type { PinnedPackage, Platform } from "./platforms";
import { compileProgram, NATIVE } from "./program";
import { fetchedFolder, installedFolder, lockedPackage } from "./registry";

/** Where Node.js comes from: the pinned package, a program's file of that platform, or not at all. */
export type NodeChoice = "package" | "none" | { readonly file: string };

export interface Content {
  /** With the list of checksums; sorted. */
  readonly files: readonly ArchiveFile[];
  /** What a person may want to know of each part. */
  readonly parts: readonly Part[];
}

export interface Part {
  readonly what: string;
  readonly bytes: number;
}

/** @throws BundleError for what is missing or not what was pinned. */
export async function contentOf(platform: Platform, node: NodeChoice): Promise<Content> {
  await compileRewriter();
  const listed = await filesOf(FILES);
  const native = await nativeOf(platform);
  const runtime = await nodeOf(platform, node);
  const program = await compileProgram(
    PROGRAMS,
    listed.map(({ path }) => path),
  );
  const packages = await Promise.all(program.packages.map((folder) => licenceOf(join(ROOT, folder))));
  const notices = await Promise.all(NOTICES.map(noticeOf));
  const pages = await pagesOf(platform, runtime.what);
  const licences = textFile(
    "THIRD-PARTY-LICENCES.txt",
    licencePages([...packages, native.licence, ...runtime.licences, ...notices]),
  );
  const files = sorted([...listed, ...program.files, ...native.files, ...runtime.files, ...pages, licences]);
  return {
    files: sorted([...files, textFile(SUMS, sumsOf(files))]),
    parts: [
      part(`naru ${version}: ship, key, contract, verify`, program.files),
      part(`DuckDB: ${native.licence.what}`, native.files),
      part(runtime.what, runtime.files),
      part("contracts, rewriter, pages, licences, checksums", [...listed, ...pages, licences]),
    ],
  };
}

async function filesOf(paths: readonly string[]): Promise<ArchiveFile[]> {
  const missing = paths.filter((path) => !existsSync(join(ROOT, path)));
  if (missing.length > 0) {
    throw new BundleError(
      "FILES",
      `names ${missing.join(", ")}, which is not there`,
      "correct cli/bundle/assets.ts",
    );
  }
  const found = await Promise.all(paths.map((path) => filesUnder(join(ROOT, path))));
  return Promise.all(
    found.flat().map(async (file) => ({
      path: relative(ROOT, file).replaceAll("\\", "/"),
      bytes: await readFile(file),
    })),
  );
}

async function filesUnder(path: string): Promise<string[]> {
  if (statSync(path).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function nativeOf({ name }: Platform): Promise<{ files: ArchiveFile[]; licence: Licensed }> {
  const pinned = lockedPackage(`${NATIVE}${name}`);
  const folder =
    (await installedFolder(pinned)) ??
    (await fetchedFolder(
      pinned,
      `make the archive on a machine of ${name} after npm ci, or put the unpacked package into node_modules/${pinned.name}`,
    ));
  const names = (await readdir(folder)).filter((file) => file !== "README.md");
  const files = names.map(async (file) => ({
    path: `node_modules/${pinned.name}/${file}`,
    bytes: await readFile(join(folder, file)),
  }));
  return { files: await Promise.all(files), licence: await licenceOf(folder) };
}

interface Runtime {
  readonly what: string;
  readonly files: readonly ArchiveFile[];
  readonly licences: readonly Licensed[];
}

async function nodeOf(platform: Platform, choice: NodeChoice): Promise<Runtime> {
  if (choice === "none") return { what: "no Node.js", files: [], licences: [] };
  const { node, nodeFile, nodeLicence = node } = platform;
  const path = `node/${nodeFile}`;
  if (choice !== "package") {
    const bytes = await givenNode(choice.file);
    return {
      what: `Node.js: ${basename(choice.file)} as given`,
      files: [{ path, bytes, executable: true }],
      licences: [
        { what: "Node.js, as given", licence: "MIT", texts: ["Its text is with the file that was given."] },
      ],
    };
  }
  const folder = await nodeFolder(node);
  const text = await readFile(join(await nodeFolder(nodeLicence), "LICENSE"));
  return {
    what: `Node.js ${node.version} (${node.name})`,
    files: [
      { path, bytes: await readFile(join(folder, nodeFile)), executable: true },
      { path: "node/LICENSE", bytes: text },
    ],
    licences: [{ what: `Node.js ${node.version}`, licence: "MIT", texts: ["Its text is in node/LICENSE."] }],
  };
}

async function givenNode(file: string): Promise<Buffer> {
  if (existsSync(file) && statSync(file).isFile()) return readFile(file);
  throw new BundleError(
    "--node",
    `names ${file}, which is no file`,
    "name the program itself: node, or node.exe",
  );
}

function nodeFolder(node: PinnedPackage): Promise<string> {
  return fetchedFolder(
    node,
    "give a program of that platform with --node FILE, or leave Node.js out with --without-node",
  );
}

/** The texts of the licence of a file that came without a package. */
async function noticeOf({ what, licence, text }: (typeof NOTICES)[number]): Promise<Licensed> {
  return { what, licence, texts: [await readFile(join(ROOT, text), "utf8")] };
}

const PAGES = join(__dirname, "pages");

/** The start script and what people read first. */
async function pagesOf(platform: Platform, node: string): Promise<ArchiveFile[]> {
  const names = [platform.script, "README.md", "README.ko.md"];
  return Promise.all(
    names.map(async (path) => {
      const text = await readFile(join(PAGES, path), "utf8");
      const filled = text
        .replaceAll("{version}", version)
        .replaceAll("{platform}", platform.name)
        .replaceAll("{node}", node);
      return { ...textFile(path, filled), executable: path === platform.script };
    }),
  );
}

function textFile(path: string, text: string): ArchiveFile {
  return { path, bytes: Buffer.from(text) };
}

function part(what: string, files: readonly ArchiveFile[]): Part {
  return { what, bytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0) };
}
