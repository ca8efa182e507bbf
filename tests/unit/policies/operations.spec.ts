import { expect } from "chai";
import type { RecordedResource } from "../../../local/recorder/recorded-resource";
import * as type from "../../../policies/model/types";
import { told } from "../../policy/operations-plan";
import { goodPlan, resource, UNKNOWN } from "../../policy/plan";
import { ABSENT, changed, findingsOf, outcomeOf, ruleNamed, without, type Outcome } from "./evaluation";

const judged = (rule: string, plan: readonly RecordedResource[]): Outcome =>
  outcomeOf(findingsOf(ruleNamed(rule), plan));

describe("failure-alarm", () => {
  const RULE = "failure-alarm";
  const JOB_EVENT = { source: ["aws.glue"], "detail-type": ["Glue Job State Change"] };
  const PATTERNS: readonly [string, unknown, Outcome][] = [
    ["all jobs and states", JOB_EVENT, "pass"],
    ["this job's failures", { ...JOB_EVENT, detail: { jobName: ["plan-job"], state: ["FAILED"] } }, "pass"],
    ["another job's", { ...JOB_EVENT, detail: { jobName: ["other"] } }, "violation"],
    ["successes", { ...JOB_EVENT, detail: { state: ["SUCCEEDED"] } }, "violation"],
    ["a prefix of names", { ...JOB_EVENT, detail: { jobName: [{ prefix: "plan-" }] } }, "undecided"],
    ["some by another field", { ...JOB_EVENT, detail: { severity: ["INFO"] } }, "undecided"],
    ["crawlers", { ...JOB_EVENT, "detail-type": ["Glue Crawler State Change"] }, "violation"],
    ["no list", { ...JOB_EVENT, source: "aws.glue" }, "violation"],
  ];
  for (const [title, pattern, outcome] of PATTERNS) {
    it(`a rule of EventBridge about ${title}: ${outcome}`, () => {
      const plan = changed(goodPlan(), "job-failed", ["eventPattern"], JSON.stringify(pattern));
      expect(judged(RULE, plan)).to.equal(outcome);
    });
  }

  it("refuses a rule that is off, or has no target", () => {
    expect(judged(RULE, changed(goodPlan(), "job-failed", ["state"], "DISABLED"))).to.equal("violation");
    expect(judged(RULE, without(goodPlan(), "job-failed-target"))).to.equal("violation");
  });

  it("takes an unknown pattern that comes from the machine for one that names it", () => {
    const machine = resource(type.STATE_MACHINE, "second", { name: "plan-second" });
    const [rule, target] = told("second-failed", {});
    const unknown = { ...rule!, inputs: { ...rule!.inputs, eventPattern: UNKNOWN } };
    const named = { ...unknown, propertyDependencies: { eventPattern: [machine.urn] } };
    expect(judged(RULE, [...goodPlan(), machine])).to.equal("violation");
    expect(judged(RULE, [...goodPlan(), machine, unknown, target!])).to.equal("undecided");
    expect(judged(RULE, [...goodPlan(), machine, named, target!])).to.equal("pass");
  });

  it("knows a machine by its ARN, in a pattern as in an alarm", () => {
    const arn = "arn:aws:states:ap-northeast-2:123456789012:stateMachine:plan-workflow";
    const silent = without(goodPlan(), "workflow-failed");
    const rule = (of: string) =>
      told("machine-failed", {
        source: ["aws.states"],
        detail: { stateMachineArn: [of], status: ["FAILED"] },
      });
    expect(judged(RULE, silent)).to.equal("violation");
    expect(judged(RULE, [...silent, ...rule(arn)])).to.equal("pass");
    expect(judged(RULE, [...silent, ...rule(`${arn}-2`)])).to.equal("violation");
    const path = ["dimensions", "StateMachineArn"];
    expect(judged(RULE, changed(goodPlan(), "workflow-failed", path, arn))).to.equal("pass");
  });

  it("asks of a crawler with a schedule only", () => {
    const crawler = (inputs: object) => resource(type.CRAWLER, "crawler", { name: "plays", ...inputs });
    const scheduled = crawler({ schedule: "cron(0 18 * * ? *)" });
    const rule = (...state: string[]) =>
      told("crawler-failed", {
        source: ["aws.glue"],
        "detail-type": ["Glue Crawler State Change"],
        detail: { crawlerName: ["plays"], state },
      });
    expect(judged(RULE, [...goodPlan(), crawler({})])).to.equal("pass");
    expect(judged(RULE, [...goodPlan(), scheduled])).to.equal("violation");
    expect(judged(RULE, [...goodPlan(), scheduled, ...rule("Failed")])).to.equal("pass");
    expect(judged(RULE, [...goodPlan(), scheduled, ...rule("Succeeded")])).to.equal("violation");
  });

  it("takes an alarm on an expression of metrics", () => {
    const metric = { metricName: "ExecutionsTimedOut", dimensions: { StateMachineArn: UNKNOWN } };
    const alarm = (metricQueries: unknown) =>
      resource(
        type.METRIC_ALARM,
        "sum",
        { alarmActions: ["arn:aws:sns:ap-northeast-2:123456789012:elsewhere"], metricQueries },
        { metricQueries: [[type.STATE_MACHINE, "workflow"]] },
      );
    const silent = without(goodPlan(), "workflow-failed");
    expect(judged(RULE, [...silent, alarm([{ expression: "a" }, { metric }])])).to.equal("pass");
    expect(judged(RULE, [...silent, alarm([{ expression: "a" }])])).to.equal("violation");
  });

  it("asks nothing for a Macie that is paused", () => {
    const paused = changed(without(goodPlan(), "findings"), "macie", ["status"], "PAUSED");
    expect(judged(RULE, without(goodPlan(), "findings"))).to.equal("violation");
    expect(judged(RULE, paused)).to.equal("pass");
  });
});

