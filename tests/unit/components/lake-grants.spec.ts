import { expect } from "chai";
import { DataLake, EncryptionKeys } from "../../../components/aws";
import type { Grantee, GrantTarget } from "../../../components/aws/data-lake/grants";
import { ServiceRole } from "../../../components/aws/foundation/service-role";
import { CONTRACTS, contextWith, mocked, refusal, TWO_CONTRACTS, type MockedStack } from "./mocks";
import { wideRights } from "./privileges";

const [REQUESTS, COURSES] = ["lms.requests", "lms.courses"].map((id) =>
  TWO_CONTRACTS.find((dataSet) => dataSet.id === id)!,
) as [(typeof TWO_CONTRACTS)[0], (typeof TWO_CONTRACTS)[0]];
const READER = "arn:aws:iam::123456789012:role/bi/reader";
const PSEUDONYMISER = "arn:aws:iam::123456789012:role/naru-test-pseudonymiser";
const POLICY = "aws:iam/rolePolicy:RolePolicy";
const bucket = (zone: string) => `arn:aws:s3:::naru-test-${zone}-123456789012-ap-northeast-2`;

function make(): DataLake {
  const context = contextWith();
  const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
  return new DataLake("lake", context, { contracts: TWO_CONTRACTS, keys });
}

describe("grants of a lake", () => {
  let stack: MockedStack;
  const statements = (name: string) => stack.one(POLICY, name).inputs.policy.Statement;

  before(async () => {
    stack = await mocked(() => {
      const lake = make();
      const assumedBy = "glue.amazonaws.com";
      const own = { roleName: "naru-test-jobs", assumedBy, purpose: "jobs" };
      const reads = [{ Effect: "Allow" as const, Action: "glue:GetTable", Resource: "arn:aws:glue:*" }];
      const jobs = new ServiceRole("jobs", contextWith(), { ...own, statements: reads });
      lake.grantRead(READER, COURSES);
      lake.grantRead(READER, { zone: "raw", dataSet: REQUESTS });
      lake.grantRead(jobs, "raw");
      lake.grantWrite(jobs, "curated");
      lake.grantWrite(READER, COURSES);
      lake.grantRead(PSEUDONYMISER, "landing");
    });
  });

  it("name a data set's folder, and the zone's key through S3 only", () => {
    const [list, read, decrypt, ...more] = statements("lake-read-curated-lms.courses-reader");
    expect(more).to.deep.equal([]);
    expect(list).to.deep.include({
      Resource: bucket("curated"),
      Condition: { StringLikeIfExists: { "s3:prefix": ["lms/courses/*"] } },
    });
    expect(read).to.deep.include({ Action: "s3:GetObject", Resource: `${bucket("curated")}/lms/courses/*` });
    expect(decrypt.Action).to.equal("kms:Decrypt");
    expect(decrypt.Resource).to.match(/keys-lake$/);
    expect(decrypt.Condition.StringEquals).to.deep.equal({
      "kms:ViaService": "s3.ap-northeast-2.amazonaws.com",
    });
  });

  it("let a writer make data keys, read nothing and delete nothing", () => {
    const actions = statements("lake-write-curated-lms.courses-reader").flatMap(
      ({ Action }: { Action: string[] }) => Action,
    );
    expect(actions)
      .to.include.members(["s3:PutObject", "kms:GenerateDataKey"])
      .and.not.include.members(["s3:GetObject"]);
    expect(actions).not.to.include("s3:DeleteObject");
  });

  it("mean the tables, where raw is granted, and not what delivery could not transform", () => {
    const resources = statements("lake-read-raw-naru-test-jobs").flatMap(
      ({ Resource }: { Resource: string }) => Resource,
    );
    expect(resources).to.include(`${bucket("raw")}/lms/requests/*`);
    expect(resources).not.to.include(`${bucket("raw")}/*`);
    expect(statements("lake-read-raw-lms.requests-reader")[1].Resource).to.equal(
      `${bucket("raw")}/lms/requests/*`,
    );
  });

  it("stand under the lake in the plan, as policies of the role that they are for", () => {
    const made = stack.of(POLICY).filter(({ name }) => /^lake-(read|write)-/.test(name));
    expect(made.map(({ parent }) => parent)).to.deep.equal(made.map(() => "lake"));
    expect(stack.one(POLICY, "lake-read-raw-naru-test-jobs").inputs.role).to.equal("naru-test-jobs");
    expect(stack.one(POLICY, "lake-read-curated-lms.courses-reader").inputs.role).to.equal("reader");
    expect(wideRights(stack).filter((problem) => problem.startsWith("lake-"))).to.deep.equal([]);
  });

  it("open landing to a pseudonymiser", () => {
    const resources = statements("lake-read-landing-naru-test-pseudonymiser").map(
      ({ Resource }: { Resource: string }) => Resource,
    );
    expect(resources).to.include(`${bucket("landing")}/*`);
  });

  const student = CONTRACTS.find(({ id }) => id === "sis.students")!;
  const wrong: [string, Grantee, GrantTarget, RegExp][] = [
    ["landing for a reader", READER, "landing", /target: is landing, which is closed .*; grant the curated/],
    ["logs for a reader", READER, "logs", /target: is logs, which is closed .*; grant the curated/],
    ["a user", "arn:aws:iam::123456789012:user/kim", "curated", /grantee: is .*user\/kim"; write a role/],
    [
      "another account",
      "arn:aws:iam::210987654321:role/x",
      "curated",
      /grantee: .*; write a role of this account/,
    ],
    ["any role", "arn:aws:iam::123456789012:role/*", "curated", /grantee: is ".*role\/\*"; write a role/],
    [
      "a name",
      "reader",
      "curated",
      /grantee: is "reader"; write a role of this account, arn:aws:iam::123456789012:role/,
    ],
    [
      "a zone that there is not",
      READER,
      "bronze" as "raw",
      /target: is "bronze"; write one of landing, raw, curated/,
    ],
    [
      "another lake's data set",
      READER,
      student,
      /target: is sis.students, which is not of this lake; take it from/,
    ],
    [
      "a file set in raw",
      READER,
      { zone: "raw", dataSet: COURSES },
      /target: is lms.courses in raw.*; write zone: "cur/,
    ],
  ];
  for (const [what, grantee, target, message] of wrong) {
    it(`refuse ${what}`, async () => {
      for (const way of ["grantRead", "grantWrite"] as const) {
        const said = await refusal(() => make()[way](grantee, target));
        expect(said).to.contain(`DataLake.${way} "lake" has 1 wrong argument(s):`).and.match(message);
      }
    });
  }

  it("tell all that is wrong at once", async () => {
    const said = await refusal(() => make().grantRead("reader", "landing"));
    expect(said).to.contain("has 2 wrong argument(s)").and.contain("grantee:").and.contain("target:");
  });
});
