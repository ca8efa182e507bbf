import { expect } from "chai";
import type { RecordedResource } from "../../../local/recorder/recorded-resource";
import * as type from "../../../policies/model/types";
import { goodPlan, resource, UNKNOWN } from "../../policy/plan";
import { changed, findingsOf, outcomeOf, ruleNamed, type Outcome } from "./evaluation";

const judge = (plan: readonly RecordedResource[]): Outcome =>
  outcomeOf(findingsOf(ruleNamed("athena-workgroup"), plan));

/** The good plan with one more workgroup. */
const withWorkgroup = (configuration: unknown) =>
  judge([...goodPlan(), resource(type.WORKGROUP, "extra", { name: "plan-extra", configuration })]);

describe("athena-workgroup", () => {
  const LIMIT = { bytesScannedCutoffPerQuery: 10_000_000 };
  const CASES: readonly [string, unknown, Outcome][] = [
    ["that enforces and has a limit", { enforceWorkgroupConfiguration: true, ...LIMIT }, "pass"],
    ["that enforces by default", LIMIT, "pass"],
    ["with a limit that Athena refuses", { bytesScannedCutoffPerQuery: 9_999_999 }, "violation"],
    ["without a limit", {}, "violation"],
    ["without settings", null, "violation"],
    ["that enforces nothing", { enforceWorkgroupConfiguration: false, ...LIMIT }, "violation"],
    ["with unknown settings", UNKNOWN, "undecided"],
    [
      "of Spark, without a limit",
      { engineVersion: { selectedEngineVersion: "Apache Spark version 3.5" } },
      "pass",
    ],
    [
      "of SQL, without a limit",
      { engineVersion: { selectedEngineVersion: "Athena engine version 3" } },
      "violation",
    ],
    [
      "of an unknown engine, without a limit",
      { engineVersion: { selectedEngineVersion: UNKNOWN } },
      "undecided",
    ],
    [
      "of an unknown engine, with a limit",
      { engineVersion: { selectedEngineVersion: UNKNOWN }, ...LIMIT },
      "pass",
    ],
    [
      "of Spark, that enforces nothing",
      {
        enforceWorkgroupConfiguration: false,
        engineVersion: { selectedEngineVersion: "Apache Spark version 3.5" },
      },
      "violation",
    ],
  ];
  for (const [title, configuration, outcome] of CASES) {
    it(`a workgroup ${title}: ${outcome}`, () => expect(withWorkgroup(configuration)).to.equal(outcome));
  }
});

describe("athena-workgroup, of the workgroup that builds tables", () => {
  const OPEN = "arn:aws:athena:ap-northeast-2:123456789012:workgroup/plan-transform";
  const OTHER = "arn:aws:athena:ap-northeast-2:123456789012:workgroup/plan-analysts";
  const query = (more: object) => ({ Effect: "Allow", Action: "athena:StartQueryExecution", ...more });
  const withRole = (
    statement: unknown,
    tags: object = {},
    sources: readonly (readonly [string, string])[] = [],
  ): RecordedResource[] => [
    ...goodPlan(),
    resource(type.ROLE, "extra", { name: "plan-extra", tags }),
    resource(
      type.ROLE_POLICY,
      "extra-policy",
      { role: "plan-extra", policy: { Statement: statement } },
      { policy: sources },
    ),
  ];

  const CASES: readonly [string, object, Outcome][] = [
    ["names it", query({ Resource: [OTHER, OPEN] }), "violation"],
    ["names every workgroup", query({ Resource: OPEN.replace("plan-transform", "*") }), "violation"],
    ["names everything", query({ Action: "athena:Start*", Resource: "*" }), "violation"],
    ["names all but another", query({ NotResource: OTHER }), "violation"],
    ["names all but it", query({ NotResource: OPEN }), "pass"],
    ["names another", query({ Resource: OTHER }), "pass"],
    ["only looks at it", query({ Action: "athena:GetWorkGroup", Resource: OPEN }), "pass"],
    ["denies it", { ...query({ Resource: OPEN }), Effect: "Deny" }, "pass"],
    ["names nobody knows what", query({ Resource: [UNKNOWN] }), "undecided"],
  ];
  for (const [title, statement, outcome] of CASES) {
    it(`a role whose policy ${title}: ${outcome}`, () =>
      expect(judge(withRole([statement]))).to.equal(outcome));
  }

  it("is for roles that say they build tables", () => {
    const named = query({ Resource: OPEN });
    for (const [purpose, outcome] of [
      ["transform", "pass"],
      ["engineer", "pass"],
      ["analyst", "violation"],
    ])
      expect(judge(withRole([named], { "naru:role": purpose })), purpose).to.equal(outcome);
  });

  it("decides unknown ARNs by the workgroups that the policy comes from", () => {
    const unknown = query({ Resource: UNKNOWN });
    expect(judge(withRole([unknown], {}, [[type.WORKGROUP, "workgroup"]]))).to.equal("pass");
    expect(judge(withRole([unknown], {}, [[type.WORKGROUP, "open-workgroup"]]))).to.equal("undecided");
    expect(judge(withRole(UNKNOWN))).to.equal("undecided");
  });

  it("has a name, or can't be decided", () => {
    const plan = withRole([query({ Resource: OTHER })]);
    expect(judge(changed(plan, "open-workgroup", ["name"], UNKNOWN))).to.equal("undecided");
  });
});
