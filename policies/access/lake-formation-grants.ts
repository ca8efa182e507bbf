import { show } from "../model/expectation";
import { read, readIndices, readString, type Path } from "../model/reading";
import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import { isTagged, tag, type Stack, type StackResource } from "../model/stack";
import { ROLE as ROLE_TAG, STEWARD } from "../model/tags";
import { LAKE_PERMISSIONS, LAKE_SETTINGS, ROLE } from "../model/types";
import type { Verdict } from "../model/verdict";

const FIX =
  "Grant to a role of the stack, each permission by its name (`DESCRIBE`, `SELECT`); leave " +
  `\`permissionsWithGrantOptions\` to the role with the tag \`${ROLE_TAG}: ${STEWARD}\` and to Lake Formation's administrators.`;

/** Groups of everybody: whom IAM lets, and whoever is in the account. */
const EVERYBODY = /^(IAM_ALLOWED_PRINCIPALS|IAM_ALLOWED_PRINCIPAL|EVERYONE|\d{12}:IAMPrincipals)$/i;

/** What Lake Formation's API and console call the right to everything, the right to grant it included. */
const EVERYTHING = /^(ALL|SUPER|SUPER_USER)$/i;

const PRINCIPAL = ["principal"] as const;
const PERMISSIONS = ["permissions"] as const;
const GRANTABLE = ["permissionsWithGrantOptions"] as const;

/** A grant to everybody, to another account or of everything undoes those by column that stand beside it. */
export const lakeFormationGrants: StackRule = {
  name: "lake-formation-grants",
  group: "access",
  scope: "stack",
  severity: "high",
  description:
    "Lake Formation grants named permissions to roles of the stack; only stewards and administrators grant further.",
  framework: ismsP("2.6.4", "Access to databases is granted by need (데이터베이스 접근)"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html",
  check(stack) {
    return stack
      .ofType(LAKE_PERMISSIONS)
      .flatMap((grant) => [
        ...checkPrincipal(stack, grant),
        ...checkPermissions(grant, PERMISSIONS, "violation"),
        ...checkPermissions(grant, GRANTABLE, "pass"),
        ...checkGranting(stack, grant),
      ]);
  },
};

function checkPrincipal(stack: Stack, grant: StackResource): Finding[] {
  const principal = readString(grant.props, PRINCIPAL);
  if (principal.state === "absent" || principal.state === "wrong-type")
    return [violation(grant, "principal must be the ARN of a role.", FIX)];
  if (principal.state === "known" && EVERYBODY.test(principal.value))
    return [violation(grant, "principal is everybody.", FIX)];
  if (grantees(stack, grant).length > 0) return [];
  return principal.state === "unknown"
    ? [undecided(grant, "principal", FIX)]
    : [violation(grant, "principal is no role of this stack.", FIX)];
}

function checkPermissions(grant: StackResource, path: Path, absent: "violation" | "pass"): Finding[] {
  const permissions = readIndices(grant.props, path);
  switch (permissions.state) {
    case "absent":
      return absent === "pass" ? [] : [violation(grant, `${show(path)} is missing.`, FIX)];
    case "unknown":
      return [undecided(grant, show(path), FIX)];
    case "wrong-type":
      return [violation(grant, `${show(path)} is no ${permissions.expected}.`, FIX)];
    case "known":
      return permissions.value.flatMap((index): Finding[] => {
        const permission = readString(grant.props, [...path, index]);
        if (permission.state === "unknown") return [undecided(grant, show([...path, index]), FIX)];
        return permission.state === "known" && !EVERYTHING.test(permission.value)
          ? []
          : [violation(grant, `${show([...path, index])} must be one permission by its name.`, FIX)];
      });
  }
}

/** Who may hand on what was granted. */
function checkGranting(stack: Stack, grant: StackResource): Finding[] {
  const grantable = readIndices(grant.props, GRANTABLE);
  const none = grantable.state !== "known" || grantable.value.length === 0;
  if (none && grantable.state !== "unknown") return [];
  const roles = grantees(stack, grant);
  const may = roles.map((role) => mayGrant(stack, role));
  if (may.length > 0 && may.every((each) => each === "yes")) return [];
  const open = none || may.some((each) => each !== "no") || (may.length === 0 && isUnknown(grant));
  return open
    ? [undecided(grant, `Whether its principal may have ${show(GRANTABLE)}`, FIX)]
    : [violation(grant, `${show(GRANTABLE)} is for stewards and administrators.`, FIX)];
}

function mayGrant(stack: Stack, role: StackResource): Verdict {
  if (isTagged(role, ROLE_TAG, STEWARD) || isAdministrator(stack, role)) return "yes";
  return tag(role, ROLE_TAG).state === "unknown" ? "unknown" : "no";
}

/** Roles of the stack that the grant may be for; an unknown principal is one of them. */
function grantees(stack: Stack, grant: StackResource): readonly StackResource[] {
  const link = stack.link(grant, PRINCIPAL, ROLE);
  return link.state === "absent" ? [] : link.resources;
}

function isUnknown(grant: StackResource): boolean {
  return read(grant.props, PRINCIPAL).state === "unknown";
}

function isAdministrator(stack: Stack, role: StackResource): boolean {
  return stack.ofType(LAKE_SETTINGS).some((settings) => {
    const admins = readIndices(settings.props, ["admins"]);
    return (admins.state === "known" ? admins.value : []).some((index) => {
      const link = stack.link(settings, ["admins", index], ROLE);
      return link.state === "certain" && link.resources.includes(role);
    });
  });
}
