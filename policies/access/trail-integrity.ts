import { examine } from "../model/expectation";
import { fsbp } from "../model/references";
import type { ResourceRule } from "../model/rule";
import { TRAIL } from "../model/types";

const FIX =
  "Set `isMultiRegionTrail: true` and `enableLogFileValidation: true`, and leave `enableLogging` and `includeGlobalServiceEvents` on.";

/** Roles and policies are changed in us-east-1 whatever the region; digests show a file that is missing or altered. */
export const trailIntegrity: ResourceRule = {
  name: "trail-integrity",
  group: "access",
  scope: "resource",
  severity: "high",
  description: "Trails record all regions, and their files can't be altered unseen.",
  framework: fsbp("CloudTrail.4", "CloudTrail log file validation is enabled"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html",
  types: [TRAIL],
  check(trail) {
    const mustBeTrue = (property: string, absentIsRight: boolean) =>
      examine(trail, {
        path: [property],
        accepts: (value) => value === true,
        absentIsRight,
        must: "must be true",
        fix: FIX,
      });
    return [
      ...mustBeTrue("isMultiRegionTrail", false),
      ...mustBeTrue("enableLogFileValidation", false),
      // The provider's defaults are on.
      ...mustBeTrue("enableLogging", true),
      ...mustBeTrue("includeGlobalServiceEvents", true),
    ];
  },
};
