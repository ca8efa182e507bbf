/** The mutation table: each change of a compliant plan is bound to a rule, or listed with the reason why to none. */
import { createHash } from "node:crypto";
import { expect } from "chai";
import { compilePolicies } from "../../cli/check";
import { PackProcess } from "../../cli/check/pack-process";
import { examinePlan } from "../../cli/check/run-pack";
import { compliantPlans, type NamedPlan } from "../../bench/policies/mutation/compliant-plans";
import {
  everyMutant,
  representatives,
  type PlannedMutant,
} from "../../bench/policies/mutation/representatives";
import { readTable } from "../../bench/policies/mutation/table";
import {
  disagreements,
  numbersOf,
  pairOf,
  tryMutants,
  unlisted,
  type Outcome,
} from "../../bench/policies/mutations";

/** One mutant of so many is tried here; `npm run bench:policies -- mutations` tries all. */
const ONE_OF = 8;
/** Mutants that the built pack sees, each in a whole plan. */
const THROUGH_THE_PACK = 3;

/** The same for a pair in each run, and even over pairs. */
function share({ mutant }: PlannedMutant): number {
  return createHash("sha256").update(pairOf(mutant)).digest().readUInt32BE(0);
}

describe("mutants of the compliant plans", function () {
  this.timeout(120_000);
  let plans: readonly NamedPlan[];
  let all: readonly PlannedMutant[];
  let outcome: Outcome;

  before(async () => {
    plans = await compliantPlans();
    all = everyMutant(plans);
    outcome = tryMutants(
      plans,
      representatives(plans).filter((each) => share(each) % ONE_OF === 0),
    );
  });

  it("come from plans without a finding", () => {
    expect(outcome.unmutated).to.deep.equal([]);
  });

  it("are all listed: bound to a rule, not relevant with a reason, or a gap", () => {
    expect(unlisted(readTable(), all)).to.deep.equal([]);
  });

  it("have a row each that is used", () => {
    const table = readTable();
    const used = new Set(all.map(({ mutant }) => table.entryFor(mutant)));
    expect(table.entries.filter((each) => !used.has(each)).map(({ place }) => place)).to.deep.equal([]);
  });

  it("are caught by the rule meant for them, and by none where they are listed as not relevant", () => {
    expect(disagreements(outcome)).to.deep.equal([]);
    for (const { severity, caught, of } of numbersOf(outcome).shares) {
      expect(of, severity).to.be.greaterThan(10);
      expect(caught, severity).to.equal(of);
    }
  });

  it("are caught by the built pack, asked by the engine's protocol", async () => {
    const bound = outcome.trials
      .filter(({ entry, plan }) => entry?.rule !== undefined && plan === plans[0])
      .sort((one, other) => share(one) - share(other));
    const pack = await PackProcess.start(await compilePolicies());
    try {
      for (const { mutant, entry } of bound.slice(0, THROUGH_THE_PACK)) {
        const changed = mutant.changed();
        const plan = plans[0]!.resources.flatMap((each) =>
          each !== mutant.original ? [each] : changed === undefined ? [] : [changed],
        );
        const { violations } = await examinePlan(pack, plan, {
          project: "naru",
          stack: "prod",
          preview: true,
        });
        expect(
          violations.map(({ rule }) => rule),
          pairOf(mutant),
        ).to.include(entry!.rule);
      }
    } finally {
      await pack.stop();
    }
  });
});
