import { concernsAction, readPolicyDocument, type Condition, type Statement } from "../model/policy-document";
import { knownString, UNKNOWN } from "../model/reading";
import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import { isTagged, type Stack, type StackResource } from "../model/stack";
import { ROLE } from "../model/tags";
import { KEY, KEY_POLICY } from "../model/types";

const FIX =
  'Deny what leads back to people to Principal "*": of the key of the pseudonyms `kms:GenerateMac` and `kms:VerifyMac`, of that of ' +
  "re-identification `kms:Decrypt`, `kms:Encrypt`, `kms:ReEncrypt*` and `kms:GenerateDataKey*`, of both `kms:CreateGrant`; with no condition but ArnNotEquals of " +
  "`aws:PrincipalArn` and the ARNs of the roles that may.";

/** By `naru:role` of the key, what leads back to people; and to hand the key on by a grant. */
const WAYS_BACK: Readonly<Record<string, readonly string[]>> = {
  // Both test a guess: a code of a phone number is made, or compared.
  "key-pseudonym": ["kms:GenerateMac", "kms:VerifyMac", "kms:CreateGrant"],
  // To write there is to say who is who.
  "key-reidentification": [
    ...["kms:Decrypt", "kms:ReEncryptFrom", "kms:Encrypt", "kms:ReEncryptTo", "kms:GenerateDataKey"],
    "kms:CreateGrant",
  ],
};

/** A role is spared by its ARN; for any of these operators several values spare each of them. */
const SPARES = /^(ForAnyValue:|ForAllValues:)?(Arn|String)Not(Equals|Like)$/i;

/**
 * Whoever may ask the key of the pseudonyms can go through all phone numbers, and whoever may use that of re-identification reads
 * who is who: IAM alone is not enough.
 */
export const pseudonymKeyUsers: StackRule = {
  name: "pseudonym-key-users",
  group: "pseudonymisation",
  scope: "stack",
  severity: "critical",
  description:
    "The keys of pseudonyms and of re-identification answer roles that their policies name, and nobody else.",
  framework: ismsP("2.7.2", "Keys are made, kept and used apart from the data (암호키 관리)"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",
  check(stack) {
    return stack.ofType(KEY).flatMap((key) => checkKey(stack, key, waysBack(key)));
  },
};

function waysBack(key: StackResource): readonly string[] {
  const role = Object.keys(WAYS_BACK).find((each) => isTagged(key, ROLE, each));
  const isHmac = knownString(key.props, ["keyUsage"]) === "GENERATE_VERIFY_MAC";
  return WAYS_BACK[role ?? (isHmac ? "key-pseudonym" : "")] ?? [];
}

function checkKey(stack: Stack, key: StackResource, actions: readonly string[]): Finding[] {
  if (actions.length === 0) return [];
  const [beside] = stack.attached(key, KEY_POLICY, "keyId");
  const document = readPolicyDocument(beside ?? key, ["policy"]);
  if (document.state === "unknown") return [undecided(key, "Its policy", FIX)];
  if (document.state !== "known")
    return [violation(key, "It has no policy, so the account's IAM decides.", FIX)];
  return actions.flatMap((action) => checkAction(key, document.statements, action));
}

function checkAction(key: StackResource, statements: readonly Statement[], action: string): Finding[] {
  const denials = statements.filter(
    (each) =>
      each.effect === "Deny" &&
      each.principals.includes("*") &&
      each.notActions.length === 0 &&
      concernsAction(each, action) &&
      each.conditions.every(sparesByArn),
  );
  const spared = denials.map(({ conditions }) => conditions.flatMap(({ values }) => values));
  if (spared.some((values) => values.every((each) => each !== UNKNOWN && !/[*?]/.test(each)))) return [];
  return spared.some((values) => values.includes(UNKNOWN))
    ? [undecided(key, `Who may use ${action}`, FIX)]
    : [violation(key, `Its policy leaves ${action} to whom IAM lets.`, FIX)];
}

function sparesByArn({ operator, key }: Condition): boolean {
  return SPARES.test(operator) && key.toLowerCase() === "aws:principalarn";
}
