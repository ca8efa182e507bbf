/** Values as they travel between engine and provider: plain JSON, in which objects with a signature mean more. */
import { isDeepStrictEqual } from "node:util";
import * as asset from "@pulumi/pulumi/asset";

/** What `google.protobuf.Struct` holds, as plain JSON. */
export type Wire = Readonly<Record<string, unknown>>;

/** Keys and values of Pulumi's protocol: sdk/go/common/resource/{sig,plugin/rpc}.go in pulumi/pulumi. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
const REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT_VALUE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
/** The unknown text, number, truth value, list, asset, archive and map of a preview. */
const UNKNOWN = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export function isUnknown(value: unknown): boolean {
  return typeof value === "string" && UNKNOWN.has(value);
}

/** @returns `value` marked as a secret, once. */
export function secret(value: unknown): unknown {
  return signatureOf(value) === SECRET ? value : { [SIGNATURE]: SECRET, value };
}

/** Without the marks, and assets as what they stand for: for a service. */
export function inClear(value: unknown): unknown {
  return walk(value, assetOf);
}

/** Without the marks, and of an asset its hash alone where it has one, for comparing. */
export function meaning(value: unknown): unknown {
  return walk(value, (held) =>
    typeof held.hash === "string" && held.hash !== "" ? { hash: held.hash } : held,
  );
}

/** Whether two values mean the same; a secret is its value. */
export function same(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(meaning(one), meaning(other));
}

export function holdsSecret(value: unknown): boolean {
  return signatureOf(value) === SECRET || itemsOf(value).some(holdsSecret);
}

/** Every text that is secret, or lies in what is. */
export function secretTexts(value: unknown, within = false): string[] {
  if (typeof value === "string") return within ? [value] : [];
  const inside = within || signatureOf(value) === SECRET;
  return itemsOf(value).flatMap((item) => secretTexts(item, inside));
}

/**
 * What a service told, as the state holds it.
 * @param before the value that the state has. What is unchanged stays as it is, marks and all; what replaces a secret is one.
 */
export function told(found: unknown, before: unknown): unknown {
  if (before !== undefined && isDeepStrictEqual(inClear(before), found)) return before;
  return holdsSecret(before) ? secret(found) : found;
}

/** JSON knows no undefined; lists and maps without one, and times as text. */
export function portable(value: Readonly<Record<string, unknown>>): Wire {
  return JSON.parse(JSON.stringify(value)) as Wire;
}

function walk(value: unknown, ofAsset: (held: Record<string, unknown>) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => walk(item, ofAsset));
  if (!isMap(value)) return value;
  switch (signatureOf(value)) {
    case SECRET:
    case OUTPUT_VALUE:
      return walk(value.value, ofAsset);
    case REFERENCE:
      return value.id ?? value.urn;
    case ASSET:
    case ARCHIVE:
      return ofAsset(value);
    default:
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, ofAsset)]));
  }
}

function assetOf(held: Record<string, unknown>): unknown {
  const { path, uri, text, assets } = held as { path?: string; uri?: string; text?: string; assets?: Wire };
  const archive = held[SIGNATURE] === ARCHIVE;
  if (isMap(assets)) {
    const parts = Object.entries(assets).map(([name, part]) => [name, inClear(part) as asset.Asset] as const);
    return new asset.AssetArchive(Object.fromEntries(parts));
  }
  if (path) return archive ? new asset.FileArchive(path) : new asset.FileAsset(path);
  if (uri) return archive ? new asset.RemoteArchive(uri) : new asset.RemoteAsset(uri);
  return archive ? new asset.AssetArchive({}) : new asset.StringAsset(text ?? "");
}

function signatureOf(value: unknown): unknown {
  return isMap(value) ? value[SIGNATURE] : undefined;
}

function itemsOf(value: unknown): unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
