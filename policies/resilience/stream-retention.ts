import { examine } from "../model/expectation";
import { isProduction, PRODUCTION_STACKS } from "../model/production";
import { fsbp } from "../model/references";
import type { ResourceRule } from "../model/rule";
import { settingIn, wholeNumber } from "../model/setting";
import { STREAM } from "../model/types";

const FIX = "Set `retentionPeriod: 168` or more on the stream: a week to mend what reads it.";

/** FSBP Kinesis.3: 168 hours by default. */
const HOURS = wholeNumber(
  "retentionHours",
  "Hours that a stream of production keeps events, at least",
  168,
  24,
);

/** Whatever reads a stream may stand still over a long weekend, and lose nothing. */
export const streamRetention: ResourceRule = {
  name: "stream-retention",
  group: "resilience",
  scope: "resource",
  severity: "medium",
  description: "Streams of production keep events for a week.",
  framework: fsbp("Kinesis.3", "Kinesis streams have an adequate data retention period"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/kinesis-controls.html",
  types: [STREAM],
  settings: [PRODUCTION_STACKS, HOURS],
  check(stream, configuration) {
    if (!isProduction(stream, configuration)) return [];
    const hours = settingIn(configuration, HOURS);
    return examine(stream, {
      path: ["retentionPeriod"],
      accepts: (value) => typeof value === "number" && value >= hours,
      must: `must be ${hours} hours or more`,
      fix: FIX,
    });
  },
};
