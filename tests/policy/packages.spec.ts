/** The packs as somebody else gets them: packed by npm, laid into an empty folder, started there. */
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { expect } from "chai";
import { Analyzer } from "../../cli/check/analyzer";
import { PackProcess } from "../../cli/check/pack-process";
import { examinePlan } from "../../cli/check/run-pack";
import { buildPacks } from "../../cli/packs/build";
import { ROOT } from "../../local/paths";
import { GROUPS } from "../../policies/serve";
import { RULES } from "../../policies/rules";
import { without } from "../unit/policies/evaluation";
import { goodPlan } from "./plan";

const STACK = { project: "plan", stack: "test", preview: true } as const;

describe("the packs as an npm package", () => {
  const empty = realpathSync(mkdtempSync(join(tmpdir(), "naru-packs-")));
  const installed = join(empty, "node_modules/naru-data-platform");
  const packed: string[] = [];

  before(async () => {
    await buildPacks();
    const [{ filename, files }] = JSON.parse(
      execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", empty], {
        cwd: join(ROOT, "policies"),
        stdio: ["ignore", "pipe", "ignore"],
        encoding: "utf8",
      }),
    ) as [{ filename: string; files: { path: string }[] }];
    packed.push(...files.map(({ path }) => path));
    // What `npm install` does with a package that has no scripts: unpacked, beside what it depends on.
    mkdirSync(installed, { recursive: true });
    execFileSync("tar", ["xzf", join(empty, filename), "-C", installed, "--strip-components=1"]);
    symlinkSync(join(ROOT, "node_modules/@pulumi"), join(empty, "node_modules/@pulumi"));
  });
  after(() => rmSync(empty, { recursive: true }));

  it("holds compiled packs and their texts, and no source", () => {
    expect(packed.filter((path) => path.endsWith(".ts"))).to.deep.equal([]);
    expect(packed).to.include.members([
      ...["PulumiPolicy.yaml", "README.md", "package.json", "dist/index.js", "dist/serve.js", "dist/LICENSE"],
      ...GROUPS.flatMap((group) =>
        ["index.js", "package.json", "PulumiPolicy.yaml"].map((file) => `dist/${group}/${file}`),
      ),
    ]);
  });

  it("needs nothing but what its package.json names, at the project's own versions", () => {
    const { dependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    const own = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as typeof dependencies & {
      dependencies: Record<string, string>;
    };
    for (const [name, version] of Object.entries(dependencies)) {
      expect(own.dependencies[name], name).to.equal(version);
    }
    for (const file of ["dist/index.js", "dist/serve.js"]) {
      const required = [...readFileSync(join(installed, file), "utf8").matchAll(/\brequire\("([^"]+)"\)/g)];
      // A module of a package is of that package: `@scope/name/module`.
      const packages = required.map(([, name]) => /^(?:@[^/]+\/)?[^/]+/.exec(name!)![0]);
      expect(packages.filter((name) => !isBuiltin(name) && !(name in dependencies))).to.deep.equal([]);
    }
  });

  it("names no machine and no path of this project", () => {
    const text = ["dist/serve.js", "dist/index.js"].map((file) =>
      readFileSync(join(installed, file), "utf8"),
    );
    expect(text.join("")).to.not.contain(ROOT);
  });

  it("has a pack for each group, and in them each rule once", () => {
    const folders = readdirSync(join(installed, "dist"), { withFileTypes: true })
      .filter((each) => each.isDirectory())
      .map(({ name }) => name);
    expect(folders).to.have.members([...new Set<string>(RULES.map((rule) => rule.group))]);
  });

  it("starts whole from where it lies, and judges", async () => {
    const pack = await PackProcess.start(installed);
    try {
      expect((await examinePlan(pack, goodPlan(), STACK)).violations).to.deep.equal([]);
      const { violations } = await examinePlan(pack, without(goodPlan(), "raw-encryption"), STACK);
      expect(violations.map(({ rule }) => rule)).to.include("bucket-encryption");
    } finally {
      await pack.stop();
    }
  });

  it("starts one group alone, with its rules and no others", async () => {
    const pack = await PackProcess.start(join(installed, "dist/encryption"));
    try {
      const { name, rules } = await new Analyzer(pack.client).describe();
      expect(name).to.equal("naru-encryption");
      const own = rules
        .filter(({ group }) => !["undecided", "remedy"].includes(group))
        .map((rule) => rule.name);
      expect(own).to.have.members(
        RULES.filter((rule) => rule.group === "encryption").map((rule) => rule.name),
      );
      const { violations } = await examinePlan(pack, without(goodPlan(), "raw-encryption"), STACK);
      expect(violations.map(({ rule }) => rule)).to.deep.equal(["bucket-encryption"]);
    } finally {
      await pack.stop();
    }
  });
});
