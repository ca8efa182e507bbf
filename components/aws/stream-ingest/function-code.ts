import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** A function's zip: its bundle, and beside it the little that it needs to know of the contracts. */
export function functionCode(bundleFolder: string, contracts: readonly unknown[]): pulumi.asset.AssetArchive {
  return new pulumi.asset.AssetArchive({
    "index.js": new pulumi.asset.FileAsset(join(bundleFolder, "index.js")),
    "contracts.json": new pulumi.asset.StringAsset(JSON.stringify(contracts)),
  });
}
