import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { evaluate, policiesOf } from "../../../policies/model/pack";
import { violation, type Finding, type ResourceRule, type Rule } from "../../../policies/model/rule";
import { applyWaivers } from "../../../policies/model/waiver";
import { RULES } from "../../../policies/rules";
import { goodPlan } from "../../policy/plan";
import { stackOf } from "./evaluation";

const POLICIES = resolve(__dirname, "../../../policies");

describe("the pack", () => {
  it("serves every rule that the folders hold", () => {
    const groups = readdirSync(POLICIES, { withFileTypes: true })
      .filter((each) => each.isDirectory() && !["model", "dist"].includes(each.name))
      .map(({ name }) => name);
    const files = groups.flatMap((group) =>
      readdirSync(resolve(POLICIES, group)).flatMap((file) =>
        Object.values(require(resolve(POLICIES, group, file)) as Record<string, unknown>)
          .filter((value): value is Rule => typeof value === "object" && value !== null && "check" in value)
          .map((rule) => `${group}/${file.replace(/\.ts$/, "")} ${rule.group}/${rule.name}`),
      ),
    );
    expect(files).to.have.members(
      RULES.map((rule) => `${rule.group}/${rule.name} ${rule.group}/${rule.name}`),
    );
  });

  it("describes each rule in full", () => {
    for (const policy of policiesOf(RULES).slice(0, RULES.length)) {
      expect(policy.enforcementLevel, policy.name).to.equal("mandatory");
      expect(policy.severity, policy.name).to.be.a("string");
      expect(policy.framework?.reference, policy.name).to.match(/^(PIPA|ISMS-P|FSBP|Naru) /);
      expect(policy.remediationSteps, policy.name).to.have.length.greaterThan(20);
      expect(policy.url ?? "https://", policy.name).to.match(/^https:\/\//);
    }
  });

  it("is described in docs/policies.md, rule by rule", () => {
    const rows = readFileSync(resolve(POLICIES, "../docs/policies.md"), "utf8")
      .split("\n")
      .filter((line) => /^\| `[a-z-]+` \| (critical|high|medium|low)/.test(line))
      .map((line) => line.replace(/ +/g, " "));
    expect(rows).to.have.members(
      RULES.map(
        (rule) =>
          `| \`${rule.name}\` | ${rule.severity} | ${rule.description} | ${rule.framework.reference} |`,
      ),
    );
  });

  it("turns what a rule throws into a violation without the message, which may hold values", () => {
    const broken: ResourceRule = {
      ...(RULES.find((rule) => rule.scope === "resource") as ResourceRule),
      types: ["aws:s3/bucket:Bucket"],
      check: () => {
        throw new TypeError("value 9d2f");
      },
    };
    const bucket = stackOf(goodPlan()).ofType("aws:s3/bucket:Bucket")[0];
    const [finding] = evaluate(broken, bucket);
    expect(finding.outcome).to.equal("violation");
    expect(finding.problem).to.contain("TypeError").and.not.contain("9d2f");
  });
});

describe("waivers", () => {
  const urn = "urn:pulumi:dev::naru::aws:sns/topic:Topic::alarms";
  const findings: Finding[] = [violation({ urn, name: "alarms" }, "It is broken.", "Mend it.")];
  const reason = "The topic carries no data of the platform.";
  const today = new Date("2026-05-01T12:00:00Z");
  const apply = (...waivers: unknown[]) => applyWaivers(findings, { waivers }, today);

  it("cover the resource that they name, to the end of their last day", () => {
    expect(apply({ resource: urn, reason, expires: "2026-05-01" })).to.deep.equal([]);
    expect(apply({ resource: "*::aws:sns/topic:Topic::*", reason, expires: "2027-01-01" })).to.deep.equal([]);
  });

  it("cover nothing else", () => {
    expect(apply({ resource: "*::other", reason, expires: "2027-01-01" })).to.deep.equal(findings);
  });

  it("end, and the finding says so", () => {
    const [finding] = apply({ resource: urn, reason, expires: "2026-04-30" });
    expect(finding.problem).to.equal("It is broken. (Its waiver ended on 2026-04-30.)");
  });

  it("are void without a reason or an end", () => {
    expect(apply({ resource: urn, reason: "because", expires: "2027-01-01" })[0].problem).to.contain(
      "gives no reason",
    );
    expect(apply({ resource: urn, reason, expires: "never" })[0].problem).to.contain("YYYY-MM-DD");
    expect(apply({ resource: urn, reason })[0].problem).to.contain("YYYY-MM-DD");
  });

  it("may be renewed beside the one that ended", () => {
    const ended = { resource: urn, reason, expires: "2026-04-30" };
    expect(apply(ended, { ...ended, expires: "2026-08-01" })).to.deep.equal([]);
  });
});
