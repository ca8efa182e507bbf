/** The page's script and style, ready to be served or put into one file. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";

export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

let built: PageAssets | undefined;

/** Bundles the browser code with the parts of ECharts that it uses: about a second of one core, once a process. */
export function pageAssets(): PageAssets {
  built ??= build();
  return built;
}

function build(): PageAssets {
  const bundle = buildSync({
    entryPoints: [join(__dirname, "browser", "main.ts")],
    bundle: true,
    write: false,
    minify: true,
    charset: "utf8",
    format: "iife",
    platform: "browser",
    target: "es2022",
    // The project's compiler options are for Node; without this esbuild would read them.
    tsconfigRaw: "{}",
    legalComments: "eof",
    logLevel: "silent",
  });
  const [script] = bundle.outputFiles;
  if (script === undefined) throw new Error("dashboards/page/browser/main.ts: the bundler made no script");
  return { script: script.text, style: readFileSync(join(__dirname, "style.css"), "utf8") };
}
