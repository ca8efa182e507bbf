import { expect } from "chai";
import type { RecordedResource } from "../../../local/recorder/recorded-resource";
import * as type from "../../../policies/model/types";
import { goodPlan, resource, secret, UNKNOWN } from "../../policy/plan";
import { ABSENT, changed, findingsOf, outcomeOf, ruleNamed, without, type Outcome } from "./evaluation";

const judged = (rule: string, plan: readonly RecordedResource[]): Outcome =>
  outcomeOf(findingsOf(ruleNamed(rule), plan));
const alone = (rule: string, token: string, inputs: Record<string, unknown>): Outcome =>
  judged(rule, [resource(token, "alone", inputs)]);
const document = (...statements: object[]) => ({
  Statement: statements.map((each) => ({ Effect: "Allow", Action: "sqs:SendMessage", ...each })),
});
const PEOPLE = { AWS: "arn:aws:iam::123456789012:root" };
const RULES_OF_EVENTS = { Service: "events.amazonaws.com" };

describe("resource-policies", () => {
  const CASES: readonly [string, object, Outcome][] = [
    ["people of the account", { Principal: PEOPLE }, "pass"],
    ["everybody", { Principal: { AWS: ["*"] } }, "violation"],
    ["everybody under a condition", { Principal: "*", Condition: { Bool: { a: "b" } } }, "violation"],
    ["everybody, denied", { Effect: "Deny", Principal: "*" }, "pass"],
    ["everybody but one", { NotPrincipal: PEOPLE }, "violation"],
    ["nobody", {}, "violation"],
    ["all actions", { Principal: PEOPLE, Action: "*" }, "violation"],
    ["all of a service", { Principal: PEOPLE, Action: ["sqs:*"] }, "violation"],
    ["a family", { Principal: PEOPLE, Action: "sqs:Get*" }, "pass"],
    ["all actions but one", { Principal: PEOPLE, Action: undefined, NotAction: "sqs:X" }, "violation"],
    ["nobody knows whom", { Principal: { AWS: UNKNOWN } }, "undecided"],
    ["nobody knows what", { Principal: PEOPLE, Action: [UNKNOWN] }, "undecided"],
    ["nobody knows whether", { Effect: UNKNOWN, Principal: "*" }, "undecided"],
  ];
  for (const [title, statement, outcome] of CASES) {
    it(`${title}: ${outcome}`, () => {
      const policy = JSON.parse(JSON.stringify(document(statement)));
      expect(alone("resource-policies", type.TOPIC_POLICY, { policy })).to.equal(outcome);
      expect(alone("resource-policies", type.QUEUE, { policy: JSON.stringify(policy) })).to.equal(outcome);
      expect(alone("resource-policies", type.LOG_POLICY, { policyDocument: secret(policy) })).to.equal(
        outcome,
      );
    });
  }

  it("wants the document of what is nothing without one, and no other", () => {
    expect(alone("resource-policies", type.QUEUE_POLICY, {})).to.equal("violation");
    expect(alone("resource-policies", type.QUEUE, {})).to.equal("pass");
  });
});

describe("role-trust", () => {
  const trusting = (statement: object): Outcome =>
    alone("role-trust", type.ROLE, {
      assumeRolePolicy: document({ Action: "sts:AssumeRole", ...statement }),
    });
  const oidc = { Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" };
  const saml = { Federated: "arn:aws:iam::123456789012:saml-provider/office" };
  const subject = "token.actions.githubusercontent.com:sub";

  it("takes services, accounts and narrowed identities", () => {
    expect(trusting({ Principal: RULES_OF_EVENTS })).to.equal("pass");
    expect(trusting({ Principal: PEOPLE, Action: ["sts:AssumeRole", "sts:TagSession"] })).to.equal("pass");
    expect(
      trusting({
        Principal: oidc,
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringLike: { [subject]: "repo:naru/*" } },
      }),
    ).to.equal("pass");
    expect(
      trusting({ Principal: saml, Condition: { StringEquals: { "SAML:aud": "https://office" } } }),
    ).to.equal("pass");
  });

  it("refuses everybody, more than assuming, and any identity of a provider", () => {
    expect(trusting({ Principal: { AWS: "*" } })).to.equal("violation");
    expect(trusting({ Principal: PEOPLE, Action: "sts:*" })).to.equal("violation");
    expect(trusting({ Principal: oidc })).to.equal("violation");
    expect(trusting({ Principal: oidc, Condition: { StringLike: { [subject]: "*" } } })).to.equal(
      "violation",
    );
    expect(trusting({ Principal: saml })).to.equal("violation");
  });

  it("says what it can't decide", () => {
    expect(trusting({ Principal: { AWS: [UNKNOWN] } })).to.equal("undecided");
    expect(trusting({ Principal: PEOPLE, Action: UNKNOWN })).to.equal("undecided");
    expect(trusting({ Effect: UNKNOWN, Principal: { AWS: "*" } })).to.equal("undecided");
  });
});

