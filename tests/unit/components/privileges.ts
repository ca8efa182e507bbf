/** Rights that are wider than one purpose needs, in any policy that a stack gives to a role. */
import type { MockedStack } from "./mocks";

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Rights that IAM gives on everything or not at all (Service Authorization Reference: no resource types), and that tell
 * no more than names.
 */
const NAMES_ONLY = new Set([
  "athena:ListWorkGroups",
  "athena:ListDataCatalogs",
  // What Glue looks at before it makes its interfaces (AWSGlueServiceRole).
  "ec2:DescribeVpcEndpoints",
  "ec2:DescribeRouteTables",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSubnets",
  "ec2:DescribeVpcAttribute",
  // And Firehose before its own (Firehose API, VpcConfiguration).
  "ec2:DescribeVpcs",
]);

/** `<policy>: <what is too wide>`, one for each statement and right. */
export function wideRights(stack: MockedStack): string[] {
  return stack.of("aws:iam/rolePolicy:RolePolicy").flatMap(({ name, inputs }) =>
    (inputs.policy.Statement as Statement[])
      .filter(({ Effect }) => Effect === "Allow")
      .flatMap(wideIn)
      .map((problem) => `${name}: ${problem}`),
  );
}

function wideIn({ Action, Resource, Condition }: Statement): string[] {
  const actions = [Action].flat();
  const resources = [Resource].flat();
  const passes = actions.includes("iam:PassRole");
  const bounded = Condition?.StringEquals?.["iam:PassedToService"] !== undefined;
  return [
    ...actions.filter((action) => action.includes("*")).map((action) => `action ${action}`),
    ...(resources.includes("*") && !actions.every((action) => NAMES_ONLY.has(action))
      ? [`any resource for ${actions.join(", ")}`]
      : []),
    ...(passes && (!bounded || resources.some((resource) => resource.includes("*")))
      ? ["iam:PassRole unbounded"]
      : []),
    ...(resources.length === 0 ? ["no resource"] : []),
  ];
}
