import { expect } from "chai";
import type { RecordedResource } from "../../../local/recorder/recorded-resource";
import * as type from "../../../policies/model/types";
import { goodPlan, resource, UNKNOWN } from "../../policy/plan";
import { ABSENT, changed, findingsOf, outcomeOf, ruleNamed, without, type Outcome } from "./evaluation";

const judge = (plan: readonly RecordedResource[], rule = "trail-coverage"): Outcome =>
  outcomeOf(findingsOf(ruleNamed(rule), plan));

describe("trail-integrity", () => {
  for (const property of ["enableLogging", "includeGlobalServiceEvents"]) {
    it(`leaves ${property} on`, () => {
      const judged = (value: unknown) =>
        judge(changed(goodPlan(), "trail", [property], value), "trail-integrity");
      expect(judged(true)).to.equal("pass");
      expect(judged(ABSENT)).to.equal("pass");
      expect(judged(false)).to.equal("violation");
      expect(judged(UNKNOWN)).to.equal("undecided");
      expect(judged("on")).to.equal("violation");
    });
  }
});

const CATEGORY = { field: "eventCategory", equals: ["Data"] };
const TYPE = { field: "resources.type", equals: ["AWS::S3::Object"] };
const arns = (...startsWiths: unknown[]) => ({ field: "resources.ARN", startsWiths });
const LANDING = arns("arn:aws:s3:::plan-landing/");

/** Without failed records in an open bucket, which a trail records too. */
const ofLanding = () => without(goodPlan(), "delivery");

describe("trail-coverage, by advanced selectors", () => {
  const CASES: readonly [string, unknown, Outcome][] = [
    ["objects of the bucket", [CATEGORY, TYPE, LANDING], "pass"],
    ["objects of all buckets", [CATEGORY, TYPE], "pass"],
    ["objects of all buckets, by ARN", [CATEGORY, TYPE, arns("arn:aws:s3:::")], "pass"],
    [
      "objects of the bucket and others",
      [CATEGORY, TYPE, arns("arn:aws:s3:::a/", "arn:aws:s3:::plan-l")],
      "pass",
    ],
    ["a folder of the bucket", [CATEGORY, TYPE, arns("arn:aws:s3:::plan-landing/lms/")], "violation"],
    ["writes only", [CATEGORY, TYPE, LANDING, { field: "readOnly", equals: ["false"] }], "violation"],
    [
      "all but somebody",
      [CATEGORY, TYPE, LANDING, { field: "userIdentity.arn", notEquals: ["a"] }],
      "violation",
    ],
    ["all but a folder", [CATEGORY, TYPE, { ...LANDING, notStartsWiths: ["arn:aws:s3:::a"] }], "violation"],
    ["management events", [{ field: "eventCategory", equals: ["Management"] }], "violation"],
    [
      "events of functions",
      [CATEGORY, { field: "resources.type", equals: ["AWS::Lambda::Function"] }],
      "violation",
    ],
    ["events of nothing said", [CATEGORY, LANDING], "violation"],
    ["no list", "all", "violation"],
    ["unknown fields", UNKNOWN, "undecided"],
    ["an unknown field", [CATEGORY, TYPE, UNKNOWN], "undecided"],
    ["an unknown category", [{ field: "eventCategory", equals: [UNKNOWN] }, TYPE, LANDING], "undecided"],
    ["unknown ARNs", [CATEGORY, TYPE, { field: "resources.ARN", startsWiths: UNKNOWN }], "undecided"],
    [
      "an unknown ARN, of writes",
      [CATEGORY, TYPE, arns(UNKNOWN), { field: "readOnly", equals: ["false"] }],
      "violation",
    ],
  ];
  for (const [title, fieldSelectors, outcome] of CASES) {
    it(`a trail of ${title}: ${outcome}`, () =>
      expect(judge(changed(ofLanding(), "trail", ["advancedEventSelectors"], [{ fieldSelectors }]))).to.equal(
        outcome,
      ));
  }
});

describe("trail-coverage, by older selectors", () => {
  const data = (values: unknown, more: object = {}) => ({
    dataResources: [{ type: "AWS::S3::Object", values }],
    ...more,
  });
  const CASES: readonly [string, unknown, Outcome][] = [
    ["objects of the bucket", data(["arn:aws:s3:::plan-landing/"]), "pass"],
    ["objects of all buckets", data(["arn:aws:s3"], { readWriteType: "All" }), "pass"],
    ["writes only", data(["arn:aws:s3"], { readWriteType: "WriteOnly" }), "violation"],
    ["another bucket", data(["arn:aws:s3:::plan-raw/"]), "violation"],
    [
      "functions",
      { dataResources: [{ type: "AWS::Lambda::Function", values: ["arn:aws:lambda"] }] },
      "violation",
    ],
    ["management events", { includeManagementEvents: true }, "violation"],
    ["an unknown bucket", data([UNKNOWN]), "undecided"],
    ["unknown events", data(["arn:aws:s3"], { readWriteType: UNKNOWN }), "undecided"],
    ["unknown resources", { dataResources: UNKNOWN }, "undecided"],
    ["nobody knows what", UNKNOWN, "undecided"],
  ];
  for (const [title, selector, outcome] of CASES) {
    it(`a trail of ${title}: ${outcome}`, () => {
      const plan = changed(ofLanding(), "trail", ["advancedEventSelectors"], ABSENT);
      expect(judge(changed(plan, "trail", ["eventSelectors"], [selector]))).to.equal(outcome);
    });
  }
});

