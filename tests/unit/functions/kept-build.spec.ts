import { expect } from "chai";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { asked, isCurrent, keep, type Build } from "../../../functions/kept-build";
import { ROOT } from "../../../local/paths";

describe("a kept build", () => {
  let folder: string;
  let build: Build;
  beforeEach(() => {
    mkdirSync(join(ROOT, ".naru"), { recursive: true });
    folder = mkdtempSync(join(ROOT, ".naru", "kept-build-"));
    mkdirSync(join(folder, "node_modules", "dependency"), { recursive: true });
    writeFileSync(join(folder, "node_modules", "dependency", "index.js"), "module.exports = 1;");
    writeFileSync(join(folder, "own.ts"), "export const own = 2;");
    writeFileSync(
      join(folder, "entry.ts"),
      'import { own } from "./own"; console.log(own, require("dependency"));',
    );
    const options = { entryPoints: [join(folder, "entry.ts")], bundle: true } satisfies Build["options"];
    build = { file: join(folder, "out", "index.js"), options };
    keep(build, buildSync(asked(build)));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    rmSync(join(ROOT, ".naru", "builds", recordName()));
  });
  const recordName = () => `${build.file.slice(ROOT.length + 1).replaceAll("/", "-")}.json`;

  it("is current, also when a file of the project is written again as it was", () => {
    expect(isCurrent(build)).to.equal(true);
    writeFileSync(join(folder, "own.ts"), readFileSync(join(folder, "own.ts")));
    expect(isCurrent(build)).to.equal(true);
  });

  it("is not when a source says something else, and is when that is built", () => {
    writeFileSync(join(folder, "own.ts"), "export const own = 3;");
    expect(isCurrent(build)).to.equal(false);
    keep(build, buildSync(asked(build)));
    expect(isCurrent(build)).to.equal(true);
  });

  it("is not when a package's file changed, or is gone", () => {
    const dependency = join(folder, "node_modules", "dependency", "index.js");
    utimesSync(dependency, 1, 1);
    expect(isCurrent(build)).to.equal(false);
    rmSync(dependency);
    expect(isCurrent(build)).to.equal(false);
  });

  it("is not when what came out was changed, or is gone", () => {
    writeFileSync(build.file, "something else");
    expect(isCurrent(build)).to.equal(false);
    rmSync(build.file);
    expect(isCurrent(build)).to.equal(false);
  });

  it("is not when other options are asked for", () => {
    expect(isCurrent({ ...build, options: { ...build.options, minify: true } })).to.equal(false);
  });
});
