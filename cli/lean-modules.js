// Loads packages that Pulumi's SDK asks for at its start, but needs only to serialise functions or to run its own CLI, when
// they are used: 500 of the 1,400 files of a command's start, and the compiler of TypeScript, which is in no command's interest.
const Module = require("node:module");

const RARELY_USED = new Set(["@npmcli/arborist", "normalize-package-data", "execa", "typescript"]);

const load = Module._load;
Module._load = function (request, parent, isMain) {
  return RARELY_USED.has(request) && parent?.id.includes("@pulumi")
    ? onFirstUse(() => load.call(this, request, parent, isMain))
    : load.call(this, request, parent, isMain);
};

/** Stands for a module's exports; says that it is an ES module, as compiled code would read all of another at once. */
function onFirstUse(loadNow) {
  let loaded;
  const exports = () => (loaded ??= loadNow());
  const value = (key) => (key === "default" && !exports().__esModule ? exports() : exports()[key]);
  return new Proxy(function () {}, { get: (_, key) => (key === "__esModule" ? true : value(key)) });
}
