import { examine, show } from "../model/expectation";
import { knownString, readIndices, type Path } from "../model/reading";
import { fsbp } from "../model/references";
import { undecided, violation, type Finding, type Resource, type ResourceRule } from "../model/rule";
import {
  DEFAULT_SECURITY_GROUP,
  SECURITY_GROUP,
  SECURITY_GROUP_INGRESS_RULE,
  SECURITY_GROUP_RULE,
} from "../model/types";
import { isWide } from "./ranges";

const FIX =
  "Name who may come in: another security group (`referencedSecurityGroupId`), a prefix list, or a range of the network's own.";
const MUST = "must not be wider than a private range, such as 0.0.0.0/0 or ::/0";

/** Nobody comes in from everywhere: neither by a rule of its own nor by one inside its group. */
export const securityGroupIngress: ResourceRule = {
  name: "security-group-ingress",
  group: "network",
  scope: "resource",
  severity: "critical",
  description: "Security groups let nobody in from everywhere.",
  framework: fsbp(
    "EC2.18",
    "Security groups should only allow unrestricted incoming traffic for authorized ports",
  ),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html",
  types: [SECURITY_GROUP, DEFAULT_SECURITY_GROUP, SECURITY_GROUP_RULE, SECURITY_GROUP_INGRESS_RULE],
  check(resource) {
    switch (resource.type) {
      case SECURITY_GROUP_INGRESS_RULE:
        return [...range(resource, ["cidrIpv4"]), ...range(resource, ["cidrIpv6"])];
      case SECURITY_GROUP_RULE:
        return knownString(resource.props, ["type"]) === "egress" ? [] : rangesAt(resource, []);
      default:
        return each(resource, ["ingress"], (rule) => rangesAt(resource, rule));
    }
  },
};

/** The two lists that an older kind of rule has. */
function rangesAt(resource: Resource, rule: Path): Finding[] {
  return ["cidrBlocks", "ipv6CidrBlocks"].flatMap((list) =>
    each(resource, [...rule, list], (path) => range(resource, path)),
  );
}

function range(resource: Resource, path: Path): Finding[] {
  return examine(resource, {
    path,
    accepts: (value) => typeof value === "string" && !isWide(value),
    absentIsRight: true,
    must: MUST,
    fix: FIX,
  });
}

function each(resource: Resource, list: Path, check: (element: Path) => Finding[]): Finding[] {
  const indices = readIndices(resource.props, list);
  switch (indices.state) {
    case "absent":
      return [];
    case "unknown":
      return [undecided(resource, show(list), FIX)];
    case "wrong-type":
      return [violation(resource, `${show(list)} is no ${indices.expected}.`, FIX)];
    case "known":
      return indices.value.flatMap((index) => check([...list, index]));
  }
}
