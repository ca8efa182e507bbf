import { concernsAction, type Statement } from "../model/policy-document";
import { UNKNOWN } from "../model/reading";
import { ismsP } from "../model/references";
import { RIGHTS_HOLDERS, judgeRights } from "../model/rights";
import { undecided, violation, type Finding, type ResourceRule } from "../model/rule";
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
  types: RIGHTS_HOLDERS,
  check: (resource) =>
    judgeRights(resource, FIX, (statement, subject): Finding[] => {
      const any = passesAny(statement);
      if (any === "no") return [];
      return any === "yes"
        ? [violation(resource, `${subject} passes any role.`, FIX)]
        : [undecided(resource, `Which roles ${subject} passes`, FIX)];
    }),
};

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
