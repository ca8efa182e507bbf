import { expect } from "chai";
import type { RecordedResource } from "../../../local/recorder/recorded-resource";
import * as type from "../../../policies/model/types";
import { goodPlan, resource, secret, UNKNOWN } from "../../policy/plan";
import { ABSENT, changed, findingsOf, outcomeOf, ruleNamed, without, type Outcome } from "./evaluation";

const judge = (rule: string, plan: readonly RecordedResource[]): Outcome =>
  outcomeOf(findingsOf(ruleNamed(rule), plan));

describe("side-cars of buckets", () => {
  const SIDE_CARS = {
    "bucket-encryption": "encryption",
    "bucket-public-access": "public-access",
    "bucket-tls-only": "policy",
  };
  for (const [rule, sideCar] of Object.entries(SIDE_CARS)) {
    it(`${rule} misses a side-car that is not there, and names the bucket`, () => {
      const [finding] = findingsOf(ruleNamed(rule), without(goodPlan(), `landing-${sideCar}`));
      expect(finding).to.include({ outcome: "violation" });
      expect(finding.resource.name).to.equal("landing");
    });
  }

  it("are not counted for a bucket that they do not name", () => {
    const plan = changed(goodPlan(), "landing-policy", ["bucket"], "plan-other");
    expect(judge("bucket-tls-only", plan)).to.equal("violation");
  });

  it("let buckets of logs be encrypted by S3, as its log delivery asks", () => {
    const plan = changed(goodPlan(), "logs", ["tags", "naru:data-class"], "internal");
    expect(judge("bucket-encryption", plan)).to.equal("violation");
    const byS3 = ["rules", 0, "applyServerSideEncryptionByDefault", "sseAlgorithm"];
    const audit = changed(goodPlan(), "audit-encryption", byS3, "AES256");
    expect(judge("bucket-encryption", audit), "logs of a trail").to.equal("violation");
  });
});

describe("what a delivery or an object is encrypted with", () => {
  const DELIVERED = ["extendedS3Configuration", "kmsKeyArn"];

  it("is its bucket's key, or one of the stack", () => {
    expect(judge("kms-encryption", changed(goodPlan(), "delivery", DELIVERED, UNKNOWN))).to.equal("pass");
    const foreign = "arn:aws:kms:ap-northeast-2:210987654321:key/1";
    expect(judge("platform-key", changed(goodPlan(), "delivery", DELIVERED, "alias/plan-data"))).to.equal(
      "pass",
    );
    expect(judge("platform-key", changed(goodPlan(), "delivery", DELIVERED, foreign))).to.equal("violation");
    const bare = changed(goodPlan(), "code", ["kmsKeyId"], ABSENT);
    expect(judge("kms-encryption", bare)).to.equal("violation");
    expect(judge("kms-encryption", changed(bare, "code", ["serverSideEncryption"], ABSENT))).to.equal("pass");
  });
});

describe("message-tls-only", () => {
  const denied = (part: string, value: unknown) =>
    judge("message-tls-only", changed(goodPlan(), "topic-policy", ["policy", "Statement", 0, part], value));

  it("wants everybody refused who publishes in clear", () => {
    expect(denied("Action", ["sns:Publish", "sns:Subscribe"])).to.equal("pass");
    expect(denied("Action", "sns:Subscribe")).to.equal("violation");
    expect(denied("Principal", { AWS: "arn:aws:iam::123456789012:role/one" })).to.equal("violation");
    expect(denied("Effect", "Allow")).to.equal("violation");
    expect(denied("Condition", { Bool: { "aws:SecureTransport": "true" } })).to.equal("violation");
    expect(denied("Condition", ABSENT)).to.equal("violation");
    expect(denied("Action", UNKNOWN)).to.equal("undecided");
    expect(denied("Action", secret("sns:Publish"))).to.equal("pass");
  });

  it("wants it of messages that come and that go, and takes a queue's own policy", () => {
    const queue = (policy: unknown, plan = goodPlan()) =>
      judge("message-tls-only", changed(plan, "queue-policy", ["policy"], policy));
    const statement = {
      ...{ Effect: "Deny", Principal: "*", Action: "sqs:*", Resource: "*" },
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    };
    const text = (...actions: string[]) => JSON.stringify({ Statement: { ...statement, Action: actions } });
    expect(queue(text("sqs:SendMessage", "sqs:ReceiveMessage"))).to.equal("pass");
    expect(queue(text("sqs:SendMessage"))).to.equal("violation");
    expect(queue(UNKNOWN)).to.equal("undecided");
    expect(queue(42)).to.equal("violation");
    const own = changed(goodPlan(), "queue", ["policy"], text("sqs:*"));
    expect(queue(text("sqs:SendMessage"), own)).to.equal("pass");
    expect(judge("message-tls-only", without(goodPlan(), "queue-policy"))).to.equal("violation");
  });
});

