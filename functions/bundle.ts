/** Builds a function's folder for Lambda. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";

/** The functions that can be bundled: folders here with a `handler.ts`. */
export type FunctionName =
  "collector" | "pseudonymise" | "recipe-publisher" | "token-authorizer" | "to-database";

/** Taken from Lambda's runtime: the client of what only AWS answers here, so that no test could hold a version to it. */
const FROM_THE_RUNTIME = ["@aws-sdk/client-databrew"];

/** An optional part of PostgreSQL's driver, which does without. */
const LEFT_OUT = ["pg-native"];

/**
 * Bundles a function with all it needs into `.naru/functions/<name>/index.js` (handler `index.handler`) and returns the
 * folder. The stack packs `contracts.json` beside it. The AWS SDK is bundled too, so that what was tested is what runs,
 * whatever version the Lambda runtime carries (but for {@link FROM_THE_RUNTIME}). Takes about 0.2 s, so it is built each time.
 * @throws esbuild's BuildFailure, with file and line, when the sources do not build.
 */
export function bundleFunction(name: FunctionName): string {
  const root = resolve(__dirname, "..");
  const folder = join(root, ".naru", "functions", name);
  const built = buildSync({
    entryPoints: [join(root, "functions", name, "handler.ts")],
    write: false,
    bundle: true,
    external: [...FROM_THE_RUNTIME, ...LEFT_OUT],
    platform: "node",
    target: "node20",
    format: "cjs",
    minify: true,
    logLevel: "silent",
  });
  mkdirSync(folder, { recursive: true });
  // Written beside and renamed, so that a program that runs at the same time never packs half a function.
  const unfinished = `${folder}.${process.pid}`;
  writeFileSync(unfinished, built.outputFiles[0]!.contents);
  renameSync(unfinished, join(folder, "index.js"));
  return folder;
}
