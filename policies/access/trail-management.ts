import { fsbp } from "../model/references";
import { undecided, violation, type StackRule } from "../model/rule";
import { TRAIL } from "../model/types";
import { strongest } from "../model/verdict";
import { recordsManagement } from "./recorded-objects";

const FIX =
  "Give one trail a selector with the one field `eventCategory` equals `Management`, or leave its selectors out: reads and writes, no " +
  "service left out.";

/** Who changed a role or a policy, and who asked a key: of these the trail that a stack has leaves nothing out. */
export const trailManagement: StackRule = {
  name: "trail-management",
  group: "access",
  scope: "stack",
  severity: "high",
  description: "A stack's trail records all management events: roles, policies and the use of keys.",
  framework: fsbp("CloudTrail.1", "A trail records read and write management events"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html",
  check(stack) {
    const [trail, ...others] = stack.ofType(TRAIL);
    // Without a trail of the stack's own, the account's may record them: `trail-coverage` says so where it matters.
    if (trail === undefined) return [];
    switch (strongest([trail, ...others].map(recordsManagement))) {
      case "yes":
        return [];
      case "unknown":
        return [undecided(trail, "Whether a trail records management events", FIX)];
      case "no":
        return [violation(trail, "No trail of the stack records all management events.", FIX)];
    }
  },
};
