import { expect } from "chai";
import {
  DataLake,
  EncryptionKeys,
  Governance,
  SparkCluster,
  type GovernanceArgs,
} from "../../../components/aws";
import { contextWith, mocked, refusal, TWO_CONTRACTS, valueOf, type MockedStack } from "./mocks";
import { wideRights } from "./privileges";

const KIM = "arn:aws:iam::123456789012:role/kim";
const MACHINE = "arn:aws:states:ap-northeast-2:123456789012:stateMachine:naru-test-spark";

function make(own: Partial<GovernanceArgs> = {}): Governance {
  const context = contextWith();
  const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
  const lake = new DataLake("lake", context, { contracts: TWO_CONTRACTS, keys });
  const spark = new SparkCluster("spark", context, { lake, keys });
  return new Governance("governance", context, { lake, keys, spark, ...own });
}

/** Actions of a role, with every resource each is allowed on. */
function rights(stack: MockedStack, role: string): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const { Action, Resource } of stack.statements(role)) {
    for (const action of [Action].flat()) {
      all.set(action, [...(all.get(action) ?? []), ...[Resource].flat()]);
    }
  }
  return all;
}

describe("Governance", () => {
  let stack: MockedStack;
  let governance: Governance;

  before(async () => {
    stack = await mocked(() => {
      governance = make({ engineers: [KIM] });
    });
  });

  it("names who may take a role, or leaves it to the account's IAM", () => {
    const principal = (role: string) =>
      stack.one("aws:iam/role:Role", role).inputs.assumeRolePolicy.Statement[0].Principal.AWS;
    expect(principal("governance-engineer")).to.deep.equal([KIM]);
    expect(principal("governance-steward")).to.equal("arn:aws:iam::123456789012:root");
  });

  it("hands out roles that are ready", async () => {
    expect(await valueOf(governance.roles.steward.readyArn)).to.equal(
      "arn:aws:iam::123456789012:role/naru-test-steward",
    );
  });

  it("gives no right that is wider than its purpose", () => {
    expect(wideRights(stack).filter((right) => right.startsWith("governance-"))).to.deep.equal([]);
  });

  it("lets an engineer do what transform may", () => {
    expect(stack.statements("governance-engineer")).to.deep.include.members(
      stack.statements("lake-transform"),
    );
  });

  it("lets an engineer start runs through the state machine only", () => {
    const engineer = rights(stack, "governance-engineer");
    expect(engineer.get("states:StartExecution")).to.deep.equal([MACHINE]);
    expect(
      [...engineer.keys()].filter((action) => /^(emr-serverless|iam|sts|lambda):/.test(action)),
    ).to.deep.equal([]);
  });

  for (const role of ["engineer", "steward"]) {
    it(`gives ${role} nothing of the closed zone, and no place where the jobs' code lies`, () => {
      const all = rights(stack, `governance-${role}`);
      const places = JSON.stringify([...all.values()]);
      expect(places).not.to.match(/landing|reidentification|audit|keys-(landing|pseudonym|stream)/);
      const written = all.get("s3:PutObject") ?? [];
      expect(written.filter((arn) => arn.includes("-jobs-"))).to.deep.equal([]);
    });
  }

  it("lets a steward look at the catalogue, and read counts and lineage, but no table", () => {
    const steward = rights(stack, "governance-steward");
    expect(steward.get("s3:GetObject")).to.deep.equal([
      "arn:aws:s3:::naru-test-curated-123456789012-ap-northeast-2/lineage/*",
      "arn:aws:s3:::naru-test-jobs-123456789012-ap-northeast-2/reports/*",
    ]);
    expect(
      [...steward.keys()].filter((action) => /^athena:|:(Create|Update|Delete|Put|Start)/.test(action)),
    ).to.deep.equal([]);
    expect(steward.get("glue:GetTable")).to.include(
      "arn:aws:glue:ap-northeast-2:123456789012:database/naru_test_curated_lms",
    );
  });

  it("lets a redriver read and take away what failed, and put into streams, and nothing else", () => {
    const redriver = rights(stack, "governance-redriver");
    const errors = "arn:aws:s3:::naru-test-raw-123456789012-ap-northeast-2/errors/*";
    for (const action of ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]) {
      expect(redriver.get(action), action).to.deep.equal([errors]);
    }
    expect(redriver.get("kinesis:PutRecords")).to.deep.equal([
      "arn:aws:kinesis:ap-northeast-2:123456789012:stream/naru-test-lms-requests",
    ]);
    expect([...redriver.keys()].filter((action) => !/^(s3|kms):/.test(action))).to.deep.equal([
      "kinesis:PutRecords",
    ]);
  });

  it("lets a redriver list no folder but that of what failed", () => {
    const lists = stack
      .statements("governance-redriver")
      .filter(({ Action }) => [Action].flat().includes("s3:ListBucket"));
    expect(lists.length).to.be.greaterThan(0);
    // Without "IfExists", so that who names no folder is refused.
    for (const { Condition } of lists) {
      expect(Condition).to.deep.equal({ StringLike: { "s3:prefix": ["errors/*"] } });
    }
  });

  it("lets a redriver reach what a database's consumers refused, where there are any", async () => {
    const consumed = await mocked(() => void make({ consumed: true, redrivers: [KIM] }));
    const redriver = rights(consumed, "governance-redriver");
    for (const action of ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]) {
      expect(redriver.get(action), action).to.include(
        "arn:aws:s3:::naru-test-database-failures-123456789012-ap-northeast-2/*",
      );
    }
    expect(redriver.has("kinesis:GetRecords")).to.equal(false);
    const { assumeRolePolicy } = consumed.one("aws:iam/role:Role", "governance-redriver").inputs;
    expect(assumeRolePolicy.Statement[0].Principal.AWS).to.deep.equal([KIM]);
  });

  it("tells every wrong argument at once", async () => {
    const message = await refusal(() =>
      make({ engineers: ["*"], stewards: [KIM, "arn:aws:iam::123456789012:root"], redrivers: ["on-call"] }),
    );
    expect(message).to.contain('Governance "governance" has 3 wrong argument(s)');
    expect(message).to.contain('redrivers[0]: is "on-call"');
    expect(message).to.contain('engineers[0]: is "*"; write the ARN of a role or user without wildcards');
    expect(message).to.contain('stewards[1]: is "arn:aws:iam::123456789012:root"');
  });
});
