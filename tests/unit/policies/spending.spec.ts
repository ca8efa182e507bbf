import { expect } from "chai";
import { evaluate } from "../../../policies/model/pack";
import * as type from "../../../policies/model/types";
import { goodPlan, resource, UNKNOWN } from "../../policy/plan";
import type { RecordedResource } from "../../../local/recorder/recorded-resource";
import { ABSENT, changed, outcomeOf, ruleNamed, stackOf, without, type Outcome } from "./evaluation";

function judge(resourceType: string, inputs: Record<string, unknown>, configuration = {}): Outcome {
  const [one] = stackOf([resource(resourceType, "one", inputs)]).resources;
  return outcomeOf(evaluate(ruleNamed("spending-limits"), one!, configuration));
}

describe("spending-limits", () => {
  const JOB = { numberOfWorkers: 5, timeout: 120, command: { name: "glueetl" } };
  const SERVER = { instanceClass: "db.t4g.micro" };

  it("goes by the bounds of the configuration", () => {
    expect(judge(type.GLUE_JOB, JOB)).to.equal("pass");
    expect(judge(type.GLUE_JOB, JOB, { glueWorkers: 4 })).to.equal("violation");
    expect(judge(type.GLUE_JOB, { ...JOB, numberOfWorkers: 51 })).to.equal("violation");
    expect(judge(type.GLUE_JOB, { ...JOB, numberOfWorkers: 51 }, { glueWorkers: 51 })).to.equal("pass");
    expect(judge(type.GLUE_JOB, { ...JOB, maxRetries: 4 })).to.equal("violation");
    expect(judge(type.DATABASE, { instanceClass: "db.r7g.16xlarge" })).to.equal("violation");
    expect(judge(type.DATABASE, SERVER, { databaseClasses: ["db.m7g.*"] })).to.equal("violation");
    expect(judge(type.DATABASE, { ...SERVER, maxAllocatedStorage: 16_000 })).to.equal("violation");
  });

  it("lets streaming jobs run on, and no other", () => {
    const { timeout: _timeout, ...open } = JOB;
    expect(judge(type.GLUE_JOB, open)).to.equal("violation");
    expect(judge(type.GLUE_JOB, { ...open, command: { name: "gluestreaming" } })).to.equal("pass");
    expect(judge(type.GLUE_JOB, { ...open, command: { name: UNKNOWN } })).to.equal("violation");
  });

  it("wants applications of EMR bounded and stopped", () => {
    const app = (inputs: object) =>
      judge(type.EMR_SERVERLESS_APPLICATION, { maximumCapacity: { cpu: "64 vCPU" }, ...inputs });
    expect(app({})).to.equal("pass");
    expect(app({ maximumCapacity: { cpu: "4000 vCPU" } })).to.equal("violation");
    expect(app({ maximumCapacity: { cpu: "many" } })).to.equal("violation");
    expect(app({ maximumCapacity: {} })).to.equal("violation");
    expect(app({ autoStopConfiguration: { enabled: false } })).to.equal("violation");
    expect(app({ autoStopConfiguration: { enabled: true, idleTimeoutMinutes: 600 } })).to.equal("violation");
    expect(judge("aws:emr/cluster:Cluster", { autoTerminationPolicy: { idleTimeout: 3600 } })).to.equal(
      "pass",
    );
    expect(judge("aws:emr/cluster:Cluster", {})).to.equal("violation");
  });

  it("wants logs to end", () => {
    expect(judge(type.LOG_GROUP, {})).to.equal("violation");
    expect(judge(type.LOG_GROUP, { retentionInDays: 0 })).to.equal("violation");
    expect(judge(type.LOG_GROUP, { retentionInDays: 365 }, { logDays: 90 })).to.equal("violation");
    expect(judge(type.LOG_GROUP, { retentionInDays: UNKNOWN })).to.equal("undecided");
  });

  it("leaves a stream on demand alone", () => {
    expect(judge(type.STREAM, { streamModeDetails: { streamMode: "ON_DEMAND" } })).to.equal("pass");
    expect(judge(type.STREAM, { shardCount: 1000 })).to.equal("violation");
    expect(judge(type.STREAM, { shardCount: "1" })).to.equal("violation");
  });
});

describe("production-budget", () => {
  const budgeted = (plan: readonly RecordedResource[], configuration = {}) =>
    outcomeOf(evaluate(ruleNamed("production-budget"), stackOf(plan), configuration));
  const none = without(goodPlan(), "budget");
  const of = (stack: string) =>
    none.map((each) => ({ ...each, urn: each.urn.replace("urn:pulumi:prod", `urn:pulumi:${stack}`) }));
  const alone = (plan: readonly RecordedResource[]) =>
    plan.map((each) => ({ ...each, dependencies: [], propertyDependencies: {} }));

  it("asks production only, by its name or the configuration", () => {
    expect(budgeted(none)).to.equal("violation");
    expect(budgeted(alone(of("prod-seoul")))).to.equal("violation");
    expect(budgeted(alone(of("dev")))).to.equal("pass");
    expect(budgeted(alone(of("dev")), { productionStacks: ["dev"] })).to.equal("violation");
  });

  it("asks nothing of a stack without anything of AWS", () => {
    expect(budgeted([resource("random:index/randomId:RandomId", "one", {})])).to.equal("pass");
  });

  it("blames the stack itself where the plan has it", () => {
    const whole = resource("pulumi:pulumi:Stack", "plan-prod", {});
    const [finding] = evaluate(ruleNamed("production-budget"), stackOf([...none, whole]));
    expect(finding!.resource.name).to.equal("plan-prod");
  });

  it("takes addresses, amounts and limits that AWS adjusts", () => {
    const told = (path: readonly (string | number)[], value: unknown, plan = goodPlan()) =>
      changed(plan, "budget", path, value);
    const addressed = told(["notifications", 0, "subscriberEmailAddresses"], ["a@example.com"]);
    expect(budgeted(told(["notifications", 0, "subscriberSnsTopicArns"], ABSENT, addressed))).to.equal(
      "pass",
    );
    const dollars = told(["notifications", 0, "thresholdType"], "ABSOLUTE_VALUE");
    expect(budgeted(told(["notifications", 0, "threshold"], 5000, dollars))).to.equal("pass");
    const adjusted = told(["autoAdjustData"], { autoAdjustType: "HISTORICAL" });
    expect(budgeted(told(["limitAmount"], ABSENT, adjusted))).to.equal("pass");
    expect(budgeted(told(["limitAmount"], "much", adjusted))).to.equal("pass");
  });

  it("needs one right budget of several", () => {
    const usage = resource(type.BUDGET, "usage", { budgetType: "USAGE", timeUnit: "MONTHLY" });
    expect(budgeted([...goodPlan(), usage])).to.equal("pass");
    expect(budgeted([...none, usage])).to.equal("violation");
  });
});
