import { ROLE_TRUST } from "../model/granting-documents";
import { readPolicyDocument, type Statement } from "../model/policy-document";
import { UNKNOWN } from "../model/reading";
import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type Resource, type ResourceRule } from "../model/rule";

const FIX =
  "Name the services, accounts, roles or identity providers that may assume the role in `Principal`, and `sts:AssumeRole` in " +
  "`Action`; of an OpenID provider ask for the subject (`<provider>:sub`), of a SAML one for its audience (`SAML:aud`).";

/** What a trust policy may allow; anything else there is a mistake. */
const ASSUMING = [
  "sts:AssumeRole",
  "sts:AssumeRoleWithSAML",
  "sts:AssumeRoleWithWebIdentity",
  "sts:SetContext",
  "sts:SetSourceIdentity",
  "sts:TagSession",
].map((action) => action.toLowerCase());

/** A role is assumed by those that it names. */
export const roleTrust: ResourceRule = {
  name: "role-trust",
  group: "exposure",
  scope: "resource",
  severity: "high",
  description: "Roles trust named services, accounts and identities only.",
  framework: ismsP("2.6.2", "Access to information systems is limited to whom it is granted"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
  types: [ROLE_TRUST.type],
  check(role) {
    const document = readPolicyDocument(role, ROLE_TRUST.path);
    switch (document.state) {
      case "absent":
        return [violation(role, "assumeRolePolicy is missing.", FIX)];
      case "unknown":
        return [undecided(role, "assumeRolePolicy", FIX)];
      case "malformed":
        return [violation(role, "assumeRolePolicy is no policy document.", FIX)];
      case "known":
        return document.statements.flatMap((statement, at) => judge(role, statement, at + 1));
    }
  },
};

function judge(role: Resource, statement: Statement, ordinal: number): Finding[] {
  const { effect, principals, actions, notActions } = statement;
  if (effect === "Deny") return [];
  const subject = `Statement ${ordinal} of assumeRolePolicy`;
  const flaws = [
    statement.hasNotPrincipal || principals.includes("*")
      ? "trusts everybody, or everybody but some"
      : undefined,
    principals.length === 0 && !statement.hasNotPrincipal ? "trusts nobody that it names" : undefined,
    notActions.length > 0 ||
    actions.some((each) => each !== UNKNOWN && !ASSUMING.includes(each.toLowerCase()))
      ? "allows more than to assume the role"
      : undefined,
    principals.some((each) => each !== UNKNOWN && isUnnarrowed(each, statement))
      ? "takes any identity of its provider"
      : undefined,
  ].filter((flaw) => flaw !== undefined);
  if (flaws.length > 0) {
    return effect === UNKNOWN
      ? [undecided(role, `The effect of ${subject}`, FIX)]
      : [violation(role, `${subject} ${flaws.join(", and ")}.`, FIX)];
  }
  return principals.includes(UNKNOWN) || actions.includes(UNKNOWN)
    ? [undecided(role, `Whom ${subject} trusts`, FIX)]
    : [];
}

/** An identity provider vouches for everybody whom it knows, e.g. for every repository of GitHub. */
function isUnnarrowed(principal: string, { conditions }: Statement): boolean {
  const asked = principal.includes(":saml-provider/")
    ? /^saml:aud$/i
    : principal.includes(":oidc-provider/")
      ? /:sub$/i
      : undefined;
  return (
    asked !== undefined &&
    !conditions.some(
      ({ operator, key, values }) =>
        /^(ForAllValues:|ForAnyValue:)?String(Equals|Like)/i.test(operator) &&
        asked.test(key) &&
        values.length > 0 &&
        !values.includes("*"),
    )
  );
}
