/** Prefixes of a bucket that its policy closes to everybody but named roles: to readers, or to writers. */
import {
  concernsAction,
  covers,
  readPolicyDocument,
  type Condition,
  type Entry,
  type Statement,
} from "./policy-document";
import { knownString, UNKNOWN } from "./reading";
import type { Stack, StackResource } from "./stack";
import { BUCKET_POLICY } from "./types";
import { strongest, weakest, type Verdict } from "./verdict";

/** Conditions that leave out named people and roles, and nothing else. */
const EXCEPTIONS: ReadonlySet<string> = new Set([
  "arnnotlike",
  "arnnotequals",
  "stringnotlike",
  "stringnotequals",
  "stringnotequalsignorecase",
]);
const IDENTITIES: ReadonlySet<string> = new Set(["aws:principalarn", "aws:userid"]);

/** What reading is: an older version that stays readable, or that may be copied elsewhere, is as good as the object. */
export const READING: readonly string[] = [
  "s3:GetObject",
  "s3:GetObjectVersion",
  "s3:GetObjectVersionForReplication",
];
/** What puts an object: a replica comes by an action of its own. */
export const WRITING: readonly string[] = ["s3:PutObject", "s3:ReplicateObject"];

/** Whether the bucket's policy denies the actions on everything below `prefix` to all but named roles. */
export function isClosedBelow(
  stack: Stack,
  bucket: StackResource,
  prefix: string,
  actions: readonly string[] = READING,
): Verdict {
  const documents = stack
    .attached(bucket, BUCKET_POLICY, "bucket")
    .map((policy) => readPolicyDocument(policy, ["policy"]));
  if (documents.some((document) => document.state === "unknown")) return "unknown";
  return strongest(
    documents.flatMap((document) =>
      document.state === "known"
        ? document.statements.map((each) => closes(each, bucket, prefix, actions))
        : [],
    ),
  );
}

/**
 * Whether the bucket's policy denies the actions on anything in it to all but named roles: by one statement, or by one for all but some
 * prefixes (`NotResource`) and others for those.
 */
export function isClosed(stack: Stack, bucket: StackResource, actions: readonly string[] = READING): Verdict {
  const whole = isClosedBelow(stack, bucket, "", actions);
  if (whole !== "no") return whole;
  return strongest(
    stack.attached(bucket, BUCKET_POLICY, "bucket").flatMap((policy) => {
      const document = readPolicyDocument(policy, ["policy"]);
      const statements = document.state === "known" ? document.statements : [];
      return statements
        .filter((each) => each.notResources.length > 0)
        .map((each) =>
          weakest([
            deniesOthers(each, actions),
            ...each.notResources.map((entry) => isClosedAt(stack, bucket, entry, actions)),
          ]),
        );
    }),
  );
}

/** What a statement leaves out: closed by another one? */
function isClosedAt(stack: Stack, bucket: StackResource, entry: Entry, actions: readonly string[]): Verdict {
  if (entry === UNKNOWN) return "unknown";
  const [, prefix] = /^arn:[^:]+:s3:::[^/]+\/(.*)\*$/.exec(entry) ?? [];
  return prefix === undefined ? "no" : isClosedBelow(stack, bucket, prefix, actions);
}

/** Whether it refuses all of the actions to everybody but named people and roles. */
function deniesOthers(statement: Statement, asked: readonly string[]): Verdict {
  const { effect, principals, conditions, hasNotPrincipal } = statement;
  if (effect !== "Deny" || !conditions.every(namesExceptions)) return "no";
  const everyone: Verdict = principals.includes("*") || hasNotPrincipal ? "yes" : hole(principals);
  const actions: Verdict = asked.every((action) => concernsAction(statement, action))
    ? "yes"
    : hole([...statement.actions, ...statement.notActions]);
  return weakest([everyone, actions]);
}

/** What a preview does not know may be what is asked for. */
function hole(entries: readonly Entry[]): Verdict {
  return entries.includes(UNKNOWN) ? "unknown" : "no";
}

function closes(
  statement: Statement,
  bucket: StackResource,
  prefix: string,
  actions: readonly string[],
): Verdict {
  const denies = deniesOthers(statement, actions);
  if (denies === "no") return "no";
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
  return weakest([denies, strongest(verdicts)]);
}

function namesExceptions({ operator, key, values }: Condition): boolean {
  const plain = operator.toLowerCase().replace(/ifexists$/, "");
  return (
    EXCEPTIONS.has(plain) && IDENTITIES.has(key.toLowerCase()) && values.length > 0 && !values.includes("*")
  );
}
