/** A plain Pulumi program: a sound bucket, and three mistakes that the packs find. */
import * as aws from "@pulumi/aws";

const key = new aws.kms.Key("library", { enableKeyRotation: true, deletionWindowInDays: 30 });

const archive = new aws.s3.Bucket("archive", {
  bucket: "library-archive",
  tags: { "naru:data-class": "internal", "naru:zone": "open" },
});
new aws.s3.BucketServerSideEncryptionConfiguration("archive", {
  bucket: archive.bucket,
  rules: [
    {
      applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
      bucketKeyEnabled: true,
    },
  ],
});
new aws.s3.BucketOwnershipControls("archive", {
  bucket: archive.bucket,
  rule: { objectOwnership: "BucketOwnerEnforced" },
});
new aws.s3.BucketPublicAccessBlock("archive", {
  bucket: archive.bucket,
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
});
new aws.s3.BucketPolicy("archive", {
  bucket: archive.bucket,
  policy: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: ["arn:aws:s3:::library-archive", "arn:aws:s3:::library-archive/*"],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  },
});

// No encryption of its own, and nothing that keeps it from being opened.
new aws.s3.Bucket("exports", { tags: { "naru:data-class": "internal", "naru:zone": "open" } });

// Clear, and it does not say what it holds.
new aws.kinesis.Stream("loans", { shardCount: 1 });

// Everything to everybody who has the role.
const reports = new aws.iam.Role("reports", {
  assumeRolePolicy: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "glue.amazonaws.com" }, Action: "sts:AssumeRole" }],
  },
});
new aws.iam.RolePolicy("reports", {
  role: reports.name,
  policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] },
});

export const bucket = archive.bucket;
