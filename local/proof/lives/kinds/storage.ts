import { one, policy, tags, tlsOnly, type Kind, type Kinds, type Place } from "./kind";

/** Each sets one thing of a bucket, which has it once. */
function setting(type: string, ...vary: readonly Kind["vary"][number][]): Kind {
  return {
    type,
    needs: ["bucket"],
    only: ({ bucket }) => String(bucket),
    make: (place) => ({ bucket: `\${${place.need("bucket")}.bucket}`, ...vary[0]!(place) }),
    vary,
  };
}

const arn = ({ need }: Place) => `\${${need("bucket")}.arn}`;

/** Buckets with their settings and objects; tables of DynamoDB. */
export const storageKinds: Kinds = {
  bucket: {
    type: "aws:s3/bucket:Bucket",
    named: "bucket",
    make: ({ called }) => ({ bucket: called, forceDestroy: true }),
    vary: [tags, one("objectLockEnabled", undefined, true)],
  },
  versioning: setting(
    "aws:s3/bucketVersioning:BucketVersioning",
    one("versioningConfiguration", { status: "Enabled" }, { status: "Enabled" }),
  ),
  publicAccess: setting("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", ({ random }) => ({
    blockPublicAcls: random.pick([undefined, true, false]),
    blockPublicPolicy: random.pick([true, false]),
    ignorePublicAcls: random.pick([undefined, true]),
    restrictPublicBuckets: true,
  })),
  ownership: setting(
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    one("rule", { objectOwnership: "BucketOwnerEnforced" }, { objectOwnership: "BucketOwnerPreferred" }),
  ),
  encryption: setting(
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    ({ random, other }) => {
      const key = random.chance(0.6) ? other("key") : undefined;
      const kind =
        key === undefined
          ? { sseAlgorithm: "AES256" }
          : { sseAlgorithm: "aws:kms", kmsMasterKeyId: `\${${key}.arn}` };
      const rule = { applyServerSideEncryptionByDefault: kind };
      return { rules: [random.chance(0.5) ? { ...rule, bucketKeyEnabled: true } : rule] };
    },
  ),
  lifecycle: setting("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", ({ random }) => {
    const rules = [
      { id: "old", status: "Enabled", filter: { prefix: "a/" }, expiration: { days: random.integer(1, 9) } },
      {
        ...{ id: "versions", status: random.pick(["Enabled", "Disabled"]), filter: {} },
        noncurrentVersionExpiration: { noncurrentDays: 30 },
      },
    ];
    return { rules: random.choose(rules, random.integer(1, 2)) };
  }),
  bucketPolicy: setting("aws:s3/bucketPolicy:BucketPolicy", (place) => {
    const allowed = {
      ...{ Sid: "Logs", Effect: "Allow", Principal: { Service: "logging.s3.amazonaws.com" } },
      ...{ Action: "s3:PutObject", Resource: `${arn(place)}/${place.random.pick(["a", "b"])}/*` },
    };
    const more = place.random.chance(0.5) ? [tlsOnly("s3:*", `${arn(place)}/*`)] : [];
    return { policy: policy(allowed, ...more) };
  }),
  notification: setting("aws:s3/bucketNotification:BucketNotification", ({ random }) =>
    random.pick([{ eventbridge: true }, { eventbridge: false }]),
  ),
  logging: {
    type: "aws:s3/bucketLogging:BucketLogging",
    needs: ["bucket"],
    only: ({ bucket }) => String(bucket),
    make: ({ need }) => ({
      ...{ bucket: `\${${need("bucket")}.bucket}`, targetBucket: `\${${need("bucket")}.bucket}` },
      targetPrefix: "logs/",
    }),
    vary: [
      one("targetPrefix", "logs/", "access/"),
      ({ other, need }) => ({ targetBucket: `\${${other("bucket") ?? need("bucket")}.bucket}` }),
    ],
  },
  object: {
    type: "aws:s3/bucketObjectv2:BucketObjectv2",
    needs: ["bucket"],
    imports: false,
    named: "key",
    make: ({ need, called }) => ({
      ...{ bucket: `\${${need("bucket")}.bucket}`, key: `${called}.txt`, content: "one" },
    }),
    vary: [
      ({ random }) =>
        random.pick([
          { content: "one", contentBase64: undefined },
          { content: "둘", contentBase64: undefined },
          { content: undefined, contentBase64: "dGhyZWU=" },
        ]),
    ],
  },
  table: {
    type: "aws:dynamodb/table:Table",
    named: "name",
    make: ({ called }) => ({
      ...{ name: called, billingMode: "PAY_PER_REQUEST" },
      ...{ hashKey: "id", attributes: [{ name: "id", type: "S" }] },
    }),
    vary: [
      one("pointInTimeRecovery", undefined, { enabled: true }, { enabled: false }),
      ({ random }) => {
        const name = random.pick(["id", "other"]);
        return { hashKey: name, attributes: [{ name, type: "S" }] };
      },
      ({ random, other }) => {
        const key = random.chance(0.6) ? other("key") : undefined;
        const encryption = { enabled: true, kmsKeyArn: `\${${key}.arn}` };
        return { serverSideEncryption: key === undefined ? undefined : encryption };
      },
      tags,
    ],
  },
};
