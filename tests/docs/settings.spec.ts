import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parseSettings } from "../../components/settings";
import { ROOT } from "../../local/paths";
import { page, sections, tableRows } from "./pages";

const REQUIRED = ["stage", "owner"];
const STAGES = ["dev", "prod", "local"];

/** A setting's value as the table writes it. */
function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

describe("docs/settings.md", () => {
  const rows = tableRows(page("docs/settings.md").text).filter(([name]) => name!.startsWith("naru:"));

  it("names every setting, and none that there is not", () => {
    const settings = Object.keys(parseSettings({ "naru:stage": "dev", "naru:owner": "a@example.com" }));
    expect(rows.map(([name]) => name)).to.have.members(settings.map((name) => `naru:${name}`));
  });

  for (const [column, stage] of STAGES.entries()) {
    it(`has the defaults of ${stage}`, () => {
      const settings = parseSettings({ "naru:stage": stage, "naru:owner": "a@example.com" });
      const expected = Object.entries(settings).map(([name, value]) => [
        `naru:${name}`,
        REQUIRED.includes(name) ? "required" : written(value),
      ]);
      expect(Object.fromEntries(rows.map((cells) => [cells[0], cells[column + 1]]))).to.deep.equal(
        Object.fromEntries(expected),
      );
    });
  }

  it("says which settings must be given", () => {
    const message = refusal(() => parseSettings({}));
    for (const name of REQUIRED) expect(message).to.contain(`naru:${name}: is missing`);
  });

  it("shows the error as it is", () => {
    const message = refusal(() =>
      parseSettings({
        "naru:stage": "dev",
        "naru:owner": "a@example.com",
        "naru:streamCapacity": "many",
        "naru:buffer": "1",
      }),
    );
    expect(page("docs/settings.md").text).to.contain(message);
  });

  it("names every output of a stack, and none that there is not", () => {
    const table = sections(page("docs/settings.md"), "##").get("What a stack tells")!;
    expect(tableRows(table).map(([name]) => name)).to.have.members([...stackOutputs()]);
  });

  it("names the environment variables that the program reads", () => {
    const table = sections(page("docs/settings.md"), "##").get("Environment variables")!;
    expect(tableRows(table).map(([name]) => name)).to.have.members([...environmentVariables()]);
  });
});

/** Names of what the program returns. */
function stackOutputs(): Set<string> {
  const program = readFileSync(join(ROOT, "index.ts"), "utf8");
  const returned = program.slice(program.lastIndexOf("\n  return asked({\n"));
  return new Set([...returned.matchAll(/^ {4}(\w+): /gm)].map(([, name]) => name!));
}

/** Those that a person sets: what the command line and the local cloud read under these names. */
function environmentVariables(): Set<string> {
  const sources = ["cli", "local"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8")),
  );
  const read = /process\.env\.(NARU_[A-Z_]+|JAVA_HOME)\b/g;
  return new Set(sources.flatMap((source) => [...source.matchAll(read)].map(([, name]) => name!)));
}

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("The settings were taken");
}
