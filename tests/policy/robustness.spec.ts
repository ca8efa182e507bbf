import { expect } from "chai";
import { RULES } from "../../policies/rules";
import { goodPlan, UNKNOWN } from "./plan";
import { ABSENT, changed, findingsIn, stackOf } from "../unit/policies/evaluation";

const REPLACEMENTS = [
  UNKNOWN,
  ABSENT,
  null,
  42,
  true,
  "",
  "[",
  [],
  {},
  [UNKNOWN],
  [null],
  { Statement: UNKNOWN },
];

/** Every path of a value, containers included. */
function paths(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [path];
  const keys = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  const below = keys.flatMap((key) =>
    paths((value as Record<string | number, unknown>)[key], [...path, key]),
  );
  return path.length === 0 ? below : [path, ...below];
}

describe("every rule", () => {
  it("has an answer to any value at any place, and never fails", () => {
    const good = goodPlan();
    for (const { name, inputs } of good) {
      for (const path of paths(inputs)) {
        for (const replacement of REPLACEMENTS) {
          const stack = stackOf(changed(good, name, path, replacement));
          const failed = RULES.filter((rule) =>
            findingsIn(rule, stack).some((each) => each.problem.includes("itself failed")),
          );
          const where = `${name} ${path.join(".")} ${String(replacement)}`;
          expect(
            failed.map((rule) => rule.name),
            where,
          ).to.deep.equal([]);
        }
      }
    }
  });
});
