/** What takes longer by `pulumi` alone: prod's two keys and a waiver of its protection, and a platform split over two stacks. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { findEngine } from "../../local/engine/binary";
import { CommandLine, succeeded } from "./command-line";

/** Rules that both keys break. */
const KEEPING = ["production-protection", "table-resilience"];

describe("pulumi on the command line, at length", function () {
  this.timeout(900_000);
  let shell: CommandLine;
  const pulumi = async (...words: string[]) => succeeded(await shell.pulumi(words));
  before(async () => {
    shell = new CommandLine(await findEngine());
    console.log(`    started by ${shell.host}`);
    succeeded(await shell.shell("node -r ./cli/typescript.js cli/packs/build.ts"));
    await pulumi("login", shell.backend);
  });
  after(() => shell.end());

  describe("prod", () => {
    const judged = ["--policy-pack", "policies"];
    const preview = (...more: string[]) => shell.pulumi(["preview", "-s", "prod", ...judged, ...more]);
    before(() => pulumi("stack", "init", "prod"));

    it("asks for the second key by its line", async () => {
      await pulumi("config", "set", "naru:protectData", "false", "-s", "prod");
      const { code, output } = await preview();
      expect(code).not.to.equal(0);
      const [line] = output.match(/pulumi config set .*$/m) ?? [];
      expect(line).to.equal("pulumi config set naru:allowDataRemoval true");
      succeeded(await shell.shell(line!));
    });

    it("is refused with both keys, by the rules on what keeps production's data", async () => {
      const { code, output } = await preview();
      expect(code).not.to.equal(0);
      expect(output).to.contain("production-protection").and.to.contain("It is not protected.");
      const refusing = [...output.matchAll(/\[mandatory\] \[severity: \w+\] +([\w-]+)/g)];
      expect(new Set(refusing.map(([, rule]) => rule))).to.have.all.keys(...KEEPING);
    });

    for (const [how, rule] of [
      ["a waiver", { waivers: [waiver("9999-12-31")] }],
      ["its level", { enforcementLevel: "advisory" }],
    ] as const) {
      it(`is let go by ${how} in --policy-pack-config`, async () => {
        const file = configure(rule);
        const { output } = succeeded(await preview("--policy-pack-config", file));
        if (how === "a waiver") expect(output).not.to.contain("It is not protected.");
      });
    }

    it("is refused by a waiver that has ended, which says so", async () => {
      const file = configure({ waivers: [waiver("2020-01-31")] });
      const { code, output } = await preview("--policy-pack-config", file);
      expect(code).not.to.equal(0);
      expect(output).to.contain("waiver");
    });

    function configure(rule: object): string {
      const file = join(shell.project, "policies", "prod.json");
      writeFileSync(file, JSON.stringify(Object.fromEntries(KEEPING.map((name) => [name, rule]))));
      return file;
    }
  });

  it("makes the two stacks of the split, the second on the first's outputs", async () => {
    const split = join(shell.project, "docs", "examples", "split");
    for (const part of ["lake", "reports"]) {
      const folder = join(split, part);
      succeeded(await shell.pulumi(["stack", "init", "dev"], folder));
      succeeded(await shell.pulumi(["up", "-s", "dev", "--yes", "--skip-preview"], folder));
    }
    const { stdout } = succeeded(await shell.pulumi(["stack", "output", "--json"], join(split, "reports")));
    expect(JSON.parse(stdout)).to.have.all.keys("query", "reportsRole", "securityGroup");
    for (const part of ["reports", "lake"])
      succeeded(await shell.pulumi(["destroy", "-s", "dev", "--yes", "--skip-preview"], join(split, part)));
  });
});

function waiver(expires: string): object {
  return { resource: "*", reason: "The platform moves to another account.", expires };
}
