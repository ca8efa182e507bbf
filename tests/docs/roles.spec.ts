import { expect } from "chai";
import { ATTEMPTS, ROLES } from "../pipeline/role-attempts";
import { page, sections, tableRows } from "./pages";

describe("docs/roles.md", () => {
  const parts = sections(page("docs/roles.md"), "##");

  it("shows what each role is tried for, as it is tried", () => {
    const tried = ATTEMPTS.map(({ what, may }) => [
      what,
      ...ROLES.map((role) => (may.includes(role) ? "yes" : "–")),
    ]);
    expect(tableRows(parts.get("What each is let do")!)).to.deep.equal(tried);
  });

  it("says what each tried role is for", () => {
    const introduced = tableRows(page("docs/roles.md").text.split("\n## ")[0]!).map(([role]) => role);
    expect(introduced).to.deep.equal([...ROLES]);
  });

  it("has at least twenty refusals of each", () => {
    for (const role of ROLES) {
      const refused = ATTEMPTS.filter(({ may }) => !may.includes(role));
      expect(refused.length, role).to.be.at.least(20);
    }
  });
});