describe("source-conditions", () => {
  const RULE = "source-conditions";
  const under = (Condition: object): Outcome =>
    alone(RULE, type.TOPIC_POLICY, { policy: document({ Principal: RULES_OF_EVENTS, Condition }) });

  it("takes an account or an ARN, not one that everybody has", () => {
    expect(under({ StringEquals: { "AWS:SourceAccount": "123456789012" } })).to.equal("pass");
    expect(under({ ArnLike: { "aws:SourceArn": "arn:aws:events:*:123456789012:rule/a" } })).to.equal("pass");
    expect(under({ StringEqualsIfExists: { "aws:SourceAccount": "123456789012" } })).to.equal("violation");
    expect(under({ StringLike: { "aws:SourceAccount": "*" } })).to.equal("violation");
    expect(under({ StringNotEquals: { "aws:SourceAccount": "123456789012" } })).to.equal("violation");
    expect(under({ StringEquals: { "aws:SourceAccount": UNKNOWN } })).to.equal("undecided");
  });

  it("leaves services that send no account to their roles, and no others", () => {
    const lambda = { Principal: { Service: "lambda.amazonaws.com" } };
    expect(alone(RULE, type.ROLE, { assumeRolePolicy: document(lambda) })).to.equal("pass");
    expect(alone(RULE, type.QUEUE_POLICY, { policy: document(lambda) })).to.equal("violation");
    expect(alone(RULE, type.ROLE, { assumeRolePolicy: document({ Principal: RULES_OF_EVENTS }) })).to.equal(
      "violation",
    );
  });

  it("holds for keys, whose encryption context names an ARN", () => {
    const key = (Condition: object, Principal: object = RULES_OF_EVENTS) =>
      alone(RULE, type.KEY, { policy: document({ Principal, Action: "kms:Decrypt", Condition }) });
    const topic = "arn:aws:sns:ap-northeast-2:123456789012:alarms";
    expect(key({ StringEquals: { "kms:EncryptionContext:aws:sns:topicArn": topic } })).to.equal("pass");
    expect(key({ StringEquals: { "kms:CallerAccount": "123456789012" } })).to.equal("pass");
    expect(key({ ArnLike: { "kms:EncryptionContext:aws:sns:topicArn": "*" } })).to.equal("violation");
    expect(key({ StringEquals: { "kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT" } })).to.equal("violation");
    expect(key({ ArnLike: { "kms:EncryptionContext:aws:sns:topicArn": UNKNOWN } })).to.equal("undecided");
    expect(key({}), "a service for anybody").to.equal("violation");
    expect(key({}, PEOPLE), "the account itself").to.equal("pass");
    expect(alone(RULE, type.KEY, {}), "KMS's own policy").to.equal("pass");
  });

  it("can't tell of a principal that nobody knows", () => {
    expect(
      alone(RULE, type.QUEUE_POLICY, { policy: document({ Principal: { Service: UNKNOWN } }) }),
    ).to.equal("undecided");
  });
});

