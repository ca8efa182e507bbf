import {
  concernsAction,
  covers,
  readPolicyDocument,
  type Condition,
  type Statement,
} from "../model/policy-document";
import { knownString, readString, UNKNOWN } from "../model/reading";
import { pipa } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import type { Stack, StackResource } from "../model/stack";
import { BUCKET_POLICY } from "../model/types";
import { strongest, type Verdict } from "../model/verdict";
import { deliveries } from "./delivery";

const FIX =
  "Write to a closed bucket, or set `errorOutputPrefix` and deny `s3:GetObject` below it in the bucket's policy to " +
  'everyone (`Principal: "*"`) but named roles (`ArnNotLike` or `ArnNotEquals` on `aws:PrincipalArn`).';

/** Conditions that leave out named people and roles, and nothing else. */
const EXCEPTIONS: ReadonlySet<string> = new Set([
  "arnnotlike",
  "arnnotequals",
  "stringnotlike",
  "stringnotequals",
  "stringnotequalsignorecase",
]);
const IDENTITIES: ReadonlySet<string> = new Set(["aws:principalarn", "aws:userid"]);

/**
 * Records whose transform failed land as they came, in clear, below the error prefix of the destination bucket. For
 * personal data the destination is closed, or its error prefix is.
 */
export const firehoseErrorOutput: StackRule = {
  name: "firehose-error-output",
  group: "pseudonymisation",
  scope: "stack",
  severity: "critical",
  description: "Failed personal records of Firehose are readable by named roles only.",
  framework: pipa("28-4", "Clear data is kept apart from pseudonyms, with safety measures (안전조치의무 등)"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html",
  check(stack) {
    return deliveries(stack).flatMap(({ resource, personal, open, destination }) => {
      if (personal === "no" || open === "no" || destination.state === "absent") return [];
      if (personal === "unknown" || open === "unknown") {
        return [undecided(resource, "The data class of the source, or the zone of the destination,", FIX)];
      }
      const prefix = readString(resource.props, ["extendedS3Configuration", "errorOutputPrefix"]);
      if (prefix.state === "unknown") return [undecided(resource, "errorOutputPrefix", FIX)];
      if (prefix.state !== "known") {
        return [violation(resource, "It has no errorOutputPrefix: failures land among the open data.", FIX)];
      }
      // What stands before the first expression of Firehose is the same for every object.
      const fixed = prefix.value.split("!{")[0];
      return destination.resources.flatMap((bucket) => checkBucket(stack, resource, bucket, fixed));
    });
  },
};

function checkBucket(
  stack: Stack,
  delivery: StackResource,
  bucket: StackResource,
  prefix: string,
): Finding[] {
  const documents = stack
    .attached(bucket, BUCKET_POLICY, "bucket")
    .map((policy) => readPolicyDocument(policy, ["policy"]));
  if (documents.some((document) => document.state === "unknown")) {
    return [undecided(delivery, "The policy of the destination bucket", FIX)];
  }
  const verdicts = documents.flatMap((document) =>
    document.state === "known" ? document.statements.map((each) => closes(each, bucket, prefix)) : [],
  );
  if (verdicts.includes("yes")) return [];
  return verdicts.includes("unknown")
    ? [undecided(delivery, "What the policy of the destination bucket denies", FIX)]
    : [
        violation(
          delivery,
          "Its failed records land in an open bucket whose policy lets everyone in it read them.",
          FIX,
        ),
      ];
}

/** Whether a statement denies reading everything below the prefix to all but named roles. */
function closes(statement: Statement, bucket: StackResource, prefix: string): Verdict {
  if (statement.effect !== "Deny" || !concernsAction(statement, "s3:GetObject")) return "no";
  const everyone = statement.principals.includes("*") || statement.hasNotPrincipal;
  if (!everyone || !statement.conditions.every(namesExceptions)) return "no";
  const name = knownString(bucket.props, ["bucket"]);
  const verdicts = statement.resources.map((entry): Verdict => {
    if (entry === UNKNOWN) return "unknown";
    // A pattern closes the prefix when it covers whatever may stand behind it.
    const [, path] = /^arn:[^:]+:s3:::[^/]+\/(.*)$/.exec(entry) ?? [];
    if (entry === "*" || path === "*") return "yes";
    if (path === undefined || !path.endsWith("*")) return "no";
    if (!covers(path, prefix) || !covers(path, `${prefix}any/object`)) return "no";
    return name === undefined || covers(entry.split(":::")[1], `${name}/${prefix}`) ? "yes" : "no";
  });
  return strongest(verdicts);
}

function namesExceptions({ operator, key, values }: Condition): boolean {
  const plain = operator.toLowerCase().replace(/ifexists$/, "");
  return (
    EXCEPTIONS.has(plain) && IDENTITIES.has(key.toLowerCase()) && values.length > 0 && !values.includes("*")
  );
}
