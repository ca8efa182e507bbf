import { expect } from "chai";
import type { RecordedResource } from "../../../local/recorder/recorded-resource";
import { evaluate } from "../../../policies/model/pack";
import * as type from "../../../policies/model/types";
import { goodPlan, resource, UNKNOWN } from "../../policy/plan";
import {
  ABSENT,
  changed,
  findingsOf,
  outcomeOf,
  ruleNamed,
  stackOf,
  without,
  type Outcome,
} from "./evaluation";

const judged = (rule: string, plan: readonly RecordedResource[]): Outcome =>
  outcomeOf(findingsOf(ruleNamed(rule), plan));
const unprotected = (each: RecordedResource, stack = "prod"): RecordedResource => ({
  ...each,
  urn: each.urn.replace(":prod:", `:${stack}:`),
  options: { ...each.options, protect: false },
});

describe("production-protection", () => {
  const RULE = "production-protection";
  const key = resource(type.KEY, "key", {});

  it("is for production, by the stack's name or a part of it", () => {
    expect(judged(RULE, [unprotected(key)])).to.equal("violation");
    expect(judged(RULE, [unprotected(key, "prod-seoul")])).to.equal("violation");
    expect(judged(RULE, [unprotected(key, "production")])).to.equal("violation");
    expect(judged(RULE, [unprotected(key, "dev")])).to.equal("pass");
    expect(judged(RULE, [unprotected(key, "product")])).to.equal("pass");
  });

  it("takes other names from its configuration", () => {
    const [live] = stackOf([unprotected(key, "live")]).resources;
    const of = (productionStacks: unknown) =>
      outcomeOf(evaluate(ruleNamed(RULE), live!, { productionStacks }));
    expect(of(["live"])).to.equal("violation");
    expect(of(["prod"])).to.equal("pass");
    expect(of(7)).to.equal("pass");
  });

  it("asks nothing of what keeps no data", () => {
    expect(judged(RULE, [unprotected(resource(type.LOG_GROUP, "log", {}))])).to.equal("pass");
  });
});

describe("database-resilience", () => {
  const RULE = "database-resilience";

  it("counts the instances of a cluster, but of one that makes its own", () => {
    const lone = without(goodPlan(), "second-server");
    expect(judged(RULE, lone)).to.equal("violation");
    expect(judged(RULE, changed(lone, "cluster", ["dbClusterInstanceClass"], "db.m6gd.large"))).to.equal(
      "pass",
    );
  });

  it("leaves backups of a replica to what it copies", () => {
    const replica = resource(type.DATABASE, "replica", { replicateSourceDb: UNKNOWN, multiAz: true });
    expect(judged(RULE, [...goodPlan(), replica])).to.equal("pass");
  });
});

describe("bucket-versioning", () => {
  const RULE = "bucket-versioning";
  const ends = { status: "Enabled", expiration: { days: 30 } };
  const forgetful = (...rules: object[]) =>
    judged(RULE, changed(without(goodPlan(), "landing-versioning"), "landing-lifecycle", ["rules"], rules));

  it("lets personal data go that its lifecycle ends, and that never had versions", () => {
    expect(forgetful(ends)).to.equal("pass");
    expect(forgetful(ends, { noncurrentVersionExpiration: { noncurrentDays: 3 } })).to.equal("violation");
    expect(forgetful({ ...ends, status: "Disabled" })).to.equal("violation");
    expect(forgetful()).to.equal("violation");
    const open = changed(without(goodPlan(), "raw-versioning"), "raw-lifecycle", ["rules"], [ends]);
    expect(judged(RULE, open)).to.equal("violation");
  });
});

describe("bucket-access-log", () => {
  const RULE = "bucket-access-log";

  it("leaves the bucket of logs alone, and no other without a log", () => {
    expect(judged(RULE, goodPlan())).to.equal("pass");
    expect(judged(RULE, without(goodPlan(), "audit-logging"))).to.equal("violation");
    expect(judged(RULE, changed(goodPlan(), "logs", ["tags", "naru:data-class"], UNKNOWN))).to.equal(
      "undecided",
    );
    expect(judged(RULE, changed(goodPlan(), "raw-logging", ["targetBucket"], "elsewhere"))).to.equal(
      "violation",
    );
  });
});

describe("managed-once", () => {
  const with_ = (token: string, inputs: Record<string, unknown>) =>
    judged("managed-once", [
      ...goodPlan(),
      resource(token, "more", { policy: { Statement: [] }, ...inputs }),
    ]);

  it("finds a setting in and beside a resource, and two beside it", () => {
    expect(with_(type.BUCKET_POLICY, { bucket: "plan-raw" })).to.equal("violation");
    expect(with_(type.BUCKET_POLICY, { bucket: "others" })).to.equal("pass");
    expect(with_(type.BUCKET_POLICY, { bucket: UNKNOWN })).to.equal("undecided");
    expect(with_(type.ROLE_POLICY, { role: "plan-curation" })).to.equal("violation");
    expect(with_(type.ROLE_POLICY, { role: "plan-analyst" })).to.equal("pass");
  });
});

describe("database-tls", () => {
  const RULE = "database-tls";
  const engine = (name: unknown) => judged(RULE, changed(goodPlan(), "database", ["engine"], name));

  it("asks each engine for its parameter, and Oracle for none", () => {
    expect(engine("mysql")).to.equal("violation");
    expect(engine("sqlserver-ex")).to.equal("pass");
    expect(engine("oracle-se2")).to.equal("pass");
    expect(engine(UNKNOWN)).to.equal("undecided");
    expect(judged(RULE, changed(goodPlan(), "database", ["parameterGroupName"], ABSENT))).to.equal(
      "violation",
    );
    expect(judged(RULE, changed(goodPlan(), "parameters", ["parameters"], UNKNOWN))).to.equal("undecided");
  });
});

describe("function-failures", () => {
  const RULE = "function-failures";
  const called = (by: string, plan: readonly RecordedResource[] = goodPlan()) =>
    judged(RULE, changed(plan, "permission", ["principal"], by));
  const withLetters = (deadLetterConfig: unknown) =>
    changed(goodPlan(), "pseudonymise", ["deadLetterConfig"], deadLetterConfig);

  it("asks where failures go of what is called and not waited for", () => {
    expect(called("s3.amazonaws.com")).to.equal("violation");
    expect(called("apigateway.amazonaws.com")).to.equal("pass");
    expect(called("s3.amazonaws.com", withLetters({ targetArn: UNKNOWN }))).to.equal("pass");
    expect(called("sns.amazonaws.com", withLetters(UNKNOWN))).to.equal("undecided");
    const destination = resource(type.FUNCTION_EVENT_INVOKE_CONFIG, "on-failure", {
      functionName: "plan-pseudonymise",
      destinationConfig: { onFailure: { destination: UNKNOWN } },
    });
    expect(called("sns.amazonaws.com", [...goodPlan(), destination])).to.equal("pass");
    const target = resource(type.EVENT_TARGET, "target", {
      arn: "arn:aws:lambda:ap-northeast-2:123456789012:function:plan-pseudonymise",
    });
    expect(judged(RULE, [...goodPlan(), target])).to.equal("violation");
  });

  it("leaves queues to their own redrive", () => {
    const from = (eventSourceArn: string) =>
      judged(RULE, [resource(type.EVENT_SOURCE_MAPPING, "other-mapping", { eventSourceArn })]);
    expect(from("arn:aws:sqs:ap-northeast-2:123456789012:plan")).to.equal("pass");
    expect(from("arn:aws:kinesis:ap-northeast-2:123456789012:stream/plan")).to.equal("violation");
  });
});