describe("foreign-accounts", () => {
  const RULE = "foreign-accounts";
  const key = (Principal: object) =>
    resource(type.KEY, "extra", { policy: document({ Principal, Action: "kms:Decrypt" }) });

  it("finds another account on keys, in roles, in conditions and in permissions", () => {
    const foreign = { AWS: "arn:aws:iam::210987654321:role/plan-curation" };
    expect(judged(RULE, [...goodPlan(), key({ AWS: "arn:aws:iam::210987654321:root" })])).to.equal(
      "violation",
    );
    expect(judged(RULE, [...goodPlan(), key({ AWS: ["210987654321", PEOPLE.AWS] })])).to.equal("violation");
    expect(judged(RULE, [...goodPlan(), key(PEOPLE)])).to.equal("pass");
    expect(judged(RULE, [...goodPlan(), key(foreign)]), "a name of ours in their account").to.equal(
      "violation",
    );
    expect(judged(RULE, [...goodPlan(), key({ Service: UNKNOWN })])).to.equal("undecided");
    const sources = document({
      Principal: RULES_OF_EVENTS,
      Condition: { StringEquals: { "aws:SourceAccount": "210987654321" } },
    });
    expect(judged(RULE, changed(goodPlan(), "queue-policy", ["policy"], sources))).to.equal("violation");
    expect(judged(RULE, changed(goodPlan(), "permission", ["principal"], "210987654321"))).to.equal(
      "violation",
    );
  });

  it("finds what a role may do with things of another account, and whose an endpoint or a list is for", () => {
    const role = (account: string) =>
      changed(goodPlan(), "analyst-policy", ["policy"], {
        Statement: [
          {
            ...{ Effect: "Allow", Action: "kinesis:PutRecord" },
            Resource: `arn:aws:kinesis:ap-northeast-2:${account}:stream/plan-events`,
          },
        ],
      });
    expect(judged(RULE, role("123456789012"))).to.equal("pass");
    expect(judged(RULE, role("210987654321"))).to.equal("violation");
    const endpoint = (Condition: object) =>
      judged(RULE, changed(goodPlan(), "to-buckets", ["policy"], document({ Principal: "*", Condition })));
    expect(endpoint({ StringEquals: { "aws:ResourceAccount": "123456789012" } })).to.equal("pass");
    expect(endpoint({ StringEquals: { "aws:ResourceAccount": ["123456789012", "210987654321"] } })).to.equal(
      "violation",
    );
    expect(endpoint({ StringNotEquals: { "aws:ResourceAccount": "210987654321" } })).to.equal("pass");
    const account = ["destination", "bucket", "accountId"];
    expect(judged(RULE, changed(goodPlan(), "listed", account, "210987654321"))).to.equal("violation");
    expect(judged(RULE, changed(goodPlan(), "listed", account, ABSENT))).to.equal("pass");
  });

  it("can't tell in a plan that names nothing of its own", () => {
    expect(judged(RULE, [key(PEOPLE)])).to.equal("undecided");
    expect(judged(RULE, [key(RULES_OF_EVENTS)])).to.equal("pass");
  });
});

describe("lambda-permissions", () => {
  const of = (inputs: Record<string, unknown>) =>
    alone("lambda-permissions", type.FUNCTION_PERMISSION, inputs);

  it("asks services for whom they call, and nobody to be everybody", () => {
    expect(of({ principal: "s3.amazonaws.com", sourceArn: UNKNOWN })).to.equal("pass");
    expect(of({ principal: "s3.amazonaws.com", sourceArn: "*" })).to.equal("violation");
    expect(of({ principal: "s3.amazonaws.com" })).to.equal("violation");
    expect(of({ principal: "123456789012" })).to.equal("pass");
    expect(of({ principal: "*", sourceAccount: "123456789012" })).to.equal("violation");
    expect(of({})).to.equal("violation");
    expect(of({ principal: UNKNOWN })).to.equal("undecided");
  });
});

describe("api-authorisation", () => {
  const method = (inputs: Record<string, unknown>) => alone("api-authorisation", type.API_METHOD, inputs);
  const route = (inputs: Record<string, unknown>) => alone("api-authorisation", type.HTTP_API_ROUTE, inputs);

  it("takes a key in place of a signature, and lets browsers ask", () => {
    expect(method({ httpMethod: "POST", authorization: "NONE", apiKeyRequired: true })).to.equal("pass");
    expect(method({ httpMethod: "POST", authorization: "NONE", apiKeyRequired: UNKNOWN })).to.equal(
      "undecided",
    );
    expect(method({ httpMethod: "POST", authorization: "NONE", apiKeyRequired: "true" })).to.equal(
      "violation",
    );
    expect(method({ httpMethod: "OPTIONS", authorization: "NONE" })).to.equal("pass");
    expect(method({ httpMethod: UNKNOWN, authorization: "NONE" })).to.equal("violation");
    const signedBy = (header: string, required: unknown = true) =>
      method({
        ...{ httpMethod: "POST", authorization: "NONE" },
        requestParameters: { [`method.request.header.${header}`]: required },
      });
    expect(signedBy("X-Hub-Signature-256")).to.equal("pass");
    expect(signedBy("X-Hub-Signature-256", false)).to.equal("violation");
    expect(signedBy("X-Name")).to.equal("violation");
    expect(method({ authorization: "NONE", requestParameters: UNKNOWN })).to.equal("undecided");
    expect(route({ routeKey: "OPTIONS /events" })).to.equal("pass");
    expect(route({ routeKey: "$default" })).to.equal("violation");
    expect(route({ routeKey: "$default", authorizationType: "CUSTOM" })).to.equal("pass");
  });
});

