import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { z } from "zod";
import { annotations } from "../../../cli/check/formats/annotations";
import { junit } from "../../../cli/check/formats/junit";
import { sarif } from "../../../cli/check/formats/sarif";
import { locating } from "../../../cli/check/location";
import { finding, judged } from "./judged";

/** Of sarif-schema-2.1.0.json the objects that a log of ours has, as strict as there: no property besides those it knows. */
const TEXT = z.strictObject({ text: z.string().min(1), markdown: z.string().min(1).optional() });
const LEVEL = z.enum(["none", "note", "warning", "error"]);
const RULE = z.strictObject({
  id: z.string().min(1),
  name: z.string().regex(/^[A-Z][A-Za-z0-9]*$/),
  shortDescription: TEXT,
  fullDescription: TEXT,
  help: TEXT,
  helpUri: z.url().optional(),
  defaultConfiguration: z.strictObject({ level: LEVEL }),
  properties: z.looseObject({ tags: z.array(z.string()), "security-severity": z.string().regex(/^\d\.\d$/) }),
});
const RESULT = z
  .strictObject({
    ruleId: z.string(),
    ruleIndex: z.int().min(0),
    kind: z.enum(["notApplicable", "pass", "fail", "review", "open", "informational"]),
    level: LEVEL,
    message: TEXT,
    locations: z.array(
      z.strictObject({
        physicalLocation: z.strictObject({
          artifactLocation: z.strictObject({
            uri: z.string().regex(/^[^\s\\/][^\s\\]*$/),
            uriBaseId: z.literal("SRCROOT"),
          }),
          region: z.strictObject({ startLine: z.int().min(1) }),
        }),
        logicalLocations: z
          .array(z.strictObject({ name: z.string(), fullyQualifiedName: z.string(), kind: z.string() }))
          .optional(),
      }),
    ),
    partialFingerprints: z.record(z.string().regex(/\/v\d+$/), z.string()),
    properties: z.looseObject({}),
  })
  // 3.27.10: a level other than none belongs to failures.
  .refine(({ kind, level }) => kind === "fail" || level === "none");
const LOG = z.strictObject({
  $schema: z.url(),
  version: z.literal("2.1.0"),
  runs: z.array(
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({ name: z.string(), version: z.string(), rules: z.array(RULE) }),
      }),
      automationDetails: z.strictObject({ id: z.string() }),
      columnKind: z.enum(["utf16CodeUnits", "unicodeCodePoints"]),
      originalUriBaseIds: z.record(z.string(), z.looseObject({})),
      results: z.array(RESULT),
    }),
  ),
});

function log(...stacks: ReturnType<typeof judged>[]) {
  return LOG.parse(JSON.parse(sarif(stacks)));
}

describe("findings as SARIF", () => {
  it("keep the schema's rules, and rules stand in one run once", () => {
    const [run] = log(judged(), judged({ stack: "prod" })).runs;
    expect(run!.tool.driver.rules.map(({ id, name }) => [id, name])).to.deep.equal([
      ["bucket-encryption", "BucketEncryption"],
      ["key-rotation", "KeyRotation"],
      ["table-quality", "TableQuality"],
    ]);
    expect(run!.results).to.have.length(8);
    for (const { ruleId, ruleIndex } of run!.results)
      expect(run!.tool.driver.rules[ruleIndex]!.id).to.equal(ruleId);
  });

  it("say severity, place and resource of each", () => {
    const [violation, , warning, undecided] = log(judged()).runs[0]!.results;
    expect(violation).to.deep.include({ kind: "fail", level: "error" });
    expect(violation!.locations[0]).to.deep.include({
      physicalLocation: {
        artifactLocation: { uri: "components/a%20b.ts", uriBaseId: "SRCROOT" },
        region: { startLine: 12 },
      },
    });
    expect(violation!.locations[0]!.logicalLocations![0]!.fullyQualifiedName).to.equal(finding().urn);
    expect(warning!.level).to.equal("warning");
    expect(undecided).to.deep.include({ kind: "open", level: "none" });
    expect(undecided!.locations[0]!.physicalLocation.artifactLocation.uri).to.equal("Pulumi.dev.yaml");
  });

  it("have fingerprints that neither lines nor words change, and that are each finding's own", () => {
    const prints = (log_: ReturnType<typeof log>) =>
      log_.runs[0]!.results.map(({ partialFingerprints }) => Object.values(partialFingerprints)[0]!);
    const reworded = judged({
      violations: [finding({ problem: "Other words." }), finding({ problem: "More." })],
    });
    expect(prints(log({ ...reworded, locate: () => ({ file: "index.ts", line: 99 }) }))).to.deep.equal(
      prints(log(judged())),
    );
    expect(new Set(prints(log(judged()))).size).to.equal(4);
  });

  it("are a log with nothing in it when nothing was found", () => {
    expect(log(judged({ violations: [], warnings: [], undecided: [] })).runs[0]!.results).to.deep.equal([]);
  });
});

