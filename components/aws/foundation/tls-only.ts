import type * as aws from "@pulumi/aws";

/**
 * A statement of a resource's policy by which it refuses requests without TLS, whoever sends them. SQS takes every action in it;
 * SNS refuses a policy whose actions are not a topic's, so publishing is named (SNS developer guide, "Security best practices").
 *
 * @param action what may be asked over TLS only, e.g. `sqs:*`.
 */
export function tlsOnly(action: string, resource: string | string[]): aws.iam.PolicyStatement {
  return {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: resource,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