describe("api-logs", () => {
  const format = (text: unknown) =>
    alone("api-logs", type.API_STAGE, { accessLogSettings: { destinationArn: UNKNOWN, format: text } });
  const BAD = [
    "$input.json('$')",
    "$context.identity.sourceIp",
    "$context.authorizer.claims['email']",
    "$context.authorizer.principalId",
    "$context.path",
    "$context.requestIdAndMore",
    "$stageVariables.x",
    "$context.error.messageString",
  ];
  for (const text of BAD) {
    it(`refuses ${text}`, () => expect(format(`{"a":"${text}"}`)).to.equal("violation"));
  }

  it("takes what speaks of the call", () => {
    expect(format('{"a":"$context.requestId","b":"$context.error.responseType","c":"$$"}')).to.equal("pass");
    expect(format(UNKNOWN)).to.equal("undecided");
    expect(alone("api-logs", type.API_STAGE, {})).to.equal("violation");
  });
});

describe("bucket-acl", () => {
  it("refuses lists on the bucket and beside it", () => {
    expect(alone("bucket-acl", type.BUCKET, {})).to.equal("pass");
    expect(alone("bucket-acl", type.BUCKET, { acl: "authenticated-read" })).to.equal("violation");
    expect(alone("bucket-acl", type.BUCKET, { grants: [] })).to.equal("pass");
    expect(alone("bucket-acl", type.BUCKET, { grants: [{ uri: "everybody" }] })).to.equal("violation");
    expect(alone("bucket-acl", type.BUCKET, { grants: UNKNOWN })).to.equal("undecided");
    expect(alone("bucket-acl", type.BUCKET_ACL, { accessControlPolicy: { grants: [] } })).to.equal(
      "violation",
    );
  });
});

