import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { keyRotate } from "../../../cli/key-rotate";
import { SettingsError } from "../../../components/settings";

const FILE = `# Ours. Keep this line.
config:
  aws:region: ap-northeast-2 # Seoul
  naru:stage: prod
  naru:owner: data-team@example.com
  naru:sparkSchedule: "cron(0 3 * * ? *)"
  naru:contracts: ["contracts", 'more']
`;

describe("naru key rotate", () => {
  let root: string;
  let said: string[];
  const stackFile = () => readFileSync(join(root, "Pulumi.prod.yaml"), "utf8");
  const rotate = (stack = "prod", json = false) =>
    keyRotate({ stack, root, json, output: { out: (text) => said.push(text), err: () => undefined } });

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "naru-rotate-"));
    said = [];
    writeFileSync(join(root, "Pulumi.yaml"), "name: naru\n");
    writeFileSync(join(root, "Pulumi.prod.yaml"), FILE);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it("adds the second epoch where the file names none, and changes no other line", async () => {
    expect(await rotate()).to.equal(0);
    const lines = stackFile().split("\n");
    expect(lines.filter((line) => !FILE.split("\n").includes(line))).to.deep.equal([
      '  naru:pseudonymEpoch: "2"',
    ]);
    expect(stackFile()).to.contain("# Ours. Keep this line.").and.contain("# Seoul");
  });

  it("raises the epoch that stands there, and says from which to which", async () => {
    await rotate();
    await rotate("prod", true);
    expect(stackFile()).to.contain('naru:pseudonymEpoch: "3"').and.not.contain('"2"');
    expect(JSON.parse(said[1]!)).to.deep.equal({ stack: "prod", from: 2, to: 3, oldest: 1 });
  });

  it("says what will not join, and what to do next", async () => {
    await rotate();
    expect(said.join()).to.contain("don't join rows of epoch 2").and.contain("naru ship --epoch 2");
  });

  it("writes nothing where the epoch can't be raised", async () => {
    const last = `${FILE}  naru:pseudonymEpoch: "10000"\n`;
    writeFileSync(join(root, "Pulumi.prod.yaml"), last);
    const error = await rotate().catch((reason: Error) => reason);
    expect(error)
      .to.be.instanceOf(SettingsError)
      .with.property("message")
      .that.contains("naru:pseudonymEpoch");
    expect(stackFile()).to.equal(last);
  });

  it("names the stacks there are, for one that there is not", async () => {
    const error = await rotate("staging").catch((reason: Error) => reason);
    expect(error).to.have.property("message").that.contains("Stacks: prod");
  });
});
