import { expect } from "chai";
import type { CheckFinding } from "../../../cli/check";
import type { StackComparison } from "../../../cli/check/comparison";
import { COMMENT_MARK, commentOf } from "../../../cli/check/markdown";
import type { PlanDifference, ResourceChange } from "../../../cli/plan/difference";

const FINDING: CheckFinding = {
  rule: "bucket-encryption",
  group: "encryption",
  severity: "high",
  level: "mandatory",
  urn: "urn:pulumi:dev::naru::aws:s3/bucket:Bucket::lake-raw",
  resource: "lake-raw",
  problem: "It has no server-side encryption configuration.",
  fix: 'Add `sseAlgorithm: "aws:kms"`.',
  reference: "FSBP S3.17",
};
const BUCKET: ResourceChange = {
  action: "replace",
  id: "aws:s3/bucket:Bucket::lake-raw",
  type: "aws:s3/bucket:Bucket",
  name: "lake-raw",
  component: "lake",
  inputs: ["bucket"],
  loses: "objects",
  protected: false,
};
const BROKEN = { violations: [], warnings: [], undecided: [] };
const STACK: StackComparison = {
  stack: "dev",
  base: { reference: "main", commit: "0123456789abcdef0123" },
  findings: { broken: BROKEN, mended: [], silenced: [], remaining: 0 },
  plan: planOf([]),
  cost: { components: [], total: { before: 10, after: 10 }, krwPerUsd: 1400, newlyNotPriced: [] },
  remarks: [],
};

function planOf(changes: readonly ResourceChange[]): PlanDifference {
  const count = (action: string) => changes.filter((each) => each.action === action).length;
  return {
    components: [...new Set(changes.map(({ component }) => component))].map((component) => ({
      component,
      changes: changes.filter((each) => each.component === component),
    })),
    losses: changes.filter(({ loses }) => loses !== undefined),
    counts: {
      replace: count("replace"),
      delete: count("delete"),
      update: count("update"),
      create: count("create"),
    },
    unchanged: 0,
  };
}

const comment = (change: Partial<StackComparison>) => commentOf([{ ...STACK, ...change }]);
const found = (change: Partial<StackComparison["findings"]>) => ({
  findings: { ...STACK.findings, ...change },
});
const violated = (...violations: CheckFinding[]) => found({ broken: { ...BROKEN, violations } });

