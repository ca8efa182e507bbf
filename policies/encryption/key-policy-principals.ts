import { readPolicyDocument } from "../model/policy-document";
import { UNKNOWN } from "../model/reading";
import { fsbp } from "../model/references";
import { undecided, violation, type ResourceRule } from "../model/rule";
import { KEY, KEY_POLICY } from "../model/types";

const FIX =
  "Name the account, roles or services in `Principal`; use conditions (`kms:ViaService`, `aws:SourceAccount`) to narrow " +
  'them, not to excuse a "*".';

/** Key policies name who may use the key. Without a policy AWS sets one that names the account alone: that passes. */
export const keyPolicyPrincipals: ResourceRule = {
  name: "key-policy-principals",
  group: "encryption",
  scope: "resource",
  severity: "critical",
  description: "Key policies have no wildcard principal.",
  framework: fsbp("KMS.5", "KMS keys are not publicly accessible"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",
  types: [KEY, KEY_POLICY],
  check(resource) {
    const document = readPolicyDocument(resource, ["policy"]);
    switch (document.state) {
      case "absent":
        return [];
      case "unknown":
        return [undecided(resource, "policy", FIX)];
      case "malformed":
        return [violation(resource, "policy is no policy document.", FIX)];
      case "known": {
        const grants = document.statements.filter((each) => each.effect !== "Deny");
        if (grants.some((each) => each.principals.includes("*") || each.hasNotPrincipal)) {
          return [violation(resource, "policy allows a wildcard principal.", FIX)];
        }
        return grants.some((each) => each.principals.includes(UNKNOWN))
          ? [undecided(resource, "A principal in policy", FIX)]
          : [];
      }
    }
  },
};
