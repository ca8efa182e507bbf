/** Bytes of Pulumi assets and archives, as the engine would upload them. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { zipSync } from "fflate";

export async function assetBytes(source: unknown): Promise<Uint8Array> {
  if (source instanceof pulumi.asset.StringAsset) return Buffer.from(await source.text);
  if (source instanceof pulumi.asset.FileAsset) return readFileSync(await source.path);
  if (source instanceof pulumi.asset.AssetArchive) return zip(await source.assets);
  throw new Error(
    "The local provider takes string and file assets and archives of them; no remote or folder assets.",
  );
}

/** Same files, same bytes: times are fixed, so that a hash tells whether code changed. */
async function zip(assets: Record<string, pulumi.asset.Asset | pulumi.asset.Archive>): Promise<Uint8Array> {
  const entries = await Promise.all(
    Object.entries(assets).map(async ([path, asset]) => [path, await assetBytes(asset)] as const),
  );
  return zipSync(Object.fromEntries(entries), { mtime: new Date("2000-01-01T00:00:00Z"), level: 6 });
}
