import { expect } from "chai";
import type { Facts } from "./iam/conditions";
import type { PolicyStatement } from "./iam/decision";
import { keyFindings, missingRights, roleRights, unjudgedKeys } from "./iam/key-findings";
import { ENCRYPT } from "./iam/key-use";
import { keyUses } from "./iam/key-uses";
import {
  ACCOUNT,
  ADMINISTRATOR,
  ask,
  recordPlatform,
  REGION,
  roleArn,
  type Platform,
  type Role,
} from "./iam/platform";

/** The three stacks as they come, and dev with what settings can add to it. */
const STACKS: Readonly<Record<string, [stack: string, config?: Record<string, string>]>> = {
  local: ["local"],
  dev: ["dev"],
  "prod, in its network": ["prod"],
  "dev on Glue, with a crawler by events": [
    "dev",
    {
      "naru:etl": "glue",
      "naru:crawlers": '[{"name":"ratings","zone":"curated","folder":"partner/ratings/","mode":"events"}]',
    },
  ],
  "dev that governs its account and prepares data": [
    "dev",
    {
      "naru:accountGovernance": "true",
      "naru:lakeAdmins": `["arn:aws:iam::${ACCOUNT}:role/deploy"]`,
      "naru:dataPreparations": '["docs/examples/track-popularity.preparation.yaml"]',
    },
  ],
};

for (const [title, [stack, config]] of Object.entries(STACKS)) {
  describe(`rights on keys, ${title}`, function () {
    this.timeout(60_000);
    let platform: Platform;

    before(async () => {
      platform = await recordPlatform(stack, config);
    });

    it("are enough for every use, and nobody has one without a use", () => {
      expect(keyUses(platform).length).to.be.greaterThan(60);
      expect(keyFindings(platform)).to.deep.equal([]);
    });

    it("are judged wherever a resource names a key", () => {
      expect(unjudgedKeys(platform)).to.deep.equal([]);
    });

    it("are each missed, when one is taken from a role, with role, action and key", () => {
      const uses = keyUses(platform);
      let taken = 0;
      for (const role of platform.roles) {
        for (const { action, key } of roleRights(platform, role)) {
          const findings = missingRights(without(platform, role, action, key), uses);
          expect(
            findings.filter((text) => text.startsWith(`${role.name} needs ${action} on ${key} for `)),
            `${action} on ${key}, taken from ${role.name}`,
          ).not.to.be.empty;
          expect(findings.filter((text) => !text.startsWith(`${role.name} needs `))).to.deep.equal([]);
          taken += 1;
        }
      }
      expect(taken).to.be.greaterThan(20);
    });

    it("make pseudonyms in the hands of two roles, and of no administrator or service", () => {
      const asking = [...platform.roles, ADMINISTRATOR];
      const makers = asking.filter(({ arn }) => may(platform, arn, "kms:GenerateMac", "pseudonym"));
      expect(makers.map(({ name }) => name)).to.have.members(["pseudonymiser", "pseudonymise-lms-requests"]);
      for (const action of ["kms:VerifyMac", "kms:CreateGrant", "kms:Decrypt"]) {
        expect(asking.filter(({ arn }) => may(platform, arn, action, "pseudonym"))).to.deep.equal([]);
      }
      for (const service of ["lambda", "firehose", "emr-serverless", "s3", `logs.${REGION}`]) {
        const caller = { service: `${service}.amazonaws.com` };
        expect(
          ask(platform, { caller, action: "kms:GenerateMac", resource: key(platform, "pseudonym") }).allowed,
        ).to.equal(false);
      }
    });

    it("turn pseudonyms back in the hands of two roles, and of no administrator", () => {
      for (const action of ENCRYPT) {
        expect(may(platform, ADMINISTRATOR.arn, action, "reidentification"), action).to.equal(false);
      }
    });

    it("are handed on by no administrator, but to services for what they hold", () => {
      for (const { name } of platform.keys) {
        const held = name !== "pseudonym" && name !== "reidentification";
        expect(may(platform, ADMINISTRATOR.arn, "kms:CreateGrant", name), name).to.equal(false);
        const facts = { "kms:GrantIsForAWSResource": "true" };
        expect(may(platform, ADMINISTRATOR.arn, "kms:CreateGrant", name, facts), name).to.equal(held);
      }
    });

    it("leave every key's policy to whom the account's IAM lets, so that nobody is locked out", () => {
      for (const { name } of platform.keys) {
        for (const action of [
          "kms:PutKeyPolicy",
          "kms:GetKeyPolicy",
          "kms:ScheduleKeyDeletion",
          "kms:TagResource",
        ]) {
          expect(may(platform, ADMINISTRATOR.arn, action, name), `${action} ${name}`).to.equal(true);
        }
      }
    });
  });
}

