/** Asks a key policy as KMS would, of a caller to whom IAM allows everything. */
import type { Facts } from "../../plan/iam/conditions";
import { decide } from "../../plan/iam/decision";
import { statementsOf } from "../../plan/iam/platform";

/** What KMS knows of a request, by condition key; absent: the request has none. */
export type RequestFacts = Facts;

/**
 * @param caller ARN of the role or user; of a session, its role's.
 * @throws Error for what it does not know in a policy: a decision must not be made up.
 */
export function keyDecision(
  policy: string,
  caller: string,
  action: string,
  facts: RequestFacts = {},
): boolean {
  return decide(
    { caller: { role: caller }, action, resource: "the key", facts },
    {
      identity: [{ Effect: "Allow", Action: "*", Resource: "*" }],
      resource: statementsOf(policy),
      mustAllow: true,
    },
  ).allowed;
}
