import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type Resource, type ResourceRule } from "../model/rule";
import { tag } from "../model/stack";
import { DATA_CLASS, DATA_CLASSES, ZONE, ZONES } from "../model/tags";
import { BUCKET, STREAM } from "../model/types";

const FIX = `Tag it \`${DATA_CLASS}\` (${DATA_CLASSES.join(" | ")}) and \`${ZONE}\` (${ZONES.join(" | ")}); raw-pii is closed.`;

/** Buckets and streams say what they hold and on which side of the line they stand; clear personal data is closed. */
export const dataClassTags: ResourceRule = {
  name: "data-class-tags",
  group: "pseudonymisation",
  scope: "resource",
  severity: "high",
  description:
    "Buckets and streams are tagged with their data class and zone, and raw personal data is closed.",
  framework: ismsP("2.1.3", "Information assets are classified and handled by their class (정보자산 관리)"),
  remediation: FIX,
  types: [BUCKET, STREAM],
  check(resource) {
    const findings = [...checkTag(resource, DATA_CLASS, DATA_CLASSES), ...checkTag(resource, ZONE, ZONES)];
    const dataClass = tag(resource, DATA_CLASS);
    const zone = tag(resource, ZONE);
    const leaks =
      dataClass.state === "known" &&
      dataClass.value === "raw-pii" &&
      zone.state === "known" &&
      zone.value === "open";
    return leaks
      ? [...findings, violation(resource, "It holds raw personal data in the open zone.", FIX)]
      : findings;
  },
};

function checkTag(resource: Resource, key: string, allowed: readonly string[]): Finding[] {
  const found = tag(resource, key);
  if (found.state === "unknown") return [undecided(resource, `The tag ${key}`, FIX)];
  if (found.state === "absent") return [violation(resource, `The tag ${key} is missing.`, FIX)];
  return allowed.includes(found.value)
    ? []
    : [violation(resource, `The tag ${key} has none of its values.`, FIX)];
}
