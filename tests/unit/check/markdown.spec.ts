import { expect } from "chai";
import { COMMENT_MARK, commentOf, type ResourceChange, type StackChange } from "../../../cli/check/markdown";
import type { CheckFinding } from "../../../cli/check";

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
  change: "replaced",
  component: "lake",
  type: "aws:s3/bucket:Bucket",
  name: "lake-raw",
  stateful: true,
  properties: ["bucket"],
};
const STACK: StackChange = {
  stack: "dev",
  resources: [],
  broken: [],
  mended: [],
  standing: 0,
  undecided: 0,
  cost: { before: 10, after: 10, krwPerUsd: 1400, components: [] },
};
const comment = (change: Partial<StackChange>) =>
  commentOf({ base: "main", stacks: [{ ...STACK, ...change }] });

describe("the comment of a pull request", () => {
  it("says of a change that changes nothing just that", () => {
    expect(comment({})).to.equal(
      [
        COMMENT_MARK,
        "## Naru: what this change does to dev",
        "",
        "Held against `main`. Offline: no account was asked.",
        "",
        "### ✅ dev: 0 rules broken, 0 mended, 0 resources changed",
        "",
        "The plan stays as it is.",
        "",
        "Cost: 10.00 USD a month, as before.",
        "",
      ].join("\n"),
    );
  });

  it("puts resources whose data would go into red, and no others", () => {
    const shown = comment({
      resources: [
        BUCKET,
        { ...BUCKET, change: "deleted", name: "lake-curated", properties: [] },
        { ...BUCKET, change: "changed", name: "lake-landing" },
        { ...BUCKET, name: "alarm", stateful: false },
      ],
    });
    const red = shown.split("\n").filter((line) => line.startsWith(">"));
    expect(red).to.deep.equal([
      "> [!CAUTION]",
      "> 2 resources with data would be replaced or deleted:",
      "> - **replaced**: `lake-raw` (`aws:s3/bucket:Bucket`) by `bucket`",
      "> - **deleted**: `lake-curated` (`aws:s3/bucket:Bucket`)",
    ]);
  });

  it("counts what changes by component", () => {
    const shown = comment({
      resources: [BUCKET, { ...BUCKET, name: "b" }, { ...BUCKET, component: "streams", change: "created" }],
    });
    expect(shown).to.contain(
      [
        "| component | replaced | deleted | created | changed |",
        "|---|--:|--:|--:|--:|",
        "| `lake` | 2 |  |  |  |",
        "| `streams` |  |  | 1 |  |",
      ].join("\n"),
    );
  });

  it("tells what is broken with its fix, and what is mended", () => {
    const shown = comment({ broken: [FINDING], mended: [{ ...FINDING, resource: "lake-landing" }] });
    expect(shown).to.contain("### ❌ dev: 1 rule broken, 1 mended");
    expect(shown).to.contain(
      '| high | `bucket-encryption`<br>FSBP S3.17 | `lake-raw` | It has no server-side encryption configuration. | Add `sseAlgorithm: "aws:kms"`. |',
    );
    expect(shown.indexOf("Broken by")).to.be.below(shown.indexOf("Mended by"));
  });

  it("fails nobody over what is advisory", () => {
    expect(comment({ broken: [{ ...FINDING, level: "advisory" }] })).to.contain("### ✅ dev: 1 rule broken");
  });

  it("tells the difference of cost in both currencies, and of components that move only", () => {
    const components = [
      { component: "lake", before: 4, after: 4.001 },
      { component: "streams", before: 6, after: 16.5 },
    ];
    const shown = comment({ cost: { before: 10, after: 20.5, krwPerUsd: 1400, components } });
    expect(shown).to.contain("Cost: 10.00 → **20.50 USD** a month (+10.50 USD, +14,700 KRW).");
    expect(shown).to.contain("| `streams` | 6.00 | 16.50 | +10.50 |").and.not.contain("| `lake` |");
    expect(comment({ cost: null })).to.contain("could not be reckoned");
  });

  it("lets no text of a stranger become more than text", () => {
    const wicked = "<img src=x> ![a](b) @everyone | `\n# end";
    const shown = comment({
      broken: [{ ...FINDING, resource: wicked, problem: wicked, reference: wicked }],
      resources: [{ ...BUCKET, name: wicked, component: wicked, properties: [wicked] }],
    });
    const outsideCode = shown.replace(/`[^`\n]*`/g, "");
    expect(outsideCode).to.not.match(/<img|@everyone|!\[|\n# end/);
    for (const row of shown.split("\n").filter((line) => line.startsWith("| high"))) {
      expect(row.replace(/\\\|/g, "").split("|")).to.have.length(7);
    }
  });

  it("stays shorter than GitHub allows, and says what it leaves out", () => {
    const broken = Array.from({ length: 500 }, (_, at) => ({ ...FINDING, resource: `bucket-${at}` }));
    const shown = commentOf({
      base: "main",
      stacks: Array.from({ length: 20 }, () => ({ ...STACK, broken })),
    });
    expect(shown.length).to.be.below(65_536);
    expect(shown).to.contain("and 470 more").and.contain("too long for a comment");
  });
});
