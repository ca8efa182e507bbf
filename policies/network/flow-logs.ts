import { examine, oneOf } from "../model/expectation";
import { fsbp } from "../model/references";
import { violation, type StackRule } from "../model/rule";
import { FLOW_LOG, VPC } from "../model/types";

const FIX =
  "Add a `FlowLog` for the network (`vpcId`) with `trafficType: ALL`, or REJECT, and a log group or bucket for it.";

/** Who spoke to whom in a network is written down. */
export const flowLogs: StackRule = {
  name: "flow-logs",
  group: "network",
  scope: "stack",
  severity: "medium",
  description: "Networks log who speaks to whom.",
  framework: fsbp("EC2.6", "VPC flow logging is enabled in all VPCs"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html",
  check(stack) {
    return [
      ...stack
        .ofType(VPC)
        .filter((network) => stack.attached(network, FLOW_LOG, "vpcId").length === 0)
        .map((network) => violation(network, "It has no flow log.", FIX)),
      ...stack.ofType(FLOW_LOG).flatMap((log) =>
        examine(log, {
          path: ["trafficType"],
          accepts: oneOf("ALL", "REJECT"),
          absentIsRight: true,
          // What was accepted only tells nothing of who tried.
          must: "must be ALL or REJECT",
          fix: FIX,
        }),
      ),
    ];
  },
};
