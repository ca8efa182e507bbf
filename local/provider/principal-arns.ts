import type { Inputs } from "./resource-type";

/**
 * On AWS `aws:PrincipalArn` of a session is its role's ARN; the emulator says the session's own. Conditions that name a
 * role get the ARN pattern of its sessions beside it, so that they decide here what they decide on AWS.
 */
export function withSessionArns(policy: string | Inputs): string {
  const { Statement, ...rest } = (typeof policy === "string" ? JSON.parse(policy) : policy) as Inputs;
  return JSON.stringify({ ...rest, Statement: (Statement as Inputs[]).map(withSessions) });
}

function withSessions({ Condition, ...statement }: Inputs): Inputs {
  if (Condition === undefined) return statement;
  const operators = Object.entries(Condition as Record<string, Inputs>).map(([operator, keys]) => [
    operator,
    Object.fromEntries(
      Object.entries(keys).map(([key, value]) => [key, key === "aws:PrincipalArn" ? arns(value) : value]),
    ),
  ]);
  return { ...statement, Condition: Object.fromEntries(operators) };
}

function arns(value: string | string[]): string[] {
  return [value].flat().flatMap((arn) => {
    const [, partition, account, role] = /^arn:([^:]+):iam::(\d+):role\/(.+)$/.exec(arn) ?? [];
    return role === undefined ? [arn] : [arn, `arn:${partition}:sts::${account}:assumed-role/${role}/*`];
  });
}