describe("the comment of a pull request", () => {
  it("says of a change that changes nothing just that", () => {
    expect(comment({})).to.equal(
      [
        COMMENT_MARK,
        "## Naru: what this change does to dev",
        "",
        "Held against `main` (`0123456789ab`). Offline: no account was asked.",
        "",
        "### ✅ dev: 0 broken, 0 mended, 0 resources changed",
        "",
        "The plan stays as it is.",
        "",
        "Cost: 10.00 USD a month, as before.",
        "",
      ].join("\n"),
    );
  });

  it("puts what would be lost into red, and nothing else", () => {
    const { loses: _none, ...harmless } = BUCKET;
    const shown = comment({
      plan: planOf([
        BUCKET,
        { ...BUCKET, action: "delete", name: "lake-curated", inputs: [], protected: true },
        { ...harmless, action: "update", name: "lake-landing" },
        { ...harmless, name: "alarm" },
      ]),
    });
    expect(shown.split("\n").filter((line) => line.startsWith(">"))).to.deep.equal([
      "> [!CAUTION]",
      "> 2 resources with what can't be made again would be replaced or deleted:",
      "> - **replaced**: `lake-raw` (`aws:s3/bucket:Bucket`): `bucket`; gone: objects",
      "> - **deleted**: `lake-curated` (`aws:s3/bucket:Bucket`); gone: objects (protected: Pulumi refuses)",
      ">",
      "> Only renamed or moved? Give it its former name or place as an alias (Pulumi's `aliases`).",
      ">",
      "> Replaced: the inputs named beside it can't change in place; leave them as they are.",
      ">",
      "> Wanted? Say why in tests/baseline/dev.losses.yaml; until then the suite `plan` refuses it.",
    ]);
  });

  it("counts what changes by component", () => {
    const shown = comment({
      plan: planOf([BUCKET, { ...BUCKET, name: "b" }, { ...BUCKET, component: "streams", action: "create" }]),
    });
    expect(shown).to.contain("3 resources changed");
    expect(shown).to.contain(
      [
        "| component | replaced | deleted | created | changed |",
        "|---|--:|--:|--:|--:|",
        "| `lake` | 2 |  |  |  |",
        "| `streams` |  |  | 1 |  |",
      ].join("\n"),
    );
  });

  it("tells what one rule says of a resource in one row, its fix once", () => {
    const violations = [
      FINDING,
      { ...FINDING, problem: "Another." },
      { ...FINDING, resource: "other", urn: "b" },
    ];
    const shown = comment(found({ broken: { ...BROKEN, violations } }));
    const rows = shown.split("\n").filter((line) => line.includes(FINDING.rule));
    expect(rows).to.have.length(2);
    expect(rows[0]).to.contain("<br>Another. |");
  });

  it("tells what is broken with its fix, what is mended, and what is no longer told", () => {
    const shown = comment(
      found({
        broken: { ...BROKEN, violations: [FINDING] },
        mended: [{ ...FINDING, resource: "lake-landing" }],
        silenced: [{ ...FINDING, resource: "lake-logs" }],
        remaining: 2,
      }),
    );
    expect(shown).to.contain("### ❌ dev: 1 broken, 1 silenced, 1 mended, 2 broken before");
    expect(shown).to.contain(
      '| high | `bucket-encryption`<br>FSBP S3.17 | `lake-raw` | It has no server-side encryption configuration. | Add `sseAlgorithm: "aws:kms"`. |',
    );
    const order = ["Broken by", "`lake-raw`", "Silenced by", "`lake-logs`", "Mended by", "`lake-landing`"];
    expect(order.map((each) => shown.indexOf(each))).to.deep.equal(
      order.map((each) => shown.indexOf(each)).sort((left, right) => left - right),
    );
  });

  it("fails nobody over what is advisory", () => {
    const warnings: CheckFinding[] = [{ ...FINDING, level: "advisory" }];
    expect(comment(found({ broken: { ...BROKEN, warnings } }))).to.contain("### ✅ dev: 0 broken, 1 warning");
  });

  it("tells the difference of cost in both currencies, and what has no price", () => {
    const shown = comment({
      cost: {
        components: [{ component: "streams", before: 6, after: 16.5 }],
        total: { before: 10, after: 20.5 },
        krwPerUsd: 1400,
        newlyNotPriced: ["aws:x/y:Y"],
      },
    });
    expect(shown).to.contain("Cost: 10.00 → **20.50 USD** a month (+10.50 USD, +14,700 KRW).");
    expect(shown).to.contain("| `streams` | 6.00 | 16.50 | +10.50 |");
    expect(shown).to.contain("New and not priced: `aws:x/y:Y`.");
    expect(comment({ cost: null })).to.contain("can't be told");
  });

  it("tells what the comparison itself could not", () => {
    expect(comment({ remarks: ["The base has no stack dev."] })).to.contain(
      "\n\nThe base has no stack dev.\n",
    );
  });

  it("lets no text of a stranger become more than text", () => {
    const wicked = "<img src=x> ![a](b) @everyone | `\n# end";
    const shown = comment({
      ...violated({ ...FINDING, resource: wicked, problem: wicked, reference: wicked }),
      plan: planOf([{ ...BUCKET, name: wicked, component: wicked, inputs: [wicked], loses: wicked }]),
      remarks: [wicked],
    });
    const outsideCode = shown.replace(/`[^`\n]*`/g, "");
    expect(outsideCode).to.not.match(/<img|@everyone|!\[a|\n# end/);
    for (const row of shown.split("\n").filter((line) => line.startsWith("| high"))) {
      expect(row.replace(/\\\|/g, "").split("|")).to.have.length(7);
    }
  });

  it("stays shorter than GitHub allows, and says what it leaves out", () => {
    const violations = Array.from({ length: 500 }, (_, at) => ({ ...FINDING, resource: `bucket-${at}` }));
    const shown = commentOf(Array.from({ length: 20 }, () => ({ ...STACK, ...violated(...violations) })));
    expect(shown.length).to.be.below(65_536);
    expect(shown).to.contain("and 470 more").and.contain("too long for a comment");
  });
});
