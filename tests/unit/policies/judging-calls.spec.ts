/** The pack's own calls against the SDK's, over the same messages. */
import { expect } from "chai";
import * as sdk from "@pulumi/policy/server";
import { AnalyzeRequest, AnalyzeStackRequest, type AnalyzeResponse } from "@pulumi/pulumi/proto/analyzer_pb";
import { analyzeRequest, analyzeStackRequest } from "../../../cli/check/request-encoder";
import type { RecordedResource } from "../../../local/recorder/recorded-resource";
import { judgingCalls } from "../../../policies/model/judging-calls";
import { policiesOf } from "../../../policies/model/pack";
import { askedResource, askedStack } from "../../../policies/model/request-decoder";
import { RULES } from "../../../policies/rules";
import { BROKEN } from "../../policy/broken-platforms";
import { goodPlan, UNKNOWN } from "../../policy/plan";
import { changed } from "./evaluation";

const PACK = { name: "naru-data-platform", version: "1.2.3" };

/** A call as the server of gRPC makes it; both kinds of handlers take this much of it. */
type Handler = (
  call: { readonly request: object },
  answer: (error: Error | null | undefined, response?: AnalyzeResponse) => void,
) => void;

/** The SDK exports what makes its calls, but not the types. */
const { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun } = sdk as unknown as Record<
  "makeAnalyzeRpcFun" | "makeAnalyzeStackRpcFun",
  (name: string, version: string, level: string, policies: object) => Handler
>;

describe("the pack's own judging calls", () => {
  const own = judgingCalls(policiesOf(RULES), PACK);
  const ofSdk = [PACK.name, PACK.version, "mandatory", policiesOf(RULES)] as const;
  const ownResource = own.analyze as Handler;
  const ownStack = own.analyzeStack as Handler;
  const sdkResource = makeAnalyzeRpcFun(...ofSdk);
  const sdkStack = makeAnalyzeStackRpcFun(...ofSdk);

  /** Resources that were asked about: most of a broken plan is the good one's. */
  const asked = new Set<string>();

  async function expectSame(plan: readonly RecordedResource[]): Promise<number> {
    const others = plan.filter((each) => !asked.has(JSON.stringify(each)));
    for (const each of others) asked.add(JSON.stringify(each));
    let told = 0;
    for (const bytes of others.map(analyzeRequest)) {
      const mine = await answered(ownResource, askedResource(bytes));
      expect(mine).to.deep.equal(await answered(sdkResource, AnalyzeRequest.deserializeBinary(bytes)));
      told += mine.diagnosticsList.length;
    }
    const bytes = analyzeStackRequest(plan);
    const mine = await answered(ownStack, askedStack(bytes));
    expect(mine).to.deep.equal(await answered(sdkStack, AnalyzeStackRequest.deserializeBinary(bytes)));
    return told + mine.diagnosticsList.length;
  }

  it("find nothing in the good plan", async () => {
    expect(await expectSame(goodPlan())).to.equal(0);
  });

  for (const [rule, { plan }] of Object.entries(BROKEN)) {
    it(`say what the SDK's say where ${rule} is broken`, async () => {
      expect(await expectSame(plan())).to.be.greaterThan(0);
    });
  }

  it("say what the SDK's say of unknown values", async () => {
    const { name, inputs } = goodPlan().find(({ name }) => name === "data")!;
    let told = 0;
    for (const property of Object.keys(inputs)) {
      told += await expectSame(changed(goodPlan(), name, [property], UNKNOWN));
    }
    expect(told).to.be.greaterThan(0);
  });
});

function answered(call: Handler, request: object): Promise<AnalyzeResponse.AsObject> {
  return new Promise((succeed, fail) =>
    call({ request }, (error, response) =>
      response === undefined ? fail(error ?? new Error("no answer")) : succeed(response.toObject()),
    ),
  );
}
