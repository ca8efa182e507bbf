import type { ResourceValidationArgs } from "@pulumi/policy";
import { expect } from "chai";
import { configureRules } from "../../../cli/check/check-configuration";
import { policiesOf } from "../../../policies/model/pack";
import { undecided, violation, type ResourceRule } from "../../../policies/model/rule";
import {
  configurationFaults,
  flag,
  names,
  settingIn,
  wholeNumber,
  type Setting,
} from "../../../policies/model/setting";
import { RULES } from "../../../policies/rules";

const REGIONS = names("regions", "Where data may rest.", ["ap-northeast-2"], 1);
const DAYS = wholeNumber("days", "Days to keep.", 365, 1);
const STRICT = flag("strict", "Whether it is strict.", true);
const SETTINGS: readonly Setting<unknown>[] = [REGIONS, DAYS, STRICT];

describe("settings of rules", () => {
  it("are read as they are given, and by default without them", () => {
    expect(settingIn({ regions: ["eu-west-1"] }, REGIONS)).to.deep.equal(["eu-west-1"]);
    expect(settingIn({}, REGIONS)).to.deep.equal(["ap-northeast-2"]);
    expect(settingIn({ days: 730, strict: false }, DAYS)).to.equal(730);
    expect(settingIn({ days: 730, strict: false }, STRICT)).to.equal(false);
  });

  it("count as absent when they are wrong, and that is told without the value", () => {
    const wrong = { regions: [], days: "canary-9d2f", strict: 1, regoins: ["canary-9d2f"], waivers: [] };
    expect(settingIn(wrong, REGIONS)).to.deep.equal(["ap-northeast-2"]);
    expect(configurationFaults(SETTINGS, wrong)).to.deep.equal([
      'The rule\'s setting "regions" must be a list of 1 name or more.',
      'The rule\'s setting "days" must be a whole number, 1 or more.',
      'The rule\'s setting "strict" must be true or false.',
      'The rule has no setting "regoins"; it has regions, days, strict, waivers.',
    ]);
    expect(configurationFaults(SETTINGS, { regions: ["a"], days: 1, strict: false })).to.deep.equal([]);
  });

  it("have defaults that they themselves accept, and a schema with a description", () => {
    for (const rule of RULES)
      for (const setting of rule.settings ?? []) {
        expect(setting.accepts(setting.byDefault), `${rule.name}: ${setting.key}`).to.equal(true);
        expect(setting.schema.description, `${rule.name}: ${setting.key}`)
          .to.be.a("string")
          .and.not.equal("");
      }
  });
});

describe("a policy with settings", () => {
  const rule: ResourceRule = {
    ...RULES[0]!,
    name: "days-kept",
    scope: "resource",
    types: ["aws:s3/bucket:Bucket"],
    settings: [DAYS],
    check: (resource, configuration) =>
      settingIn(configuration, DAYS) === 1
        ? [undecided(resource, "days", "Say it.")]
        : [violation(resource, `It must be ${settingIn(configuration, DAYS)} days.`, "Keep it.")],
  };
  const judge = (type: string, configuration: object): string[] => {
    const told: string[] = [];
    const emit = (message: string) => void told.push(message);
    for (const policy of policiesOf([rule])) {
      if (!("validateResource" in policy) || typeof policy.validateResource !== "function") continue;
      const args = {
        ...{ type, urn: `urn:${type}`, name: "one", props: {}, opts: { protect: false, ignoreChanges: [] } },
        getConfig: () => (policy.name === rule.name ? configuration : {}),
      };
      void policy.validateResource(args as unknown as ResourceValidationArgs, emit);
    }
    return told;
  };

  it("judges by them, and so does what collects the undecided", () => {
    expect(judge("aws:s3/bucket:Bucket", { days: 730 })).to.have.length(1);
    expect(judge("aws:s3/bucket:Bucket", { days: 730 })[0]).to.contain("It must be 730 days.");
    expect(judge("aws:s3/bucket:Bucket", { days: 1 }).join()).to.contain("days is not known in this preview");
  });

  it("says once, at the program, what is wrong with them", () => {
    expect(judge("aws:s3/bucket:Bucket", { day: 730 }).join()).to.not.contain("no setting");
    const told = judge("pulumi:pulumi:Stack", { day: 730 });
    expect(told).to.have.length(1);
    expect(told[0]).to.contain('The rule has no setting "day"; it has days, waivers.');
  });
});

describe("settings in a check's configuration", () => {
  const rules = [{ name: "days-kept", group: "cost", level: "mandatory" }] as const;

  it("reach their rule", () => {
    expect(
      configureRules({ settings: { "days-kept": { days: 730 } } }, rules).get("days-kept"),
    ).to.deep.equal({
      enforcementLevel: "mandatory",
      days: 730,
    });
  });

  it("name a rule, and neither its level nor its waivers", () => {
    const wrong = {
      settings: { "day-kept": {}, "days-kept": { waivers: [], enforcementLevel: "disabled" } },
    };
    expect(() => configureRules(wrong, rules))
      .to.throw()
      .with.property("message")
      .that.contains('settings.day-kept: there is no "day-kept"')
      .and.contains("settings.days-kept.waivers: is no setting of a rule")
      .and.contains("settings.days-kept.enforcementLevel: is no setting of a rule");
  });
});
