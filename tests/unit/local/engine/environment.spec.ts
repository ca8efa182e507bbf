import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { expect } from "chai";
import { engineEnvironment } from "../../../../local/engine/environment";

const OWN = {
  PULUMI_ACCESS_TOKEN: "a token",
  PULUMI_BACKEND_URL: "https://api.example.com",
  PULUMI_HOME: "/nowhere",
  PULUMI_STACK: "theirs",
  PULUMI_OPTION_TARGET: "one",
  PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
  PULUMI_DEBUG_PROVIDERS: "aws:1",
  PULUMI_CONFIG_PASSPHRASE_FILE: "/nowhere",
  NARU_ENDPOINTS: "{}",
};

describe("the engine's environment", () => {
  let folder: string;
  let before: NodeJS.ProcessEnv;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "naru-environment-"));
    before = { ...process.env };
  });
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    rmSync(folder, { recursive: true });
  });

  const inside = (script: string): string =>
    execFileSync("/bin/sh", ["-c", script], {
      encoding: "utf8",
      env: { ...process.env, ...engineEnvironment(folder, undefined) },
    }).trim();

  it("has none of the person's own settings of Pulumi", () => {
    Object.assign(process.env, OWN);
    const names = inside("env")
      .split("\n")
      .map((line) => line.split("=")[0]!)
      .filter((name) => name.startsWith("PULUMI_") || name === "NARU_ENDPOINTS");
    expect(names).to.have.members([
      "PULUMI_BACKEND_URL",
      "PULUMI_CONFIG_PASSPHRASE",
      "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION",
      "PULUMI_HOME",
      "PULUMI_SKIP_UPDATE_CHECK",
    ]);
    expect(inside("echo $PULUMI_BACKEND_URL $PULUMI_HOME")).to.equal(`file://${folder} ${folder}/home`);
  });

  it("encrypts by the person's own passphrase where there is one", () => {
    process.env.PULUMI_CONFIG_PASSPHRASE = "their own";
    expect(inside("echo $PULUMI_CONFIG_PASSPHRASE")).to.equal("their own");
  });

  it("leaves the first pulumi of the PATH the first, whatever lies beside Node.js", () => {
    const bin = join(folder, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "pulumi"), "#!/bin/sh\n");
    chmodSync(join(bin, "pulumi"), 0o755);
    process.env.PATH = [bin, dirname(process.execPath), process.env.PATH].join(delimiter);
    const [plugins, ...rest] = inside("echo $PATH").split(delimiter);
    expect(plugins).to.match(/local.engine.plugins$/);
    expect(rest.join(delimiter)).to.equal(process.env.PATH);
    expect(inside("command -v pulumi")).to.equal(join(bin, "pulumi"));
    expect(inside("echo $NARU_NODE")).to.equal(process.execPath);
  });
});
