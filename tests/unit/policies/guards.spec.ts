import { expect } from "chai";
import type { RecordedResource } from "../../../local/recorder/recorded-resource";
import { evaluate } from "../../../policies/model/pack";
import * as type from "../../../policies/model/types";
import { goodPlan, resource, secret, UNKNOWN, urn } from "../../policy/plan";
import { ABSENT, changed, outcomeOf, ruleNamed, stackOf, without, type Outcome } from "./evaluation";

function judge(rule: string, plan: readonly RecordedResource[], configuration = {}): Outcome {
  const stack = stackOf(plan);
  const subjects = ruleNamed(rule).scope === "stack" ? [stack] : stack.resources;
  return outcomeOf(subjects.flatMap((each) => evaluate(ruleNamed(rule), each, configuration)));
}

describe("required-tags", () => {
  const bucket = (inputs: Record<string, unknown>, configuration = {}) =>
    judge("required-tags", [resource(type.BUCKET, "one", inputs)], configuration);

  it("takes the tags of the resource and of the provider", () => {
    expect(bucket({ tags: { "naru:stack": "a", "naru:owner": "b" } })).to.equal("pass");
    expect(bucket({ tags: { "naru:stack": "a" }, tagsAll: { "naru:owner": "b" } })).to.equal("pass");
    expect(bucket({ tags: { "naru:stack": "a", "naru:owner": secret("b") } })).to.equal("pass");
    expect(bucket({ tags: { "naru:stack": "a" } })).to.equal("violation");
    expect(bucket({})).to.equal("violation");
    expect(bucket({ tags: UNKNOWN })).to.equal("undecided");
  });

  it("goes by the configuration", () => {
    expect(bucket({ tags: { team: "a" } }, { tags: ["team"] })).to.equal("pass");
    expect(bucket({ tags: { "naru:stack": "a", "naru:owner": "b" } }, { tags: ["team"] })).to.equal(
      "violation",
    );
  });
});

describe("key-deletion", () => {
  const key = (inputs: Record<string, unknown>, configuration = {}, of: string = type.KEY) =>
    judge("key-deletion", [resource(of, "one", inputs)], configuration);

  it("wants keys enabled, manageable, and a month to call them back", () => {
    expect(key({})).to.equal("pass");
    expect(key({ deletionWindowInDays: 7 })).to.equal("violation");
    expect(key({ deletionWindowInDays: 7 }, { days: 7 })).to.equal("pass");
    expect(key({ isEnabled: false })).to.equal("violation");
    expect(key({ isEnabled: UNKNOWN })).to.equal("undecided");
    expect(key({ bypassPolicyLockoutSafetyCheck: true })).to.equal("violation");
    expect(key({ enabled: false }, {}, "aws:kms/replicaKey:ReplicaKey")).to.equal("violation");
  });
});

describe("key-separation", () => {
  const keyed = (name: string, ...keys: string[]) =>
    goodPlan().map((each) =>
      each.name === name
        ? {
            ...each,
            propertyDependencies: {
              ...each.propertyDependencies,
              [name === "events" ? "kmsKeyId" : "rules"]: keys.map((key) => urn(type.KEY, key)),
            },
          }
        : each,
    );

  it("holds for streams too", () => {
    expect(judge("key-separation", keyed("events", "closed-key"))).to.equal("pass");
    // The stream stands in the closed zone; landing's key may be its own.
    expect(judge("key-separation", keyed("events", "data"))).to.equal("violation");
  });

  it("is undecided where one of several keys is meant", () => {
    expect(judge("key-separation", keyed("landing-encryption", "closed-key", "data"))).to.equal("undecided");
  });
});

