/** Prefixes of a bucket that its policy closes to everybody but named roles. */
import {
  concernsAction,
  covers,
  readPolicyDocument,
  type Condition,
  type Statement,
} from "./policy-document";
import { knownString, UNKNOWN } from "./reading";
import type { Stack, StackResource } from "./stack";
import { BUCKET_POLICY } from "./types";
import { strongest, type Verdict } from "./verdict";

/** Conditions that leave out named people and roles, and nothing else. */
const EXCEPTIONS: ReadonlySet<string> = new Set([
  "arnnotlike",
  "arnnotequals",
  "stringnotlike",
  "stringnotequals",
  "stringnotequalsignorecase",
]);
const IDENTITIES: ReadonlySet<string> = new Set(["aws:principalarn", "aws:userid"]);

/** Whether the bucket's policy denies reading everything below `prefix` to all but named roles. */
export function isClosedBelow(stack: Stack, bucket: StackResource, prefix: string): Verdict {
  const documents = stack
    .attached(bucket, BUCKET_POLICY, "bucket")
    .map((policy) => readPolicyDocument(policy, ["policy"]));
  if (documents.some((document) => document.state === "unknown")) return "unknown";
  return strongest(
    documents.flatMap((document) =>
      document.state === "known" ? document.statements.map((each) => closes(each, bucket, prefix)) : [],
    ),
  );
}

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
    return name === undefined || covers(entry.split(":::")[1]!, `${name}/${prefix}`) ? "yes" : "no";
  });
  return strongest(verdicts);
}

function namesExceptions({ operator, key, values }: Condition): boolean {
  const plain = operator.toLowerCase().replace(/ifexists$/, "");
  return (
    EXCEPTIONS.has(plain) && IDENTITIES.has(key.toLowerCase()) && values.length > 0 && !values.includes("*")
  );
}
