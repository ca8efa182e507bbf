import type { Inputs } from "./resource-type";

const KEY = "aws:SecureTransport";
/** No request has it, so that its statement decides nothing. */
const KEY_HERE = "naru:SecureTransport";

/**
 * The emulator speaks plain HTTP on the loopback address and enforces policies: the statement that refuses plain HTTP
 * would refuse everything. It stays, and asks for a key that no request has. Every other statement is as it was.
 */
export function withoutTlsOnly(policy: Inputs): Inputs {
  return renamed(policy, KEY, KEY_HERE);
}

/** The reverse. */
export function withTlsOnly(policy: Inputs): Inputs {
  return renamed(policy, KEY_HERE, KEY);
}

function renamed(policy: Inputs, from: string, to: string): Inputs {
  const statements = [policy.Statement ?? []].flat() as Inputs[];
  return {
    ...policy,
    Statement: statements.map(({ Condition, ...statement }) => {
      if (Condition?.Bool?.[from] === undefined)
        return Condition === undefined ? statement : { ...statement, Condition };
      const keys = Object.entries(Condition.Bool as Inputs).map(([key, value]) => [
        key === from ? to : key,
        value,
      ]);
      return { ...statement, Condition: { ...Condition, Bool: Object.fromEntries(keys) } };
    }),
  };
}
