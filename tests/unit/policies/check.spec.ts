import { expect } from "chai";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CheckConfigurationError,
  formatReport,
  readCheckConfiguration,
  type CheckFinding,
  type CheckResult,
} from "../../../cli/check";
import { policiesOf } from "../../../policies/model/pack";
import { RULES as POLICY_RULES } from "../../../policies/rules";
import { configureRules } from "../../../cli/check/check-configuration";

const RULES = [
  { name: "key-rotation", group: "encryption", level: "mandatory" },
  { name: "platform-key", group: "encryption", level: "mandatory" },
  { name: "glue-table-format", group: "storage-format", level: "mandatory" },
] as const;
const waiver = {
  rule: "key-rotation",
  resource: "*::old",
  reason: "Imported, to be replaced.",
  expires: "2026-12-31",
};

describe("the configuration of a check", () => {
  it("leaves the pack's levels alone by default", () => {
    expect([...configureRules({}, RULES).values()].map((each) => each.enforcementLevel)).to.deep.equal([
      "mandatory",
      "mandatory",
      "mandatory",
    ]);
  });

  it("sets levels of all, of groups and of rules, the narrower the stronger", () => {
    const configured = configureRules(
      { all: "advisory", groups: { encryption: "disabled" }, rules: { "platform-key": "mandatory" } },
      RULES,
    );
    expect(
      Object.fromEntries([...configured].map(([name, each]) => [name, each.enforcementLevel])),
    ).to.deep.equal({
      "key-rotation": "disabled",
      "platform-key": "mandatory",
      "glue-table-format": "advisory",
    });
  });

  it("gives each rule its own waivers", () => {
    const { rule: _rule, ...own } = waiver;
    const configured = configureRules({ waivers: [waiver] }, RULES);
    expect(configured.get("key-rotation")?.waivers).to.deep.equal([own]);
    expect(configured.get("platform-key")?.waivers).to.equal(undefined);
  });

  it("names every mistake at once", () => {
    const wrong = {
      rules: { "key-rotatoin": "advisory" },
      groups: { crypto: "disabled" },
      waivers: [{ ...waiver, rule: "x" }],
    };
    expect(() => configureRules(wrong, RULES))
      .to.throw(CheckConfigurationError)
      .with.property("message")
      .that.contains('rules.key-rotatoin: there is no "key-rotatoin"')
      .and.contains("groups.crypto")
      .and.contains("waivers.0.rule");
  });

  it("turns remedies on by their names, and by no level of all or of a group", () => {
    const rules = [...RULES, { name: "remedy-bucket-key", group: "remedy", level: "disabled" } as const];
    const level = (configuration: object) =>
      configureRules(configuration, rules).get("remedy-bucket-key")?.enforcementLevel;
    expect(level({})).to.equal("disabled");
    expect(level({ all: "mandatory" })).to.equal("disabled");
    expect(level({ remedies: ["remedy-bucket-key"] })).to.equal("remediate");
    for (const wrong of [
      { remedies: ["key-rotation"] },
      { rules: { "remedy-bucket-key": "mandatory" } },
      { groups: { remedy: "mandatory" } },
    ]) {
      expect(() => configureRules(wrong, rules)).to.throw(CheckConfigurationError, "there is no");
    }
  });

  it("refuses levels, reasons and days that are none", () => {
    const wrong = { all: "off", waivers: [{ ...waiver, reason: "no", expires: "31.12.2026" }], extra: 1 };
    expect(() => configureRules(wrong, RULES))
      .to.throw(CheckConfigurationError)
      .with.property("message")
      .that.contains("all: ")
      .and.contains("waivers.0.reason")
      .and.contains("waivers.0.expires")
      .and.contains("extra");
  });
});

