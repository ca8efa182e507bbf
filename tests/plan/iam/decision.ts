/**
 * Decides a request as the IAM User Guide describes it ("Policy evaluation logic") for callers and resources of one account:
 * a denial anywhere wins; then the resource's policy has a say, and a key's must.
 */
import { hold, matches, type Conditions, type Facts } from "./conditions";

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Conditions;
}

/** A role by its ARN, or a service by its principal's name. */
export type Caller = { readonly role: string } | { readonly service: string };

export interface Request {
  readonly caller: Caller;
  readonly action: string;
  readonly resource: string;
  /** What the caller's ARN does not say: the endpoint it comes through, the service it comes by, the encryption context. */
  readonly facts?: Facts;
}

export interface Policies {
  /** What is attached to the caller; a service has none. */
  readonly identity: readonly PolicyStatement[];
  readonly resource: readonly PolicyStatement[];
  /** A key's own policy must allow; other resources of the account are open to whom IAM lets. */
  readonly mustAllow: boolean;
}

export interface Decision {
  readonly allowed: boolean;
  /** Why, in words for a test that fails. */
  readonly reason: string;
}

/** @throws Error for elements, operators and variables that are not known here. */
export function decide(request: Request, { identity, resource, mustAllow }: Policies): Decision {
  const facts = allFacts(request);
  const applies = (statement: PolicyStatement) =>
    concerns(statement, request) && hold(statement.Condition ?? {}, facts);
  const own = identity.filter(applies);
  const theirs = resource
    .map((statement) => ({ statement, named: naming(statement, request.caller) }))
    .filter(({ statement, named }) => named !== "not" && applies(statement));
  const denial = [...own, ...theirs.map(({ statement }) => statement)].find(
    ({ Effect }) => Effect === "Deny",
  );
  if (denial !== undefined)
    return { allowed: false, reason: `denied by ${denial.Sid ?? "a role's statement"}` };
  if (theirs.some(({ named }) => named === "itself"))
    return { allowed: true, reason: "allowed by the resource's policy" };
  if ("service" in request.caller)
    return { allowed: false, reason: "the resource's policy does not name the service" };
  if (own.length === 0) return { allowed: false, reason: "no statement of the role allows it" };
  return mustAllow && theirs.length === 0
    ? { allowed: false, reason: "the key's policy does not leave it to IAM" }
    : { allowed: true, reason: "allowed by IAM" };
}

function allFacts({ caller, facts = {} }: Request): Facts {
  const usual = { "aws:SecureTransport": "true", "aws:ViaAWSService": "false" };
  if ("service" in caller) {
    return {
      ...usual,
      "aws:PrincipalIsAWSService": "true",
      "aws:PrincipalServiceName": caller.service,
      ...facts,
    };
  }
  return {
    ...usual,
    "aws:PrincipalIsAWSService": "false",
    "aws:PrincipalArn": caller.role,
    "aws:PrincipalAccount": accountOf(caller.role),
    ...facts,
  };
}

function concerns(statement: PolicyStatement, { action, resource }: Request): boolean {
  const unknown = Object.keys(statement).filter((element) => !ELEMENTS.has(element));
  if (unknown.length > 0) throw new Error(`The policy element ${unknown.join(", ")} is not known here`);
  return (
    [statement.Action].flat().some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
    speaksOf(statement, resource)
  );
}

function speaksOf({ Resource, NotResource }: PolicyStatement, resource: string): boolean {
  const covers = (patterns: string | readonly string[]) =>
    [patterns].flat().some((pattern) => matches(pattern, resource));
  return NotResource === undefined ? covers(Resource ?? "*") : !covers(NotResource);
}

const ELEMENTS = new Set(["Sid", "Effect", "Principal", "Action", "Resource", "NotResource", "Condition"]);

/** Whether a statement names the caller: itself, by its account (which leaves the rest to IAM), or not. */
function naming({ Effect, Principal }: PolicyStatement, caller: Caller): "itself" | "account" | "not" {
  if (Principal === undefined) throw new Error("A statement of a resource's policy has no Principal");
  if (Principal === "*") return "itself";
  const unknown = Object.keys(Principal).filter((kind) => kind !== "AWS" && kind !== "Service");
  if (unknown.length > 0) throw new Error(`The principal ${unknown.join(", ")} is not known here`);
  if ("service" in caller) return named(Principal.Service).includes(caller.service) ? "itself" : "not";
  const names = named(Principal.AWS);
  if (names.includes("*") || names.includes(caller.role)) return "itself";
  if (!names.includes(caller.role.replace(/:(role|user)\/.+$/, ":root"))) return "not";
  return Effect === "Deny" ? "itself" : "account";
}

function named(principal: string | readonly string[] | undefined): readonly string[] {
  return [principal ?? []].flat();
}

function accountOf(arn: string): string {
  return arn.split(":")[4]!;
}
