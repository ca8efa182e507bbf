import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { lintContracts, loadContracts, proposeContract } from "../../components/contract";
import { readCsvText } from "../../components/contract/csv/decode";
import { storedColumns } from "../../components/contract/model";
import { ROOT } from "../../local/paths";
import { REPORT_VERSION } from "../../local/report";
import { page, sections, tableRows } from "./pages";
import { reportFields } from "./report-fields";

const GUIDE = page("docs/getting-started.md");
const example = (name: string) => join(ROOT, "docs", "examples", name);

describe("docs/getting-started.md", () => {
  it("explains every field of the report", () => {
    const section = sections(GUIDE, "##").get("The report")!;
    const documented = tableRows(section).flatMap(([names]) => names!.split(", "));
    expect(documented).to.have.members(reportFields());
    expect(section).to.contain(`\`version\` is ${REPORT_VERSION};`);
  });

  it("shows what is found in the example, as it is found", () => {
    const { findings } = proposeContract(example("library-loans.cp949.csv"), { id: "library.loans" });
    expect(findings.map(({ column }) => column)).to.deep.equal(["student_id", "name", "phone"]);
    for (const { column, kind, score, treatment, why } of findings) {
      expect(GUIDE.text).to.contain(`  personal  ${column}: ${kind} (${score}), ${treatment}: ${why}`);
    }
  });

  it("has a contract for it without error or advice, in which the name is dropped", () => {
    const contract = example("library-loans.odcs.yaml");
    const { errors, warnings } = lintContracts([contract]);
    expect([...errors, ...warnings]).to.deep.equal([]);
    const [loans] = loadContracts([contract]);
    expect(storedColumns(loans!).map(({ name }) => name)).to.deep.equal([
      ...["loan_id", "student_id", "phone", "book_title", "loaned_on", "overdue_days", "pseudonym_epoch"],
    ]);
  });

  it("has the example in both encodings, with the first rows on the page", () => {
    const utf8 = readFileSync(example("library-loans.csv"), "utf8");
    expect(readCsvText(example("library-loans.cp949.csv"))).to.include({ encoding: "cp949", text: utf8 });
    expect(GUIDE.text).to.contain(utf8.split("\n").slice(0, 3).join("\n"));
  });
});
