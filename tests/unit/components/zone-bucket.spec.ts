import { expect } from "chai";
import { ZoneBucket, type ZoneBucketArgs } from "../../../components/aws/data-lake/zone-bucket";
import { contextWith, mocked, refusal, valueOf, type MockedStack } from "./mocks";

const KEY_ARN = "arn:aws:kms:ap-northeast-2:123456789012:key/lake";
const NAME = "naru-test-curated-123456789012-ap-northeast-2";
const ARGS: ZoneBucketArgs = {
  part: "curated",
  openness: "open",
  dataClass: "pseudonymised",
  keyArn: KEY_ARN,
};

const make = (changes: Partial<ZoneBucketArgs> = {}, protectData = false) =>
  new ZoneBucket("zone", contextWith({ protectData }), { ...ARGS, ...changes });

describe("ZoneBucket", () => {
  let stack: MockedStack;
  let zone: ZoneBucket;
  const sideCar = (kind: string) => {
    const camel = kind.charAt(0).toLowerCase() + kind.slice(1);
    return stack.one(`aws:s3/${camel}:${kind}`, "zone").inputs;
  };

  before(async () => {
    stack = await mocked(() => {
      zone = make();
    });
  });

  it("puts every side-car on the bucket that it made", () => {
    const sideCars = stack.resources.filter(({ type }) => /^aws:s3\/bucket[A-Z]/.test(type));
    expect(sideCars).to.have.length(6);
    for (const { inputs, parent } of sideCars) {
      expect(inputs.bucket).to.equal(NAME);
      expect(parent).to.equal("zone");
    }
  });

  it("is public in no way", () => {
    expect(sideCar("BucketPublicAccessBlock")).to.deep.include({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(sideCar("BucketOwnershipControls").rule).to.deep.equal({ objectOwnership: "BucketOwnerEnforced" });
  });

  it("encrypts with the key given, through a bucket key", () => {
    expect(sideCar("BucketServerSideEncryptionConfiguration").rules).to.deep.equal([
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY_ARN },
        bucketKeyEnabled: true,
      },
    ]);
  });

  it("refuses plain HTTP, for the bucket and its objects", () => {
    expect(sideCar("BucketPolicy").policy.Statement).to.deep.equal([
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [`arn:aws:s3:::${NAME}`, `arn:aws:s3:::${NAME}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  it("keeps versions, and tidies old ones and parts of broken uploads", () => {
    expect(sideCar("BucketVersioning").versioningConfiguration).to.deep.equal({ status: "Enabled" });
    const [tidy, ...others] = sideCar("BucketLifecycleConfiguration").rules;
    expect(tidy).to.deep.include({
      status: "Enabled",
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      noncurrentVersionExpiration: { noncurrentDays: 30 },
      expiration: { expiredObjectDeleteMarker: true },
    });
    expect(others).to.deep.equal([]);
  });

  it("carries zone and class of its data as tags", () => {
    expect(stack.one("aws:s3/bucket:Bucket", "zone").inputs.tags).to.include({
      "naru:zone": "open",
      "naru:data-class": "pseudonymised",
    });
  });

  it("can be emptied and removed in a stack without protection", () => {
    const bucket = stack.one("aws:s3/bucket:Bucket", "zone");
    expect(bucket).to.include({ protect: false, retainOnDelete: false });
    expect(bucket.inputs.forceDestroy).to.equal(true);
  });

  it("sends no events and logs no access unless told", () => {
    expect(stack.of("aws:s3/bucketNotification:BucketNotification")).to.deep.equal([]);
    expect(stack.of("aws:s3/bucketLogging:BucketLogging")).to.deep.equal([]);
  });

  it("gives its name to writers, and knows it before it exists", async () => {
    expect(zone.name).to.equal(NAME);
    expect(await valueOf(zone.ready)).to.equal(NAME);
  });

  it("grants reading and writing below a prefix only, with its key through S3 only", () => {
    const through = { StringEquals: { "kms:ViaService": "s3.ap-northeast-2.amazonaws.com" } };
    const [list, read, decrypt] = zone.readStatements(KEY_ARN, "lms/");
    expect(list!.Condition).to.deep.equal({ StringLikeIfExists: { "s3:prefix": ["lms/*"] } });
    expect(read).to.deep.include({ Action: "s3:GetObject", Resource: `arn:aws:s3:::${NAME}/lms/*` });
    expect(decrypt).to.deep.include({ Action: "kms:Decrypt", Resource: KEY_ARN, Condition: through });
    const [, write, encrypt] = zone.writeStatements(KEY_ARN, "lms/");
    expect(write!.Action).not.to.include("s3:DeleteObject");
    expect(encrypt!.Condition).to.deep.equal(through);
    expect(zone.writeStatements(KEY_ARN, "lms/", { replace: true })[1]!.Action).to.include("s3:DeleteObject");
  });

  describe("with arguments of its own", () => {
    let own: MockedStack;

    before(async () => {
      own = await mocked(() => {
        const logs = make({ part: "logs", keyArn: undefined });
        new ZoneBucket("own", contextWith({ protectData: true }), {
          ...ARGS,
          accessLogs: logs.bucket,
          lifecycle: [
            {
              id: "table",
              prefix: "lms/requests/",
              live: true,
              transitions: [
                { storageClass: "STANDARD_IA", afterDays: 60 },
                { storageClass: "GLACIER_IR", afterDays: 120 },
              ],
              expireAfterDays: 300,
            },
          ],
          expireAfterDays: 400,
          inventory: { bucket: logs, keyArn: KEY_ARN },
          events: true,
          denials: [{ Sid: "Own", Effect: "Deny", Principal: "*", Action: "s3:GetObject", Resource: "*" }],
        });
      });
    });

    it("moves and expires objects", () => {
      const { rules } = own.one(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "own",
      ).inputs;
      expect(rules.slice(1)).to.deep.equal([
        {
          id: "table",
          filter: { prefix: "lms/requests/" },
          status: "Enabled",
          transitions: [
            { days: 60, storageClass: "STANDARD_IA" },
            { days: 120, storageClass: "GLACIER_IR" },
          ],
          expiration: { days: 300 },
        },
        { id: "expire", filter: { prefix: "" }, status: "Enabled", expiration: { days: 400 } },
      ]);
    });

    it("lists its objects once a week, under a key, in the log bucket", () => {
      const { inputs } = own.one("aws:s3/inventory:Inventory", "own");
      expect(inputs).to.deep.include({ includedObjectVersions: "All", schedule: { frequency: "Weekly" } });
      expect(inputs.destination.bucket).to.deep.equal({
        accountId: "123456789012",
        bucketArn: "arn:aws:s3:::naru-test-logs-123456789012-ap-northeast-2",
        prefix: "inventory/curated",
        format: "Parquet",
        encryption: { sseKms: { keyId: KEY_ARN } },
      });
    });

    it("logs access and sends events", () => {
      expect(own.one("aws:s3/bucketLogging:BucketLogging", "own").inputs).to.deep.include({
        targetBucket: "naru-test-logs-123456789012-ap-northeast-2",
        targetPrefix: "s3/curated/",
      });
      expect(own.one("aws:s3/bucketNotification:BucketNotification", "own").inputs.eventbridge).to.equal(
        true,
      );
    });

    it("adds denials to TLS only", () => {
      const { policy } = own.one("aws:s3/bucketPolicy:BucketPolicy", "own").inputs;
      expect(policy.Statement.map(({ Sid }: { Sid: string }) => Sid)).to.deep.equal(["TlsOnly", "Own"]);
    });

    it("guards what protects its data, lest a bucket that stays behind lose it", () => {
      const guards = own.resources.filter(
        ({ name, type }) =>
          name === "own" && /PublicAccessBlock|Ownership|Encryption|bucketPolicy|bucketVersioning/.test(type),
      );
      expect(guards).to.have.length(5);
      for (const guard of guards) expect(guard).to.include({ protect: true, retainOnDelete: true });
    });

    it("guards its data, and is never emptied by Pulumi", () => {
      const bucket = own.one("aws:s3/bucket:Bucket", "own");
      expect(bucket).to.include({ protect: true, retainOnDelete: true });
      expect(bucket.inputs.forceDestroy).to.equal(false);
    });

    it("encrypts a log bucket with S3's own key, the only one that access logs take", () => {
      const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
      expect(own.one(type, "zone").inputs.rules).to.deep.equal([
        { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
      ]);
    });
  });

  it("keeps no version of what is deleted, where it is told so", async () => {
    const own = await mocked(() => make({ versioned: false }));
    expect(own.of("aws:s3/bucketVersioning:BucketVersioning")).to.deep.equal([]);
    const { rules } = own.one(
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "zone",
    ).inputs;
    expect(rules[0]).not.to.have.property("noncurrentVersionExpiration");
  });

  it("locks objects for the days it is told", async () => {
    const own = await mocked(() => make({ lockDays: 30 }));
    expect(own.one("aws:s3/bucket:Bucket", "zone").inputs.objectLockEnabled).to.equal(true);
    const type = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
    expect(own.one(type, "zone").inputs.rule.defaultRetention).to.deep.equal({
      mode: "GOVERNANCE",
      days: 30,
    });
    expect(await refusal(() => make({ lockDays: 0, versioned: false }))).to.include(
      "lockDays: is 0; write a whole number from 1 to 36500 days\n" +
        "  - versioned: is false; S3 locks versions, so leave it out, or lockDays",
    );
  });

  it("has a name of its own: a second set of components with the same names is told so", async () => {
    const context = contextWith();
    const two = (other: typeof context) => () => {
      new ZoneBucket("zone", context, ARGS);
      new ZoneBucket("second", other, ARGS);
    };
    expect(await refusal(two(context))).to.equal(
      'ZoneBucket "second" has 1 wrong argument(s):\n' +
        `  - context.names: ${NAME} is another component's bucket; give the second set of components names of its own: ` +
        'names.within("research")',
    );
    const own = contextWith();
    expect(await refusal(() => new ZoneBucket("zone", own, { ...ARGS, expireAfterDays: 3 }))).to.equal("");
    expect(await refusal(two({ ...own, names: own.names.within("research") }))).to.contain("second");
  });
});
