/** Deciding properties of the rules that bound the platform: no way round, cost, tags, records. */
import type { Deciding } from "./deciding";

/** Rules that go by a resource's options, which have no path among its inputs. */
export const BY_OPTIONS: readonly string[] = ["ignored-changes"];

export const GUARDS: readonly Deciding[] = [
  { rule: "readable-types", resource: "recipe", path: ["typeName"], bad: "AWS::S3::Bucket" },
];
