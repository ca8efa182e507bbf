import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Webhook } from "../../webhook";

/** A function's zip: its bundle, and beside it the little that it needs to know of contracts and, the collector, of webhooks. */
export function functionCode(
  bundleFolder: string,
  contracts: readonly unknown[],
  webhooks?: readonly Webhook[],
): pulumi.asset.AssetArchive {
  return new pulumi.asset.AssetArchive({
    "index.js": new pulumi.asset.FileAsset(join(bundleFolder, "index.js")),
    "contracts.json": new pulumi.asset.StringAsset(JSON.stringify(contracts)),
    ...(webhooks && { "webhooks.json": new pulumi.asset.StringAsset(JSON.stringify(webhooks)) }),
  });
}
