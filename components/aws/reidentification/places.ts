/** Where re-identification stands in a stack: names alone, so that policies and the command line spell them alike. */
import type { Names } from "../../naming";
import { iamArn } from "../context";
import { reidentifierRole } from "../foundation/crossing-roles";

/** Folder of the re-identification bucket: source keys by pseudonym, below it as in landing. */
export const SOURCE_KEYS = "source-keys/";
/** Folder of the re-identification bucket: pseudonyms of older epochs to those of the newest; no clear values. */
export const BRIDGE = "bridge/";
/** Folder of the audit bucket: one object for each use. */
export const RECORDS = "reidentification/";
/** Session tag in which the re-identifier says why. */
export const REASON_TAG = "naru:reason";

export interface ReidentificationPlaces {
  readonly bucket: string;
  readonly auditBucket: string;
  readonly roleArn: string;
}

export function reidentificationPlaces(names: Names): ReidentificationPlaces {
  return {
    bucket: names.of("bucket", "reidentification"),
    auditBucket: names.of("bucket", "audit"),
    roleArn: iamArn(names.identity, `role/${reidentifierRole(names)}`),
  };
}
