/** Programs that know nothing of Naru: recorded with their own SDK and judged by the pack, whole or by one group. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { expect } from "chai";
import { compilePolicies, readCheckConfiguration, runPack, type CheckFinding } from "../../cli/check";
import { buildPacks } from "../../cli/packs/build";
import { ROOT } from "../../local/paths";
import { recordProgram } from "../../local/recorder";

const EXAMPLE = join(ROOT, "docs/examples/policies");
/** The program's one output. */
const EXPORTED: keyof typeof import("../../docs/examples/policies") = "bucket";
const STACK = { project: "library", stack: "dev", preview: true } as const;
const of = (findings: readonly CheckFinding[], resource: string) =>
  findings.filter((finding) => finding.resource === resource).map(({ rule }) => rule);

describe("a foreign program", () => {
  it("is judged by the whole pack: its mistakes are found, its sound bucket is not", async () => {
    const { resources } = await recordProgram({ root: EXAMPLE, stack: "dev" });
    const { ok, violations } = await runPack(await compilePolicies(), resources, STACK);
    expect(ok).to.equal(false);
    expect(of(violations, "exports")).to.include.members([
      "bucket-encryption",
      "bucket-public-access",
      "bucket-tls-only",
    ]);
    expect(of(violations, "loans")).to.include.members(["data-class-tags", "kms-encryption"]);
    expect(of(violations, "reports")).to.include("iam-actions");
    const sound = violations.filter(
      ({ group, resource }) => group === "encryption" && resource === "archive",
    );
    expect(sound).to.deep.equal([]);
  });

  it("is judged by one group alone, and by what it says of its own rules only", async () => {
    const { resources } = await recordProgram({ root: EXAMPLE, stack: "dev" });
    const encryption = (await buildPacks()).find((pack) => pack.endsWith("encryption"))!;
    const { violations } = await runPack(encryption, resources, STACK);
    expect([...new Set(violations.map(({ group }) => group))]).to.deep.equal(["encryption"]);
    expect([...new Set(violations.map(({ resource }) => resource))]).to.have.members(["exports", "loans"]);
  });

  it("is judged by its own folder's configuration", () => {
    expect(readCheckConfiguration(EXAMPLE, "dev")).to.deep.equal({ rules: { "required-tags": "advisory" } });
  });

  it("makes its resources anew for each recording", async () => {
    const first = await recordProgram({ root: EXAMPLE, stack: "dev" });
    const again = await recordProgram({ root: EXAMPLE, stack: "dev" });
    expect(again.resources).to.deep.equal(first.resources);
    expect(first.resources.filter(({ custom }) => custom)).to.have.length(10);
    expect(Object.keys(first.resources[0]!.outputs ?? {})).to.deep.equal([EXPORTED]);
  });

  describe("elsewhere", () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "naru-foreign-")));
    const program = (pulumi: string, files: Readonly<Record<string, string>>) => {
      rmSync(folder, { recursive: true });
      mkdirSync(join(folder, "node_modules"), { recursive: true });
      symlinkSync(join(ROOT, "node_modules/@pulumi"), join(folder, "node_modules/@pulumi"));
      writeFileSync(join(folder, "Pulumi.yaml"), pulumi);
      writeFileSync(join(folder, "Pulumi.test.yaml"), "config:\n  own:colour: red\n");
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      return recordProgram({ root: folder, stack: "test" });
    };
    after(() => rmSync(folder, { recursive: true }));

    const SOURCE =
      'const aws = require("@pulumi/aws"); const { Config } = require("@pulumi/pulumi");\n' +
      'const make = () => new aws.sqs.Queue(new Config("own").require("colour"));\n';
    const names = (resources: readonly { custom: boolean; name: string }[]) =>
      resources.filter(({ custom }) => custom).map(({ name }) => name);

    it("may be JavaScript by package.json's main, with a configuration of its own", async () => {
      const files = { "package.json": '{ "main": "app.js" }', "app.js": `${SOURCE}make();` };
      expect(names((await program("name: a\nruntime: nodejs\n", files)).resources)).to.deep.equal(["red"]);
    });

    it("may be a function, or a default export, where Pulumi.yaml's main points", async () => {
      const pulumi = "name: a\nruntime: { name: nodejs }\nmain: other.js\n";
      const called = { "other.js": `${SOURCE}module.exports = async () => { make(); };` };
      expect(names((await program(pulumi, called)).resources)).to.deep.equal(["red"]);
      const named = { "other.js": `${SOURCE}exports.default = async () => { make(); };` };
      delete require.cache[join(folder, "other.js")];
      expect(names((await program(pulumi, named)).resources)).to.deep.equal(["red"]);
    });

    it("may have its policies written by getPolicyDocument, which needs no account", async () => {
      const asks =
        'const aws = require("@pulumi/aws");\n' +
        "const document = (statement) => aws.iam.getPolicyDocumentOutput({ statements: [statement] }).json;\n" +
        'const trust = document({ actions: ["sts:AssumeRole"], principals: [{ type: "Service", identifiers: ["glue.amazonaws.com"] }] });\n' +
        'const role = new aws.iam.Role("reports", { assumeRolePolicy: trust });\n' +
        'const rights = document({ actions: ["s3:*"], resources: ["*"] });\n' +
        'new aws.iam.RolePolicy("rights", { role: role.name, policy: rights });\n' +
        'new aws.iam.RolePolicy("unknown", { role: role.name, policy: document({ actions: ["s3:Get*"], resources: [role.arn] }) });\n';
      const { resources } = await program("name: a\nruntime: nodejs\n", { "index.js": asks });
      const inputs = (name: string) => resources.find((resource) => resource.name === name)!.inputs;
      expect(JSON.parse(inputs("rights").policy as string).Statement).to.deep.equal([
        { Effect: "Allow", Action: "s3:*", Resource: "*" },
      ]);
      expect(inputs("unknown").policy).to.equal(unknownValue);
      const { violations } = await runPack(await compilePolicies(), resources, STACK);
      expect(of(violations, "rights")).to.include("iam-actions");
      expect(of(violations, "unknown")).not.to.include("iam-actions");
    });

    it("is refused when it is of another language or not there", async () => {
      const refused = (pulumi: string, files = {}) =>
        program(pulumi, files).then(
          () => "recorded",
          (error: Error) => error.message,
        );
      expect(await refused("name: a\nruntime: python\n")).to.contain("the runtime is not nodejs");
      expect(await refused("name: a\nruntime: nodejs\n")).to.contain("There is no program in");
    });
  });
});
