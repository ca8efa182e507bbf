/** Builds a function's folder for Lambda. */
import { join, resolve } from "node:path";
import { asked, isCurrent, keep, type Build } from "./kept-build";

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
 * whatever version the Lambda runtime carries (but for {@link FROM_THE_RUNTIME}). Takes some 0.3 s when a source has changed.
 * @throws esbuild's BuildFailure, with file and line, when the sources do not build.
 */
export function bundleFunction(name: FunctionName): string {
  const root = resolve(__dirname, "..");
  const folder = join(root, ".naru", "functions", name);
  const bundle: Build = {
    file: join(folder, "index.js"),
    options: {
      entryPoints: [join(root, "functions", name, "handler.ts")],
      bundle: true,
      external: [...FROM_THE_RUNTIME, ...LEFT_OUT],
      platform: "node",
      target: "node20",
      format: "cjs",
      minify: true,
    },
  };
  if (!isCurrent(bundle)) keep(bundle, esbuild().buildSync(asked(bundle)));
  return folder;
}

/** Loaded only where there is something to build. */
function esbuild(): typeof import("esbuild") {
  return require("esbuild") as typeof import("esbuild");
}
