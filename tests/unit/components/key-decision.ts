/** Asks a key policy as KMS would: a denial wins, an allowance counts where IAM allows too, silence refuses. */

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Principal: "*" | { readonly AWS?: string | readonly string[]; readonly Service?: string };
  readonly Action: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** What KMS knows of a request, by condition key; absent: the request has none. */
export type RequestFacts = Readonly<Record<string, string>>;

/**
 * Whether a role or user of the account may act, taken that IAM allows them everything.
 *
 * @param caller ARN of the role or user; of a session, its role's.
 * @throws Error for a condition operator that it does not know: a decision must not be made up.
 */
export function keyDecision(
  policy: string,
  caller: string,
  action: string,
  facts: RequestFacts = {},
): boolean {
  const { Statement: statements } = JSON.parse(policy) as { Statement: Statement[] };
  const context: RequestFacts = { "aws:PrincipalArn": caller, ...facts };
  const concerned = statements.filter(
    (statement) =>
      names(statement.Principal, caller) &&
      [statement.Action].flat().some((pattern) => like(pattern, action)) &&
      holds(statement.Condition ?? {}, context),
  );
  return concerned.length > 0 && concerned.every(({ Effect }) => Effect === "Allow");
}

function names(principal: Statement["Principal"], caller: string): boolean {
  if (principal === "*") return true;
  return [principal.AWS ?? []]
    .flat()
    .some((arn) => arn === caller || arn === caller.replace(/:(role|user)\/.+$/, ":root"));
}

function holds(conditions: NonNullable<Statement["Condition"]>, context: RequestFacts): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => {
      const test = OPERATORS[operator];
      if (test === undefined) throw new Error(`${operator} is not known here`);
      return test(context[key], [wanted].flat());
    }),
  );
}

/** A negated operator holds where the request has no such key (IAM, "Condition operators"). */
const OPERATORS: Readonly<Record<string, (value: string | undefined, wanted: string[]) => boolean>> = {
  ArnEquals: (value, wanted) => value !== undefined && wanted.some((pattern) => like(pattern, value)),
  ArnNotEquals: (value, wanted) => value === undefined || !wanted.some((pattern) => like(pattern, value)),
  StringEquals: (value, wanted) => value !== undefined && wanted.includes(value),
  // Here a request has one value of a key.
  "ForAllValues:StringEquals": (value, wanted) => value === undefined || wanted.includes(value),
  Bool: (value, wanted) => value !== undefined && wanted.includes(value),
};

function like(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i").test(text);
}
