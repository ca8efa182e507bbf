import { expect } from "chai";
import { compareContracts, type DataSet, loadContracts } from "../../../components/contract";
import { type Example, property, readExample, STATE } from "./example";

type Change = (contract: Example) => void;

function read(version: string, change: Change = () => undefined): DataSet {
  return readExample((contract) => {
    contract.version = version;
    change(contract);
  }).dataSets[0]!;
}

const removed: Change = (contract) => void contract.schema[0]!.properties.splice(STATE, 1);
const loosened: Change = (contract) => void (property(contract, STATE).logicalTypeOptions = { maxLength: 9 });
const reworded: Change = (contract) => void (property(contract, STATE).description = "State.");

/** Problems of going from the example to a changed one, without the file. */
function problems(before: string, after: string, change?: Change): string[] {
  const compared = compareContracts([read(before)], [read(after, change)]);
  return compared.problems.map(({ key, problem, fix }) => `${key} ${problem}; ${fix}`);
}

describe("versions of contracts", () => {
  it("may stay when nothing changed", () => {
    expect(problems("1.2.3", "1.2.3")).to.deep.equal([]);
  });

  it("want a new major version for a breaking change, told with the change and the version to write", () => {
    expect(problems("1.2.3", "1.3.0", removed)).to.deep.equal([
      "version is 1.3.0, a minor step, with major changes (column removed: state); write 2.0.0",
    ]);
    expect(problems("1.2.3", "2.0.0", removed)).to.deep.equal([]);
  });

  it("want at least a minor step for what readers see, and a patch for words", () => {
    expect(problems("1.2.3", "1.2.4", loosened)).to.deep.equal([
      "version is 1.2.4, a patch step, with minor changes (limits loosened: state); write 1.3.0",
    ]);
    expect(problems("1.2.3", "1.3.0", loosened)).to.deep.equal([]);
    expect(problems("1.2.3", "1.2.4", reworded)).to.deep.equal([]);
    expect(problems("1.2.3", "2.0.0", reworded)).to.deep.equal([]);
  });

  it("may not stay when anything changed", () => {
    expect(problems("1.2.3", "1.2.3", reworded)).to.deep.equal([
      "version stays 1.2.3, with patch changes (documentation: state); write 1.2.4",
    ]);
  });

  it("may not go back, changed or not; 1.10.0 is after 1.9.0", () => {
    expect(problems("1.2.3", "1.2.2")).to.deep.equal([
      "version goes back from 1.2.3 to 1.2.2; write 1.2.4 or later",
    ]);
    expect(problems("1.2.3", "0.9.9", removed)[0]).to.match(/write 2\.0\.0 or later$/);
    expect(problems("1.9.0", "1.10.0", loosened)).to.deep.equal([]);
  });
});

describe("data sets that come and go", () => {
  const active = read("1.0.0");

  it("come in any version", () => {
    const { dataSets, problems: told } = compareContracts([], [active]);
    expect(dataSets.map(({ id, needs }) => [id, needs])).to.deep.equal([["shop.orders", "minor"]]);
    expect(told).to.deep.equal([]);
  });

  it("go only when nobody may rely on them any more", () => {
    const { dataSets, problems: told } = compareContracts([active], []);
    expect(dataSets[0]!.changes[0]!.breaks).to.deep.equal(["producers", "athena", "spark", "bi"]);
    expect(told.map(({ problem }) => problem)).to.deep.equal(["is removed while its status is active"]);
    const deprecated = read("1.0.1", (contract) => void (contract.status = "deprecated"));
    expect(compareContracts([deprecated], []).problems).to.deep.equal([]);
  });

  it("are each compared with their own older contract", () => {
    const shipped = loadContracts(["contracts"]);
    expect(compareContracts(shipped, [...shipped].reverse())).to.deep.equal({ dataSets: [], problems: [] });
    const { dataSets } = compareContracts(shipped, [...shipped, active]);
    expect(dataSets.map(({ id }) => id)).to.deep.equal(["shop.orders"]);
  });
});
