import { expect } from "chai";
import { RULES } from "../../policies/rules";
import { pages } from "./pages";

describe("what pages show of a check", () => {
  it("counts the rules that there are", () => {
    const told = pages().flatMap(({ path, text }) =>
      [...text.matchAll(/resources against (\d+) rules/g)].map(([, rules]) => `${path}: ${rules}`),
    );
    expect(told).to.have.members(
      ["docs/policies.md", "docs/getting-started.md"].map((path) => `${path}: ${RULES.length}`),
    );
  });
});
