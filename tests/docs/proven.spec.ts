import { expect } from "chai";
import { page, sections, tableRows } from "./pages";
import { reportFields } from "./report-fields";

describe("docs/proven.md", () => {
  it("points each claim about a run to a field of its report", () => {
    const rows = tableRows(sections(page("docs/proven.md"), "##").get("Shown by one run") ?? "");
    const fields = rows.map((cells) => cells.at(-1)!.split(".")[0]);
    expect(fields.length).to.be.greaterThan(5);
    expect([...reportFields(), "the run itself"]).to.include.members(fields);
  });
});
