import { show } from "../model/expectation";
import { readPolicyDocument, type Statement } from "../model/policy-document";
import { readIndices, UNKNOWN, type Path } from "../model/reading";
import { fsbp } from "../model/references";
import { undecided, violation, type Finding, type Resource, type ResourceRule } from "../model/rule";
import { GROUP_POLICY, POLICY, ROLE, ROLE_POLICY, USER_POLICY } from "../model/types";
import type { Verdict } from "../model/verdict";

const FIX =
  "List the actions that the work needs (`s3:GetObject`, or a family such as `s3:Get*`) in `Action`, and name their resources.";

/** A right to all actions of a service takes in those that nobody thought of, and those that the service gets next year. */
export const iamActions: ResourceRule = {
  name: "iam-actions",
  group: "access",
  scope: "resource",
  severity: "high",
  description: "IAM policies allow neither all actions of a service nor all but some.",
  framework: fsbp("IAM.21", "IAM customer managed policies do not allow wildcard actions for services"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
  types: [ROLE, ROLE_POLICY, USER_POLICY, GROUP_POLICY, POLICY],
  check(resource) {
    if (resource.type !== ROLE) return checkDocument(resource, ["policy"]);
    const inline = readIndices(resource.props, ["inlinePolicies"]);
    switch (inline.state) {
      case "absent":
        return [];
      case "unknown":
        return [undecided(resource, "inlinePolicies", FIX)];
      case "wrong-type":
        return [violation(resource, `inlinePolicies is no ${inline.expected}.`, FIX)];
      case "known":
        return inline.value.flatMap((index) => checkDocument(resource, ["inlinePolicies", index, "policy"]));
    }
  },
};

function checkDocument(resource: Resource, path: Path): Finding[] {
  const document = readPolicyDocument(resource, path);
  switch (document.state) {
    case "absent":
      // An entry without a document takes a role's inline policies away.
      return resource.type === ROLE ? [] : [violation(resource, `${show(path)} is missing.`, FIX)];
    case "unknown":
      return [undecided(resource, show(path), FIX)];
    case "malformed":
      return [violation(resource, `${show(path)} is no policy document.`, FIX)];
    case "known":
      return document.statements.flatMap((statement, at): Finding[] => {
        const subject = `Statement ${at + 1} of ${show(path)}`;
        const broad = isBroad(statement);
        if (broad === "no") return [];
        return broad === "yes"
          ? [violation(resource, `${subject} allows all actions of a service, or all but some.`, FIX)]
          : [undecided(resource, `What ${subject} allows`, FIX)];
      });
  }
}

function isBroad({ effect, actions, notActions }: Statement): Verdict {
  if (effect === "Deny") return "no";
  const broad = notActions.length > 0 || actions.some((each) => each !== UNKNOWN && isWholeService(each));
  if (broad) return effect === UNKNOWN ? "unknown" : "yes";
  return actions.includes(UNKNOWN) ? "unknown" : "no";
}

/** `*`, `s3:*`, `*:*`; not `s3:Get*`, which names a family. */
function isWholeService(action: string): boolean {
  const [service = "", verb] = action.split(":");
  return /[*?]/.test(service) || (verb !== undefined && /^[*?]+$/.test(verb));
}
