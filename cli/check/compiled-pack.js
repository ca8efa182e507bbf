// Preloaded into the runner of a compiled pack: it would load TypeScript's compiler and ts-node first, which is most of its start.
require("../code-cache").keepCode("pack");
// Its starter ends it so, and what it keeps is written at its end.
process.once("SIGTERM", () => process.exit());
require("../lean-modules");
const Module = require("node:module");

const NO_COMPILER = {
  typescript: { version: "5.0.0" },
  "ts-node": { VERSION: "none", register() {} },
};

const load = Module._load;
Module._load = function (request, parent, isMain) {
  const wanted = Object.hasOwn(NO_COMPILER, request) && parent?.id.includes("@pulumi");
  return wanted ? NO_COMPILER[request] : load.call(this, request, parent, isMain);
};
