import { readPolicyDocument, type Condition, type Statement } from "../model/policy-document";
import { knownString, UNKNOWN } from "../model/reading";
import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type Resource, type ResourceRule } from "../model/rule";
import { VPC_ENDPOINT } from "../model/types";
import { strongest, type Verdict } from "../model/verdict";

const FIX =
  'Give the endpoint a `policy` whose statements all have the condition `StringEquals: { "aws:ResourceAccount": "<this account>" }`; ' +
  "without a policy it lets everything through.";

/**
 * Services that take or give data, and whose endpoints take a policy ("AWS services that integrate with AWS PrivateLink"). Data goes out
 * through any of them to a bucket, stream, queue, key or secret of another account.
 */
const CARRIERS =
  /^com\.amazonaws\.[^.]+\.(s3|s3express|dynamodb|kinesis-streams|kinesis-firehose|sqs|sns|secretsmanager|kms|glue|athena|logs|lambda|states|events)$/;

/** A closed network reaches the stack's own account, and no other: else whoever is in it carries data out by AWS itself. */
export const endpointPolicies: ResourceRule = {
  name: "endpoint-policies",
  group: "network",
  scope: "resource",
  severity: "high",
  description: "Endpoints of a network let through what is for this account's resources, and nothing else.",
  framework: ismsP(
    "2.6.1",
    "Networks are kept apart, and what passes between them is controlled (네트워크 접근)",
  ),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
  types: [VPC_ENDPOINT],
  check(endpoint) {
    const document = readPolicyDocument(endpoint, ["policy"]);
    switch (document.state) {
      case "absent":
        return withoutPolicy(endpoint);
      case "unknown":
        return [undecided(endpoint, "policy", FIX)];
      case "malformed":
        return [violation(endpoint, "policy is no policy document.", FIX)];
      case "known":
        return document.statements.flatMap((statement, at) => judge(endpoint, statement, at));
    }
  },
};

function withoutPolicy(endpoint: Resource): Finding[] {
  const service = knownString(endpoint.props, ["serviceName"]);
  if (service !== undefined && !CARRIERS.test(service)) return [];
  return service === undefined
    ? [undecided(endpoint, "serviceName", FIX)]
    : [violation(endpoint, "It has no policy: it lets everything through.", FIX)];
}

function judge(endpoint: Resource, { effect, conditions }: Statement, at: number): Finding[] {
  if (effect === "Deny") return [];
  const subject = `Statement ${at + 1} of policy`;
  switch (strongest(conditions.map(bounds))) {
    case "yes":
      return [];
    case "unknown":
      return [undecided(endpoint, `To whose resources ${subject} leads`, FIX)];
    case "no":
      return effect === UNKNOWN
        ? [undecided(endpoint, `The effect of ${subject}`, FIX)]
        : [violation(endpoint, `${subject} leads to resources of any account.`, FIX)];
  }
}

/** `IfExists` bounds nothing: a request without the key passes it. */
function bounds({ operator, key, values }: Condition): Verdict {
  if (!/^String(Equals|EqualsIgnoreCase|Like)$/i.test(operator)) return "no";
  if (!/^aws:Resource(Account|OrgID|OrgPaths)$/i.test(key)) return "no";
  if (values.length === 0 || values.some((each) => each !== UNKNOWN && /[*?]/.test(each))) return "no";
  return values.includes(UNKNOWN) ? "unknown" : "yes";
}
