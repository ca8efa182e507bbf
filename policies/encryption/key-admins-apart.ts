import { covers, readPolicyDocument, type Entry, type Statement } from "../model/policy-document";
import { UNKNOWN } from "../model/reading";
import { ismsP } from "../model/references";
import { undecided, violation, type ResourceRule } from "../model/rule";
import { KEY, KEY_POLICY } from "../model/types";
import { strongest, weakest, type Verdict } from "../model/verdict";

const FIX =
  "Give those who manage the key (`naru:keyAdmins`) the actions of management only, and name others for its use: no `kms:*`, no " +
  "kms:Decrypt, kms:GenerateDataKey, kms:GenerateMac and no kms:CreateGrant beside kms:PutKeyPolicy.";

/** Who may do one of these decides what becomes of the key. */
const MANAGING = ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey"];

/** Who may do one of these reads what the key protects, tests guesses with it, or lets others. */
const USING = [
  ...["kms:Decrypt", "kms:ReEncryptFrom", "kms:Encrypt", "kms:GenerateDataKey"],
  ...["kms:GenerateMac", "kms:VerifyMac", "kms:Sign", "kms:CreateGrant"],
];

/**
 * Nobody both manages a key and uses it. The account as a whole (`root`) stands for what IAM says, and is not judged;
 * denials are not counted in anybody's favour.
 */
export const keyAdminsApart: ResourceRule = {
  name: "key-admins-apart",
  group: "encryption",
  scope: "resource",
  severity: "high",
  description: "Who manages a key by its policy does not use it.",
  framework: ismsP("2.7.2", "Management of keys and their use are apart (암호키 관리)"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
  types: [KEY, KEY_POLICY],
  check(resource) {
    const document = readPolicyDocument(resource, ["policy"]);
    if (document.state === "unknown") return [undecided(resource, "policy", FIX)];
    // Absent, AWS names the account alone; what is no document `key-policy-principals` finds.
    if (document.state !== "known") return [];
    const grants = document.statements.filter(({ effect }) => effect !== "Deny");
    const both = grants.flatMap((managing) =>
      grants.map((using) =>
        weakest([may(managing, MANAGING), may(using, USING), haveOneAlike(whom(managing), whom(using))]),
      ),
    );
    switch (strongest(both)) {
      case "yes":
        return [violation(resource, "policy lets the same principal manage the key and use it.", FIX)];
      case "unknown":
        return [undecided(resource, "Whether policy lets one principal manage the key and use it", FIX)];
      case "no":
        return [];
    }
  },
};

function may({ effect, actions, notActions }: Statement, wanted: readonly string[]): Verdict {
  const allowed =
    notActions.length > 0
      ? strongest(wanted.map((action) => weakest(notActions.map((entry) => not(concerns(entry, action))))))
      : strongest(actions.flatMap((entry) => wanted.map((action) => concerns(entry, action))));
  return effect === UNKNOWN ? weakest([allowed, "unknown"]) : allowed;
}

function concerns(entry: Entry, action: string): Verdict {
  if (entry === UNKNOWN) return "unknown";
  return covers(entry, action) ? "yes" : "no";
}

function not(verdict: Verdict): Verdict {
  if (verdict === "unknown") return verdict;
  return verdict === "yes" ? "no" : "yes";
}

/** Roles and users; of the account those whom a condition names, for KMS refuses principals that are not there yet. */
function whom({ principals, conditions }: Statement): Entry[] {
  const named = conditions
    .filter(
      ({ operator, key }) => /^(Arn|String)(Equals|Like)$/i.test(operator) && /^aws:PrincipalArn$/i.test(key),
    )
    .flatMap(({ values }) => values);
  return principals.flatMap((principal): readonly Entry[] => {
    if (principal === UNKNOWN) return [principal];
    if (/^\d{12}$|:root$/.test(principal)) return named;
    return /^arn:[^:]+:(iam|sts)::/.test(principal) ? [principal] : [];
  });
}

function haveOneAlike(some: readonly Entry[], others: readonly Entry[]): Verdict {
  return strongest(
    some.flatMap((one) =>
      others.map((other): Verdict => {
        if (one === UNKNOWN || other === UNKNOWN) return "unknown";
        return covers(one, other) || covers(other, one) ? "yes" : "no";
      }),
    ),
  );
}
