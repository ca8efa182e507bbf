import { readPolicyDocument } from "../model/policy-document";
import { pipa } from "../model/references";
import { undecided, violation, type StackRule } from "../model/rule";
import { isTagged, type StackResource } from "../model/stack";
import { DATA_CLASS, PSEUDONYMISER, ROLE as ROLE_TAG, ZONE } from "../model/tags";
import { BUCKET, ROLE, STREAM } from "../model/types";
import { strongest } from "../model/verdict";
import { RoleGrants } from "./role-grants";

const FIX = `Take one of the two rights from the role; or, where it really is a pseudonymiser, tag it \`${ROLE_TAG}: ${PSEUDONYMISER}\`.`;

/**
 * Nobody but a pseudonymiser may both read raw personal data and write to the open zone; the job role of the Spark
 * curation is one. A role that Firehose alone can assume moves only what its delivery streams say, and those are held to
 * the pseudonymiser by rules of their own.
 */
export const roleCrossing: StackRule = {
  name: "role-crossing",
  group: "pseudonymisation",
  scope: "stack",
  severity: "critical",
  description: "Only a pseudonymiser's role may read raw personal data and write to the open zone.",
  framework: pipa("28-4", "Clear data is kept apart from pseudonyms, with safety measures (안전조치의무 등)"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
  check(stack) {
    const personal = stack.ofType(BUCKET, STREAM).filter((each) => isTagged(each, DATA_CLASS, "raw-pii"));
    const open = stack.ofType(BUCKET).filter((each) => isTagged(each, ZONE, "open"));
    return stack
      .ofType(ROLE)
      .filter((role) => !isTagged(role, ROLE_TAG, PSEUDONYMISER) && !isOnlyForFirehose(role))
      .flatMap((role) => {
        const grants = new RoleGrants(stack, role);
        const reads = strongest(personal.map((target) => grants.allows("read", target)));
        if (reads === "no") return [];
        const writes = strongest(open.map((target) => grants.allows("write", target)));
        if (writes === "no") return [];
        return reads === "yes" && writes === "yes"
          ? [violation(role, "It may read raw personal data and write to an open bucket.", FIX)]
          : [undecided(role, "What its policies grant", FIX)];
      });
  },
};

function isOnlyForFirehose(role: StackResource): boolean {
  const trust = readPolicyDocument(role, ["assumeRolePolicy"]);
  return (
    trust.state === "known" &&
    trust.statements
      .filter((statement) => statement.effect !== "Deny")
      .every(
        ({ principals, hasNotPrincipal }) =>
          !hasNotPrincipal &&
          principals.length > 0 &&
          principals.every((each) => each === "firehose.amazonaws.com"),
      )
  );
}