describe("bucket-tls-only", () => {
  const clear = { Bool: { "aws:SecureTransport": "false" } };
  const deny = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*", Condition: clear };
  const judged = (statement: object) =>
    judge("bucket-tls-only", changed(goodPlan(), "landing-policy", ["policy"], { Statement: statement }));

  const CASES: readonly [string, object, Outcome][] = [
    ["a single statement", deny, "pass"],
    ["principals as a map", { ...deny, Principal: { AWS: "*" } }, "pass"],
    [
      "a boolean instead of its name",
      { ...deny, Condition: { Bool: { "aws:SecureTransport": false } } },
      "pass",
    ],
    [
      "requests with TLS denied",
      { ...deny, Condition: { Bool: { "aws:SecureTransport": "true" } } },
      "violation",
    ],
    [
      "a further condition",
      { ...deny, Condition: { ...clear, StringEquals: { "aws:PrincipalTag/a": "b" } } },
      "violation",
    ],
    ["reading only", { ...deny, Action: "s3:GetObject" }, "violation"],
    ["one principal only", { ...deny, Principal: { AWS: "arn:aws:iam::123456789012:root" } }, "violation"],
  ];
  for (const [title, statement, outcome] of CASES) {
    it(`${title}: ${outcome}`, () => expect(judged(statement)).to.equal(outcome));
  }

  it("reads documents that are text", () => {
    const text = JSON.stringify({ Statement: [deny] });
    expect(judge("bucket-tls-only", changed(goodPlan(), "landing-policy", ["policy"], text))).to.equal(
      "pass",
    );
    expect(judge("bucket-tls-only", changed(goodPlan(), "landing-policy", ["policy"], "{"))).to.equal(
      "violation",
    );
  });
});

describe("platform-key", () => {
  it("can't decide an unknown key that comes from something else of the stack", () => {
    const plan = goodPlan().map((each) =>
      each.name === "topic"
        ? resource(type.TOPIC, "topic", each.inputs, { kmsMasterKeyId: [[type.ROLE, "analyst"]] })
        : each,
    );
    expect(judge("platform-key", plan)).to.equal("undecided");
  });

  it("refuses an unknown key that comes from nothing of the stack", () => {
    const plan = goodPlan().map((each) =>
      each.name === "topic" ? resource(type.TOPIC, "topic", each.inputs) : each,
    );
    expect(judge("platform-key", plan)).to.equal("violation");
  });

  it("takes a known ARN that comes from a key whose own ARN the plan leaves out", () => {
    const arn = "arn:aws:kms:ap-northeast-2:1:key/a";
    expect(judge("platform-key", changed(goodPlan(), "topic", ["kmsMasterKeyId"], arn))).to.equal("pass");
    const other = changed(goodPlan(), "data", ["arn"], "arn:aws:kms:ap-northeast-2:1:key/b");
    expect(judge("platform-key", changed(other, "topic", ["kmsMasterKeyId"], arn))).to.equal("violation");
  });

  it("follows aliases and knows keys by their ARN", () => {
    const withArn = changed(goodPlan(), "data", ["arn"], "arn:aws:kms:ap-northeast-2:1:key/a");
    expect(
      judge(
        "platform-key",
        changed(withArn, "topic", ["kmsMasterKeyId"], "arn:aws:kms:ap-northeast-2:1:key/a"),
      ),
    ).to.equal("pass");
    expect(
      judge("platform-key", changed(goodPlan(), "topic", ["kmsMasterKeyId"], "alias/plan-data")),
    ).to.equal("pass");
    expect(judge("platform-key", changed(goodPlan(), "topic", ["kmsMasterKeyId"], "alias/aws/sns"))).to.equal(
      "violation",
    );
  });
});

