/**
 * `aws.iam.getPolicyDocument`: statements become JSON. It asks AWS nothing, so a plan without an account has the same
 * answer. What it does with sets, conditions, merging and `&{` is the AWS provider's: documented for the data source
 * aws_iam_policy_document, and in what its documentation leaves open as version 6 and 7 of the provider behave.
 */
import { crc32 } from "node:zlib";

/** As the SDK's `GetPolicyDocumentArgs`; read with care, as a program of JavaScript may send anything. */
type Arguments = Readonly<Record<string, unknown>>;

/** A document in IAM's own words. */
interface Document {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement?: readonly Statement[];
}

type Statement = Readonly<Record<string, unknown>>;
type Values = string | readonly string[];

const LATEST_VERSION = "2012-10-17";
/** Has no policy variables, so `&{` would stay where IAM takes it for text. */
const OLDEST_VERSION = "2008-10-17";

/**
 * @returns the arguments and `json`, `minifiedJson`, `id`
 * @throws Error naming the argument that the AWS provider refuses too
 */
export function policyDocument(args: Arguments): Record<string, unknown> {
  for (const unused of ["sourceJson", "overrideJson"]) {
    if ((args[unused] ?? "") !== "") {
      throw refused(unused, `is not read any more; use ${unused.replace("Json", "PolicyDocuments")}`);
    }
  }
  const sources = list(args.sourcePolicyDocuments, "sourcePolicyDocuments").map((text, at) =>
    parsed(text, `sourcePolicyDocuments[${at}]`),
  );
  refuseSameSid("sourcePolicyDocuments", sources.flatMap(statementsOf));
  const overrides = list(args.overridePolicyDocuments, "overridePolicyDocuments").map((text, at) =>
    parsed(text, `overridePolicyDocuments[${at}]`),
  );
  const document = written([...sources, ownDocument(args), ...overrides].reduce(merged, {}));
  const json = goJson(document, 2);
  return {
    ...args,
    version: args.version ?? LATEST_VERSION,
    id: String(crc32(json)),
    json,
    minifiedJson: goJson(document),
  };
}

function ownDocument({ version = LATEST_VERSION, policyId, statements }: Arguments): Document {
  if (version !== LATEST_VERSION && version !== OLDEST_VERSION) {
    throw refused("version", `must be ${LATEST_VERSION} or ${OLDEST_VERSION}`);
  }
  const own = list(statements, "statements").map((statement, at) =>
    ownStatement(record(statement, `statements[${at}]`), version, `statements[${at}]`),
  );
  refuseSameSid("statements", own);
  return { Version: version, ...(filled(policyId) && { Id: String(policyId) }), Statement: own };
}

function ownStatement(statement: Arguments, version: string, place: string): Statement {
  const { sid, effect = "Allow" } = statement;
  if (effect !== "Allow" && effect !== "Deny") throw refused(`${place}.effect`, "must be Allow or Deny");
  if (filled(sid) && !/^[a-zA-Z0-9]*$/.test(String(sid))) {
    throw refused(`${place}.sid`, "may hold letters and digits only");
  }
  const set = (name: string) => texts(statement[name], `${place}.${name}`);
  const withVariables = (name: string) =>
    set(name).map((text) => withPolicyVariables(text, version, `${place}.${name}`));
  const own: Record<string, unknown> = {
    Sid: sid,
    Effect: effect,
    Action: oneOrSet(set("actions")),
    NotAction: oneOrSet(set("notActions")),
    Resource: oneOrSet(withVariables("resources")),
    NotResource: oneOrSet(withVariables("notResources")),
    Principal: principals(statement.principals, version, `${place}.principals`),
    NotPrincipal: principals(statement.notPrincipals, version, `${place}.notPrincipals`),
    Condition: conditions(statement.conditions, version, `${place}.conditions`),
  };
  return Object.fromEntries(Object.entries(own).filter(([, value]) => filled(value)));
}

