/** Platforms that go round the pack or beyond their bounds, one for each rule. */
import { ABSENT, changed } from "../unit/policies/evaluation";
import type { BrokenPlatform } from "./broken";
import { goodPlan, resource } from "./plan";

export const BROKEN_GUARDS: Readonly<Record<string, BrokenPlatform>> = {
  "readable-types": {
    title: "a bucket under an old name",
    at: "old-bucket",
    plan: () => [...goodPlan(), resource("aws:s3/bucketV2:BucketV2", "old-bucket", {})],
  },
  "ignored-changes": {
    title: "a key whose policy may be changed by hand",
    at: "data",
    plan: () =>
      goodPlan().map((each) =>
        each.name === "data" ? { ...each, options: { ...each.options, ignoreChanges: ["policy"] } } : each,
      ),
  },
  "spending-limits": {
    title: "an application of EMR without a bound",
    at: "spark",
    plan: () => changed(goodPlan(), "spark", ["maximumCapacity"], ABSENT),
  },
};
