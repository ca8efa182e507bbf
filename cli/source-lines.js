// Lines of the sources in stack traces. Node's own way reads the map of every package's file when that is loaded, and each
// whether or not a trace ever names it: a sixth of a command's start.
const { SourceMap } = require("node:module");

/** What reads a file's map, and once it was read the map itself, by file. */
const readers = new Map();
const maps = new Map();

/** Has traces through a compiled file name its source's lines. */
exports.mapLines = (file, readMap) => {
  readers.set(file, readMap);
  maps.delete(file);
};

/** Undefined where the map is gone or says nothing: the compiled line is told then. */
function sourceLine(file, line, column) {
  try {
    if (!maps.has(file)) maps.set(file, new SourceMap(readers.get(file)()));
    const { originalLine, originalColumn } = maps.get(file).findEntry(line - 1, column - 1);
    return originalLine === undefined ? undefined : `${originalLine + 1}:${originalColumn + 1}`;
  } catch {
    return undefined;
  }
}

function frame(call) {
  const text = call.toString();
  const file = call.getFileName();
  if (!readers.has(file)) return text;
  const [line, column] = [call.getLineNumber(), call.getColumnNumber()];
  const found = sourceLine(file, line, column);
  if (found === undefined) return text;
  // Pulumi's SDK finds the line of a resource in frames with a name only.
  const place = text.endsWith(")") ? `${file}:${found}` : `<anonymous> (${file}:${found})`;
  return text.replace(`${file}:${line}:${column}`, () => place);
}

Error.prepareStackTrace = (error, calls) =>
  [Error.prototype.toString.call(error), ...calls.map((call) => `    at ${frame(call)}`)].join("\n");