describe("kms-encryption", () => {
  it("asks no key of a function without environment", () => {
    const bare = changed(
      changed(goodPlan(), "pseudonymise", ["environment"], ABSENT),
      "pseudonymise",
      ["kmsKeyArn"],
      ABSENT,
    );
    expect(judge("kms-encryption", bare)).to.equal("pass");
  });

  it("asks no key of a log that is off", () => {
    const logs = (enabled: boolean) => ({ cloudwatchLoggingConfiguration: { enabled } });
    expect(
      judge("kms-encryption", changed(goodPlan(), "spark", ["monitoringConfiguration"], logs(false))),
    ).to.equal("pass");
    expect(
      judge("kms-encryption", changed(goodPlan(), "spark", ["monitoringConfiguration"], logs(true))),
    ).to.equal("violation");
  });

  it("lets a workgroup be that does not enforce its settings", () => {
    const path = ["configuration", "enforceWorkgroupConfiguration"];
    expect(judge("kms-encryption", changed(goodPlan(), "workgroup", path, false))).to.equal("pass");
  });
});

describe("a security configuration of Glue", () => {
  const S3 = ["encryptionConfiguration", "s3Encryption"];
  const judged = (s3Encryption: unknown) => {
    const plan = changed(goodPlan(), "security", S3, s3Encryption);
    return [judge("kms-encryption", plan), judge("platform-key", plan)];
  };

  it("may leave objects to their buckets' own keys", () => {
    expect(judged({ s3EncryptionMode: "DISABLED" })).to.deep.equal(["pass", "pass"]);
  });

  it("may not put S3's own key over them", () => {
    expect(judged({ s3EncryptionMode: "SSE-S3" })[0]).to.equal("violation");
    expect(judged({})[0]).to.equal("violation");
  });

  it("is undecided while the mode is unknown", () => {
    expect(judged({ s3EncryptionMode: UNKNOWN, kmsKeyArn: UNKNOWN })[0]).to.equal("undecided");
  });
});

describe("keys", () => {
  it("of other kinds than symmetric encryption need no rotation", () => {
    const plan = [
      ...goodPlan(),
      resource(type.KEY, "signing", { customerMasterKeySpec: "RSA_4096", keyUsage: "SIGN_VERIFY" }),
    ];
    expect(judge("key-rotation", plan)).to.equal("pass");
  });

  const grant = (Principal: unknown, more: object = {}) => ({
    Effect: "Allow",
    Principal,
    Action: "kms:*",
    Resource: "*",
    ...more,
  });
  const policies: readonly [string, object, Outcome][] = [
    ["a wildcard among others", grant({ AWS: ["arn:aws:iam::1:root", "*"] }), "violation"],
    [
      "a wildcard that a condition narrows",
      grant("*", { Condition: { StringEquals: { "kms:CallerAccount": "1" } } }),
      "violation",
    ],
    [
      "everyone but one",
      { Effect: "Allow", NotPrincipal: { AWS: "arn:aws:iam::1:root" }, Action: "kms:*" },
      "violation",
    ],
    ["a wildcard that is denied", grant("*", { Effect: "Deny" }), "pass"],
    ["a principal that is not known", grant({ AWS: UNKNOWN }), "undecided"],
  ];
  for (const [title, statement, outcome] of policies) {
    it(`with a policy for ${title}: ${outcome}`, () => {
      const plan = changed(goodPlan(), "data", ["policy"], { Statement: [statement] });
      expect(judge("key-policy-principals", plan)).to.equal(outcome);
    });
  }
});

describe("pseudonymiser-key", () => {
  it("refuses key material in the environment, and lets names of keys be", () => {
    const set = (name: string, value: string) =>
      judge(
        "pseudonymiser-key",
        changed(goodPlan(), "pseudonymise", ["environment", "variables", name], value),
      );
    expect(set("HASH_SALT", "0123456789abcdef")).to.equal("violation");
    expect(set("HMAC_KEY", "0123456789abcdef")).to.equal("violation");
    expect(set("DATA_SET", "lms.requests")).to.equal("pass");
    expect(set("SECRET_ARN", "arn:aws:secretsmanager:ap-northeast-2:1:secret:a")).to.equal("pass");
  });

  it("is at ease with the key's alias", () => {
    const alias = resource(
      type.KEY_ALIAS,
      "pseudonym-alias",
      { name: "alias/plan-pseudonym", targetKeyId: UNKNOWN },
      { targetKeyId: [[type.KEY, "pseudonym"]] },
    );
    const path = ["environment", "variables", "PSEUDONYM_KEY_ID"];
    expect(
      judge(
        "pseudonymiser-key",
        changed([...goodPlan(), alias], "pseudonymise", path, "alias/plan-pseudonym"),
      ),
    ).to.equal("pass");
  });
});
