import { read, readIndices } from "../model/reading";
import { fsbp } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import type { StackResource } from "../model/stack";
import { DEFAULT_SECURITY_GROUP, VPC } from "../model/types";

const FIX =
  "Take over the network's default group (`DefaultSecurityGroup` with its `vpcId`) and leave `ingress` and `egress` empty.";

/** Whatever is put into a network without a group lands in this one: it lets nothing in or out. */
export const defaultSecurityGroup: StackRule = {
  name: "default-security-group",
  group: "network",
  scope: "stack",
  severity: "high",
  description: "Default security groups of networks let nothing in or out.",
  framework: fsbp("EC2.2", "VPC default security groups do not allow inbound or outbound traffic"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html",
  check(stack) {
    return [
      ...stack
        .ofType(VPC)
        .filter((network) => stack.attached(network, DEFAULT_SECURITY_GROUP, "vpcId").length === 0)
        .map((network) => violation(network, "Its default security group is as AWS makes it.", FIX)),
      ...stack
        .ofType(DEFAULT_SECURITY_GROUP)
        .flatMap((group) => ["ingress", "egress"].flatMap((direction) => checkEmpty(group, direction))),
    ];
  },
};

function checkEmpty(group: StackResource, direction: string): Finding[] {
  if (read(group.props, [direction]).state === "absent") return [];
  const rules = readIndices(group.props, [direction]);
  if (rules.state === "unknown") return [undecided(group, direction, FIX)];
  return rules.state === "known" && rules.value.length === 0
    ? []
    : [violation(group, `${direction} must be empty.`, FIX)];
}
