import { expect } from "chai";
import { DataLake, EncryptionKeys, GlueEtl, type GlueEtlArgs } from "../../../components/aws";
import type { Contracts } from "../../../components/contract/model";
import { contextWith, mocked, TWO_CONTRACTS, type MockedStack } from "./mocks";

const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
const NOTICES = "s3://naru-test-jobs-123456789012-ap-northeast-2/notices/latest.json";

function makeEtl(contracts: Contracts = TWO_CONTRACTS, changes: Partial<GlueEtlArgs> = {}): void {
  const context = contextWith();
  const keys = new EncryptionKeys("keys", context, { contracts });
  const lake = new DataLake("lake", context, { contracts, keys });
  new GlueEtl("etl", context, { lake, keys, ...changes });
}

describe("owners of data sets on Glue", () => {
  let stack: MockedStack;
  const machine = () =>
    JSON.parse(stack.one("aws:sfn/stateMachine:StateMachine", "etl-notices").inputs.definition);

  before(async () => {
    stack = await mocked(() => makeEtl());
  });

  it("are told of every curation that may have left something, by its run and without Glue's message", () => {
    expect(stack.one("aws:glue/job:Job", "etl-curate").inputs.nonOverridableArguments).to.include({
      "--notices": NOTICES,
    });
    const { detail } = JSON.parse(stack.one(RULE, "etl-curated").inputs.eventPattern);
    expect(detail).to.deep.equal({ jobName: ["naru-test-curate"], state: ["SUCCEEDED", "FAILED"] });
    const { arn, inputTransformer } = stack.one(TARGET, "etl-curated").inputs;
    expect(arn).to.match(/:etl-notices$/);
    expect(inputTransformer).to.deep.equal({
      inputPaths: { run: "$.detail.jobRunId", state: "$.detail.state" },
      inputTemplate: '{"run": {"id": <run>, "state": <state>}}',
    });
    expect(stack.statements("etl-notices-start")).to.deep.equal([
      { Effect: "Allow", Action: "states:StartExecution", Resource: arn },
    ]);
  });

  it("get the same messages as on EMR Serverless, by the same states", () => {
    const { StartAt, States } = machine();
    expect(StartAt).to.equal("ReadNotices");
    expect(`s3://${States.ReadNotices.Parameters.Bucket}/${States.ReadNotices.Parameters.Key}`).to.equal(
      NOTICES,
    );
    const { Parameters } = States.TellOwners.ItemProcessor.States.TellOwner;
    expect(Parameters.TopicArn).to.equal("arn:aws:sns:ap-northeast-2:123456789012:naru-test-spark-alarms");
    expect(Object.keys(Parameters.MessageAttributes)).to.deep.equal(["data_set", "domain", "severity"]);
  });

  it("who were not told are an alarm: a state that failed, or a later run's notices in the place", () => {
    const { States } = machine();
    for (const { Catch } of [States.ReadNotices, States.TellOwners]) {
      expect(Catch[0]).to.deep.include({ ResultPath: "$.failure", Next: "AreTold" });
    }
    expect(
      States.AreTold.Choices.map(({ Variable, Next }: Record<string, string>) => [Variable, Next]),
    ).to.deep.equal([
      ["$.failure", "NotTold"],
      ["$.notices.told.run", "Told"],
      ["$.run.state", "NotTold"],
    ]);
    expect(States.NotTold.Type).to.equal("Fail");
    const { detail } = JSON.parse(stack.one(RULE, "etl-notices").inputs.eventPattern);
    expect(detail.stateMachineArn[0]).to.match(/:etl-notices$/);
    expect(detail.status).to.deep.equal(["FAILED", "TIMED_OUT", "ABORTED"]);
    expect(stack.one(TARGET, "etl-notices").inputs.arn).to.match(/:etl-alarms$/);
  });

  it("are told by a role that reads one object and publishes to one topic; the jobs' role publishes nothing", () => {
    const actions = stack
      .statements("etl-notices")
      .filter(({ Resource }) => Resource !== "*")
      .map(({ Action, Resource }) => [Action, String(Resource).split(":").slice(5).join(":")]);
    expect(actions.slice(0, 3)).to.deep.equal([
      ["s3:GetObject", "naru-test-jobs-123456789012-ap-northeast-2/notices/latest.json"],
      ["kms:Decrypt", actions[1]![1]],
      ["sns:Publish", "naru-test-spark-alarms"],
    ]);
    expect(actions).to.have.length(4);
    expect(JSON.stringify(stack.statements("etl-jobs"))).not.to.include("sns:");
  });

  it("have a subscription of their sets, unless they get all alarms", async () => {
    const sets = TWO_CONTRACTS.map((set) => ({ ...set, contacts: ["sis@example.com", "all@example.com"] }));
    const told = await mocked(() => makeEtl(sets, { alarmEmails: ["all@example.com"] }));
    const made = told.of("aws:sns/topicSubscription:TopicSubscription").map(({ inputs }) => inputs);
    expect(made.map(({ endpoint, filterPolicy }) => [endpoint, filterPolicy])).to.have.deep.members([
      ["all@example.com", undefined],
      ["sis@example.com", JSON.stringify({ data_set: sets.map(({ id }) => id) })],
    ]);
  });
});
