import { existsSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { stringify } from "yaml";
import { contractFromCsv } from "../../../cli/contract/from-csv";
import { contractLint } from "../../../cli/contract/lint";
import { loadContracts } from "../../../components/contract";
import { example } from "./example";
import { temporaryFolder } from "./temporary-folder";

const files = temporaryFolder();

/** What a command printed. */
class Recorded {
  readonly results: string[] = [];
  readonly remarks: string[] = [];
  readonly out = (text: string) => void this.results.push(text);
  readonly err = (text: string) => void this.remarks.push(text);
}

describe("naru contract lint", () => {
  it("exits 0 and counts when all is well", async () => {
    const output = new Recorded();
    const file = files.write("a.odcs.yaml", stringify(example()));
    expect(await contractLint({ paths: [file], output })).to.equal(0);
    expect(output.results).to.deep.equal(["1 data set read, 0 errors, 0 warnings"]);
  });

  it("exits 1 and names file, key and fix of every error", async () => {
    const output = new Recorded();
    const file = files.write("a.odcs.yaml", stringify({ ...example(), id: "x", team: {} }));
    expect(await contractLint({ paths: [file], output })).to.equal(1);
    expect(output.results[0]).to.equal(
      `error    ${file}: id: is "x"; use "shop.orders", the domain and the name of schema[0]`,
    );
    expect(output.results[1]).to.match(/^error {4}.*: team\.name: is missing; /);
    expect(output.results[2]).to.equal("1 data set read, 2 errors, 0 warnings");
  });

  it("passes warnings, and stops at them when strict", async () => {
    const paths = [files.write("a.odcs.yaml", stringify({ ...example(), status: "draft" }))];
    const output = new Recorded();
    expect(await contractLint({ paths, output })).to.equal(0);
    expect(output.results[0]).to.match(/^warning {2}.*: status: is draft; /);
    expect(await contractLint({ paths, strict: true, output: new Recorded() })).to.equal(1);
  });

  it("prints one JSON object when asked", async () => {
    const output = new Recorded();
    const file = files.write("a.odcs.yaml", stringify({ ...example(), version: "1" }));
    expect(await contractLint({ paths: [file], json: true, output })).to.equal(1);
    const result = JSON.parse(output.results.join("\n")) as { errors: object[]; warnings: object[] };
    expect(result.errors).to.have.length(1);
    expect(result.errors[0]).to.have.all.keys("file", "key", "problem", "fix");
  });
});

describe("naru contract from-csv", () => {
  const CSV = "학번,학과\n0001,국문\n0002,영문\n";

  it("prints the contract, and the findings beside it", async () => {
    const output = new Recorded();
    expect(await contractFromCsv({ file: files.write("a.csv", CSV), id: "sis.roll", output })).to.equal(0);
    const file = files.write("printed.odcs.yaml", output.results.join("\n"));
    expect(loadContracts([file]).map(({ id }) => id)).to.deep.equal(["sis.roll"]);
    expect(output.remarks[0]).to.equal("sis.roll: 2 columns from all 2 rows, utf-8, primary key student_id");
    expect(output.remarks[1]).to.match(/personal {2}student_id: student-id \(0\.9\), pseudonymise: /);
  });

  it("writes the contract where it is told to, and never over a file", async () => {
    const file = files.write("a.csv", CSV);
    const out = files.path("contracts/sis/roll.odcs.yaml");
    const output = new Recorded();
    expect(await contractFromCsv({ file, id: "sis.roll", out, output })).to.equal(0);
    expect(output.results).to.deep.equal([]);
    expect(loadContracts([out])).to.have.length(1);
    const written = readFileSync(out, "utf8");
    expect(await contractFromCsv({ file, id: "sis.other", out, output })).to.equal(1);
    expect(readFileSync(out, "utf8")).to.equal(written);
    expect(output.remarks[output.remarks.length - 1]).to.match(/exists already/);
  });

  it("prints one JSON object when asked", async () => {
    const output = new Recorded();
    await contractFromCsv({ file: files.write("a.csv", CSV), json: true, output });
    const proposal = JSON.parse(output.results.join("\n")) as Record<string, unknown>;
    expect(proposal).to.include.keys("yaml", "dataSet", "findings", "encoding", "delimiter", "rows", "notes");
  });

  it("exits 1 with the reason, and writes nothing, for what is no CSV", async () => {
    const output = new Recorded();
    const out = files.path("x.odcs.yaml");
    const file = files.write("a.xlsx", "PK");
    expect(await contractFromCsv({ file, out, output })).to.equal(1);
    expect(output.results).to.deep.equal([]);
    expect(output.remarks[0]).to.match(/a\.xlsx: is a workbook, not CSV; open it/);
    expect(existsSync(out)).to.equal(false);
  });
});
