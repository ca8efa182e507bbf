import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { ROOT } from "../../../local/paths";

/** What a fresh process with lean modules prints. */
function printed(code: string): string {
  return execFileSync(process.execPath, ["--require", "./cli/lean-modules.js", "--eval", code], {
    cwd: ROOT,
    encoding: "utf8",
  }).trim();
}

describe("lean modules", function () {
  this.timeout(60_000);

  it("are left alone by Pulumi's start, and are themselves when they are used", () => {
    const loaded = "Object.keys(require.cache).some((file) => file.includes('@npmcli/arborist'))";
    const arborist =
      "Module._load('@npmcli/arborist', { id: '/node_modules/@pulumi/pulumi/x.js', paths: module.paths })";
    const code = [
      "const Module = require('node:module'); require('@pulumi/pulumi');",
      `const before = ${loaded}; const lazy = ${arborist}; const still = ${loaded};`,
      `const real = lazy.Arborist === require('@npmcli/arborist').Arborist;`,
      `console.log(before, still, real, lazy.default === require('@npmcli/arborist'), ${loaded});`,
    ].join(" ");
    expect(printed(code)).to.equal("false false true true true");
  });

  it("are loaded at once for whoever else asks", () => {
    expect(printed("console.log(typeof require('@npmcli/arborist').Arborist.prototype)")).to.equal("object");
  });
});
