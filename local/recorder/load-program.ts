/** A Pulumi program as its folder holds it: Naru's own, or anybody's in Node.js. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { parse } from "yaml";

/** What a Pulumi program's module exports: a function that makes resources and resolves with the stack's outputs. */
export type Program = () => Promise<Record<string, unknown>>;

/** The parts of Pulumi's SDK that run a program. */
export interface Sdk {
  readonly settings: typeof import("@pulumi/pulumi/runtime/settings");
  readonly stack: typeof import("@pulumi/pulumi/runtime/stack");
  readonly config: typeof import("@pulumi/pulumi/runtime/config");
}

/**
 * The SDK that the program in `root` loads itself, as resources register where their own copy of it is told to; this
 * project's where the folder has none.
 */
export function sdkOf(root: string): Sdk {
  const own = createRequire(join(resolve(root), "package.json"));
  const load = reaches(own, "@pulumi/pulumi") ? own : require;
  return {
    settings: load("@pulumi/pulumi/runtime/settings") as Sdk["settings"],
    stack: load("@pulumi/pulumi/runtime/stack") as Sdk["stack"],
    config: load("@pulumi/pulumi/runtime/config") as Sdk["config"],
  };
}

function reaches(from: NodeJS.Require, module: string): boolean {
  try {
    from.resolve(module);
    return true;
  } catch {
    return false;
  }
}

/**
 * The program of `root`, found as Pulumi finds it: `main` of Pulumi.yaml, else of package.json, else the folder's index.
 * A module that makes its resources while it loads does so at each call.
 *
 * @throws Error when it is no Node.js program, or its file is not there.
 */
export function loadProgram(root: string): Program {
  const file = entryOf(resolve(root));
  return async () => {
    const loaded = new Set(Object.keys(require.cache));
    const exported = require(file) as Program | Record<string, unknown>;
    if (typeof exported === "function") return exported();
    // Loaded once, it would make nothing for the next stack.
    for (const module of Object.keys(require.cache)) {
      if (!loaded.has(module) && isOwn(resolve(root), module)) delete require.cache[module];
    }
    const { default: main } = exported as { default?: unknown };
    return typeof main === "function" ? (main as Program)() : exported;
  };
}

function entryOf(root: string): string {
  const { runtime, main } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as {
    runtime?: string | { name?: string };
    main?: string;
  };
  const language = typeof runtime === "string" ? runtime : runtime?.name;
  if (language !== "nodejs") {
    throw new Error(
      `${join(root, "Pulumi.yaml")}: the runtime is not nodejs; only programs of Node.js can be recorded.`,
    );
  }
  const folderOrFile = join(root, main ?? "");
  const wanted = isFolder(folderOrFile)
    ? join(folderOrFile, mainOfPackage(folderOrFile) ?? "index")
    : folderOrFile;
  const found = ["", ".ts", ".js", ".cjs"].map((ending) => `${wanted}${ending}`).find(isFile);
  if (found === undefined)
    throw new Error(`There is no program in ${root}: neither ${wanted} nor with .ts or .js.`);
  return found;
}

function mainOfPackage(folder: string): string | undefined {
  const file = join(folder, "package.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { main?: string }).main : undefined;
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function isOwn(root: string, file: string): boolean {
  const path = relative(root, file);
  return !path.startsWith("..") && !isAbsolute(path) && !path.split(sep).includes("node_modules");
}
