/** `pulumi` alone, as a person uses it on AWS: a copy of the project, its program in a process of its own, every type recorded only. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
import { findEngine } from "../../local/engine/binary";
import { ROOT } from "../../local/paths";
import { recordProgram } from "../../local/recorder";
import { AWKWARD, PLACES, PLACE_SETTINGS, SECRET } from "../unit/components/awkward-settings";
import { CommandLine, succeeded } from "./command-line";

/** What mends one thing may ask for another. */
const MOST_ROUNDS = 3;
const JUDGED = ["--policy-pack", "policies"];

describe("pulumi on the command line", function () {
  this.timeout(600_000);
  let shell: CommandLine;
  let urns: readonly string[];

  const pulumi = async (...words: string[]) => succeeded(await shell.pulumi(words));
  before(async () => {
    shell = new CommandLine(await findEngine());
    console.log(`    started by ${shell.host}`);
    const { resources } = await recordProgram({ root: ROOT, stack: "dev" });
    urns = resources.map(({ urn }) => urn);
    succeeded(await shell.shell("node -r ./cli/typescript.js cli/packs/build.ts"));
    await pulumi("login", shell.backend);
    await pulumi("stack", "init", "dev");
  });
  after(() => shell.end());

  it("tells wrong settings at once without a stack trace, and its lines mend them, run as they are printed", async () => {
    const file = join(shell.project, "Pulumi.dev.yaml");
    const kept = readFileSync(file, "utf8");
    const config = { ...Object.fromEntries(AWKWARD.map(([key, text]) => [key, text])), ...PLACE_SETTINGS };
    const salt = /^encryptionsalt: .*$/m.exec(kept)![0];
    // The lines turn on what stands in a network.
    const right = { "naru:stage": "dev", "naru:network": "own" };
    writeFileSync(file, `${stringify({ config: { ...config, ...right } })}${salt}\n`);
    const told: string[] = [];
    let preview = await shell.pulumi(["preview", "-s", "dev"]);
    expect(preview.output).to.contain(`has ${AWKWARD.length + PLACES.length} error(s)`);
    while (preview.code !== 0 && told.length < MOST_ROUNDS) {
      expect(preview.output, "a stack trace").not.to.match(/^ *at .*:\d+:\d+\)?$/m);
      expect(preview.output).not.to.contain(SECRET);
      const lines = preview.output.match(/pulumi config (set|rm) .*$/gm) ?? [];
      told.push(lines.join("\n"));
      // Of a secret the line asks for its new value.
      succeeded(await shell.shell(lines.join("\n"), "a-new-one"));
      preview = await shell.pulumi(["preview", "-s", "dev"]);
    }
    expect(preview.code, preview.output).to.equal(0);
    expect(new Set(told).size, "lines that mend nothing").to.equal(told.length);
    expect(readFileSync(file, "utf8")).to.match(/aws:secretKey:\n +secure: /);
    writeFileSync(file, kept);
  });

  it("makes dev, judged by the pack, with the resources of the recorded plan", async () => {
    const { output } = await pulumi("up", "-s", "dev", "--yes", ...JUDGED);
    expect(output).to.contain("✅ naru-data-platform@");
    expect(output).to.contain(`+ ${urns.length} created`);
    expect(output).not.to.contain("Undefined value");
    const { stdout } = await pulumi("stack", "export", "-s", "dev");
    const { deployment } = JSON.parse(stdout) as { deployment: { resources: { urn: string }[] } };
    const made = deployment.resources
      .map(({ urn }) => urn)
      .filter((urn) => !urn.includes("pulumi:providers:"));
    expect(made).to.have.members([...urns]);
  });

  it("changes nothing the second time, nor by a refresh", async () => {
    const up = await pulumi("up", "-s", "dev", "--yes", "--skip-preview", "--expect-no-changes", ...JUDGED);
    expect(up.output).to.contain(`${urns.length} unchanged`);
    await pulumi("refresh", "-s", "dev", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("tells outputs by name, and secrets only when asked", async () => {
    const all = JSON.parse((await pulumi("stack", "output", "-s", "dev", "--json")).stdout) as object;
    expect(all).to.include({ apiKey: "[secret]", pseudonymEpoch: 1 });
    expect(Object.values(all)).not.to.include(null);
    const key = await pulumi("stack", "output", "apiKey", "-s", "dev", "--show-secrets");
    expect(key.stdout.trim()).to.match(/^\w{20,}$/);
  });

  it("destroys it, and leaves a stack to remove", async () => {
    const { output } = await pulumi("destroy", "-s", "dev", "--yes", "--skip-preview");
    expect(output).to.contain(`- ${urns.length} deleted`);
    await pulumi("stack", "rm", "dev", "--yes", "--preserve-config");
  });
});
