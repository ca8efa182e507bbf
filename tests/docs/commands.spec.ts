import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { scripts } from "../../package.json";
import { ROOT } from "../../local/paths";
import { commandLine, problemOf } from "./command-line";
import { blocks, page, pages, type Page } from "./pages";

const program = commandLine();

/** Commands of Naru that a page shows, as the words after `naru`. `npm start` is `naru up local`. */
function naruCommands({ text }: Page): string[][] {
  const rest = "((?:[ \\t]+[^\\s`&|;)]+)*)";
  const words = (line: string) => line.trim().split(/\s+/).filter(Boolean);
  return [
    ...[...text.matchAll(new RegExp(`npm start(?: --${rest})?`, "g"))].map(([, after]) => [
      ...["up", "local"],
      ...words(after ?? ""),
    ]),
    ...[...text.matchAll(new RegExp(`(?:npm run naru --|node cli/naru\\.js)${rest}`, "g"))].map(([, after]) =>
      words(after!),
    ),
  ].filter((command) => command.length > 0);
}

describe("commands on the pages", () => {
  for (const each of pages()) {
    it(`of ${each.path} are ones that the command line takes`, () => {
      const wrong = naruCommands(each).flatMap((words) => {
        const problem = problemOf(program, words);
        return problem === undefined ? [] : [`${words.join(" ")}: ${problem}`];
      });
      expect(wrong).to.deep.equal([]);
    });
  }

  it("name scripts and suites that exist", () => {
    const missing = pages().flatMap(({ path, text }) => [
      ...[...text.matchAll(/npm run (?!naru)([\w:]+)/g)]
        .filter(([, script]) => !(script! in scripts))
        .map(([found]) => `${path}: ${found}`),
      // Mocha finds no .ts file in a folder by itself: it wants the pattern.
      ...[...text.matchAll(/npx mocha (\S*)/g)]
        .filter(([, given]) => !isSuite(given!))
        .map(([found]) => `${path}: ${found}`),
    ]);
    expect(missing).to.deep.equal([]);
  });

  it("never ask npx for naru, which on the registry is somebody else's", () => {
    const asking = pages().filter(({ text }) => /npx (?:-\S+ )*naru\b/.test(text));
    expect(asking.map(({ path }) => path)).to.deep.equal([]);
  });

  it("are the two of the README, in both languages", () => {
    for (const readme of ["README.md", "README.ko.md"]) {
      expect(blocks(page(readme), "sh"), readme).to.deep.equal([
        "npm ci && npm start\n",
        "npm ci && npm test\n",
      ]);
    }
  });

  it("are the same in both READMEs", () => {
    const [english, korean] = ["README.md", "README.ko.md"].map((path) =>
      naruCommands(page(path)).map((words) => words.join(" ")),
    );
    expect(korean).to.have.members(english!);
    expect(english).to.include("up local --csv FILE");
  });

  it("would be told apart from ones that there are not", () => {
    expect(problemOf(program, ["up", "local", "--twice"])).to.equal("local has no option --twice");
    expect(problemOf(program, ["launch"])).to.equal("launch is no command of naru");
    expect(problemOf(program, ["plan"])).to.equal("plan wants <stack>");
    expect(problemOf(program, ["plan", "staging"])).to.equal(
      "plan: staging is not one of dev, prod or local",
    );
    expect(problemOf(program, ["plan", "dev", "prod"])).to.equal("plan takes no prod");
    expect(problemOf(program, ["contract", "lint", "docs/none.yaml"])).to.equal(
      "docs/none.yaml does not exist",
    );
    expect(problemOf(program, ["up", "local", "--csv"])).to.equal("local --csv wants a value");
    expect(problemOf(program, ["down", "now"])).to.equal("down takes no now");
    expect(problemOf(program, ["down", "--purge"])).to.equal(undefined);
  });
});

/** Whether it is a quoted pattern of a folder's suites, and the folder is there. */
function isSuite(pattern: string): boolean {
  const folder = /^'(tests\/[\w/-]+)\/\*\.spec\.ts'/.exec(pattern)?.[1];
  return folder !== undefined && existsSync(join(ROOT, folder));
}
