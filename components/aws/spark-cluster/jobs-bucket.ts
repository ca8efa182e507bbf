/** Where the Spark jobs' code and reports lie, on whichever engine. */
import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import { ZoneBucket } from "../data-lake/zone-bucket";
import type { EncryptionKeys } from "../foundation/encryption-keys";

/** Holds no data; open, under the lake's key. */
export function createJobsBucket(
  name: string,
  context: AwsContext,
  { lake, keys }: { readonly lake: DataLake; readonly keys: EncryptionKeys },
  parent: pulumi.Resource,
): ZoneBucket {
  return new ZoneBucket(
    `${name}-jobs`,
    context,
    {
      part: "jobs",
      openness: "open",
      dataClass: "internal",
      keyArn: keys.arn("lake"),
      accessLogs: lake.nodes.buckets.logs.bucket,
    },
    { parent },
  );
}