describe("trail-coverage, of buckets", () => {
  const bucket = (zone: string, dataClass: string, name: unknown = "plan-extra") =>
    judge([
      ...goodPlan(),
      resource(type.BUCKET, "extra", {
        bucket: name,
        tags: { "naru:zone": zone, "naru:data-class": dataClass },
      }),
    ]);

  it("asks for closed ones, but those of logs", () => {
    expect(bucket("closed", "raw-pii")).to.equal("violation");
    expect(bucket("closed", "internal")).to.equal("violation");
    expect(bucket("closed", "logs")).to.equal("pass");
    expect(bucket("open", "pseudonymised")).to.equal("pass");
  });

  it("can't tell by an unknown name, unless all are recorded", () => {
    expect(bucket("closed", "raw-pii", UNKNOWN)).to.equal("undecided");
    const all = changed(
      goodPlan(),
      "trail",
      ["advancedEventSelectors"],
      [{ fieldSelectors: [CATEGORY, TYPE] }],
    );
    expect(judge(changed(all, "landing", ["bucket"], UNKNOWN))).to.equal("pass");
  });

  it("takes any trail of the stack, and leaves a stack without one undecided", () => {
    const { inputs, propertyDependencies } = goodPlan().find((each) => each.name === "trail")!;
    const blind = changed(goodPlan(), "trail", ["advancedEventSelectors"], []);
    const second = { ...resource(type.TRAIL, "second", inputs), propertyDependencies };
    expect(judge([...blind, second])).to.equal("pass");
    expect(judge(without(goodPlan(), "trail"))).to.equal("undecided");
    expect(judge(without(without(ofLanding(), "trail"), "landing"))).to.equal("pass");
  });

  it("asks for failed personal records in an open bucket", () => {
    const recorded = (...startsWiths: unknown[]) =>
      judge(
        changed(
          goodPlan(),
          "trail",
          ["advancedEventSelectors", 0, "fieldSelectors", 2, "startsWiths"],
          ["arn:aws:s3:::plan-landing/", ...startsWiths],
        ),
      );
    expect(recorded("arn:aws:s3:::plan-raw/")).to.equal("pass");
    expect(recorded("arn:aws:s3:::plan-raw/errors/requests/")).to.equal("pass");
    expect(recorded("arn:aws:s3:::plan-raw/errors/others/")).to.equal("violation");
    expect(recorded()).to.equal("violation");
    expect(recorded(UNKNOWN)).to.equal("undecided");
  });
});

describe("trail-coverage, of the records", () => {
  it("asks for a lock, in days or years", () => {
    expect(judge(without(goodPlan(), "audit-lock"))).to.equal("violation");
    const kept = (retention: unknown) =>
      judge(changed(goodPlan(), "audit-lock", ["rule", "defaultRetention"], retention));
    expect(kept({ mode: "COMPLIANCE", years: 2 })).to.equal("pass");
    expect(kept({ mode: "COMPLIANCE", years: 0 })).to.equal("violation");
    expect(kept({ mode: "COMPLIANCE" })).to.equal("violation");
    expect(kept({ mode: "COMPLIANCE", days: UNKNOWN })).to.equal("undecided");
  });

  it("can't decide about a bucket of elsewhere, or one of several", () => {
    const named = (value: unknown) => changed(goodPlan(), "trail", ["s3BucketName"], value);
    expect(judge(named("other-account-records"))).to.equal("undecided");
    const several = named(UNKNOWN).map((each) =>
      each.name === "trail"
        ? {
            ...each,
            propertyDependencies: {
              ...each.propertyDependencies,
              s3BucketName: goodPlan()
                .filter(({ name }) => ["audit", "logs"].includes(name))
                .map(({ urn }) => urn),
            },
          }
        : each,
    );
    expect(judge(several)).to.equal("undecided");
  });
});

describe("trail-management", () => {
  const of = (selectors: Record<string, unknown>) =>
    judge(
      [
        resource(type.TRAIL, "data", { advancedEventSelectors: [{ fieldSelectors: [CATEGORY] }] }),
        resource(type.TRAIL, "other", selectors),
      ],
      "trail-management",
    );
  const MANAGEMENT = { field: "eventCategory", equals: ["Management"] };
  const advanced = (...fieldSelectors: unknown[]) => of({ advancedEventSelectors: [{ fieldSelectors }] });
  const older = (selector: unknown) => of({ eventSelectors: [selector] });

  it("takes one trail that leaves nothing out, as it does by default", () => {
    expect(of({})).to.equal("pass");
    expect(advanced(MANAGEMENT)).to.equal("pass");
    expect(older({})).to.equal("pass");
    expect(older({ readWriteType: "All", includeManagementEvents: true })).to.equal("pass");
    expect(judge([], "trail-management")).to.equal("pass");
  });

  it("refuses one that leaves out reads, a service, or all of them", () => {
    expect(advanced(MANAGEMENT, { field: "readOnly", equals: ["false"] })).to.equal("violation");
    expect(advanced(MANAGEMENT, { field: "eventSource", notEquals: ["kms.amazonaws.com"] })).to.equal(
      "violation",
    );
    expect(advanced()).to.equal("violation");
    expect(advanced("all")).to.equal("violation");
    expect(older({ includeManagementEvents: false })).to.equal("violation");
    expect(older({ readWriteType: "WriteOnly" })).to.equal("violation");
    expect(older({ excludeManagementEventSources: ["kms.amazonaws.com"] })).to.equal("violation");
  });

  it("is undecided where the preview does not know", () => {
    expect(of({ advancedEventSelectors: UNKNOWN })).to.equal("undecided");
    expect(advanced(UNKNOWN)).to.equal("undecided");
    expect(advanced({ field: "eventCategory", equals: [UNKNOWN] })).to.equal("undecided");
    expect(advanced({ field: UNKNOWN, equals: ["Management"] })).to.equal("undecided");
    expect(older(UNKNOWN)).to.equal("undecided");
    expect(older({ readWriteType: UNKNOWN })).to.equal("undecided");
  });
});
