import { isClosed } from "../model/closed-prefix";
import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import { isTagged, tag, type Link, type Stack, type StackResource } from "../model/stack";
import { DATA_CLASS, PSEUDONYMISER, ROLE as ROLE_TAG, ZONE } from "../model/tags";
import { BUCKET, ROLE } from "../model/types";
import { deliveries, processorsOf, sourcesOf } from "./delivery";
import { RoleGrants } from "./role-grants";

const FIX =
  `Give it the \`${DATA_CLASS}\` and \`${ZONE}\` of what the plan puts into it: raw-pii and closed before the pseudonymiser, ` +
  "pseudonymised behind it.";

/** What went through the pseudonymiser, or what it may not leave. */
const TREATED = ["pseudonymised", "raw-pii"];

/**
 * Other rules go by the tags of class and zone. Where the plan itself shows what a thing holds, the tag must not say less: what a
 * pseudonymiser reads is clear, what it writes is not public, and what a policy closes to named roles is closed.
 */
export const declaredClass: StackRule = {
  name: "declared-class",
  group: "pseudonymisation",
  scope: "stack",
  severity: "high",
  description: "Tags of class and zone say no less than the plan shows.",
  framework: ismsP("2.1.3", "Information assets are classified and handled by their class (정보자산 관리)"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/wellarchitected/latest/analytics-lens/characteristics-data-classification.html",
  check(stack) {
    return [
      ...checkDeliveries(stack),
      ...stack
        .ofType(BUCKET)
        .flatMap((bucket) => [...checkClosed(stack, bucket), ...checkWritten(stack, bucket)]),
    ];
  },
};

function checkDeliveries(stack: Stack): Finding[] {
  return deliveries(stack)
    .filter(({ resource, block }) => isPseudonymised(processorsOf(stack, resource, block)))
    .flatMap(({ resource, failures: { bucket } }) => [
      ...only(sourcesOf(stack, resource))
        .filter((source) => isOther(source, ["raw-pii"]))
        .map((source) =>
          violation(source, "A pseudonymiser reads it, and its class says that it holds nothing clear.", FIX),
        ),
      ...only([bucket])
        .filter((each) => isOther(each, TREATED))
        .map((each) => violation(each, "A pseudonymiser delivers to it, and its class says otherwise.", FIX)),
    ]);
}

function isPseudonymised(links: ReturnType<typeof processorsOf>): boolean {
  return links !== "unknown" && only(links).some((each) => isTagged(each, ROLE_TAG, PSEUDONYMISER));
}

/** What links lead to for certain: of several that it may be, none is accused. */
function only(links: readonly Link[]): readonly StackResource[] {
  return links.flatMap((link) => (link.state === "certain" ? link.resources : []));
}

/** Missing and unknown tags are what `data-class-tags` finds. */
function isOther(resource: StackResource, classes: readonly string[]): boolean {
  const declared = tag(resource, DATA_CLASS);
  return declared.state === "known" && !classes.includes(declared.value);
}

function checkClosed(stack: Stack, bucket: StackResource): Finding[] {
  if (!isTagged(bucket, ZONE, "open") && !isTagged(bucket, DATA_CLASS, "public")) return [];
  switch (isClosed(stack, bucket)) {
    case "no":
      return [];
    case "unknown":
      return [undecided(bucket, "Whether its policy closes it, as its tags do not,", FIX)];
    case "yes":
      return [
        violation(
          bucket,
          "Its policy closes it to all but named roles, and its tags call it open or public.",
          FIX,
        ),
      ];
  }
}

function checkWritten(stack: Stack, bucket: StackResource): Finding[] {
  if (!isTagged(bucket, DATA_CLASS, "public")) return [];
  const writes = stack
    .ofType(ROLE)
    .filter((role) => isTagged(role, ROLE_TAG, PSEUDONYMISER))
    .some((role) => new RoleGrants(stack, role).allows("write", bucket) === "yes");
  return writes ? [violation(bucket, "A pseudonymiser writes to it, and its class is public.", FIX)] : [];
}
