import { examine } from "../model/expectation";
import { pipa } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import { isTagged, type Stack, type StackResource } from "../model/stack";
import { PSEUDONYMISER, ROLE } from "../model/tags";
import { deliveries, processorsOf } from "./delivery";

const FIX =
  "Give the delivery stream a `processingConfiguration` with `enabled: true` and a Lambda processor whose function is " +
  `tagged \`${ROLE}: ${PSEUDONYMISER}\`, or let it write to a closed bucket.`;

/** A delivery stream from raw personal data to an open bucket, or out of the lake, goes through the pseudonymiser. */
export const firehosePseudonymiser: StackRule = {
  name: "firehose-pseudonymiser",
  group: "pseudonymisation",
  scope: "stack",
  severity: "critical",
  description: "Personal data reaches open buckets only through the pseudonymising function.",
  framework: pipa(
    "28-2",
    "Personal data is processed for statistics and research as pseudonyms (가명정보의 처리)",
  ),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html",
  check(stack) {
    return deliveries(stack).flatMap(({ resource, personal, open, block }) => {
      if (personal === "no" || open === "no") return [];
      const processed = checkProcessing(stack, resource, block);
      // A stream that is processed rightly is safe whatever its source and destination turn out to be.
      if (processed.length === 0 || (personal === "yes" && open === "yes")) return processed;
      const subject =
        personal === "unknown" ? "The data class of the source" : "The zone of the destination bucket";
      return [undecided(resource, subject, FIX)];
    });
  },
};

function checkProcessing(stack: Stack, delivery: StackResource, block: string): Finding[] {
  const enabled = examine(delivery, {
    path: [block, "processingConfiguration", "enabled"],
    accepts: (value) => value === true,
    must: "must be true",
    fix: FIX,
  });
  if (enabled.length > 0) return enabled;
  const functions = processorsOf(stack, delivery, block);
  if (functions === "unknown") return [undecided(delivery, "The list of processors", FIX)];
  if (functions.length === 0)
    return [violation(delivery, "It has no Lambda processor that names a function.", FIX)];
  return functions.flatMap((link) => {
    if (link.state === "absent" || link.resources.length === 0) {
      return [violation(delivery, "Its Lambda processor is no function of this stack.", FIX)];
    }
    const tagged = link.resources.filter((each) => isTagged(each, ROLE, PSEUDONYMISER));
    if (tagged.length === link.resources.length) return [];
    return tagged.length === 0
      ? [
          violation(
            delivery,
            `The function of its Lambda processor is not tagged ${ROLE}: ${PSEUDONYMISER}.`,
            FIX,
          ),
        ]
      : [undecided(delivery, "Which function its Lambda processor calls", FIX)];
  });
}
