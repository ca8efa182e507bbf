import { show } from "../model/expectation";
import { readIndices, readString, type Path } from "../model/reading";
import { fsbp } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import type { Stack, StackResource } from "../model/stack";
import {
  GROUP_POLICY_ATTACHMENT,
  POLICY,
  POLICY_ATTACHMENT,
  ROLE,
  ROLE_POLICY_ATTACHMENT,
  USER_POLICY_ATTACHMENT,
} from "../model/types";

const FIX =
  "Attach a policy of the stack that lists the actions and resources the work needs, or one of AWS's for a single job, such as " +
  "`service-role/AWSLambdaBasicExecutionRole`.";

const ATTACHMENTS = [
  ROLE_POLICY_ATTACHMENT,
  USER_POLICY_ATTACHMENT,
  GROUP_POLICY_ATTACHMENT,
  POLICY_ATTACHMENT,
];

/** AWS's policies for administrators, and those for whole services: `AmazonS3FullAccess`, `AWSLambda_FullAccess`. */
const BROAD = /^arn:[^:]+:iam::aws:policy\/(.+\/)?(AdministratorAccess|PowerUserAccess|[^/]*FullAccess)/;

/** AWS's own broad policies open the buckets and keys of every stack of the account. */
export const iamManagedPolicies: StackRule = {
  name: "iam-managed-policies",
  group: "access",
  scope: "stack",
  severity: "high",
  description: "Nobody gets AWS's policies for administrators or whole services.",
  framework: fsbp("IAM.1", "IAM policies do not allow full administrative privileges"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
  check(stack) {
    return [
      ...stack.ofType(...ATTACHMENTS).flatMap((each) => checkArn(stack, each, ["policyArn"])),
      ...stack.ofType(ROLE).flatMap((role) => checkRole(stack, role)),
    ];
  },
};

function checkRole(stack: Stack, role: StackResource): Finding[] {
  const arns = readIndices(role.props, ["managedPolicyArns"]);
  if (arns.state === "unknown") return checkArn(stack, role, ["managedPolicyArns"]);
  if (arns.state === "wrong-type") return [violation(role, `managedPolicyArns is no ${arns.expected}.`, FIX)];
  return arns.state === "absent"
    ? []
    : arns.value.flatMap((index) => checkArn(stack, role, ["managedPolicyArns", index]));
}

/** An unknown ARN of the stack's own policy is in order: `iam-actions` reads the policy itself. */
function checkArn(stack: Stack, resource: StackResource, path: Path): Finding[] {
  const arn = readString(resource.props, path);
  switch (arn.state) {
    case "absent":
      return [violation(resource, `${show(path)} is missing.`, FIX)];
    case "wrong-type":
      return [violation(resource, `${show(path)} is no ${arn.expected}.`, FIX)];
    case "known":
      return BROAD.test(arn.value)
        ? [violation(resource, `${show(path)} is a policy of AWS's for everything, or a whole service.`, FIX)]
        : [];
    case "unknown":
      return stack.sources(resource, String(path[0]), POLICY).length > 0
        ? []
        : [undecided(resource, show(path), FIX)];
  }
}
