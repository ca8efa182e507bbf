/** Pulumi's stand-ins for values that a preview doesn't know (`sdk/go/common/resource/plugin/rpc.go` of pulumi/pulumi). */
export { UnknownValueError } from "@pulumi/policy";

export const unknownBoolean = "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7";
export const unknownNumber = "3eeb2bf0-c639-47a8-9e75-3b44932eb421";
export const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const unknownArray = "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2";
export const unknownAsset = "030794c1-ac77-496b-92df-f27374a8bd58";
export const unknownArchive = "e48ece36-62e2-4504-bad9-02848725956a";
export const unknownObject = "dd056dcd-154b-4c76-9bd3-c8f88648b5ff";

const SENTINELS: ReadonlySet<unknown> = new Set([
  unknownArchive,
  unknownArray,
  unknownAsset,
  unknownBoolean,
  unknownNumber,
  unknownObject,
  unknownString,
]);

/** Whether a value is one of them; asked of every text of a plan, of which few are as long. */
export function isUnknown(value: unknown): value is string {
  return typeof value === "string" && value.length === unknownString.length && SENTINELS.has(value);
}
