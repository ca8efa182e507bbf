import type { Inputs } from "./resource-type";

const KEY = "aws:PrincipalArn";

/**
 * On AWS `aws:PrincipalArn` of a session is its role's ARN; the emulator says the session's own. Conditions that name a
 * role get the ARN pattern of its sessions beside it, so that they decide here what they decide on AWS.
 */
export function withSessionArns(policy: Inputs): Inputs {
  return withPrincipals(policy, (arns) => arns.flatMap((arn) => [arn, ...sessionsOf(arn)]));
}

/** The reverse: without patterns of sessions whose role stands beside them. */
export function withoutSessionArns(policy: Inputs): Inputs {
  return withPrincipals(policy, (arns) => {
    const added = new Set(arns.flatMap(sessionsOf));
    return arns.filter((arn) => !added.has(arn));
  });
}

function withPrincipals(policy: Inputs, change: (arns: string[]) => string[]): Inputs {
  const statements = [policy.Statement ?? []].flat() as Inputs[];
  return {
    ...policy,
    Statement: statements.map(({ Condition, ...statement }) => {
      if (Condition === undefined) return statement;
      const operators = Object.entries(Condition as Record<string, Inputs>).map(([operator, keys]) => {
        const changed = Object.entries(keys).map(([key, value]) => [
          key,
          key === KEY ? change([value].flat() as string[]) : value,
        ]);
        return [operator, Object.fromEntries(changed)];
      });
      return { ...statement, Condition: Object.fromEntries(operators) };
    }),
  };
}

function sessionsOf(arn: string): string[] {
  const [, partition, account, role] = /^arn:([^:]+):iam::(\d+):role\/(.+)$/.exec(arn) ?? [];
  return role === undefined ? [] : [`arn:${partition}:sts::${account}:assumed-role/${role}/*`];
}
