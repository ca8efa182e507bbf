/** Compiles the rewriter, AssemblyScript, to WebAssembly: once, and again when its source has changed. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const SOURCES = join(__dirname, "assembly");
/** The compiled module. */
export const MODULE = join(__dirname, "dist", "rewrite.wasm");

/** Where the compiler isn't (an offline archive), the module is. @throws when the source does not compile. */
export async function compileRewriter(): Promise<void> {
  if (!isStale()) return;
  mkdirSync(dirname(MODULE), { recursive: true });
  // Written beside and renamed, so that a shipment at the same time never reads half a module.
  const unfinished = `${MODULE}.${process.pid}`;
  const compiler = join(dirname(require.resolve("assemblyscript/package.json")), "bin", "asc.js");
  const options = [
    "--optimizeLevel",
    "3",
    "--converge",
    "--runtime",
    "stub",
    "--enable",
    "simd",
    "--use",
    "abort=",
  ];
  try {
    await promisify(execFile)(process.execPath, [compiler, "index.ts", "--outFile", unfinished, ...options], {
      cwd: SOURCES,
    });
    renameSync(unfinished, MODULE);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw new Error(`the shipper's rewriter does not compile:\n${(error as { stderr?: string }).stderr}`, {
      cause: error,
    });
  }
}

function isStale(): boolean {
  const compiled = statSync(MODULE, { throwIfNoEntry: false })?.mtimeMs;
  if (compiled === undefined) return true;
  if (!existsSync(SOURCES)) return false;
  const sources = readdirSync(SOURCES, { withFileTypes: true }).filter((entry) => entry.name.endsWith(".ts"));
  return sources.some((entry) => statSync(join(SOURCES, entry.name)).mtimeMs > compiled);
}
