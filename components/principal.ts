/** Who a policy names: roles and users by ARN, one by one. */

/** As errors say it. */
export const PRINCIPAL_FORM =
  "the ARN of a role or user without wildcards, e.g. arn:aws:iam::123456789012:role/key-admin";

/** @returns what is wrong with a list of them, each by its place in the argument. */
export function principalProblems(argument: string, arns: readonly string[]): string[] {
  return arns.flatMap((arn, at) =>
    isPrincipalArn(arn) ? [] : [`${argument}[${at}]: is "${arn}"; write ${PRINCIPAL_FORM}`],
  );
}

/** Whether text names exactly one role or user. Sessions are not named: a policy that names the role means them too. */
export function isPrincipalArn(text: string): boolean {
  return /^arn:aws(-cn|-us-gov)?:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/.test(text);
}
