/** Macie: looks for personal values where none may be, and tells when it finds some. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnOf, type AwsContext } from "../context";
import { RULE_STATE } from "../event-rule";
import type { DataLake } from "../data-lake";
import { ERRORS_PREFIX } from "../data-lake/folders";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { findingTopicName, macieRole } from "../foundation/key-policy";
import { tlsOnly } from "../foundation/tls-only";
import { dataIdentifiers } from "./identifiers";

export interface MacieArgs {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  /** Share of the objects that each run looks into. */
  readonly samplePercent: number;
  /** Addresses that are told of findings; each must confirm once. */
  readonly emails: readonly string[];
  /** What says that this stack governs the account. */
  readonly claim: pulumi.Resource;
}

/**
 * The account's Macie, a weekly job over raw, curated and query results, and a topic that each finding goes to.
 *
 * 0.10 USD a month and bucket of the account, and 1.00 USD for each GB that is looked into (Macie pricing, worked examples
 * of us-east-1, 2026-10).
 */
export function createMacie(
  name: string,
  context: AwsContext,
  args: MacieArgs,
  parent: pulumi.Resource,
): void {
  const { lake, keys, samplePercent, claim } = args;
  const { identity, names, tags } = context;
  const account = new aws.macie2.Account(
    name,
    { status: "ENABLED", findingPublishingFrequency: "FIFTEEN_MINUTES" },
    { parent, dependsOn: claim },
  );
  // A key policy can name the role only once Macie has made it; the key lets this one grant through.
  const decrypt = new aws.kms.Grant(
    `${name}-decrypt`,
    {
      name: names.of("macie", "decrypt"),
      keyId: keys.arn("lake"),
      granteePrincipal: macieRole(context),
      operations: ["Decrypt"],
    },
    { parent, dependsOn: account },
  );
  const identifiers = dataIdentifiers(lake.contracts).map(
    ({ label, description, regex, keywords }) =>
      new aws.macie.CustomDataIdentifier(
        `${name}-${label}`,
        {
          name: names.of("macie", label),
          description,
          regex,
          ...(keywords.length > 0 && { keywords: [...keywords] }),
          tags: { ...tags },
        },
        { parent, dependsOn: account },
      ),
  );
  const buckets = (["raw", "curated", "queryResults"] as const).map((zone) => lake.nodes.buckets[zone].name);
  new aws.macie2.ClassificationJob(
    name,
    {
      name: names.of("macie", "open-zone"),
      description: "Personal values in the open zone, where only pseudonyms may be",
      jobType: "SCHEDULED",
      initialRun: true,
      samplingPercentage: samplePercent,
      scheduleFrequency: { weeklySchedule: "SUNDAY" },
      customDataIdentifierIds: identifiers.map(({ id }) => id),
      s3JobDefinition: {
        bucketDefinitions: [{ accountId: identity.accountId, buckets }],
        // Closed to Macie too; what lies there is clear, and known to be.
        scoping: {
          excludes: {
            ands: [
              {
                simpleScopeTerm: { comparator: "STARTS_WITH", key: "OBJECT_KEY", values: [ERRORS_PREFIX] },
              },
            ],
          },
        },
      },
      tags: { ...tags },
    },
    { parent, dependsOn: [account, decrypt] },
  );
  tell(name, context, args, buckets, parent);
}

/** A finding says where and of which kind, and holds no value. */
function tell(
  name: string,
  context: AwsContext,
  { keys, emails }: MacieArgs,
  buckets: readonly string[],
  parent: pulumi.Resource,
): void {
  const { identity, names, tags } = context;
  const ruleName = names.of("rule", "findings");
  const topic = new aws.sns.Topic(
    `${name}-findings`,
    { name: findingTopicName(names), kmsMasterKeyId: keys.arn("logs"), tags: { ...tags } },
    { parent },
  );
  const policy = new aws.sns.TopicPolicy(
    `${name}-findings`,
    {
      arn: topic.arn,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "FindingsOfThisStack",
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Action: "sns:Publish",
            Resource: arnOf(identity, "sns", findingTopicName(names)),
            Condition: { ArnEquals: { "aws:SourceArn": arnOf(identity, "events", `rule/${ruleName}`) } },
          },
          tlsOnly("sns:Publish", arnOf(identity, "sns", findingTopicName(names))),
        ],
      }),
    },
    { parent },
  );
  emails.forEach((endpoint, at) => {
    new aws.sns.TopicSubscription(
      `${name}-findings-${at}`,
      { topic: topic.arn, protocol: "email", endpoint },
      { parent },
    );
  });
  const rule = new aws.cloudwatch.EventRule(
    `${name}-findings`,
    {
      name: ruleName,
      description: "Macie has found something in the open zone",
      eventPattern: JSON.stringify({
        source: ["aws.macie"],
        "detail-type": ["Macie Finding"],
        detail: { resourcesAffected: { s3Bucket: { name: buckets } } },
      }),
      state: RULE_STATE,
      tags: { ...tags },
    },
    { parent },
  );
  new aws.cloudwatch.EventTarget(
    `${name}-findings`,
    {
      rule: rule.name,
      targetId: "topic",
      arn: topic.arn,
      inputTransformer: {
        inputPaths: {
          id: "$.detail.id",
          type: "$.detail.type",
          severity: "$.detail.severity.description",
          bucket: "$.detail.resourcesAffected.s3Bucket.name",
          key: "$.detail.resourcesAffected.s3Object.key",
        },
        inputTemplate: '"Macie: <type> (<severity>) in s3://<bucket>/<key>, finding <id>"',
      },
    },
    { parent, dependsOn: policy },
  );
}
