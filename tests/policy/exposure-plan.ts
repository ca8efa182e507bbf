/** The good plan's openings to others: APIs, permissions and policies of resources; and what stands beside its buckets. */
import type { RecordedResource } from "../../local/recorder/recorded-resource";
import * as type from "../../policies/model/types";
import { resource, UNKNOWN } from "./resource";

/** The statement by which a policy refuses clear transport. */
export const overTls = (Action: string) => ({
  ...{ Effect: "Deny", Principal: "*", Action, Resource: "*" },
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

export function exposure(): RecordedResource[] {
  const fromRules = {
    ...{ Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage" },
    Condition: { ArnLike: { "aws:SourceArn": "arn:aws:events:ap-northeast-2:123456789012:rule/plan-*" } },
  };
  return [
    resource(
      type.QUEUE_POLICY,
      "queue-policy",
      { queueUrl: UNKNOWN, policy: JSON.stringify({ Statement: [fromRules, overTls("sqs:*")] }) },
      { queueUrl: [[type.QUEUE, "queue"]] },
    ),
    resource(
      type.TOPIC_POLICY,
      "topic-policy",
      { arn: UNKNOWN, policy: { Statement: [overTls("sns:Publish")] } },
      { arn: [[type.TOPIC, "topic"]] },
    ),
    resource(type.FUNCTION_PERMISSION, "permission", {
      action: "lambda:InvokeFunction",
      function: "plan-pseudonymise",
      principal: "apigateway.amazonaws.com",
      sourceAccount: "123456789012",
    }),
    resource(type.FUNCTION_URL, "url", { functionName: "plan-pseudonymise", authorizationType: "AWS_IAM" }),
    resource(
      type.LOG_GROUP,
      "pseudonymise-log",
      { name: "/aws/lambda/plan-pseudonymise", kmsKeyId: UNKNOWN, retentionInDays: 365 },
      { kmsKeyId: [[type.KEY, "data"]] },
    ),
    resource(type.BUCKET_ACL, "raw-acl", { bucket: "plan-raw", acl: "private" }),
    resource(type.API_METHOD, "method", { httpMethod: "POST", authorization: "AWS_IAM" }),
    resource(type.HTTP_API_ROUTE, "route", { routeKey: "POST /events", authorizationType: "JWT" }),
    resource(
      type.API_METHOD_SETTINGS,
      "method-settings",
      {
        ...{ stageName: "v1", methodPath: "*/*" },
        settings: { dataTraceEnabled: false, throttlingRateLimit: 500, throttlingBurstLimit: 1000 },
      },
      { stageName: [[type.API_STAGE, "stage"]] },
    ),
    ...[
      [type.API_STAGE, "stage"],
      [type.HTTP_API_STAGE, "http-stage"],
    ].map(([token, name]) =>
      resource(token!, name!, {
        accessLogSettings: { destinationArn: UNKNOWN, format: "$context.requestId $context.status" },
        defaultRouteSettings: {
          dataTraceEnabled: false,
          ...{ throttlingRateLimit: 500, throttlingBurstLimit: 1000 },
        },
      }),
    ),
    resource(type.API_DOMAIN, "domain", { securityPolicy: "TLS_1_2" }),
    resource(type.HTTP_API_DOMAIN, "http-domain", { domainNameConfiguration: { securityPolicy: "TLS_1_2" } }),
  ];
}

/** What a bucket has beside its encryption, public access block and policy. */
export function bucketSideCars(name: string): RecordedResource[] {
  const own = { bucket: [[type.BUCKET, name] as const] };
  return [
    resource(
      type.BUCKET_OWNERSHIP,
      `${name}-ownership`,
      { bucket: UNKNOWN, rule: { objectOwnership: "BucketOwnerEnforced" } },
      own,
    ),
    resource(
      type.BUCKET_VERSIONING,
      `${name}-versioning`,
      { bucket: UNKNOWN, versioningConfiguration: { status: "Enabled" } },
      own,
    ),
    resource(
      type.BUCKET_LIFECYCLE,
      `${name}-lifecycle`,
      {
        bucket: UNKNOWN,
        rules: [{ status: "Enabled", abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } }],
      },
      own,
    ),
    ...(name === "logs"
      ? []
      : [
          resource(
            type.BUCKET_LOGGING,
            `${name}-logging`,
            { bucket: UNKNOWN, targetBucket: "plan-logs" },
            own,
          ),
        ]),
  ];
}
