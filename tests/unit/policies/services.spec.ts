import { expect } from "chai";
import type { RecordedResource } from "../../../local/recorder/recorded-resource";
import { evaluate } from "../../../policies/model/pack";
import * as type from "../../../policies/model/types";
import { goodPlan, resource, UNKNOWN, urn } from "../../policy/plan";
import { ABSENT, changed, outcomeOf, ruleNamed, stackOf, without, type Outcome } from "./evaluation";

function judge(rule: string, plan: readonly RecordedResource[], configuration = {}): Outcome {
  const stack = stackOf(plan);
  const subjects = ruleNamed(rule).scope === "stack" ? [stack] : stack.resources;
  return outcomeOf(subjects.flatMap((each) => evaluate(ruleNamed(rule), each, configuration)));
}

describe("function-runtimes", () => {
  const judged = (inputs: Record<string, unknown>, configuration = {}) =>
    judge("function-runtimes", [resource(type.FUNCTION, "one", inputs)], configuration);

  it("leaves images to bring their own", () => {
    expect(judged({ packageType: "Image" })).to.equal("pass");
    expect(judged({ packageType: "Zip" })).to.equal("violation");
    expect(judged({ packageType: UNKNOWN, runtime: "nodejs22.x" })).to.equal("pass");
  });

  it("goes by the configuration", () => {
    expect(judged({ runtime: "nodejs26.x" })).to.equal("violation");
    expect(judged({ runtime: "nodejs26.x" }, { runtimes: ["nodejs26.x"] })).to.equal("pass");
    expect(judged({ runtime: "nodejs22.x" }, { runtimes: [] })).to.equal("pass");
  });
});

describe("service-logs", () => {
  it("takes any place for the logs of brokers and connectors", () => {
    const one = (token: string, inputs: Record<string, unknown>) =>
      judge("service-logs", [resource(token, "one", inputs)]);
    for (const target of ["cloudwatchLogs", "firehose", "s3"]) {
      const enabled = { [target]: { enabled: true } };
      expect(one(type.KAFKA_CONNECTOR, { logDelivery: { workerLogDelivery: enabled } })).to.equal("pass");
      expect(one(type.KAFKA_CLUSTER, { loggingInfo: { brokerLogs: enabled } })).to.equal("pass");
    }
    expect(one(type.KAFKA_CLUSTER, {})).to.equal("violation");
    expect(one(type.KAFKA_CONNECTOR, { logDelivery: UNKNOWN })).to.equal("undecided");
  });
});

describe("secret-rotation", () => {
  const rotating = (rotationRules: unknown, configuration = {}) =>
    judge(
      "secret-rotation",
      changed(goodPlan(), "rotation", ["rotationRules"], rotationRules),
      configuration,
    );

  it("reads days and rates", () => {
    expect(rotating({ automaticallyAfterDays: 90 })).to.equal("pass");
    expect(rotating({ automaticallyAfterDays: 91 })).to.equal("violation");
    expect(rotating({ automaticallyAfterDays: 91 }, { days: 365 })).to.equal("pass");
    expect(rotating({ scheduleExpression: "rate(4 hours)" })).to.equal("pass");
    expect(rotating({ scheduleExpression: "rate(91 days)" })).to.equal("violation");
    expect(rotating({ scheduleExpression: "cron(0 3 1 * ? *)" })).to.equal("undecided");
    expect(rotating({ scheduleExpression: UNKNOWN })).to.equal("undecided");
  });

  it("wants the rotation of this secret", () => {
    const another = resource(type.SECRET, "another", {});
    expect(judge("secret-rotation", [...goodPlan(), another])).to.equal("violation");
    expect(judge("secret-rotation", without(goodPlan(), "secret"))).to.equal("pass");
  });
});

describe("api-throttling", () => {
  const plain = (name: string) =>
    resource(type.API_STAGE, name, { restApi: `api-of-${name}`, stageName: "v1" });
  const limits = (restApi: string, methodPath = "*/*") =>
    resource(type.API_METHOD_SETTINGS, `settings-${restApi}`, {
      ...{ restApi, stageName: "v1", methodPath },
      settings: { throttlingRateLimit: 1, throttlingBurstLimit: 1 },
    });

  it("tells stages of one name apart by their API", () => {
    expect(judge("api-throttling", [plain("one"), limits("api-of-one")])).to.equal("pass");
    expect(judge("api-throttling", [plain("one"), limits("api-of-two")])).to.equal("violation");
  });

  it("wants a bound of all methods", () => {
    expect(judge("api-throttling", [plain("one"), limits("api-of-one", "v1/events/POST")])).to.equal(
      "violation",
    );
    expect(judge("api-throttling", changed(goodPlan(), "method-settings", ["methodPath"], ABSENT))).to.equal(
      "violation",
    );
  });

  it("takes no settings of another stage", () => {
    const moved = goodPlan().map((each) =>
      each.name === "method-settings"
        ? { ...each, propertyDependencies: { stageName: [urn(type.HTTP_API_STAGE, "http-stage")] } }
        : each,
    );
    expect(judge("api-throttling", moved)).to.equal("violation");
  });
});
