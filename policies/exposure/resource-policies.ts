import { show } from "../model/expectation";
import { RESOURCE_POLICIES } from "../model/granting-documents";
import { readPolicyDocument, type Statement } from "../model/policy-document";
import { UNKNOWN } from "../model/reading";
import { fsbp } from "../model/references";
import { undecided, violation, type Finding, type Resource, type ResourceRule } from "../model/rule";

const FIX =
  "Name the account, roles or services in `Principal` and the actions in `Action`; conditions (`aws:SourceArn`, " +
  '`aws:PrincipalArn`) narrow them, and excuse no "*". Grant to all but some never: no `NotPrincipal`, no `NotAction`.';

/** Whoever gets in by a resource's own policy is named there, and so is what he may do. */
export const resourcePolicies: ResourceRule = {
  name: "resource-policies",
  group: "exposure",
  scope: "resource",
  severity: "critical",
  description:
    "Policies of buckets, queues, topics, secrets, streams and buses grant named actions to named principals.",
  framework: fsbp("SQS.3", "Access policies of resources do not allow public access"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
  types: [...new Set(RESOURCE_POLICIES.map((each) => each.type))],
  check(resource) {
    return RESOURCE_POLICIES.filter((each) => each.type === resource.type).flatMap(({ path, required }) => {
      const document = readPolicyDocument(resource, path);
      switch (document.state) {
        case "absent":
          return required ? [violation(resource, `${show(path)} is missing.`, FIX)] : [];
        case "unknown":
          return [undecided(resource, show(path), FIX)];
        case "malformed":
          return [violation(resource, `${show(path)} is no policy document.`, FIX)];
        case "known":
          return document.statements.flatMap((statement, at) =>
            judge(resource, statement, `Statement ${at + 1} of ${show(path)}`),
          );
      }
    });
  },
};

function judge(resource: Resource, statement: Statement, subject: string): Finding[] {
  const { effect, principals, actions } = statement;
  if (effect === "Deny") return [];
  const flaws = [
    statement.hasNotPrincipal || principals.includes("*") ? "everybody, or everybody but some" : undefined,
    principals.length === 0 && !statement.hasNotPrincipal ? "to nobody that it names" : undefined,
    statement.notActions.length > 0 || actions.some((each) => each !== UNKNOWN && isWholeService(each))
      ? "all actions of a service, or all but some"
      : undefined,
  ].filter((flaw) => flaw !== undefined);
  if (flaws.length > 0) {
    return effect === UNKNOWN
      ? [undecided(resource, `The effect of ${subject}`, FIX)]
      : [violation(resource, `${subject} grants ${flaws.join(", and ")}.`, FIX)];
  }
  return principals.includes(UNKNOWN) || actions.includes(UNKNOWN)
    ? [undecided(resource, `What ${subject} grants`, FIX)]
    : [];
}

/** `*`, `sqs:*`; not `sqs:Get*`, which names a family. */
function isWholeService(action: string): boolean {
  return /^[*?]+$/.test(action.slice(action.indexOf(":") + 1));
}
