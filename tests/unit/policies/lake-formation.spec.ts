import { expect } from "chai";
import type { RecordedResource } from "../../../local/recorder/recorded-resource";
import * as type from "../../../policies/model/types";
import { goodPlan, resource, UNKNOWN } from "../../policy/plan";
import { changed, findingsOf, outcomeOf, ruleNamed, without, type Outcome } from "./evaluation";

const judge = (rule: string, plan: readonly RecordedResource[]): Outcome =>
  outcomeOf(findingsOf(ruleNamed(rule), plan));

describe("lake-formation-grants", () => {
  const ANALYST = "arn:aws:iam::123456789012:role/plan-analyst";
  const STEWARD = "arn:aws:iam::123456789012:role/plan-steward";
  const SELECT = ["DESCRIBE", "SELECT"];
  const judged = (inputs: Record<string, unknown>, principals: readonly (readonly [string, string])[] = []) =>
    judge("lake-formation-grants", [
      ...goodPlan(),
      resource(type.LAKE_PERMISSIONS, "extra", inputs, { principal: principals }),
    ]);

  const PRINCIPALS: readonly [string, unknown, Outcome][] = [
    ["a role of the stack", ANALYST, "pass"],
    ["whom IAM lets", "IAM_ALLOWED_PRINCIPALS", "violation"],
    ["all of the account", "123456789012:IAMPrincipals", "violation"],
    ["everyone", "EVERYONE", "violation"],
    ["another account", "210987654321", "violation"],
    ["an organisation", "arn:aws:organizations::210987654321:organization/o-abcdefghij", "violation"],
    ["a role of elsewhere", "arn:aws:iam::210987654321:role/reader", "violation"],
    ["somebody unknown", UNKNOWN, "undecided"],
    ["a number", 42, "violation"],
    ["nobody", null, "violation"],
  ];
  for (const [title, principal, outcome] of PRINCIPALS) {
    it(`a grant to ${title}: ${outcome}`, () =>
      expect(judged({ principal, permissions: SELECT })).to.equal(outcome));
  }

  const PERMISSIONS: readonly [string, unknown, Outcome][] = [
    ["named ones", SELECT, "pass"],
    ["all", ["ALL"], "violation"],
    ["all, in small letters, among others", ["SELECT", "all"], "violation"],
    ["all by the console's name", ["SUPER"], "violation"],
    ["an unknown one", ["SELECT", UNKNOWN], "undecided"],
    ["an unknown one and all", [UNKNOWN, "ALL"], "violation"],
    ["numbers", [1], "violation"],
    ["no list", "SELECT", "violation"],
    ["nobody knows which", UNKNOWN, "undecided"],
  ];
  for (const [title, permissions, outcome] of PERMISSIONS) {
    it(`a grant of permissions, ${title}: ${outcome}`, () => {
      expect(judged({ principal: ANALYST, permissions })).to.equal(outcome);
      expect(
        judged({ principal: STEWARD, permissions: SELECT, permissionsWithGrantOptions: permissions }),
        "to grant further",
      ).to.equal(outcome);
    });
  }

  it("lets stewards and administrators grant further, and nobody else", () => {
    const further = (principal: unknown, sources: readonly (readonly [string, string])[] = []) =>
      judged({ principal, permissions: SELECT, permissionsWithGrantOptions: SELECT }, sources);
    expect(further(STEWARD)).to.equal("pass");
    expect(further(ANALYST)).to.equal("violation");
    expect(further(UNKNOWN, [[type.ROLE, "steward"]])).to.equal("pass");
    expect(further(UNKNOWN, [[type.ROLE, "analyst"]])).to.equal("violation");
    expect(
      further(UNKNOWN, [
        [type.ROLE, "analyst"],
        [type.ROLE, "steward"],
      ]),
    ).to.equal("undecided");
    const administrators = [
      ...changed(goodPlan(), "lake-settings", ["admins"], [ANALYST]),
      resource(type.LAKE_PERMISSIONS, "extra", {
        principal: ANALYST,
        permissions: SELECT,
        permissionsWithGrantOptions: SELECT,
      }),
    ];
    expect(judge("lake-formation-grants", administrators)).to.equal("pass");
  });

  it("takes an empty list for none", () => {
    expect(judged({ principal: ANALYST, permissions: SELECT, permissionsWithGrantOptions: [] })).to.equal(
      "pass",
    );
    expect(
      judged({ principal: ANALYST, permissions: SELECT, permissionsWithGrantOptions: UNKNOWN }),
    ).to.equal("undecided");
  });
});

describe("lake-formation-defaults", () => {
  const EVERYBODYS = { principal: "IAM_ALLOWED_PRINCIPALS", permissions: ["ALL"] };
  const withDefault = (entries: unknown) =>
    changed(goodPlan(), "lake-settings", ["createDatabaseDefaultPermissions"], entries);
  const withoutHybrid = (entries: unknown) =>
    changed(
      changed(withDefault(entries), "lake-settings", ["createTableDefaultPermissions"], []),
      "lake-location",
      ["hybridAccessEnabled"],
      false,
    );

  it("takes everybody's tables in hybrid access mode only", () => {
    expect(judge("lake-formation-defaults", withDefault([EVERYBODYS]))).to.equal("pass");
    expect(judge("lake-formation-defaults", withoutHybrid([EVERYBODYS]))).to.equal("violation");
    expect(judge("lake-formation-defaults", without(withDefault([EVERYBODYS]), "lake-location"))).to.equal(
      "violation",
    );
  });

  it("asks every place", () => {
    const second = resource(type.LAKE_LOCATION, "second", { arn: "arn:aws:s3:::plan-raw/sis" });
    expect(judge("lake-formation-defaults", [...goodPlan(), second])).to.equal("violation");
  });

  it("leaves places alone where defaults give nothing, or go by name", () => {
    for (const entries of [
      [],
      [{ principal: "IAM_ALLOWED_PRINCIPALS", permissions: [] }],
      [{ principal: "arn:aws:iam::123456789012:role/plan-steward", permissions: ["SELECT"] }],
    ])
      expect(judge("lake-formation-defaults", withoutHybrid(entries))).to.equal("pass");
  });

  it("can't decide what is unknown, and refuses what names nobody", () => {
    const OUTCOMES: readonly [unknown, Outcome][] = [
      [UNKNOWN, "undecided"],
      [[{ principal: UNKNOWN, permissions: ["ALL"] }], "undecided"],
      [[{ permissions: ["ALL"] }], "violation"],
      ["ALL", "violation"],
    ];
    for (const [entries, outcome] of OUTCOMES)
      expect(judge("lake-formation-defaults", withoutHybrid(entries))).to.equal(outcome);
  });
});
