import { readFileSync } from "node:fs";
import { expect } from "chai";
import { lintContracts } from "../../../components/contract";
import { temporaryFolder } from "./temporary-folder";

const files = temporaryFolder();

describe("docs/contracts.md", () => {
  it("shows a contract that loads without error or advice", () => {
    const [, yaml] = /```yaml\n(.*?)```/s.exec(readFileSync("docs/contracts.md", "utf8")) ?? [];
    const { dataSets, errors, warnings } = lintContracts([files.write("docs.odcs.yaml", yaml)]);
    expect(errors).to.deep.equal([]);
    expect(warnings).to.deep.equal([]);
    expect(dataSets).to.deep.equal(["shop.orders"]);
  });
});