describe("the configuration file of a stack", () => {
  const root = mkdtempSync(join(tmpdir(), "naru-check-"));
  const write = (stack: string, text: string) => writeFileSync(join(root, "policies", `${stack}.yaml`), text);
  before(() => mkdirSync(join(root, "policies")));
  after(() => rmSync(root, { recursive: true }));

  it("may be missing or empty", () => {
    write("empty", "# nothing yet\n");
    expect(readCheckConfiguration(root, "dev")).to.deep.equal({});
    expect(readCheckConfiguration(root, "empty")).to.deep.equal({});
  });

  it("is YAML, days included", () => {
    write(
      "dev",
      `waivers:\n  - { rule: key-rotation, resource: "*::old", reason: "Imported.....", expires: 2026-12-31 }\n`,
    );
    const configuration = readCheckConfiguration(root, "dev");
    expect(configureRules(configuration, RULES).get("key-rotation")?.waivers?.[0].expires).to.equal(
      "2026-12-31",
    );
  });

  it("reads the example of docs/policies.md", () => {
    const docs = readFileSync(join(__dirname, "../../../docs/policies.md"), "utf8");
    write("example", /```yaml\n([\s\S]*?)```/.exec(docs)![1]);
    const rules = policiesOf(POLICY_RULES).map(({ name, tags }) => ({
      name,
      group: tags![0],
      level: "mandatory" as const,
    }));
    const configured = configureRules(readCheckConfiguration(root, "example"), rules);
    expect(configured.get("key-rotation")?.waivers).to.have.length(1);
    expect(configured.get("glue-table-format")?.enforcementLevel).to.equal("advisory");
  });

  it("is named with the line where it is no YAML", () => {
    write("prod", "rules: [");
    expect(() => readCheckConfiguration(root, "prod")).to.throw(
      CheckConfigurationError,
      /policies\/prod\.yaml: .*line 1/s,
    );
  });
});

describe("the report of a check", () => {
  const finding: CheckFinding = {
    rule: "key-rotation",
    group: "encryption",
    severity: "medium",
    level: "mandatory",
    urn: "urn:pulumi:dev::naru::aws:kms/key:Key::data",
    resource: "data",
    problem: "enableKeyRotation must be true.",
    fix: "Set it.",
    reference: "FSBP KMS.4",
  };
  const result: CheckResult = {
    rules: [],
    ok: false,
    project: "naru",
    stack: "dev",
    pack: { name: "naru-data-platform", version: "0.1.0", rules: 18 },
    resources: 174,
    violations: [{ ...finding, severity: "critical", rule: "role-crossing" }, finding],
    warnings: [],
    undecided: [],
    remedied: [],
    milliseconds: { start: 700, total: 1234 },
  };

  it("names what remedies changed", () => {
    const remedied = [{ remedy: "remedy-bucket-key", urn: "urn", resource: "lake-raw" }];
    expect(formatReport({ ...result, remedied })).to.contain("Remedied (1)\n    remedy-bucket-key: lake-raw");
  });

  it("groups by severity and ends with the counts and the time", () => {
    const lines = formatReport(result).split("\n");
    expect(lines[0]).to.equal("Violations (2)");
    expect(lines.filter((line) => /^ {2}[A-Z]+$/.test(line))).to.deep.equal(["  CRITICAL", "  MEDIUM"]);
    expect(lines).to.include("    key-rotation: data [FSBP KMS.4]");
    expect(lines).to.include("      Fix: Set it.");
    expect(lines[lines.length - 1]).to.equal(
      "FAILED naru/dev: 2 violations, 0 warnings, 0 undecided; 174 resources against 18 rules of naru-data-platform 0.1.0 in 1.2 s",
    );
  });

  it("tells the line that makes a resource, and a fix once for all that a rule says of it", () => {
    const [first] = result.violations;
    const twice = { ...result, violations: [first!, { ...first!, problem: "It is also too short." }] };
    const report = formatReport(twice, () => ({ file: "components/keys.ts", line: 7 }));
    expect(report).to.contain("Violations (2)").and.contain(" components/keys.ts:7\n");
    expect(report).to.contain("\n      It is also too short.\n      Fix: ");
    expect(report.split("Fix: ")).to.have.length(2);
  });

  it("is one line when nothing is wrong", () => {
    expect(formatReport({ ...result, ok: true, violations: [] })).to.match(
      /^PASSED naru\/dev: 0 violations.*$/,
    );
  });
});
