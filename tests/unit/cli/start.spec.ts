import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../local/paths";

describe("a command's start", function () {
  this.timeout(60_000);
  const kept = join(ROOT, ".naru", "code");
  const command = `start-spec-${process.pid}`;
  let folder: string;
  beforeEach(() => {
    mkdirSync(join(ROOT, ".naru"), { recursive: true });
    folder = mkdtempSync(join(ROOT, ".naru", "start-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    for (const file of codeFiles()) rmSync(file);
  });

  const codeFiles = (): string[] => {
    const mine = (file: string) => file.startsWith(`${command}-`);
    return [...readdirSync(join(ROOT, ".naru"))].includes("code")
      ? readdirSync(kept)
          .filter(mine)
          .map((file) => join(kept, file))
      : [];
  };
  const printed = (code: string): string =>
    execFileSync(process.execPath, ["--eval", code], { cwd: ROOT, encoding: "utf8" }).trim();
  const start = (file: string): string =>
    printed(`require("./cli/code-cache").keepCode("${command}"); require(${JSON.stringify(file)});`);

  it("tells lines of the source in traces, compiled now or earlier", () => {
    const file = join(folder, "broken.ts");
    writeFileSync(
      file,
      "interface Wide {\n  a: 1;\n}\nexport const broken = (): Wide => {\n  throw new Error('x');\n};\n",
    );
    const trace = `require("./cli/typescript"); try { require(${JSON.stringify(file)}).broken() } catch (e) { console.log(e.stack) }`;
    for (const when of ["now", "earlier"]) {
      expect(printed(trace), when).to.match(/^Error: x\n {4}at (Object\.)?broken \(.*broken\.ts:5:9\)\n/);
    }
  });

  it("tells a line where the source's function has no name, as Pulumi's SDK reads it", () => {
    const file = join(folder, "nameless.ts");
    writeFileSync(file, "type A = 1;\n\n[0].map(() => console.log(new Error('x').stack));\n");
    const trace = `require("./cli/typescript"); require(${JSON.stringify(file)});`;
    expect(printed(trace)).to.match(/\n {4}at <anonymous> \(.*nameless\.ts:3:\d+\)\n/);
  });

  it("keeps compiled code, until a file says something else", () => {
    const file = join(folder, "module.js");
    writeFileSync(file, "console.log('one', require.main, __dirname);");
    const said = start(file);
    expect(said).to.equal(`one undefined ${folder}`);
    const [code] = codeFiles();
    const { mtimeMs } = statSync(code);
    expect(start(file)).to.equal(said);
    expect(statSync(code).mtimeMs).to.equal(mtimeMs);
    writeFileSync(file, "console.log('two');");
    expect(start(file)).to.equal("two");
    expect(statSync(code).mtimeMs).to.be.greaterThan(mtimeMs);
  });

  it("leaves a file alone that loads ES modules", () => {
    const file = join(folder, "module.js");
    writeFileSync(file, "import('node:path').then(({ sep }) => console.log(sep.length));");
    expect(start(file)).to.equal("1");
    expect(codeFiles()).to.deep.equal([]);
  });

  it("does without code that is damaged", () => {
    const file = join(folder, "module.js");
    writeFileSync(file, "console.log('one');");
    start(file);
    const [code] = codeFiles();
    for (const bytes of [statSync(code).size - 40, 20, 0]) {
      truncateSync(code, bytes);
      expect(start(file), `${bytes} bytes`).to.equal("one");
    }
  });
});
