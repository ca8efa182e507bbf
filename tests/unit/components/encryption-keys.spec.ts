import { expect } from "chai";
import { EncryptionKeys, type EncryptionKeysArgs } from "../../../components/aws";
import { keyDecision, type RequestFacts } from "./key-decision";
import { contextWith, CONTRACTS, mocked, refusal, type MockedStack } from "./mocks";

const KEY = "aws:kms/key:Key";
const DOMAINS = ["landing", "lake", "stream", "logs", "reidentification", "pseudonym"];
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const JOBS = role("naru-test-pseudonymiser");
const FUNCTION = role("naru-test-pseudonymise-lms-requests");
const REIDENTIFIER = role("naru-test-reidentifier");
const ADMIN = role("key-admin");
/** Somebody whom IAM allows everything. */
const POWERFUL = role("administrator");

const make = (changes: Partial<EncryptionKeysArgs> = {}, protectData = false) =>
  new EncryptionKeys("keys", contextWith({ protectData }), { contracts: CONTRACTS, ...changes });

describe("EncryptionKeys", () => {
  let stack: MockedStack;
  const policyOf = (domain: string) => JSON.parse(stack.one(KEY, `keys-${domain}`).inputs.policy);

  before(async () => {
    stack = await mocked(() => make());
  });

  it("makes a key and an alias for each domain, below itself", () => {
    expect(stack.of(KEY).map(({ name }) => name)).to.have.members(DOMAINS.map((domain) => `keys-${domain}`));
    expect(stack.of("aws:kms/alias:Alias").map(({ inputs }) => inputs.name)).to.have.members(
      DOMAINS.map((domain) => `alias/naru-test-${domain}`),
    );
    for (const { parent } of stack.resources.filter(({ custom }) => custom)) expect(parent).to.equal("keys");
  });

  it("rotates every key but that of the pseudonyms, which is an HMAC key", () => {
    for (const domain of DOMAINS.slice(0, -1)) {
      expect(stack.one(KEY, `keys-${domain}`).inputs.enableKeyRotation).to.equal(true);
    }
    const { inputs } = stack.one(KEY, "keys-pseudonym");
    expect(inputs).to.include({ keyUsage: "GENERATE_VERIFY_MAC", customerMasterKeySpec: "HMAC_256" });
    expect(inputs).not.to.have.property("enableKeyRotation");
  });

  it("waits the longest before a key is gone", () => {
    for (const { inputs } of stack.of(KEY)) expect(inputs.deletionWindowInDays).to.equal(30);
  });

  it("allows no principal but this account, and the services that write as themselves, in its own name", () => {
    const services: Partial<Record<string, string[]>> = {
      landing: ["UndeliveredArrivals"],
      lake: ["ArrivalsForCrawlers"],
      logs: [
        ...["LogGroupsOfThisAccount", "TrailOfThisStack", "InventoriesOfThisAccount"],
        ...["FindingsOfThisStack", "AlarmsOfThisStack", "BudgetsOfThisAccount", "FailuresOfThisStack"],
      ],
    };
    const account = { AWS: "arn:aws:iam::123456789012:root" };
    for (const domain of DOMAINS) {
      const allowed = policyOf(domain).Statement.filter(
        ({ Effect }: { Effect: string }) => Effect === "Allow",
      );
      const others = allowed.filter(
        ({ Principal }: { Principal: { AWS?: string } }) => Principal.AWS === undefined,
      );
      expect(allowed.length - others.length).to.be.greaterThan(1);
      expect(others.map(({ Sid }: { Sid: string }) => Sid)).to.deep.equal(services[domain] ?? []);
      for (const { Principal } of allowed)
        if (Principal.AWS !== undefined) expect(Principal).to.deep.equal(account);
    }
    const byService = (domain: string, sid: string) =>
      policyOf(domain).Statement.find(({ Sid }: { Sid: string }) => Sid === sid);
    const logs = byService("logs", "LogGroupsOfThisAccount");
    const trail = byService("logs", "TrailOfThisStack");
    const alarms = byService("logs", "AlarmsOfThisStack");
    expect(logs.Principal).to.deep.equal({ Service: "logs.ap-northeast-2.amazonaws.com" });
    expect(logs.Condition.ArnLike).to.deep.equal({
      "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:ap-northeast-2:123456789012:*",
    });
    expect(trail.Principal).to.deep.equal({ Service: "cloudtrail.amazonaws.com" });
    expect(trail.Condition.StringEquals).to.deep.equal({
      "aws:SourceArn": "arn:aws:cloudtrail:ap-northeast-2:123456789012:trail/naru-test-audit",
    });
    const inventories = byService("logs", "InventoriesOfThisAccount");
    expect(inventories.Principal).to.deep.equal({ Service: "s3.amazonaws.com" });
    expect(inventories.Condition.StringEquals).to.deep.equal({ "aws:SourceAccount": "123456789012" });
    expect(alarms.Principal).to.deep.equal({ Service: "cloudwatch.amazonaws.com" });
    expect(alarms.Condition.StringEquals).to.deep.equal({
      "kms:EncryptionContext:aws:sns:topicArn":
        "arn:aws:sns:ap-northeast-2:123456789012:naru-test-spark-alarms",
    });
    const arrivals = byService("landing", "UndeliveredArrivals");
    expect(arrivals.Principal).to.deep.equal({ Service: "events.amazonaws.com" });
    expect(arrivals.Condition.StringEquals).to.deep.equal({
      "kms:EncryptionContext:aws:sqs:arn":
        "arn:aws:sqs:ap-northeast-2:123456789012:naru-test-spark-undelivered",
    });
  });

  describe("policies", () => {
    const may = (of: MockedStack, domain: string, caller: string, action: string, facts?: RequestFacts) =>
      keyDecision(of.one(KEY, `keys-${domain}`).inputs.policy, caller, `kms:${action}`, facts);
    const ENCRYPT = ["Encrypt", "Decrypt", "ReEncryptFrom", "GenerateDataKey"];
    const MANAGE = ["PutKeyPolicy", "ScheduleKeyDeletion", "DisableKey", "TagResource", "CreateAlias"];

    it("let the jobs and each stream's function ask for epoch keys, and nobody else, whatever IAM says", () => {
      for (const caller of [JOBS, FUNCTION])
        expect(may(stack, "pseudonym", caller, "GenerateMac")).to.equal(true);
      for (const caller of [
        POWERFUL,
        REIDENTIFIER,
        role("naru-test-pseudonymiser-2"),
        role("naru-test-analyst"),
      ]) {
        expect(may(stack, "pseudonym", caller, "GenerateMac"), caller).to.equal(false);
      }
    });

    it("let nobody test a guess, or hand the use of a key on", () => {
      for (const caller of [JOBS, FUNCTION, POWERFUL]) {
        expect(may(stack, "pseudonym", caller, "VerifyMac"), caller).to.equal(false);
        for (const domain of ["pseudonym", "reidentification"]) {
          for (const service of ["true", "false"]) {
            const facts = { "kms:GrantIsForAWSResource": service };
            expect(may(stack, domain, caller, "CreateGrant", facts), `${caller} ${domain}`).to.equal(false);
          }
        }
      }
    });

    it("let the jobs and the re-identifier use the key of what turns pseudonyms back, and nobody else", () => {
      for (const action of ENCRYPT) {
        for (const caller of [JOBS, REIDENTIFIER]) {
          expect(may(stack, "reidentification", caller, action), action).to.equal(true);
        }
        for (const caller of [POWERFUL, FUNCTION]) {
          expect(may(stack, "reidentification", caller, action), action).to.equal(false);
        }
      }
    });

    it("lock no administrator out of managing, by the account's IAM unless others are named", () => {
      for (const domain of DOMAINS) {
        for (const action of MANAGE)
          expect(may(stack, domain, POWERFUL, action), `${domain} ${action}`).to.equal(true);
      }
    });

    it("leave the use of data keys to IAM, with grants for services only", () => {
      for (const domain of ["landing", "lake", "stream", "logs"]) {
        for (const action of ENCRYPT) expect(may(stack, domain, role("any"), action)).to.equal(true);
        const grant = (service: string) =>
          may(stack, domain, role("any"), "CreateGrant", { "kms:GrantIsForAWSResource": service });
        expect([grant("true"), grant("false")]).to.deep.equal([true, false]);
      }
    });

    it("let a grant go to Macie, to decrypt the lake and nothing else", () => {
      const macie =
        "arn:aws:iam::123456789012:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie";
      const grant = (domain: string, grantee: string, operation: string) =>
        may(stack, domain, POWERFUL, "CreateGrant", {
          "kms:GranteePrincipal": grantee,
          "kms:GrantOperations": operation,
        });
      expect(grant("lake", macie, "Decrypt")).to.equal(true);
      expect(grant("lake", macie, "GenerateDataKey")).to.equal(false);
      expect(grant("lake", POWERFUL, "Decrypt")).to.equal(false);
      for (const domain of ["landing", "stream", "logs"]) {
        expect(grant(domain, macie, "Decrypt"), domain).to.equal(false);
      }
    });

    describe("with named administrators and another pseudonymiser", () => {
      const SHIPPER = role("shipper");
      let named: MockedStack;

      before(async () => {
        named = await mocked(() => make({ admins: [ADMIN], pseudonymisers: [SHIPPER] }));
      });

      it("let those manage every key, and the others only look", () => {
        for (const domain of DOMAINS) {
          for (const action of MANAGE) {
            expect(may(named, domain, ADMIN, action), `${domain} ${action}`).to.equal(true);
            expect(may(named, domain, POWERFUL, action), `${domain} ${action}`).to.equal(false);
          }
          for (const action of ["DescribeKey", "GetKeyPolicy"]) {
            expect(may(named, domain, POWERFUL, action)).to.equal(true);
          }
        }
      });

      it("let no administrator make a pseudonym or decrypt what turns one back", () => {
        expect(may(named, "pseudonym", ADMIN, "GenerateMac")).to.equal(false);
        expect(may(named, "pseudonym", ADMIN, "VerifyMac")).to.equal(false);
        for (const action of ENCRYPT) expect(may(named, "reidentification", ADMIN, action)).to.equal(false);
      });

      it("let the other pseudonymiser ask for epoch keys", () => {
        expect(may(named, "pseudonym", SHIPPER, "GenerateMac")).to.equal(true);
        expect(may(stack, "pseudonym", SHIPPER, "GenerateMac")).to.equal(false);
        expect(may(named, "pseudonym", SHIPPER, "PutKeyPolicy")).to.equal(false);
      });
    });
  });

  it("refuses principals that are not one role or user, all at once", async () => {
    const wrong = { admins: ["arn:aws:iam::123456789012:role/*"], pseudonymisers: ["*", role("shipper")] };
    expect(await refusal(() => make(wrong))).to.equal(
      'EncryptionKeys "keys" has 2 wrong argument(s):\n' +
        '  - admins[0]: is "arn:aws:iam::123456789012:role/*"; write the ARN of a role or user without wildcards, ' +
        "e.g. arn:aws:iam::123456789012:role/key-admin\n" +
        '  - pseudonymisers[0]: is "*"; write the ARN of a role or user without wildcards, ' +
        "e.g. arn:aws:iam::123456789012:role/key-admin",
    );
  });

  it("leaves keys removable in a stack without protection", () => {
    for (const key of stack.of(KEY)) expect(key).to.include({ protect: false, retainOnDelete: false });
  });

  it("guards keys where data is protected: without them the data is lost", async () => {
    const guarded = await mocked(() => make({}, true));
    expect(guarded.of(KEY)).to.have.length(DOMAINS.length);
    for (const key of guarded.of(KEY)) expect(key).to.include({ protect: true, retainOnDelete: true });
  });
});