describe("closed-bucket-readers", () => {
  const STATEMENT = ["policy", "Statement", 1] as const;

  it("wants named roles, and not merely few", () => {
    const denied = (part: string, value: unknown) =>
      judge("closed-bucket-readers", changed(goodPlan(), "landing-policy", [...STATEMENT, part], value));
    expect(denied("Condition", { ArnNotLike: { "aws:PrincipalArn": "*" } })).to.equal("violation");
    expect(denied("Condition", { StringNotEquals: { "aws:SourceVpce": "vpce-1" } })).to.equal("violation");
    expect(denied("Effect", "Allow")).to.equal("violation");
    expect(denied("Action", "s3:ListBucket")).to.equal("violation");
    const reading = ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectVersionForReplication"];
    expect(denied("Action", reading)).to.equal("pass");
    expect(denied("Action", reading.slice(0, 2))).to.equal("violation");
  });

  it("is undecided where a denial's actions or principals are not known", () => {
    const denied = (part: string, value: unknown) =>
      judge("closed-bucket-readers", changed(goodPlan(), "landing-policy", [...STATEMENT, part], value));
    expect(denied("Action", UNKNOWN)).to.equal("undecided");
    expect(denied("Action", ["s3:GetObject", UNKNOWN])).to.equal("undecided");
    expect(denied("Action", ["s3:GetObject*", UNKNOWN])).to.equal("pass");
    expect(denied("Principal", UNKNOWN)).to.equal("undecided");
    expect(denied("Principal", { AWS: ["arn:aws:iam::123456789012:role/one"] })).to.equal("violation");
  });

  it("takes several statements together", () => {
    const landing = (name: string) => `arn:aws:s3:::plan-landing/${name}`;
    const stack = (...except: string[]) => {
      const plan = changed(goodPlan(), "landing-policy", [...STATEMENT, "NotResource"], except.map(landing));
      const open = changed(plan, "landing-policy", [...STATEMENT, "Resource"], ABSENT);
      const imports = {
        ...{ Effect: "Deny", Principal: "*", Action: "s3:GetObject*", Resource: landing("imports/*") },
        Condition: { ArnNotEquals: { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/import" } },
      };
      return changed(open, "landing-policy", ["policy", "Statement", 2], imports);
    };
    expect(judge("closed-bucket-readers", stack("imports/a/*"))).to.equal("pass");
    expect(judge("closed-bucket-readers", stack("imports/a/*", "exports/*"))).to.equal("violation");
    expect(judge("closed-bucket-readers", stack("*"))).to.equal("violation");
  });

  it("misses a policy that is not there, and refuses a website", () => {
    expect(judge("closed-bucket-readers", without(goodPlan(), "landing-policy"))).to.equal("violation");
    const website = resource("aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration", "site", {
      bucket: "plan-landing",
    });
    expect(judge("closed-bucket-readers", [...goodPlan(), website])).to.equal("violation");
  });
});

describe("closed-bucket-writers", () => {
  const STATEMENT = ["policy", "Statement", 2] as const;
  const denied = (part: string, value: unknown, policy = "landing-policy") =>
    judge("closed-bucket-writers", changed(goodPlan(), policy, [...STATEMENT, part], value));
  const writers = (arn: unknown) => ({ ArnNotEquals: { "aws:PrincipalArn": arn } });

  it("wants named roles, for objects and for replicas", () => {
    expect(denied("Action", ["s3:PutObject", "s3:ReplicateObject"])).to.equal("pass");
    expect(denied("Action", "s3:PutObject")).to.equal("violation");
    expect(denied("Action", "s3:ReplicateObject")).to.equal("violation");
    expect(denied("Condition", writers(["arn:aws:iam::123456789012:role/loader"]))).to.equal("pass");
    expect(denied("Condition", writers("*"))).to.equal("violation");
    expect(denied("Condition", { StringNotEquals: { "aws:SourceVpc": "vpc-1" } })).to.equal("violation");
    expect(denied("Condition", ABSENT)).to.equal("pass");
    expect(denied("Effect", "Allow")).to.equal("violation");
    expect(denied("Principal", { AWS: ["arn:aws:iam::123456789012:role/one"] })).to.equal("violation");
  });

  it("is undecided where a denial is not known", () => {
    for (const part of ["Action", "Principal", "Resource"])
      expect(denied(part, UNKNOWN)).to.equal("undecided");
    expect(denied("Action", ["s3:Put*", "s3:Replicate*", UNKNOWN])).to.equal("pass");
    expect(denied("Condition", secret(writers("arn:aws:iam::123456789012:role/loader")))).to.equal("pass");
  });

  it("asks for it where failed records are closed to readers", () => {
    const raw = (plan: readonly RecordedResource[]) => judge("closed-bucket-writers", plan);
    expect(denied("Effect", "Allow", "raw-policy")).to.equal("violation");
    expect(denied("Resource", UNKNOWN, "raw-policy")).to.equal("undecided");
    const unwritten = changed(goodPlan(), "raw-policy", [...STATEMENT], ABSENT);
    expect(raw(unwritten)).to.equal("violation");
    // Open to readers too, which is the word of another rule.
    expect(raw(changed(unwritten, "raw-policy", ["policy", "Statement", 1], ABSENT))).to.equal("pass");
    // No person is in what fails.
    const plain = changed(unwritten, "events", ["tags", "naru:data-class"], "internal");
    expect(raw(plain)).to.equal("pass");
  });

  it("misses a policy that is not there, and asks nothing of open buckets", () => {
    expect(judge("closed-bucket-writers", without(goodPlan(), "landing-policy"))).to.equal("violation");
    const open = changed(goodPlan(), "landing", ["tags", "naru:data-class"], "internal");
    expect(judge("closed-bucket-writers", without(open, "landing-policy"))).to.equal("pass");
  });
});

describe("declared-class", () => {
  const declared = (name: string, key: string, value: unknown, plan = goodPlan()) =>
    judge("declared-class", changed(plan, name, ["tags", `naru:${key}`], value));

  it("goes by what a pseudonymiser reads and delivers", () => {
    expect(declared("events", "data-class", "pseudonymised")).to.equal("violation");
    expect(declared("raw", "data-class", "internal")).to.equal("violation");
    expect(declared("raw", "data-class", "raw-pii")).to.equal("pass");
    const plain = changed(goodPlan(), "pseudonymise", ["tags", "naru:role"], "other");
    expect(declared("events", "data-class", "pseudonymised", plain)).to.equal("pass");
    const processors = ["extendedS3Configuration", "processingConfiguration", "processors"];
    const unsaid = changed(goodPlan(), "delivery", processors, UNKNOWN);
    expect(declared("events", "data-class", "pseudonymised", unsaid)).to.equal("pass");
  });

  it("goes by what a policy closes, and can't tell of one that nobody knows", () => {
    expect(declared("landing", "zone", "open")).to.equal("violation");
    expect(declared("landing", "data-class", "internal")).to.equal("pass");
    const unsaid = changed(goodPlan(), "landing-policy", ["policy"], UNKNOWN);
    expect(declared("landing", "zone", "open", unsaid)).to.equal("undecided");
    expect(declared("copy", "data-class", "public")).to.equal("pass");
  });

  it("goes by what a pseudonymiser's role may write", () => {
    const undelivered = without(goodPlan(), "delivery");
    expect(declared("raw", "data-class", "public", undelivered)).to.equal("violation");
    expect(declared("raw", "data-class", "internal", undelivered)).to.equal("pass");
  });
});

describe("personal-data-stacks", () => {
  const one = (stack: string, dataClass: string, configuration = {}) =>
    judge(
      "personal-data-stacks",
      [
        {
          ...resource(type.BUCKET, "one", { tags: { "naru:data-class": dataClass } }),
          urn: `urn:pulumi:${stack}::plan::${type.BUCKET}::one`,
        },
      ],
      configuration,
    );

  it("refuses clear personal data in a stack for tests", () => {
    expect(one("test-7", "raw-pii")).to.equal("violation");
    expect(one("test-7", "pseudonymised")).to.equal("pass");
    expect(one("prod", "raw-pii")).to.equal("pass");
    expect(one("protest", "raw-pii")).to.equal("pass");
  });

  it("goes by the configuration", () => {
    expect(one("dev", "raw-pii", { withoutPeople: ["dev"] })).to.equal("violation");
    expect(one("test-7", "raw-pii", { withoutPeople: ["dev"] })).to.equal("pass");
  });
});

describe("access-record-retention", () => {
  const LOCK = ["rule", "defaultRetention"] as const;
  const lifecycle = (days: unknown) =>
    resource("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "audit-life", {
      bucket: "plan-audit",
      rules: [{ expiration: { expiredObjectDeleteMarker: true } }, { expiration: { days } }],
    });

  it("goes by the days and stacks of the configuration", () => {
    expect(judge("access-record-retention", goodPlan(), { days: 730 })).to.equal("violation");
    expect(judge("access-record-retention", goodPlan(), { days: 730, stacks: ["live"] })).to.equal("pass");
    const years = changed(goodPlan(), "audit-lock", LOCK, { mode: "COMPLIANCE", years: 2 });
    expect(judge("access-record-retention", years, { days: 730 })).to.equal("pass");
    expect(judge("access-record-retention", years, { days: 731 })).to.equal("violation");
  });

  it("wants two years where a bucket says that it holds resident numbers", () => {
    const TAG = ["tags", "naru:unique-identifiers"] as const;
    const numbers = (days: number) => {
      const plan = changed(goodPlan(), "audit-lock", LOCK, { mode: "COMPLIANCE", days });
      return changed(plan, "landing", TAG, "resident-number");
    };
    expect(judge("access-record-retention", numbers(365))).to.equal("violation");
    expect(judge("access-record-retention", numbers(731))).to.equal("pass");
    expect(judge("access-record-retention", [...numbers(731), lifecycle(400)])).to.equal("violation");
    expect(judge("access-record-retention", numbers(365), { identifierDays: 365 })).to.equal("pass");
    expect(judge("access-record-retention", numbers(731), { days: 1000 })).to.equal("violation");
    expect(judge("access-record-retention", changed(goodPlan(), "landing", TAG, UNKNOWN))).to.equal(
      "undecided",
    );
    expect(judge("access-record-retention", changed(numbers(731), "landing", TAG, UNKNOWN))).to.equal("pass");
    const secretly = changed(numbers(365), "landing", TAG, secret("resident-number"));
    expect(judge("access-record-retention", secretly)).to.equal("violation");
    expect(judge("access-record-retention", changed(numbers(365), "landing", TAG, 42))).to.equal("pass");
  });

  it("lets no lifecycle end records before the time", () => {
    expect(judge("access-record-retention", [...goodPlan(), lifecycle(365)])).to.equal("pass");
    expect(judge("access-record-retention", [...goodPlan(), lifecycle(90)])).to.equal("violation");
    expect(judge("access-record-retention", [...goodPlan(), lifecycle(UNKNOWN)])).to.equal("undecided");
  });
});

describe("scratch-places", () => {
  const spills = (path: string, role?: string) => {
    const plan = changed(goodPlan(), "job", ["defaultArguments", "--TempDir"], path);
    return judge(
      "scratch-places",
      role === undefined ? plan : changed(plan, "job", ["roleArn"], `arn:aws:iam::123456789012:role/${role}`),
    );
  };

  it("lets jobs without clear values spill into the open zone", () => {
    expect(spills("s3://plan-raw/spills/")).to.equal("violation");
    expect(spills("s3://plan-raw/spills/", "plan-analyst")).to.equal("pass");
    expect(spills("s3://somebody-elses/spills/", "plan-analyst")).to.equal("violation");
  });

  it("decides an unknown place by what it comes from", () => {
    const from = (...buckets: string[]) =>
      judge(
        "scratch-places",
        changed(goodPlan(), "job", ["defaultArguments", "--TempDir"], UNKNOWN).map((each) =>
          each.name === "job"
            ? {
                ...each,
                propertyDependencies: { defaultArguments: buckets.map((name) => urn(type.BUCKET, name)) },
              }
            : each,
        ),
      );
    expect(from("landing")).to.equal("pass");
    expect(from("raw")).to.equal("violation");
    expect(from("landing", "raw")).to.equal("undecided");
    expect(from()).to.equal("undecided");
  });

  it("reads where clusters of EMR log", () => {
    const cluster = (logUri: string) =>
      judge("scratch-places", [...goodPlan(), resource("aws:emr/cluster:Cluster", "one", { logUri })]);
    expect(cluster("s3://plan-logs/emr/")).to.equal("pass");
    expect(cluster("s3a://plan-raw/emr/")).to.equal("violation");
  });
});
