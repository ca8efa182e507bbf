import { show } from "../model/expectation";
import { concernsAction, readPolicyDocument, type Statement } from "../model/policy-document";
import { readIndices, UNKNOWN, type Path } from "../model/reading";
import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type Resource, type ResourceRule } from "../model/rule";
import { GROUP_POLICY, POLICY, ROLE, ROLE_POLICY, USER_POLICY } from "../model/types";
import type { Verdict } from "../model/verdict";

const FIX =
  "Name the roles in `Resource` of `iam:PassRole`, and the service in the condition `iam:PassedToService`.";

/** Who may pass any role may have what any role may do. */
export const iamPassRole: ResourceRule = {
  name: "iam-pass-role",
  group: "access",
  scope: "resource",
  severity: "high",
  description: "Roles are passed to services by name.",
  framework: ismsP("2.5.5", "Special accounts and rights are kept to the least (특수 계정 및 권한 관리)"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
  types: [ROLE, ROLE_POLICY, USER_POLICY, GROUP_POLICY, POLICY],
  check(resource) {
    if (resource.type !== ROLE) return checkDocument(resource, ["policy"]);
    const inline = readIndices(resource.props, ["inlinePolicies"]);
    if (inline.state === "unknown") return [undecided(resource, "inlinePolicies", FIX)];
    const indices = inline.state === "known" ? inline.value : [];
    return indices.flatMap((index) => checkDocument(resource, ["inlinePolicies", index, "policy"]));
  },
};

function checkDocument(resource: Resource, path: Path): Finding[] {
  const document = readPolicyDocument(resource, path);
  if (document.state === "unknown") return [undecided(resource, show(path), FIX)];
  // Missing and malformed documents are what `iam-actions` finds.
  if (document.state !== "known") return [];
  return document.statements.flatMap((statement, at): Finding[] => {
    const subject = `Statement ${at + 1} of ${show(path)}`;
    const any = passesAny(statement);
    if (any === "no") return [];
    return any === "yes"
      ? [violation(resource, `${subject} passes any role.`, FIX)]
      : [undecided(resource, `Which roles ${subject} passes`, FIX)];
  });
}

function passesAny(statement: Statement): Verdict {
  const { effect, actions, resources, notResources } = statement;
  if (effect === "Deny" || !concernsAction(statement, "iam:PassRole")) return "no";
  const any = notResources.length > 0 || resources.some((each) => each !== UNKNOWN && coversAnyRole(each));
  if (!any) return resources.includes(UNKNOWN) ? "unknown" : "no";
  const named = concernsAction({ ...statement, actions: actions.filter(isKnown) }, "iam:PassRole");
  return named && effect !== UNKNOWN ? "yes" : "unknown";
}

function isKnown(entry: Statement["actions"][number]): boolean {
  return entry !== UNKNOWN;
}

/** `*`, `arn:aws:iam::*:role/*`, `arn:aws:iam::123456789012:role/*`; not a family of names. */
function coversAnyRole(pattern: string): boolean {
  return /^\*+$/.test(pattern) || /^arn:[^:]*:iam::[^:]*:(\*|role\/\*+)$/.test(pattern);
}
