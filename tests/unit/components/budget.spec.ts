import { expect } from "chai";
import { Budget, DataLake, EncryptionKeys, SparkCluster, type BudgetArgs } from "../../../components/aws";
import { contextWith, mocked, refusal, TWO_CONTRACTS, type MockedStack } from "./mocks";

const BUDGET = "aws:budgets/budget:Budget";

function make(own: Partial<BudgetArgs> = {}): void {
  const context = contextWith();
  const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
  const lake = new DataLake("lake", context, { contracts: TWO_CONTRACTS, keys });
  const spark = new SparkCluster("spark", context, { lake, keys });
  new Budget("budget", context, { monthlyUsd: 300, alarms: spark.nodes.alarms, ...own });
}

describe("Budget", () => {
  let stack: MockedStack;

  before(async () => {
    stack = await mocked(() => make());
  });

  const inputs = () => stack.one(BUDGET, "budget").inputs;

  it("is an amount of dollars a month", () => {
    expect(inputs()).to.include({
      ...{ name: "naru-test-monthly", budgetType: "COST", timeUnit: "MONTHLY" },
      ...{ limitAmount: "300", limitUnit: "USD" },
    });
  });

  it("counts what carries the stack's tag", () => {
    expect(inputs().costFilters).to.deep.equal([
      { name: "TagKeyValue", values: ["user:naru:stack$naru-test"] },
    ]);
    expect(inputs().tags).to.include({ "naru:stack": "naru-test" });
  });

  it("tells the alarms' topic at 80 %, at 100 %, and when 100 % is forecast", () => {
    const told = inputs().notifications as Record<string, unknown>[];
    expect(told.map(({ notificationType, threshold }) => [notificationType, threshold])).to.deep.equal([
      ["ACTUAL", 80],
      ["ACTUAL", 100],
      ["FORECASTED", 100],
    ]);
    for (const each of told) {
      expect(each).to.include({ comparisonOperator: "GREATER_THAN", thresholdType: "PERCENTAGE" });
      expect(each.subscriberSnsTopicArns).to.have.length(1);
    }
  });

  describe("may tell the topic", () => {
    const ofThisAccount = {
      StringEquals: { "aws:SourceAccount": "123456789012" },
      ArnLike: { "aws:SourceArn": "arn:aws:budgets::123456789012:*" },
    };
    const statement = (policy: string) =>
      (JSON.parse(policy).Statement as Record<string, unknown>[]).find(
        ({ Sid }) => Sid === "BudgetsOfThisAccount",
      );

    it("for this account's budgets only", () => {
      const { policy } = stack.one("aws:sns/topicPolicy:TopicPolicy", "spark-alarms").inputs;
      expect(statement(policy)).to.deep.include({
        ...{ Principal: { Service: "budgets.amazonaws.com" }, Action: "sns:Publish" },
        Condition: ofThisAccount,
      });
    });

    it("with the key of the topic, and no other key", () => {
      const keys = stack.of("aws:kms/key:Key");
      const allowed = keys.filter(({ inputs: { policy } }) => statement(policy) !== undefined);
      expect(allowed.map(({ name }) => name)).to.deep.equal(["keys-logs"]);
      expect(statement(allowed[0]!.inputs.policy)).to.deep.include({
        ...{ Principal: { Service: "budgets.amazonaws.com" }, Condition: ofThisAccount },
        Action: ["kms:GenerateDataKey*", "kms:Decrypt"],
      });
    });
  });

  it("refuses an amount that is none", async () => {
    expect(await refusal(() => make({ monthlyUsd: 0 }))).to.contain(
      "monthlyUsd: is 0; write a whole number from 1 to 10000000 USD",
    );
  });
});
