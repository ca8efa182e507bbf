// Keeps what V8 made of the files that a command loads under .naru, as reading and compiling 900 files anew is most of a
// command's start. Used where a file says what it said then, by the same Node.js; costs time only where it can't be kept.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");
const { cachedDataVersionTag } = require("node:v8");
const { Script } = require("node:vm");

const FOLDER = join(__dirname, "..", ".naru", "code");

/** Names the file: another version of Node.js, or of V8's flags, makes other code. */
const engine = `${process.version}-${process.arch}-${cachedDataVersionTag()}`;

const digest = (content) => createHash("sha1").update(content).digest("base64");

/** @param command what starts: each command keeps the files that it loads */
exports.keepCode = (command) => {
  const file = join(FOLDER, `${command}-${engine}`);
  const kept = read(file);
  /** What this process compiled itself, by file. */
  const compiled = new Map();
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (content, filename) {
    // Node.js lets only what it compiled itself load ES modules.
    if (/\bimport\s*\(/.test(content)) return compile.call(this, content, filename);
    const source = digest(content);
    const known = kept.get(filename);
    const cachedData = known?.source === source ? known.code : undefined;
    const script = new Script(Module.wrap(content), {
      filename,
      cachedData,
    });
    if (cachedData === undefined || script.cachedDataRejected) compiled.set(filename, { source, script });
    const run = script.runInThisContext();
    return run.call(this.exports, this.exports, requireOf(this), this, filename, join(filename, ".."));
  };
  process.on("exit", () => {
    if (compiled.size > 0) write(file, kept, compiled);
  });
};

/** What Node.js hands to a module. */
function requireOf(module) {
  const require = (request) => module.require(request);
  require.resolve = (request, options) => Module._resolveFilename(request, module, false, options);
  require.resolve.paths = (request) => Module._resolveLookupPaths(request, module);
  require.main = process.mainModule;
  require.extensions = Module._extensions;
  require.cache = Module._cache;
  return require;
}

/** A line of JSON, `[file, digest of its source, length of its code]` each, and then the codes one after the other. */
function read(file) {
  const kept = new Map();
  try {
    const content = readFileSync(file);
    const end = content.indexOf("\n");
    let at = end + 1;
    for (const [name, source, length] of JSON.parse(content.subarray(0, end).toString())) {
      kept.set(name, { source, code: content.subarray(at, (at += length)) });
    }
  } catch {
    // The first time.
  }
  return kept;
}

/** Whole or not at all: commands run side by side. */
function write(file, kept, compiled) {
  const all = new Map(kept);
  for (const [name, { source, script }] of compiled) {
    // After its run: functions that it called are in it.
    all.set(name, { source, code: script.createCachedData() });
  }
  const entries = [...all].map(([name, { source, code }]) => [name, source, code.length]);
  try {
    mkdirSync(FOLDER, { recursive: true });
    const unfinished = `${file}.${process.pid}`;
    const codes = [...all.values()].map(({ code }) => code);
    writeFileSync(unfinished, Buffer.concat([Buffer.from(`${JSON.stringify(entries)}\n`), ...codes]));
    renameSync(unfinished, file);
  } catch {
    // Compiled again next time.
  }
}
