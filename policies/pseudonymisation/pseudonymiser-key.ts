import { knownString, readObject, read } from "../model/reading";
import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import { isTagged, type Stack, type StackResource } from "../model/stack";
import { PSEUDONYMISER, ROLE } from "../model/tags";
import { FUNCTION, KEY } from "../model/types";

const FIX =
  "Pass the pseudonymiser the ARN or alias of the stack's HMAC key in an environment variable, and let it ask KMS " +
  "(GenerateMac) for the key of an epoch; never put a key, salt or pepper into the environment.";

/** Names that people give to key material; what names or points to a key is none. */
const KEY_MATERIAL = /salt|pepper|secret|hmac|(^|_)key$/i;
const POINTER = /_(arn|id|name|alias|epoch)$/i;

/** The pseudonymising function takes its key from KMS and carries none. */
export const pseudonymiserKey: StackRule = {
  name: "pseudonymiser-key",
  group: "pseudonymisation",
  scope: "stack",
  severity: "critical",
  description:
    "The pseudonymiser takes its key from the stack's HMAC key in KMS and carries no key material.",
  framework: ismsP("2.7.2", "Keys are made, kept and used apart from the data (암호키 관리)"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/hmac.html",
  check(stack) {
    return stack
      .ofType(FUNCTION)
      .filter((resource) => isTagged(resource, ROLE, PSEUDONYMISER))
      .flatMap((resource) => checkFunction(stack, resource));
  },
};

function checkFunction(stack: Stack, resource: StackResource): Finding[] {
  const variables = readObject(resource.props, ["environment", "variables"]);
  if (variables.state === "unknown") {
    const bound = stack.sources(resource, "environment", KEY).some(isHmac);
    return bound ? [] : [undecided(resource, "environment.variables", FIX)];
  }
  const names = variables.state === "known" ? Object.keys(variables.value) : [];
  const keys = names.flatMap((name) => {
    const link = stack.link(resource, ["environment", "variables", name], KEY);
    return link.state === "absent" ? [] : link.resources;
  });
  const missing = keys.some(isHmac)
    ? []
    : [violation(resource, "Its environment names no HMAC key of this stack.", FIX)];
  const material = names
    .filter((name) => KEY_MATERIAL.test(name) && !POINTER.test(name) && isLiteral(stack, resource, name))
    .map((name) => violation(resource, `The environment variable ${name} looks like key material.`, FIX));
  return [...missing, ...material];
}

/** A value that the program wrote down, and that names no key of the stack. */
function isLiteral(stack: Stack, resource: StackResource, name: string): boolean {
  const path = ["environment", "variables", name];
  if (read(resource.props, path).state === "unknown") return false;
  const link = stack.link(resource, path, KEY);
  return link.state !== "absent" && link.resources.length === 0;
}

function isHmac(key: StackResource): boolean {
  return knownString(key.props, ["keyUsage"]) === "GENERATE_VERIFY_MAC";
}