describe("plaintext-secrets", () => {
  const variables = (values: object) =>
    alone("plaintext-secrets", type.FUNCTION, { environment: { variables: values } });
  const CASES: readonly [Record<string, unknown>, Outcome][] = [
    [{ DATABASE_SECRET_ARN: "naru/database" }, "pass"],
    [{ DATABASE_PASSWORD: "word" }, "violation"],
    [{ DATABASE_PASSWORD: UNKNOWN }, "undecided"],
    [{ DATABASE_PASSWORD: "" }, "pass"],
    [{ DATABASE_PASSWORD: "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:a" }, "pass"],
    [{ TOKEN: "{{resolve:secretsmanager:a}}" }, "pass"],
    [{ API_KEY: secret("word") }, "violation"],
    [{ TOKEN_SECONDS: "3600s" }, "pass"],
    [{ A: "AKIAIOSFODNN7EXAMPLE" }, "violation"],
    [{ A: "-----BEGIN RSA PRIVATE KEY-----" }, "violation"],
    [{ A: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln" }, "violation"],
    [{ A: "postgresql://reader:word@host/music" }, "violation"],
    [{ A: "https://host:8080/path@2" }, "pass"],
    [{ A: UNKNOWN }, "pass"],
  ];
  for (const [values, outcome] of CASES) {
    it(`${Object.keys(values)[0]}: ${outcome}`, () => expect(variables(values)).to.equal(outcome));
  }

  it("reads arguments of jobs, settings of connectors and what holds a secret only", () => {
    const rule = "plaintext-secrets";
    expect(alone(rule, type.GLUE_JOB, { nonOverridableArguments: { "--password": "word" } })).to.equal(
      "violation",
    );
    const connector = (value: string) =>
      alone(rule, type.KAFKA_CONNECTOR, { connectorConfiguration: { "database.password": value } });
    expect(connector("word")).to.equal("violation");
    expect(connector("${secretsmanager:naru/database:password}")).to.equal("pass");
    expect(alone(rule, type.DATABASE, { password: secret("word") })).to.equal("violation");
    expect(alone(rule, type.DATABASE_CLUSTER, { masterPassword: UNKNOWN })).to.equal("violation");
    expect(alone(rule, type.DELIVERY_STREAM, { splunkConfiguration: { hecToken: "word" } })).to.equal(
      "violation",
    );
  });
});

describe("function-logs", () => {
  const RULE = "function-logs";
  const NAMED = ["loggingConfig", "logGroup"];

  it("finds the group by its link or by the function's name", () => {
    expect(judged(RULE, changed(goodPlan(), "pseudonymise", NAMED, ABSENT))).to.equal("pass");
    expect(judged(RULE, without(goodPlan(), "pseudonymise-log"))).to.equal("violation");
    expect(judged(RULE, changed(goodPlan(), "pseudonymise", NAMED, UNKNOWN))).to.equal("undecided");
    expect(judged(RULE, changed(goodPlan(), "pseudonymise-log", ["retentionInDays"], UNKNOWN))).to.equal(
      "undecided",
    );
    const nameless = changed(goodPlan(), "pseudonymise", ["loggingConfig"], ABSENT);
    expect(judged(RULE, changed(nameless, "pseudonymise", ["name"], UNKNOWN))).to.equal("undecided");
  });
});

describe("iam-pass-role", () => {
  const passing = (statement: object) =>
    alone("iam-pass-role", type.ROLE_POLICY, {
      policy: { Statement: [{ Effect: "Allow", Action: "iam:PassRole", ...statement }] },
    });

  it("lets a role pass others by name", () => {
    expect(passing({ Resource: "arn:aws:iam::123456789012:role/naru-prod-jobs" })).to.equal("pass");
    expect(passing({ Resource: "arn:aws:iam::123456789012:role/naru-prod-*" })).to.equal("pass");
    expect(passing({ Resource: "arn:aws:iam::*:role/*" })).to.equal("violation");
    expect(passing({ Action: "iam:Pass*", Resource: ["*"] })).to.equal("violation");
    expect(passing({ NotResource: "arn:aws:iam::123456789012:role/admin" })).to.equal("violation");
    expect(passing({ Action: "iam:GetRole", Resource: "*" })).to.equal("pass");
    expect(passing({ Effect: "Deny", Resource: "*" })).to.equal("pass");
  });

  it("says what it can't decide", () => {
    expect(passing({ Resource: UNKNOWN })).to.equal("undecided");
    expect(passing({ Action: UNKNOWN, Resource: "*" })).to.equal("undecided");
    expect(passing({ Effect: UNKNOWN, Resource: "*" })).to.equal("undecided");
  });
});

describe("iam-resources", () => {
  const may = (Action: unknown, Resource: unknown, more: object = {}) =>
    alone("iam-resources", type.ROLE_POLICY, {
      policy: { Statement: [{ Effect: "Allow", Action, Resource, ...more }] },
    });

  it("wants data and keys named, or families of them", () => {
    expect(may("s3:GetObject", "arn:aws:s3:::plan-raw/*")).to.equal("pass");
    expect(may("s3:GetObject", "arn:aws:s3:::plan-*")).to.equal("pass");
    expect(may("s3:Get*", ["arn:aws:s3:::plan-raw/*", "arn:aws:s3:::*"])).to.equal("violation");
    expect(may(["dynamodb:PutItem"], "arn:aws:dynamodb:*:123456789012:table/*")).to.equal("violation");
    expect(may("lambda:InvokeFunction", "arn:aws:lambda:*:123456789012:function:plan-*")).to.equal("pass");
    expect(may("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:*:*:secret:*")).to.equal("violation");
    expect(may("emr-serverless:StartJobRun", "arn:aws:emr-serverless:*:*:/applications/*")).to.equal(
      "violation",
    );
    expect(may("s3:PutObject", null, { NotResource: "arn:aws:s3:::plan-raw/*" })).to.equal("violation");
  });

  it("leaves what can't be named, and what is denied", () => {
    expect(may(["ec2:DescribeSubnets", "athena:ListWorkGroups"], "*")).to.equal("pass");
    expect(may("s3:*", "*", { Effect: "Deny" })).to.equal("pass");
  });

  it("takes a key by what it is used for", () => {
    const key = "arn:aws:kms:ap-northeast-2:123456789012:key/*";
    const secret = { "kms:EncryptionContext:SecretARN": "arn:aws:secretsmanager:a:1:secret:registrar" };
    expect(may("kms:Decrypt", key)).to.equal("violation");
    expect(may("kms:Decrypt", key, { Condition: { StringEquals: secret } })).to.equal("pass");
    expect(may("kms:Decrypt", key, { Condition: { StringLike: { "kms:ViaService": "*" } } })).to.equal(
      "violation",
    );
    expect(may(["kms:Decrypt", "s3:GetObject"], "*", { Condition: { StringEquals: secret } })).to.equal(
      "violation",
    );
  });

  it("says what it can't decide", () => {
    expect(may("s3:GetObject", "*", { Effect: UNKNOWN })).to.equal("undecided");
    expect(may(UNKNOWN, "*")).to.equal("undecided");
    expect(alone("iam-resources", type.ROLE_POLICY, { policy: UNKNOWN })).to.equal("undecided");
    expect(alone("iam-resources", type.ROLE, { inlinePolicies: UNKNOWN })).to.equal("undecided");
    expect(may("s3:GetObject", UNKNOWN), "a hole is a name").to.equal("pass");
  });
});