describe("glue-job-execution", () => {
  const of = (inputs: Record<string, unknown>): Outcome =>
    judged("glue-job-execution", [resource(type.GLUE_JOB, "extra", { glueVersion: "5.0", ...inputs })]);
  const streaming = { command: { name: "gluestreaming" } };
  const CASES: readonly [string, Record<string, unknown>, Outcome][] = [
    ["Spark on Flex", { command: { name: "glueetl" }, executionClass: "FLEX" }, "pass"],
    ["a stream", { ...streaming }, "pass"],
    ["a stream on Flex", { ...streaming, executionClass: "FLEX" }, "violation"],
    ["a stream in a class nobody knows", { ...streaming, executionClass: UNKNOWN }, "undecided"],
    ["Ray", { command: { name: "glueray" } }, "violation"],
    ["an unknown command", { command: { name: UNKNOWN } }, "undecided"],
    ["Glue 4.0", { glueVersion: "4.0" }, "pass"],
    ["Glue 10.0", { glueVersion: "10.0" }, "pass"],
    ["Glue 3.0", { glueVersion: "3.0" }, "violation"],
    ["a version that is a number", { glueVersion: 5 }, "violation"],
  ];
  for (const [title, inputs, outcome] of CASES) {
    it(`${title}: ${outcome}`, () => expect(of(inputs)).to.equal(outcome));
  }
});

describe("table-quality", () => {
  const RULE = "table-quality";

  it("asks nothing of tables outside curated, and of views", () => {
    const silent = without(goodPlan(), "ruleset");
    expect(judged(RULE, silent)).to.equal("violation");
    expect(judged(RULE, changed(silent, "table", ["databaseName"], "plan_raw_lms"))).to.equal("pass");
    expect(judged(RULE, changed(silent, "table", ["tableType"], "VIRTUAL_VIEW"))).to.equal("pass");
  });

  it("knows a table whose database is not known by what its name comes from", () => {
    const database = resource(type.CATALOG_DATABASE, "curated", { name: "plan_curated_lms" });
    const table = resource(
      type.CATALOG_TABLE,
      "second",
      { name: "courses", databaseName: UNKNOWN },
      { databaseName: [[type.CATALOG_DATABASE, "curated"]] },
    );
    const ruleset = (dependencies: Parameters<typeof resource>[3]) =>
      resource(
        type.QUALITY_RULESET,
        "second-ruleset",
        { targetTable: { databaseName: UNKNOWN, tableName: "courses" } },
        dependencies,
      );
    const plan = [...goodPlan(), database, table];
    expect(judged(RULE, plan)).to.equal("violation");
    expect(judged(RULE, [...plan, ruleset({})])).to.equal("undecided");
    const named = ruleset({ targetTable: [[type.CATALOG_TABLE, "second"]] });
    expect(judged(RULE, [...plan, named])).to.equal("pass");
  });

  it("refuses a ruleset that names no table", () => {
    expect(judged(RULE, changed(goodPlan(), "ruleset", ["targetTable"], ABSENT))).to.equal("violation");
  });
});