/** Blocks of one type are one entry; `*` of every type is everybody, which roles alone refuse. */
function principals(blocks: unknown, version: string, place: string): unknown {
  const types: Record<string, string[]> = {};
  list(blocks, place).forEach((block, at) => {
    const { type, identifiers } = record(block, `${place}[${at}]`);
    const own = texts(identifiers, `${place}[${at}].identifiers`);
    (types[text(type, `${place}[${at}].type`)] ??= []).push(
      ...own.map((identifier) => withPolicyVariables(identifier, version, place)),
    );
  });
  const entries = Object.entries(types).map(([type, identifiers]) => [type, oneOrSet(identifiers) ?? []]);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Blocks of one test and variable are one entry with the values of all, in their order. */
function conditions(blocks: unknown, version: string, place: string): unknown {
  const tests: Record<string, Record<string, string[]>> = {};
  list(blocks, place).forEach((block, at) => {
    const { test, variable, values } = record(block, `${place}[${at}]`);
    const variables = (tests[text(test, `${place}[${at}].test`)] ??= {});
    (variables[text(variable, `${place}[${at}].variable`)] ??= []).push(
      ...list(values, `${place}[${at}].values`).map((value) =>
        withPolicyVariables(text(value, `${place}[${at}].values`), version, place),
      ),
    );
  });
  return Object.keys(tests).length === 0 ? undefined : tests;
}

/** A statement takes the place of an earlier one with its Sid; the later version and the last Id hold. */
function merged(before: Document, { Version = "", Id, Statement: statements = [] }: Document): Document {
  const all = [...(before.Statement ?? [])];
  for (const statement of statements) {
    const same = filled(statement.Sid) ? all.findIndex(({ Sid }) => Sid === statement.Sid) : -1;
    if (same < 0) all.push(statement);
    else all[same] = statement;
  }
  const version = Version > (before.Version ?? "") ? Version : before.Version;
  return { Version: version, Id: filled(Id) ? Id : before.Id, Statement: all };
}

/** The order of the provider's JSON, in which a document comes out the same however its parts were given. */
function written({ Version, Id, Statement: statements = [] }: Document): Document {
  return {
    ...(filled(Version) && { Version }),
    ...(filled(Id) && { Id }),
    ...(statements.length > 0 && { Statement: statements.map(writtenStatement) }),
  };
}

const ELEMENTS = [
  ...[
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
  ],
];

function writtenStatement(statement: Statement): Statement {
  const written = ELEMENTS.map((element) => {
    const value = statement[element];
    if (!filled(value)) return [element, undefined];
    if (element === "Principal" || element === "NotPrincipal") return [element, writtenPrincipals(value)];
    return [element, element === "Condition" ? writtenConditions(value) : value];
  });
  return Object.fromEntries(written.filter(([, value]) => filled(value) && !isEmpty(value)));
}

function writtenPrincipals(value: unknown): unknown {
  if (typeof value === "string") return "*";
  const types = sortedEntries(value);
  const [only] = types;
  if (types.length === 1 && only![0] === "*" && [only![1]].flat().join() === "*") return "*";
  return Object.fromEntries(types.map(([type, of]) => [type, Array.isArray(of) ? descending(of) : of]));
}

function writtenConditions(value: unknown): unknown {
  const tests = sortedEntries(value).map(([test, variables]) => {
    const own = sortedEntries(variables).map(([variable, values]): [string, Values] => {
      const all = [values].flat().map(String);
      return [variable, all.length === 1 ? all[0]! : all];
    });
    return [test, Object.fromEntries(own)];
  });
  return Object.fromEntries(tests);
}

/** @throws Error for what is no policy document, and for conditions of numbers, which the provider would drop. */
function parsed(json: unknown, place: string): Document {
  const document = record(parsedJson(json, place), place);
  const statements = list(document.Statement, `${place}.Statement`).map((statement, at) => {
    const own = record(statement, `${place}.Statement[${at}]`);
    for (const [test, variables] of Object.entries(record(own.Condition ?? {}, `${place}: Condition`))) {
      for (const value of Object.values(record(variables, `${place}: Condition.${test}`)).flat()) {
        if (typeof value === "string" || typeof value === "boolean") continue;
        throw refused(
          `${place}.Statement[${at}].Condition.${test}`,
          "holds a value that is no string; quote it",
        );
      }
    }
    return own;
  });
  return { Version: optional(document.Version), Id: optional(document.Id), Statement: statements };
}

function parsedJson(json: unknown, place: string): unknown {
  try {
    return JSON.parse(text(json, place));
  } catch {
    throw refused(place, "is no JSON");
  }
}

function statementsOf({ Statement: statements = [] }: Document): readonly Statement[] {
  return statements;
}

function refuseSameSid(place: string, statements: readonly Statement[]): void {
  const sids = statements.map(({ Sid }) => Sid).filter(filled);
  const twice = sids.find((sid, at) => sids.indexOf(sid) !== at);
  if (twice !== undefined)
    throw refused(place, `has two statements with the Sid ${twice}; give each its own`);
}

/** `&{` stands for IAM's `${`, which other languages of the provider would fill in themselves. */
function withPolicyVariables(value: string, version: string, place: string): string {
  if (version === OLDEST_VERSION && value.includes("&{")) {
    throw refused(place, `holds "&{", and documents of ${OLDEST_VERSION} have no variables`);
  }
  return value.replaceAll("&{", "${");
}

/** One is a string; several are a set, which the provider writes last to first. */
function oneOrSet(values: readonly string[]): Values | undefined {
  return values.length > 1 ? descending(values) : values[0];
}

/** By code units, which for actions and ARNs is the order of Go's bytes. */
function descending(values: readonly string[]): string[] {
  return [...values].sort().reverse();
}

function sortedEntries(value: unknown): [string, unknown][] {
  return Object.entries(value as Record<string, unknown>).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Go's JSON writes `<`, `>` and `&` as escapes; the text is part of a plan's digest. */
function goJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function filled(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

/** `{}`: the provider leaves it out. */
function isEmpty(value: unknown): boolean {
  return typeof value === "object" && !Array.isArray(value) && Object.keys(value!).length === 0;
}

function optional(value: unknown): string | undefined {
  return filled(value) ? String(value) : undefined;
}

/** Without what is null, as a program's absent element is. */
function list(value: unknown, place: string): unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw refused(place, "must be a list");
  return value.filter((item) => item !== null && item !== undefined);
}

/** A set of strings. */
function texts(value: unknown, place: string): string[] {
  return [...new Set(list(value, place).map((item) => text(item, place)))];
}

function text(value: unknown, place: string): string {
  if (typeof value !== "string") throw refused(place, "must be a string");
  return value;
}

function record(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw refused(place, "must be an object");
  }
  return value as Readonly<Record<string, unknown>>;
}

/** Names the argument and never its value. */
function refused(argument: string, why: string): Error {
  return new Error(`aws.iam.getPolicyDocument: ${argument} ${why}.`);
}
