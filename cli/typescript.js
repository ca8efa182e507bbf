// Loads TypeScript as it is, as `ts-node` does without checking types, and keeps what it compiled under .naru: compiling is
// most of a command's start. `npm run typecheck` checks the types.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { mapLines } = require("./source-lines");

const ROOT = join(__dirname, "..");
const PROJECT = join(ROOT, "tsconfig.json");
const KEPT = join(ROOT, ".naru", "compiled");

/** Changes with whatever decides what is kept of a file. */
const compiler = createHash("sha256")
  .update(readFileSync(__filename))
  .update(readFileSync(PROJECT))
  .update(readFileSync(join(ROOT, "node_modules", "typescript", "package.json")))
  .digest("hex");

let service;

/** It would have stack traces look for the lines of what it compiled itself only: source-lines.js finds those of kept files too. */
function compilerService() {
  const { prepareStackTrace } = Error;
  const created = require("ts-node").create({ project: PROJECT, transpileOnly: true });
  Error.prepareStackTrace = prepareStackTrace;
  return created;
}

/** What ends a compiled file: its lines in the source, which stack traces alone want to know. */
const MAP = /\n?\/\/# sourceMappingURL=data:application\/json;[^,]*base64,([A-Za-z0-9+/=]+)\s*$/;

function compiled(file) {
  const source = readFileSync(file, "utf8");
  const name = createHash("sha256").update(compiler).update(file).update("\0").update(source).digest("hex");
  const kept = join(KEPT, `${name.slice(0, 32)}.js`);
  mapLines(file, () => JSON.parse(readFileSync(`${kept}.map`, "utf8")));
  try {
    return readFileSync(kept, "utf8");
  } catch {
    service ??= compilerService();
    const output = service.compile(source, file);
    const [, map] = MAP.exec(output) ?? [];
    const lines = Buffer.from(map ?? "", "base64").toString();
    // Where nothing can be kept, traces still have lines.
    mapLines(file, () => JSON.parse(lines));
    const code = output.replace(MAP, "");
    keep(`${kept}.map`, lines);
    keep(kept, code);
    return code;
  }
}

/** Whole or not at all: commands run side by side. A folder that can't be written costs time only. */
function keep(file, output) {
  try {
    mkdirSync(KEPT, { recursive: true });
    const unfinished = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    writeFileSync(unfinished, output);
    renameSync(unfinished, file);
  } catch {
    // Compiled again next time.
  }
}

require.extensions[".ts"] = (module, file) => {
  module._compile(compiled(file), file);
};
