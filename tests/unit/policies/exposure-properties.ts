/** What decides the rules on openings to others. */
import type { Deciding } from "./deciding";

const EVERYBODY = { Statement: [{ Effect: "Allow", Principal: "*", Action: "sqs:SendMessage" }] };
const ANY_ACCOUNT = {
  Statement: [{ Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage" }],
};
const FOREIGN = {
  Statement: [{ Effect: "Allow", Principal: { AWS: "210987654321" }, Action: "sqs:SendMessage" }],
};

const ANY_ROLE = { Statement: [{ Effect: "Allow", Action: "iam:PassRole", Resource: "*" }] };

export const EXPOSURE: readonly Deciding[] = [
  { rule: "resource-policies", resource: "queue-policy", path: ["policy"], bad: EVERYBODY },
  { rule: "resource-policies", resource: "raw-policy", path: ["policy"], bad: EVERYBODY },
  {
    rule: "source-conditions",
    resource: "queue-policy",
    path: ["policy"],
    bad: ANY_ACCOUNT,
    absent: "pass",
    wrongType: "pass",
  },
  {
    rule: "source-conditions",
    resource: "analyst",
    path: ["assumeRolePolicy"],
    bad: {
      Statement: [
        { Effect: "Allow", Principal: { Service: "athena.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    },
    absent: "pass",
    wrongType: "pass",
  },
  {
    rule: "role-trust",
    resource: "steward",
    path: ["assumeRolePolicy"],
    bad: { Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }] },
  },
  {
    rule: "foreign-accounts",
    resource: "queue-policy",
    path: ["policy"],
    bad: FOREIGN,
    absent: "pass",
    unknown: "undecided",
    wrongType: "pass",
  },
  {
    rule: "foreign-accounts",
    resource: "permission",
    path: ["sourceAccount"],
    bad: "210987654321",
    absent: "pass",
    unknown: "pass",
    wrongType: "pass",
  },
  {
    rule: "iam-pass-role",
    resource: "analyst-policy",
    path: ["policy"],
    bad: ANY_ROLE,
    absent: "pass",
    wrongType: "pass",
  },
  {
    rule: "iam-pass-role",
    resource: "curation",
    path: ["inlinePolicies"],
    bad: [{ policy: ANY_ROLE }],
    absent: "pass",
    wrongType: "pass",
  },
  { rule: "lambda-permissions", resource: "permission", path: ["principal"], bad: "*" },
  {
    rule: "lambda-permissions",
    resource: "permission",
    path: ["sourceAccount"],
    bad: "*",
    unknown: "pass",
  },
  { rule: "function-urls", resource: "url", path: ["authorizationType"], bad: "NONE" },
  { rule: "api-authorisation", resource: "method", path: ["authorization"], bad: "NONE" },
  { rule: "api-authorisation", resource: "route", path: ["authorizationType"], bad: "NONE" },
  {
    rule: "api-logs",
    resource: "method-settings",
    path: ["settings", "dataTraceEnabled"],
    bad: true,
    absent: "pass",
  },
  {
    rule: "api-logs",
    resource: "http-stage",
    path: ["defaultRouteSettings", "dataTraceEnabled"],
    bad: true,
    absent: "pass",
  },
  ...["stage", "http-stage"].map((resource): Deciding => ({
    rule: "api-logs",
    resource,
    path: ["accessLogSettings", "format"],
    bad: "$context.requestId $context.authorizer.claims.email",
  })),
  { rule: "api-tls", resource: "domain", path: ["securityPolicy"], bad: "TLS_1_0" },
  {
    rule: "api-tls",
    resource: "http-domain",
    path: ["domainNameConfiguration", "securityPolicy"],
    bad: "TLS_1_0",
  },
  { rule: "bucket-acl", resource: "raw-acl", path: ["acl"], bad: "public-read", absent: "pass" },
  {
    rule: "bucket-ownership",
    resource: "raw-ownership",
    path: ["rule", "objectOwnership"],
    bad: "ObjectWriter",
  },
  {
    rule: "plaintext-secrets",
    resource: "pseudonymise",
    path: ["environment", "variables"],
    bad: { DATABASE_PASSWORD: "word" },
    absent: "pass",
  },
  {
    rule: "plaintext-secrets",
    resource: "job",
    path: ["defaultArguments"],
    bad: { "--source": "jdbc:postgresql://reader:word@host/music" },
    absent: "pass",
  },
  {
    rule: "function-logs",
    resource: "pseudonymise-log",
    path: ["retentionInDays"],
    bad: 0,
    wrongType: "pass",
  },
  ...["throttlingRateLimit", "throttlingBurstLimit"].flatMap((limit): Deciding[] => [
    {
      ...{ rule: "api-throttling", resource: "method-settings", path: ["settings", limit] },
      ...{ bad: -1, wrongType: "pass" },
    },
    {
      ...{ rule: "api-throttling", resource: "http-stage", path: ["defaultRouteSettings", limit] },
      ...{ bad: "many", wrongType: "pass" },
    },
  ]),
];
