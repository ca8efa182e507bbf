import { show } from "../model/expectation";
import { KEY_POLICIES, RESOURCE_POLICIES, ROLE_TRUST } from "../model/granting-documents";
import { readPolicyDocument, type Condition, type Statement } from "../model/policy-document";
import { UNKNOWN } from "../model/reading";
import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type ResourceRule } from "../model/rule";
import type { Verdict } from "../model/verdict";

const FIX =
  'Add the condition `StringEquals: { "aws:SourceAccount": "<this account>" }`, or `ArnLike` with `aws:SourceArn`, to each ' +
  "statement that a service is the principal of; in a key's policy the ARN in its encryption context does too " +
  "(`kms:EncryptionContext:aws:logs:arn`).";

/** Services that send no `aws:SourceAccount` when they assume a role for their work: the condition would lock them out. */
const SILENT = new Set(
  // Lambda, EMR Serverless, Glue, DataBrew, API Gateway (for logs) and RDS Proxy: the trust policies of their guides have no
  // condition.
  ["apigateway", "databrew", "ec2", "ecs-tasks", "emr-serverless", "glue", "lambda", "rds"].map(
    (service) => `${service}.amazonaws.com`,
  ),
);

const GRANTING = [...RESOURCE_POLICIES, ...KEY_POLICIES, ROLE_TRUST];

/** A service works for every customer: without a condition it may be sent here by another one (the confused deputy). */
export const sourceConditions: ResourceRule = {
  name: "source-conditions",
  group: "exposure",
  scope: "resource",
  severity: "high",
  description: "Services use roles, keys and resources on behalf of this account only.",
  framework: ismsP("2.6.2", "Access to information systems is limited to whom it is granted"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
  types: [...new Set(GRANTING.map((each) => each.type))],
  check(resource) {
    return GRANTING.filter((each) => each.type === resource.type).flatMap(({ path, type }): Finding[] => {
      const document = readPolicyDocument(resource, path);
      // Missing and malformed documents are what `resource-policies` and `role-trust` find.
      if (document.state === "unknown") return [undecided(resource, show(path), FIX)];
      if (document.state !== "known") return [];
      return document.statements.flatMap((statement, at): Finding[] => {
        const subject = `Statement ${at + 1} of ${show(path)}`;
        const open = isOpen(statement, type === ROLE_TRUST.type);
        if (open === "no") return [];
        return open === "yes"
          ? [violation(resource, `${subject} lets a service in on behalf of any account.`, FIX)]
          : [undecided(resource, `On whose behalf ${subject} lets a service in`, FIX)];
      });
    });
  },
};

function isOpen(statement: Statement, trust: boolean): Verdict {
  if (statement.effect === "Deny") return "no";
  const narrowed = statement.conditions.map(narrows);
  if (narrowed.includes("yes")) return "no";
  const services = statement.principals.filter(
    (each) => each === UNKNOWN || (isService(each) && !(trust && SILENT.has(each))),
  );
  if (services.length === 0) return "no";
  const decided = services.some((each) => each !== UNKNOWN) && statement.effect !== UNKNOWN;
  return decided && !narrowed.includes("unknown") ? "yes" : "unknown";
}

function isService(principal: string): boolean {
  return /\.amazonaws\.com(\.cn)?$/.test(principal);
}

/** `IfExists` narrows nothing: a request without the key passes it. */
function narrows({ operator, key, values }: Condition): Verdict {
  if (!/^(String(Equals|Like)|Arn(Equals|Like))$/i.test(operator)) return "no";
  if (!/^(aws:Source(Account|Arn|OrgID|OrgPaths)|kms:(CallerAccount|EncryptionContext:.+))$/i.test(key))
    return "no";
  if (values.length === 0 || values.includes("*")) return "no";
  return values.includes(UNKNOWN) ? "unknown" : "yes";
}
