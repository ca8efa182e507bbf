import { expect } from "chai";
import { stringify } from "yaml";
import { type ContractProblem, lintContracts } from "../../../components/contract";
import { BUYER, custom, type Example, example, STATE } from "./example";
import { temporaryFolder } from "./temporary-folder";

const files = temporaryFolder();

function warnings(change: (contract: Example) => void = () => undefined): readonly ContractProblem[] {
  const contract = example();
  change(contract);
  const result = lintContracts([files.write("orders.odcs.yaml", stringify(contract))]);
  expect(result.errors).to.deep.equal([]);
  return result.warnings;
}

describe("contract lint", () => {
  it("has nothing to say about the project's own contracts", () => {
    const { errors, warnings: advice } = lintContracts(["contracts"]);
    expect(errors).to.deep.equal([]);
    expect(advice).to.deep.equal([]);
  });

  it("has nothing to say about a good contract", () => expect(warnings()).to.deep.equal([]));

  it("takes the contract's word for one that is not personal", () => {
    const found = warnings((c) => {
      c.schema[0].properties[STATE].businessName = "휴대전화";
      c.schema[0].properties[STATE].customProperties = [
        { property: "notPersonal", value: "A flag: whether there is a number." },
      ];
    });
    expect(found).to.deep.equal([]);
  });

  it("makes an unmarked personal column an error, not advice", () => {
    const contract = example();
    contract.schema[0].properties[STATE].businessName = "휴대전화";
    const { errors } = lintContracts([files.write("orders.odcs.yaml", stringify(contract))]);
    expect(errors.map(({ key }) => key)).to.deep.equal(["schema[0].properties[4]"]);
  });

  it("asks examples of personal columns away", () => {
    const found = warnings((c) => (c.schema[0].properties[BUYER].examples = ["U1"]));
    expect(found.map(({ key }) => key)).to.deep.equal(["schema[0].properties.buyer.examples"]);
  });

  it("doubts a kind that name and values contradict", () => {
    const [warning] = warnings((c) => (custom(c, BUYER)[0].value = "email"));
    expect(warning).to.equal(undefined);
    const found = warnings((c) => (c.schema[0].properties[BUYER].businessName = "학번"));
    expect(found[0].problem).to.match(/^is user-id on a column that looks like student-id/);
  });

  it("asks for a rule that stops bad data", () => {
    const found = warnings((c) => (c.schema[0].quality = []));
    expect(found.map(({ key }) => key)).to.deep.equal(["schema[0].quality"]);
  });

  it("does not ask that of what the jobs write", () => {
    const found = warnings((c) => {
      c.schema[0].quality = [];
      c.customProperties[0].value = "derived";
    });
    expect(found).to.deep.equal([]);
  });

  for (const status of ["draft", "proposed"]) {
    it(`asks for the review of what is ${status}`, () =>
      expect(warnings((c) => (c.status = status)).map(({ key }) => key)).to.deep.equal(["status"]));
  }

  it("reports errors beside the advice on files that load", () => {
    files.write("bad.odcs.yaml", "kind: DataContract\n");
    const contract = { ...example(), status: "draft" };
    const good = files.write("good.odcs.yaml", stringify(contract));
    const result = lintContracts([files.path("")]);
    expect(result.dataSets).to.deep.equal(["shop.orders"]);
    expect(result.errors.map(({ key }) => key)).to.have.members(["version", "apiVersion", "id", "status"]);
    expect(result.warnings.map(({ file, key }) => [file, key])).to.deep.equal([[good, "status"]]);
  });
});