describe("rights on keys, changed", function () {
  this.timeout(60_000);
  let platform: Platform;

  before(async () => {
    platform = await recordPlatform("prod");
  });

  it("are missed by a service whose statement is gone from a key's policy", () => {
    const uses = keyUses(platform);
    const services: Readonly<Record<string, [key: string, service: string]>> = {
      LogGroupsOfThisAccount: ["logs", `logs.${REGION}.amazonaws.com`],
      TrailOfThisStack: ["logs", "cloudtrail.amazonaws.com"],
      InventoriesOfThisAccount: ["logs", "s3.amazonaws.com"],
      AlarmsOfThisStack: ["logs", "cloudwatch.amazonaws.com"],
      BudgetsOfThisAccount: ["logs", "budgets.amazonaws.com"],
      UndeliveredArrivals: ["landing", "events.amazonaws.com"],
      GrantsToServicesByIam: ["stream", "administrator"],
    };
    for (const [sid, [name, service]] of Object.entries(services)) {
      const changed = changeKey(platform, name, (statements) => statements.filter(({ Sid }) => Sid !== sid));
      const findings = missingRights(changed, uses);
      expect(findings, sid).not.to.be.empty;
      for (const text of findings)
        expect(text).to.match(new RegExp(`^${service} needs kms:\\w+ on ${name} for `));
    }
  });

  it("are missed by everybody where a key's policy leaves nothing to IAM", () => {
    const changed = changeKey(platform, "lake", (statements) =>
      statements.filter(({ Sid }) => Sid !== "UseByIam"),
    );
    expect(missingRights(changed, keyUses(platform))).to.include(
      "analyst needs kms:Decrypt on lake for s3:GetObject arn:aws:s3:::naru-prod-raw-123456789012-ap-northeast-2/" +
        "lms/requests/x: the key's policy does not leave it to IAM",
    );
  });

  it("are told as needless where a role gets one more", () => {
    const more = (Resource: string, Action: string): PolicyStatement => ({
      Effect: "Allow",
      Action,
      Resource,
    });
    const changed = changeRole(platform, "analyst", (statements) => [
      ...statements,
      more(key(platform, "landing"), "kms:Decrypt"),
      // The key's own policy refuses this one, whatever IAM says.
      more(key(platform, "pseudonym"), "kms:GenerateMac"),
    ]);
    expect(keyFindings(changed)).to.deep.equal(["analyst has kms:Decrypt on landing, and no use for it"]);
  });

  it("reach the pseudonymiser that a setting names, once IAM lets it too", async () => {
    const shipper: Role = { ...ADMINISTRATOR, arn: roleArn("shipper"), name: "shipper" };
    const named = await recordPlatform("dev", { "naru:pseudonymisers": `["${shipper.arn}"]` });
    expect(may(named, shipper.arn, "kms:GenerateMac", "pseudonym")).to.equal(false);
    const withIt = { ...named, roles: [...named.roles, shipper] };
    expect(may(withIt, shipper.arn, "kms:GenerateMac", "pseudonym")).to.equal(true);
  });

  it("are in named administrators' hands only, where a setting names some", async () => {
    const named = await recordPlatform("dev", { "naru:keyAdmins": `["${ADMINISTRATOR.arn}"]` });
    const other: Role = { ...ADMINISTRATOR, arn: roleArn("other"), name: "other" };
    const both = { ...named, roles: [...named.roles, other] };
    for (const { name } of named.keys) {
      expect(may(both, ADMINISTRATOR.arn, "kms:PutKeyPolicy", name), name).to.equal(true);
      expect(may(both, other.arn, "kms:PutKeyPolicy", name), name).to.equal(false);
      expect(may(both, other.arn, "kms:GetKeyPolicy", name), name).to.equal(true);
    }
  });
});

const key = ({ keys }: Platform, name: string): string => keys.find((each) => each.name === name)!.arn;

function may(platform: Platform, role: string, action: string, name: string, facts: Facts = {}): boolean {
  return ask(platform, { caller: { role }, action, resource: key(platform, name), facts }).allowed;
}

type Change = (statements: readonly PolicyStatement[]) => readonly PolicyStatement[];

function changeRole(platform: Platform, name: string, change: Change): Platform {
  const roles = platform.roles.map((role) =>
    role.name === name ? { ...role, statements: change(role.statements) } : role,
  );
  return { ...platform, roles };
}

function changeKey(platform: Platform, name: string, change: Change): Platform {
  const keys = platform.keys.map((each) =>
    each.name === name ? { ...each, statements: change(each.statements) } : each,
  );
  return { ...platform, keys };
}

/** The stack with one action on one key taken from a role, wherever its policy states it. */
function without(platform: Platform, { name }: Role, action: string, keyName: string): Platform {
  const arn = key(platform, keyName);
  return changeRole(platform, name, (statements) =>
    statements.flatMap((statement) => {
      const others = [statement.Resource ?? []].flat().filter((resource) => resource !== arn);
      const isOfKey = [statement.Resource ?? []].flat().includes(arn);
      if (!isOfKey || ![statement.Action].flat().includes(action)) return [statement];
      const Action = [statement.Action].flat().filter((each) => each !== action);
      return [
        ...(Action.length > 0 ? [{ ...statement, Action }] : []),
        ...(others.length > 0 ? [{ ...statement, Resource: others }] : []),
      ];
    }),
  );
}
