import { expect } from "chai";
import type { RecordedResource } from "../../../local/recorder/recorded-resource";
import * as type from "../../../policies/model/types";
import { goodPlan, resource, UNKNOWN } from "../../policy/plan";
import { findingsOf, outcomeOf, ruleNamed, type Outcome } from "./evaluation";

const allow = (Action: unknown, Resource: unknown) => ({ Effect: "Allow", Action, Resource });
const judge = (plan: readonly RecordedResource[]): Outcome =>
  outcomeOf(findingsOf(ruleNamed("role-crossing"), plan));

const LAKE: readonly [string, string][] = [
  [type.BUCKET, "landing"],
  [type.BUCKET, "raw"],
];

/** The good plan with one more, untagged role that a policy grants these statements. */
function withRole(
  statements: readonly object[],
  sources: readonly (readonly [string, string])[] = [],
  assumedBy = "lambda.amazonaws.com",
): RecordedResource[] {
  const trust = {
    Statement: [{ Effect: "Allow", Principal: { Service: assumedBy }, Action: "sts:AssumeRole" }],
  };
  return [
    ...goodPlan(),
    resource(type.ROLE, "extra", { assumeRolePolicy: trust }),
    resource(
      type.ROLE_POLICY,
      "extra-policy",
      { role: UNKNOWN, policy: { Statement: statements } },
      { role: [[type.ROLE, "extra"]], policy: sources },
    ),
  ];
}

describe("role-crossing", () => {
  const read = allow("s3:GetObject", "arn:aws:s3:::plan-landing/*");
  const write = allow("s3:PutObject", "arn:aws:s3:::plan-raw/*");

  const CASES: readonly [string, readonly object[], Outcome][] = [
    ["reads personal data and writes to the open zone", [read, write], "violation"],
    [
      "replicates personal data into the open zone",
      [
        allow("s3:GetObjectVersionForReplication", "arn:aws:s3:::plan-landing/*"),
        allow("s3:ReplicateObject", "arn:aws:s3:::plan-raw/*"),
      ],
      "violation",
    ],
    ["only reads personal data", [read], "pass"],
    ["only writes to the open zone", [write], "pass"],
    [
      "reads the personal stream and writes to the open zone",
      [allow("kinesis:*", "arn:aws:kinesis:ap-northeast-2:1:stream/plan-events"), write],
      "violation",
    ],
    [
      "reads another stream",
      [allow("kinesis:GetRecords", "arn:aws:kinesis:ap-northeast-2:1:stream/other"), write],
      "pass",
    ],
    ["may do everything", [allow("*", "*")], "violation"],
    [
      "has wildcards in names and actions",
      [allow(["s3:Get*", "s3:Put*"], "arn:aws:s3:::plan-*")],
      "violation",
    ],
    [
      "names buckets without their objects",
      [allow("s3:*", ["arn:aws:s3:::plan-landing", "arn:aws:s3:::plan-raw"])],
      "pass",
    ],
    ["may do all but one thing", [{ Effect: "Allow", NotAction: "iam:*", Resource: "*" }], "violation"],
    [
      "may reach all but the open zone",
      [
        read,
        {
          Effect: "Allow",
          Action: "s3:*",
          NotResource: ["arn:aws:s3:::plan-raw/*", "arn:aws:s3:::plan-copy/*"],
        },
      ],
      "pass",
    ],
    ["is denied, which grants nothing", [read, { ...write, Effect: "Deny" }], "pass"],
  ];
  for (const [title, statements, outcome] of CASES) {
    it(`a role that ${title}: ${outcome}`, () => expect(judge(withRole(statements))).to.equal(outcome));
  }

  it("decides unknown ARNs by what the policy depends on, when only one can be meant", () => {
    const unknownRead = [allow("s3:GetObject", UNKNOWN), write];
    expect(judge(withRole(unknownRead, [[type.BUCKET, "landing"]]))).to.equal("violation");
    expect(judge(withRole(unknownRead, [[type.BUCKET, "raw"]]))).to.equal("pass");
    expect(judge(withRole(unknownRead, LAKE))).to.equal("undecided");
  });

  describe("writing below a prefix that the open bucket's policy closes", () => {
    const to = (pattern: string) => [read, allow("s3:PutObject", `arn:aws:s3:::${pattern}`)];

    it("is no crossing", () => {
      expect(judge(withRole(to("plan-raw/errors/*")))).to.equal("pass");
      expect(judge(withRole(to("plan-raw/errors/lms/*")))).to.equal("pass");
    });

    it("is one where the pattern reaches more, or another prefix is meant", () => {
      for (const pattern of ["plan-raw/err*", "plan-raw/*/errors/*", "plan-*/errors/*", "plan-raw/lms/*"]) {
        expect(judge(withRole(to(pattern))), pattern).to.equal("violation");
      }
      const both = [
        read,
        allow(
          "s3:PutObject",
          ["plan-raw/errors/*", "plan-raw/lms/*"].map((p) => `arn:aws:s3:::${p}`),
        ),
      ];
      expect(judge(withRole(both))).to.equal("violation");
    });

    it("is one without such a policy, and can't be decided where the policy is not known", () => {
      const withPolicy = (policy: unknown) =>
        withRole(to("plan-raw/errors/*")).map((each) =>
          each.type === type.BUCKET_POLICY && each.name.startsWith("raw")
            ? { ...each, inputs: { ...each.inputs, policy } }
            : each,
        );
      expect(judge(withPolicy({ Statement: [] }))).to.equal("violation");
      expect(judge(withPolicy(UNKNOWN))).to.equal("undecided");
    });
  });

  it("can't decide a document that is not known at all", () => {
    const plan = withRole([], LAKE).map((each) =>
      each.name === "extra-policy" ? { ...each, inputs: { ...each.inputs, policy: UNKNOWN } } : each,
    );
    expect(judge(plan)).to.equal("undecided");
  });

  it("leaves roles that only Firehose assumes to the rules on delivery streams", () => {
    expect(judge(withRole([read, write], [], "firehose.amazonaws.com"))).to.equal("pass");
  });

  it("follows attached policies, the stack's and AWS's", () => {
    const own = resource(type.POLICY, "own", { policy: { Statement: [read, write] } });
    const attached = (policyArn: string, sources: readonly [string, string][]) => [
      ...withRole([]),
      own,
      resource(
        type.ROLE_POLICY_ATTACHMENT,
        "attachment",
        { role: UNKNOWN, policyArn },
        { role: [[type.ROLE, "extra"]], policyArn: sources },
      ),
    ];
    expect(judge(attached(UNKNOWN, [[type.POLICY, "own"]]))).to.equal("violation");
    expect(judge(attached("arn:aws:iam::aws:policy/AmazonS3FullAccess", []))).to.equal("violation");
    expect(judge(attached("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess", []))).to.equal("pass");
  });
});