describe("findings as JUnit", () => {
  it("are a suite for each stack with a case for each rule", () => {
    const report = junit([judged()]);
    expect(report).to.contain(
      '<testsuite name="naru/dev" tests="3" failures="1" errors="0" skipped="1" time="1.500">',
    );
    expect(report.match(/<testcase /g)).to.have.length(3);
    expect(report.match(/<failure /g)).to.have.length(1);
    expect(report).to.contain('<skipped message="not decidable in this preview: the stack"/>');
    expect(report).to.contain("Its bucket key is off.");
  });

  it("leave no sign of XML to a message", () => {
    const report = junit([judged({ violations: [finding({ problem: `]]> <a b="c">&\u0000\u001b` })] })]);
    expect(report).to.contain("]]&gt; &lt;a b=&quot;c&quot;&gt;&amp;\nFix:");
  });
});

describe("findings as annotations of GitHub", () => {
  it("stand beside the line that makes the resource, violations first", () => {
    const lines = annotations([judged()]);
    expect(lines).to.have.length(4);
    expect(lines[0]).to.equal(
      "::error file=components/a b.ts,line=12,title=bucket-encryption (high) in dev::" +
        'lake-raw: It has <no> 100%25 encryption, "none" & nothing.%0AFix: Add `sse`: KMS,%0Anow.%0AReference: FSBP S3.17',
    );
    expect(lines.map((line) => line.slice(2, line.indexOf(" ")))).to.deep.equal([
      ...["error", "error", "warning", "notice"],
    ]);
  });

  it("can't be ended by what they tell", () => {
    const [line] = annotations([judged({ violations: [finding({ rule: "a,b:c\n::error::" })] })]);
    expect(line).to.not.contain("\n");
    expect(line).to.contain("title=a%2Cb%3Ac%0A%3A%3Aerror%3A%3A (high)");
  });
});

describe("the place of a finding", () => {
  let root: string;
  before(() => {
    root = mkdtempSync(join(tmpdir(), "naru-place-"));
    mkdirSync(join(root, "contracts/lms"), { recursive: true });
    writeFileSync(join(root, "contracts/lms/requests.odcs.yaml"), "");
  });
  after(() => rmSync(root, { recursive: true }));

  it("is its line, else its contract, else the stack's configuration", () => {
    const sources = new Map([["urn:known", { file: "index.ts", line: 3 }]]);
    const locate = locating(root, { stack: "dev", sources }, ["contracts", "none"]);
    expect(locate({ urn: "urn:known", resource: "lake-lms.requests" })).to.deep.equal({
      file: "index.ts",
      line: 3,
    });
    expect(locate({ urn: "urn:other", resource: "lake-lms.requests" })).to.deep.equal({
      file: "contracts/lms/requests.odcs.yaml",
      line: 1,
    });
    expect(locate({ urn: "", resource: "the stack" })).to.deep.equal({ file: "Pulumi.dev.yaml", line: 1 });
  });
});
