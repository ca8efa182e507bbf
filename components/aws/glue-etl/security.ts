/** How Glue encrypts what it writes. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../context";
import type { EncryptionKeys } from "../foundation/encryption-keys";

/**
 * Logs and bookmarks under keys of the stack. Objects of S3 lie under their bucket's own key: a configuration has one key
 * for all of S3, and quarantine (landing), tables (lake) and what turns pseudonyms back must not share one.
 */
export function createSecurityConfiguration(
  name: string,
  { names }: AwsContext,
  keys: EncryptionKeys,
  parent: pulumi.Resource,
): aws.glue.SecurityConfiguration {
  return new aws.glue.SecurityConfiguration(
    name,
    {
      name: names.of("glue", "etl"),
      encryptionConfiguration: {
        s3Encryption: { s3EncryptionMode: "DISABLED" },
        cloudwatchEncryption: { cloudwatchEncryptionMode: "SSE-KMS", kmsKeyArn: keys.arn("logs") },
        jobBookmarksEncryption: { jobBookmarksEncryptionMode: "CSE-KMS", kmsKeyArn: keys.arn("lake") },
      },
    },
    { parent },
  );
}
