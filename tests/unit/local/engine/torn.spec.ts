import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { removeTorn } from "../../../../local/engine/torn";

describe("what a killed pulumi leaves of its files", () => {
  it("is taken away where it is empty, and nothing else is", () => {
    const folder = mkdtempSync(join(tmpdir(), "naru-torn-"));
    const stacks = join(folder, ".pulumi", "stacks", "naru");
    removeTorn(folder);
    mkdirSync(stacks, { recursive: true });
    const files = { "dev.json": "{}", "dev.json.attrs": "", "prod.json": "", "prod.json.attrs": "{}" };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(stacks, name), text);
    removeTorn(folder);
    expect(Object.keys(files).filter((name) => !existsSync(join(stacks, name)))).to.deep.equal([
      "dev.json.attrs",
    ]);
    rmSync(folder, { recursive: true });
  });
});
