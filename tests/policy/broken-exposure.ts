/** Platforms that open what should be shut, one for each rule. */
import { ABSENT, changed, without } from "../unit/policies/evaluation";
import type { BrokenPlatform } from "./broken";
import { overTls } from "./exposure-plan";
import { goodPlan, secret } from "./plan";

/** A queue's policy, right but for whom it lets in. */
const allow = (Principal: unknown) => ({
  Statement: [{ Effect: "Allow", Principal, Action: "sqs:SendMessage" }, overTls("sqs:*")],
});

export const BROKEN_EXPOSURE: Readonly<Record<string, BrokenPlatform>> = {
  "resource-policies": {
    title: "a queue that takes messages from everybody",
    at: "queue-policy",
    plan: () => changed(goodPlan(), "queue-policy", ["policy"], allow("*")),
  },
  "source-conditions": {
    title: "a queue that takes messages of any account's rules",
    at: "queue-policy",
    plan: () => changed(goodPlan(), "queue-policy", ["policy"], allow({ Service: "events.amazonaws.com" })),
  },
  "role-trust": {
    title: "a role for everybody but some",
    at: "steward",
    plan: () =>
      changed(goodPlan(), "steward", ["assumeRolePolicy"], {
        Statement: [
          {
            Effect: "Allow",
            NotPrincipal: { AWS: "arn:aws:iam::123456789012:role/plan-analyst" },
            Action: "sts:AssumeRole",
          },
        ],
      }),
  },
  "iam-pass-role": {
    title: "an analyst who may pass any role",
    at: "analyst-policy",
    plan: () =>
      changed(goodPlan(), "analyst-policy", ["policy"], {
        Statement: [
          { Effect: "Allow", Action: "iam:PassRole", Resource: "arn:aws:iam::123456789012:role/*" },
        ],
      }),
  },
  "iam-resources": {
    title: "an analyst who decrypts with every key",
    at: "analyst-policy",
    plan: () =>
      changed(goodPlan(), "analyst-policy", ["policy"], {
        Statement: [{ Effect: "Allow", Action: "kms:Decrypt", Resource: "*" }],
      }),
  },
  "foreign-accounts": {
    title: "a queue for another account",
    at: "queue-policy",
    plan: () =>
      changed(goodPlan(), "queue-policy", ["policy"], allow({ AWS: "arn:aws:iam::210987654321:root" })),
  },
  "lambda-permissions": {
    title: "a function that API Gateway calls for anybody",
    at: "permission",
    plan: () => changed(goodPlan(), "permission", ["sourceAccount"], ABSENT),
  },
  "function-urls": {
    title: "a function with a URL for everybody",
    at: "url",
    plan: () => changed(goodPlan(), "url", ["authorizationType"], "NONE"),
  },
  "api-authorisation": {
    title: "a method that nobody signs in to",
    at: "method",
    plan: () => changed(goodPlan(), "method", ["authorization"], "NONE"),
  },
  "api-logs": {
    title: "a stage that logs who calls",
    at: "stage",
    plan: () =>
      changed(goodPlan(), "stage", ["accessLogSettings", "format"], "$context.identity.sourceIp $input.body"),
  },
  "api-tls": {
    title: "a domain with TLS 1.0",
    at: "domain",
    plan: () => changed(goodPlan(), "domain", ["securityPolicy"], "TLS_1_0"),
  },
  "bucket-acl": {
    title: "a bucket that a list opens",
    at: "raw-acl",
    plan: () => changed(goodPlan(), "raw-acl", ["acl"], "public-read"),
  },
  "bucket-ownership": {
    title: "a bucket whose objects are their writers'",
    at: "raw",
    plan: () => without(goodPlan(), "raw-ownership"),
  },
  "plaintext-secrets": {
    title: "a password in the environment",
    at: "pseudonymise",
    plan: () =>
      changed(
        goodPlan(),
        "pseudonymise",
        ["environment", "variables", "DATABASE_PASSWORD"],
        secret("canary-9d2f"),
      ),
  },
  "function-logs": {
    title: "a function whose log Lambda makes itself",
    at: "pseudonymise",
    plan: () => without(goodPlan(), "pseudonymise-log"),
  },
  "api-throttling": {
    title: "an API that takes as many requests as come",
    at: "stage",
    plan: () => without(goodPlan(), "method-settings"),
  },
};
