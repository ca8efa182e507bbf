import { expect } from "chai";
import {
  AuditTrail,
  DataLake,
  EncryptionKeys,
  Reidentification,
  SparkCluster,
  type AuditTrailArgs,
  type ReidentificationArgs,
} from "../../../components/aws";
import { contextWith, mocked, refusal, TWO_CONTRACTS, valueOf, type MockedStack } from "./mocks";
import { wideRights } from "./privileges";

const TRAIL = "aws:cloudtrail/trail:Trail";
const BUCKET = "arn:aws:s3:::naru-test-reidentification-123456789012-ap-northeast-2";
const AUDIT = "arn:aws:s3:::naru-test-audit-123456789012-ap-northeast-2";
const role = (name: string) => `arn:aws:iam::123456789012:role/naru-test-${name}`;

interface Made {
  readonly reidentification: Reidentification;
}

function make(own: Partial<ReidentificationArgs> = {}, audits: Partial<AuditTrailArgs> = {}): Made {
  const context = contextWith({ logRetentionDays: 90 });
  const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
  const lake = new DataLake("lake", context, { contracts: TWO_CONTRACTS, keys, landingDays: 7 });
  const audit = new AuditTrail("audit", context, { lake, keys, ...audits });
  const reidentification = new Reidentification("back", context, { lake, keys, audit, ...own });
  new SparkCluster("spark", context, { lake, keys, reidentification });
  return { reidentification };
}

describe("Reidentification", () => {
  let stack: MockedStack;
  let made: Made;

  before(async () => {
    stack = await mocked(() => {
      made = make();
    });
  });

  describe("bucket", () => {
    const of = (type: string) => stack.one(`aws:s3/${type}`, "back-bucket").inputs;

    it("is closed, and holds personal data", () => {
      expect(of("bucket:Bucket").tags).to.include({ "naru:zone": "closed", "naru:data-class": "raw-pii" });
      expect(of("bucketPublicAccessBlock:BucketPublicAccessBlock")).to.include({ blockPublicPolicy: true });
    });

    it("has a key of its own", () => {
      const { rules } = of("bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration");
      expect(rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId).to.match(/:keys-reidentification$/);
    });

    it("keeps no versions, and nothing for longer than landing: what is deleted is gone", () => {
      const versioned = stack.of("aws:s3/bucketVersioning:BucketVersioning").map(({ name }) => name);
      expect(versioned).to.include("lake-landing").and.not.include("back-bucket");
      const { rules } = of("bucketLifecycleConfiguration:BucketLifecycleConfiguration");
      expect(rules[1].expiration).to.deep.equal({ days: 7 });
      const landing = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
      expect(stack.one(landing, "lake-landing").inputs.rules[1].expiration).to.deep.equal({ days: 7 });
    });

    it("refuses reading to all but two roles, writing to all but one, and both without TLS", () => {
      const denied = (Sid: string, Action: string[], roles: string[]) => ({
        Sid,
        Effect: "Deny",
        Principal: "*",
        Action,
        Resource: `${BUCKET}/*`,
        Condition: { ArnNotEquals: { "aws:PrincipalArn": roles } },
      });
      const [tls, ...others] = of("bucketPolicy:BucketPolicy").policy.Statement;
      expect(tls.Sid).to.equal("TlsOnly");
      expect(others).to.deep.equal([
        denied("ReadByNamedRoles", ["s3:GetObject*"], [role("pseudonymiser"), role("reidentifier")]),
        denied("WrittenByTheJobs", ["s3:PutObject*", "s3:ReplicateObject"], [role("pseudonymiser")]),
      ]);
    });
  });

  describe("role", () => {
    it("is not assumed without a reason", () => {
      const [statement] = stack.one("aws:iam/role:Role", "back").inputs.assumeRolePolicy.Statement;
      expect(statement.Condition).to.deep.equal({ StringLike: { "aws:RequestTag/naru:reason": "?*" } });
      expect(statement.Principal).to.deep.equal({ AWS: "arn:aws:iam::123456789012:root" });
    });

    it("reads that bucket and puts records, and nothing else", () => {
      const rights = stack
        .statements("back")
        .flatMap(({ Action, Resource }) => [Action].flat().map((action: string) => `${action} ${Resource}`));
      const key = (domain: string) => `arn:aws:kms:ap-northeast-2:123456789012:keys-${domain}`;
      expect(rights).to.have.members([
        `s3:ListBucket ${BUCKET}`,
        `s3:GetBucketLocation ${BUCKET}`,
        `s3:GetObject ${BUCKET}/*`,
        `kms:Decrypt ${key("reidentification")}`,
        `s3:PutObject ${AUDIT}/reidentification/*`,
        `kms:GenerateDataKey ${key("logs")}`,
      ]);
      expect(wideRights(stack).filter((right) => right.startsWith("back-"))).to.deep.equal([]);
    });

    it("is for the people who are named, where some are", async () => {
      const person = "arn:aws:iam::123456789012:role/privacy-officer";
      const own = await mocked(() => make({ people: [person], oldestEpoch: 2 }));
      const { Statement } = own.one("aws:iam/role:Role", "back").inputs.assumeRolePolicy;
      for (const { Principal } of Statement) expect(Principal).to.deep.equal({ AWS: [person] });
    });
  });

  it("lets the jobs, and no other role, write and replace what turns pseudonyms back", () => {
    const writers = stack
      .of("aws:iam/rolePolicy:RolePolicy")
      .filter(({ inputs }) =>
        inputs.policy.Statement.some(
          ({ Action, Resource }: { Action: string | string[]; Resource: unknown }) =>
            [Action].flat().includes("s3:PutObject") && [Resource].flat().includes(`${BUCKET}/*`),
        ),
      );
    expect(writers.map(({ name }) => name)).to.deep.equal(["spark-jobs-policy"]);
  });

  it("tells the jobs where, and from which epoch on", async () => {
    const { source } = stack.one("aws:s3/bucketObjectv2:BucketObjectv2", "spark-job.json").inputs;
    const { reidentification } = JSON.parse(await (source as { text: Promise<string> }).text);
    expect(reidentification).to.deep.equal({
      uri: "s3://naru-test-reidentification-123456789012-ap-northeast-2/",
      oldestEpoch: 1,
    });
    expect(await valueOf(made.reidentification.uri)).to.equal(reidentification.uri);
  });

  it("refuses all wrong arguments at once", async () => {
    expect(await refusal(() => make({ people: ["*"], oldestEpoch: 0 }))).to.equal(
      'Reidentification "back" has 2 wrong argument(s):\n' +
        '  - people[0]: is "*"; write the ARN of a role or user without wildcards, ' +
        "e.g. arn:aws:iam::123456789012:role/key-admin\n" +
        "  - oldestEpoch: is 0; write a whole number from 1 to 10000 (an epoch)",
    );
  });
});

