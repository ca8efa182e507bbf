import { expect } from "chai";
import type { Step } from "../../../../local/proof/lives/draw";
import type { Node } from "../../../../local/proof/lives/plan";
import { smallest } from "../../../../local/proof/lives/smallest";

const node = (key: string, of?: string): Node => ({
  ...{ key, kind: "queue", name: key, called: key, needs: {}, options: {} },
  inputs: of === undefined ? {} : { arn: `\${${of}.arn}` },
});
const QUEUES = [node("one"), node("two", "one"), node("three"), node("four")];
const LIFE: Step[] = ["begin", "guilty", "idle", "last", "never lived"].map((what) => ({
  what,
  plan: QUEUES,
}));
const FOUND = { step: 3, problems: ["queue four is there twice", "and more"] };

/** Breaks where a queue `four` is made, and something was guilty before. */
function brokenBy(steps: readonly Step[]) {
  const at = steps.findIndex(({ what }) => what === "last");
  const isMade = steps.every(({ plan }) => plan.some(({ key }) => key === "four"));
  if (steps.some(({ what }) => what === "guilty") && at >= 0 && isMade) return { ...FOUND, step: at };
  // Without its beginning a life may break too, in another way.
  return steps[0]!.what === "begin" ? undefined : { step: 0, problems: ["nothing to rename"] };
}

describe("a life that breaks", () => {
  it("is made smaller as long as it breaks in the same way", async () => {
    let tries = 0;
    const least = await smallest(LIFE, FOUND, (steps) => {
      tries += 1;
      return Promise.resolve(brokenBy(steps));
    });
    expect(least.map(({ what }) => what)).to.deep.equal(["guilty", "last"]);
    expect(least.map(({ plan }) => plan.map(({ key }) => key))).to.deep.equal([["four"], ["four"]]);
    expect(tries).to.be.at.most(12);
  });

  it("is told whole, up to where it breaks, where nothing less breaks", async () => {
    const least = await smallest(LIFE, FOUND, () => Promise.resolve(undefined));
    expect(least).to.deep.equal(LIFE.slice(0, 4));
  });

  it("stays as it is where less of it breaks in another way", async () => {
    const other = { step: 0, problems: ["nothing to rename"] };
    expect(await smallest(LIFE, FOUND, () => Promise.resolve(other))).to.deep.equal(LIFE.slice(0, 4));
  });
});
