import { expect } from "chai";
import { evaluate } from "../../../policies/model/pack";
import * as type from "../../../policies/model/types";
import { resource, UNKNOWN } from "../../policy/plan";
import { outcomeOf, ruleNamed, stackOf, type Outcome } from "./evaluation";

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
