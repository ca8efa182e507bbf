/** Policies of resources as the emulator gets them, so that they decide here what they decide on AWS; and back. */
import { asAsked } from "./as-asked";
import { withoutSessionArns, withSessionArns } from "./principal-arns";
import type { Inputs } from "./resource-type";
import { withoutTlsOnly, withTlsOnly } from "./tls-only";

type Policy = string | Inputs;

export function policyHere(policy: Policy): string {
  return JSON.stringify(withSessionArns(withoutTlsOnly(document(policy))));
}

/**
 * @param asked the policy as the program wrote it; undefined at an import.
 * @param found what the emulator has; undefined where it has none.
 * @returns `asked` where that is what the emulator got, else what it has, as a program would write it.
 */
export function policyTold(asked: Policy | undefined, found: string | undefined): Policy | undefined {
  if (found === undefined) return undefined;
  if (asked !== undefined && asAsked(asked, policyHere(asked), found) === asked) return asked;
  return JSON.stringify(withTlsOnly(withoutSessionArns(document(found))));
}

function document(policy: Policy): Inputs {
  return typeof policy === "string" ? (JSON.parse(policy) as Inputs) : policy;
}
