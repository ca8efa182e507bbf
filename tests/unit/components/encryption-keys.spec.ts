import { expect } from "chai";
import { EncryptionKeys } from "../../../components/aws";
import { contextWith, mocked, type MockedStack } from "./mocks";

const KEY = "aws:kms/key:Key";
const DOMAINS = ["landing", "lake", "stream", "logs", "pseudonym"];

describe("EncryptionKeys", () => {
  let stack: MockedStack;
  const policyOf = (domain: string) => JSON.parse(stack.one(KEY, `keys-${domain}`).inputs.policy);

  before(async () => {
    stack = await mocked(() => new EncryptionKeys("keys", contextWith()));
  });

  it("makes a key and an alias for each domain, below itself", () => {
    expect(stack.of(KEY).map(({ name }) => name)).to.have.members(DOMAINS.map((domain) => `keys-${domain}`));
    expect(stack.of("aws:kms/alias:Alias").map(({ inputs }) => inputs.name)).to.have.members(
      DOMAINS.map((domain) => `alias/naru-test-${domain}`),
    );
    for (const { parent } of stack.resources.filter(({ custom }) => custom)) expect(parent).to.equal("keys");
  });

  it("rotates every key but that of the pseudonyms, which is an HMAC key", () => {
    for (const domain of DOMAINS.slice(0, 4)) {
      expect(stack.one(KEY, `keys-${domain}`).inputs.enableKeyRotation).to.equal(true);
    }
    const { inputs } = stack.one(KEY, "keys-pseudonym");
    expect(inputs).to.include({ keyUsage: "GENERATE_VERIFY_MAC", customerMasterKeySpec: "HMAC_256" });
    expect(inputs).not.to.have.property("enableKeyRotation");
  });

  it("waits the longest before a key is gone", () => {
    for (const { inputs } of stack.of(KEY)) expect(inputs.deletionWindowInDays).to.equal(30);
  });

  it("names no principal but this account, and for logs the region's service with this account's groups", () => {
    for (const domain of DOMAINS) {
      const [account, ...others] = policyOf(domain).Statement;
      expect(account.Principal).to.deep.equal({ AWS: "arn:aws:iam::123456789012:root" });
      expect(others).to.have.length(domain === "logs" ? 1 : 0);
    }
    const [, logs] = policyOf("logs").Statement;
    expect(logs.Principal).to.deep.equal({ Service: "logs.ap-northeast-2.amazonaws.com" });
    expect(logs.Condition.ArnLike).to.deep.equal({
      "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:ap-northeast-2:123456789012:*",
    });
  });

  it("leaves keys removable in a stack without protection", () => {
    for (const key of stack.of(KEY)) expect(key).to.include({ protect: false, retainOnDelete: false });
  });

  it("guards keys where data is protected: without them the data is lost", async () => {
    const guarded = await mocked(() => new EncryptionKeys("keys", contextWith({ protectData: true })));
    expect(guarded.of(KEY)).to.have.length(5);
    for (const key of guarded.of(KEY)) expect(key).to.include({ protect: true, retainOnDelete: true });
  });
});
