import { show } from "../model/expectation";
import {
  ENDPOINT_POLICIES,
  KEY_POLICIES,
  RESOURCE_POLICIES,
  ROLE_POLICIES,
  ROLE_TRUST,
  type GrantingDocument,
} from "../model/granting-documents";
import { readPolicyDocument, type Entry, type Statement } from "../model/policy-document";
import { knownString, UNKNOWN } from "../model/reading";
import { fsbp } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import type { Stack, StackResource } from "../model/stack";
import { FUNCTION_PERMISSION, INVENTORY } from "../model/types";

const FIX =
  "Take the foreign account out of `Principal`, the conditions on accounts and ARNs, and what a role's policy names in `Resource`; " +
  "where it must have access, waive the rule for this resource with the reason and a last day.";

const GRANTING: readonly GrantingDocument[] = [
  ...RESOURCE_POLICIES,
  ...KEY_POLICIES,
  ...ENDPOINT_POLICIES,
  ROLE_TRUST,
  ...ROLE_POLICIES,
];

const OF_ROLES = new Set(ROLE_POLICIES.map(({ type }) => type));

/**
 * Data leaves an account by one line of a policy: a foreign principal gets in, or a role of ours writes to what is theirs. A plan does not say which account it is for, but its documents name
 * the stack's own roles, queues and streams by their ARNs: their account is this one.
 */
export const foreignAccounts: StackRule = {
  name: "foreign-accounts",
  group: "exposure",
  scope: "stack",
  severity: "high",
  description: "Policies and roles let in no other account, and name nothing of one.",
  framework: fsbp("S3.6", "Bucket policies restrict access to other AWS accounts"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html",
  check(stack) {
    const documents = stack.resources.flatMap((resource) => documentsOf(resource));
    const statements = documents.flatMap(({ owner, path, document }) =>
      document.state !== "known"
        ? []
        : document.statements.map((statement, at) => ({
            ...{ owner, statement },
            subject: `Statement ${at + 1} of ${show(path)}`,
          })),
    );
    const home = accountsOfOwn(stack, statements);
    return [
      ...documents
        .filter(({ document }) => document.state === "unknown")
        .map(({ owner, path }) => undecided(owner, show(path), FIX)),
      ...statements.flatMap((granting) => judgeStatement(granting, home)),
      ...stack.ofType(FUNCTION_PERMISSION).flatMap((permission) => {
        const named = ["principal", "sourceAccount", "sourceArn"].map((each) =>
          knownString(permission.props, [each]),
        );
        return judge(permission, "It", named.flatMap(accountIn), home);
      }),
      ...stack.ofType(INVENTORY).flatMap((inventory) => {
        const owner = knownString(inventory.props, ["destination", "bucket", "accountId"]);
        return judge(inventory, "Its list of files", accountIn(owner), home);
      }),
    ];
  },
};

interface Granting {
  readonly owner: StackResource;
  readonly statement: Statement;
  readonly subject: string;
}

function documentsOf(owner: StackResource) {
  return GRANTING.filter((each) => each.type === owner.type).map(({ path }) => ({
    ...{ owner, path },
    document: readPolicyDocument(owner, path),
  }));
}

function judgeStatement({ owner, statement, subject }: Granting, home: ReadonlySet<string>): Finding[] {
  if (statement.effect === "Deny") return [];
  const found = judge(owner, subject, accountsNamed(statement, OF_ROLES.has(owner.type)), home);
  return found.length === 0 && statement.principals.includes(UNKNOWN)
    ? [undecided(owner, `A principal of ${subject}`, FIX)]
    : found;
}

function judge(
  owner: StackResource,
  subject: string,
  accounts: readonly string[],
  home: ReadonlySet<string>,
): Finding[] {
  if (accounts.length === 0) return [];
  // One account in the whole plan may be this one: nothing says otherwise.
  if (home.size === 0) return [undecided(owner, "The account that the stack is for", FIX)];
  return accounts.every((account) => home.has(account))
    ? []
    : [violation(owner, `${subject} names another account.`, FIX)];
}

/** Keys of conditions that say whose something is: accounts, and ARNs with one in them. */
const WHOSE =
  /^(aws:((Source|Principal|Resource)(Account|Arn))|kms:(CallerAccount|GranteePrincipal|EncryptionContext:.*arn))$/i;

/** A policy that stands on a resource speaks of that one; what a role's names may be anybody's. */
function accountsNamed({ principals, resources, conditions }: Statement, ofRole: boolean): string[] {
  const whose = conditions
    .filter(({ key, operator }) => WHOSE.test(key) && !/Not/i.test(operator))
    .flatMap(({ values }) => values);
  return [...principals, ...(ofRole ? resources : []), ...whose].flatMap(accountIn);
}

/** `123456789012`, or the fifth part of an ARN; ARNs of S3 have none. */
function accountIn(entry: Entry | undefined): string[] {
  if (entry === undefined || entry === UNKNOWN) return [];
  const account = entry.startsWith("arn:") ? entry.split(":")[4] : entry;
  return account !== undefined && /^\d{12}$/.test(account) ? [account] : [];
}

/**
 * The account of the ARNs that end with names of the stack's resources; where there are several, the one that is named
 * most: a foreign role may have a name of ours.
 */
function accountsOfOwn(stack: Stack, documents: readonly Granting[]): Set<string> {
  const names = new Set(stack.resources.flatMap(({ props }) => knownString(props, ["name"]) ?? []));
  const arns = documents.flatMap(({ statement }) => [
    ...statement.principals,
    ...statement.resources,
    ...statement.conditions.flatMap(({ values }) => values),
  ]);
  const named = arns
    .filter((arn): arn is string => arn !== UNKNOWN && arn.startsWith("arn:"))
    .filter((arn) => names.has(arn.slice(Math.max(arn.lastIndexOf(":"), arn.lastIndexOf("/")) + 1)))
    .flatMap(accountIn);
  const times = new Map<string, number>();
  for (const account of named) times.set(account, (times.get(account) ?? 0) + 1);
  const most = Math.max(...times.values());
  return new Set([...times.keys()].filter((account) => times.get(account) === most));
}