describe("AuditTrail", () => {
  let stack: MockedStack;

  before(async () => {
    stack = await mocked(() => void make());
  });

  it("records every use of keys and roles, and every object event where clear values stand", () => {
    const { advancedEventSelectors } = stack.one(TRAIL, "audit").inputs;
    const [management, data] = advancedEventSelectors.map(
      ({ fieldSelectors }: { fieldSelectors: unknown[] }) => fieldSelectors,
    );
    expect(management).to.deep.equal([{ field: "eventCategory", equals: ["Management"] }]);
    expect(data).to.deep.equal([
      { field: "eventCategory", equals: ["Data"] },
      { field: "resources.type", equals: ["AWS::S3::Object"] },
      {
        field: "resources.ARN",
        startsWiths: [
          `arn:aws:s3:::naru-test-landing-123456789012-ap-northeast-2/`,
          `${BUCKET}/`,
          `arn:aws:s3:::naru-test-raw-123456789012-ap-northeast-2/errors/`,
          `arn:aws:s3:::naru-test-database-failures-123456789012-ap-northeast-2/`,
          `arn:aws:s3:::naru-test-course-events-123456789012-ap-northeast-2/`,
        ],
      },
    ]);
  });

  it("shows missing and altered files, in every region, under the log key", () => {
    const { inputs } = stack.one(TRAIL, "audit");
    expect(inputs).to.include({
      name: "naru-test-audit",
      s3BucketName: "naru-test-audit-123456789012-ap-northeast-2",
      s3KeyPrefix: "cloudtrail",
      enableLogFileValidation: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
    });
    expect(inputs.kmsKeyId).to.match(/:keys-logs$/);
  });

  it("locks records for as long as logs are kept", () => {
    const type = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
    const { rule } = stack.one(type, "audit-records").inputs;
    expect(rule.defaultRetention).to.deep.equal({ mode: "GOVERNANCE", days: 90 });
  });

  it("lets CloudTrail write its own folder, for this trail only", () => {
    const { Statement } = stack.one("aws:s3/bucketPolicy:BucketPolicy", "audit-records").inputs.policy;
    const [, look, write] = Statement;
    const trail = "arn:aws:cloudtrail:ap-northeast-2:123456789012:trail/naru-test-audit";
    for (const { Principal, Condition } of [look, write]) {
      expect(Principal).to.deep.equal({ Service: "cloudtrail.amazonaws.com" });
      expect(Condition.StringEquals["aws:SourceArn"]).to.equal(trail);
    }
    expect(look).to.include({ Action: "s3:GetBucketAcl", Resource: AUDIT });
    expect(write).to.include({
      Action: "s3:PutObject",
      Resource: `${AUDIT}/cloudtrail/AWSLogs/123456789012/*`,
    });
  });

  it("leaves the trail out where the account has one, and keeps the bucket for records", async () => {
    const own = await mocked(() => void make({}, { trail: false }));
    expect(own.of(TRAIL)).to.deep.equal([]);
    expect(own.of("aws:s3/bucket:Bucket").map(({ name }) => name)).to.include("audit-records");
  });
});
