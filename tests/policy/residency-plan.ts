/** Where the good plan stands, and where it copies to. */
import type { RecordedResource } from "../../local/recorder/recorded-resource";
import * as type from "../../policies/model/types";
import { resource, UNKNOWN } from "./resource";

export function residency(): RecordedResource[] {
  return [
    resource("pulumi:providers:aws", "provider", { region: "ap-northeast-2" }),
    resource("aws:backup/plan:Plan", "backups", {
      region: "ap-northeast-2",
      rules: [
        {
          ruleName: "nightly",
          copyActions: [
            { destinationVaultArn: "arn:aws:backup:ap-northeast-2:123456789012:backup-vault:second" },
          ],
        },
      ],
    }),
    resource(
      "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
      "replication",
      { bucket: "plan-raw", role: UNKNOWN, rules: [{ destination: { bucket: "arn:aws:s3:::plan-copy" } }] },
      { role: [[type.ROLE, "delivery-role"]] },
    ),
  ];
}
