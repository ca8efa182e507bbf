/** Key policies: who manages a key, and who uses it. Nobody does both by the same statement. */
import type * as aws from "@pulumi/aws";
import type { Names, StackIdentity } from "../../naming";
import { arnOf, iamArn, partitionOf, type AwsContext } from "../context";

type Statement = aws.iam.PolicyStatement;

export interface KeyPolicyArgs {
  /** ARNs of those who manage the key; none: the account's IAM decides. */
  readonly admins: readonly string[];
}

export interface NamedUsersArgs extends KeyPolicyArgs {
  /** ARNs of the roles that may use the key; nobody else may, whatever IAM grants. */
  readonly users: readonly string[];
}

/** All that keeps a key in order, and nothing that uses it. Grants are left out: one could hand out its use. */
const MANAGE = [
  "kms:DescribeKey",
  "kms:Get*",
  "kms:List*",
  "kms:PutKeyPolicy",
  "kms:CreateAlias",
  "kms:UpdateAlias",
  "kms:DeleteAlias",
  "kms:UpdateKeyDescription",
  "kms:EnableKey",
  "kms:DisableKey",
  "kms:EnableKeyRotation",
  "kms:DisableKeyRotation",
  "kms:RotateKeyOnDemand",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:RevokeGrant",
  "kms:ScheduleKeyDeletion",
  "kms:CancelKeyDeletion",
];

/** What a deployment reads back, and everybody may know: policy, rotation, tags. */
const LOOK = ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:List*"];

const ENCRYPT = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"];

/** A key of stored data: the account's IAM decides which role uses it. */
export function dataKeyPolicy(context: AwsContext, args: KeyPolicyArgs): aws.iam.PolicyDocument {
  return policy(dataKeyStatements(context, args));
}

function dataKeyStatements(context: AwsContext, args: KeyPolicyArgs): Statement[] {
  const account = { AWS: iamArn(context.identity, "root") };
  return [
    ...management(context, args),
    {
      Sid: "UseByIam",
      Effect: "Allow",
      Principal: account,
      Action: [...ENCRYPT, "kms:DescribeKey"],
      Resource: "*",
    },
    {
      // Lambda holds a grant for the environment of each function.
      Sid: "GrantsToServicesByIam",
      Effect: "Allow",
      Principal: account,
      Action: "kms:CreateGrant",
      Resource: "*",
      Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}

/** Queue of arrivals in landing that could not start a run. */
export const undeliveredQueueName = (names: Names): string => names.of("queue", "spark-undelivered");

/** Queue of S3's events for a crawler; the stack's other queues have other names. */
export const crawlQueueName = (names: Names, crawler: string): string => names.of("queue", "crawl", crawler);

/** The key of the lake: S3 also writes the queues that crawlers by events read. */
export function lakeKeyPolicy(context: AwsContext, args: KeyPolicyArgs): aws.iam.PolicyDocument {
  const queues = arnOf(context.identity, "sqs", `${context.names.of("queue", "crawl")}-*`);
  return policy([
    ...dataKeyStatements(context, args),
    {
      Sid: "ArrivalsForCrawlers",
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      // Decrypt: SQS verifies the data key that it has been given.
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: "*",
      Condition: {
        StringEquals: { "aws:SourceAccount": context.identity.accountId },
        ArnLike: { "kms:EncryptionContext:aws:sqs:arn": queues },
      },
    },
    grantToMacie(context),
  ]);
}

/** Macie's own role in the account, which it makes when it is turned on. */
export function macieRole({ identity }: AwsContext): string {
  return iamArn(identity, "role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie");
}

/** Whom IAM lets may hand out one grant: Macie decrypts, to look for personal values in the open zone. */
function grantToMacie(context: AwsContext): Statement {
  return {
    Sid: "GrantToMacieByIam",
    Effect: "Allow",
    Principal: { AWS: iamArn(context.identity, "root") },
    Action: "kms:CreateGrant",
    Resource: "*",
    Condition: {
      StringEquals: { "kms:GranteePrincipal": macieRole(context) },
      "ForAllValues:StringEquals": { "kms:GrantOperations": "Decrypt" },
    },
  };
}

/** Topic of what Macie finds. */
export const findingTopicName = (names: Names): string => names.of("topic", "findings");

/** Topic of the Spark jobs' alarms. */
export const alarmTopicName = (names: Names): string => names.of("topic", "spark-alarms");

/** The key of landing: EventBridge also writes the queue of arrivals that could not be delivered. */
export function landingKeyPolicy(context: AwsContext, args: KeyPolicyArgs): aws.iam.PolicyDocument {
  const queue = arnOf(context.identity, "sqs", undeliveredQueueName(context.names));
  return policy([
    ...dataKeyStatements(context, args),
    throughItsStore("UndeliveredArrivals", "events.amazonaws.com", { "aws:sqs:arn": queue }),
  ]);
}

/** A service that writes as itself into an encrypted queue or topic, told by the context that SQS and SNS encrypt with. */
function throughItsStore(Sid: string, Service: string, context: Record<string, string>): Statement {
  return {
    Sid,
    Effect: "Allow",
    Principal: { Service },
    // Decrypt: SQS and SNS verify the data key that they have been given.
    Action: ["kms:GenerateDataKey", "kms:Decrypt"],
    Resource: "*",
    Condition: {
      StringEquals: Object.fromEntries(
        Object.entries(context).map(([key, arn]) => [`kms:EncryptionContext:${key}`, arn]),
      ),
    },
  };
}

/**
 * That AWS Budgets acts for a budget of this account, as it tells SNS and KMS (AWS Cost Management user guide, "Creating an
 * Amazon SNS topic for budget notifications").
 */
export function ofBudgets({ accountId, region }: StackIdentity): Record<string, Record<string, string>> {
  return {
    StringEquals: { "aws:SourceAccount": accountId },
    ArnLike: { "aws:SourceArn": `arn:${partitionOf(region)}:budgets::${accountId}:*` },
  };
}

/** The key of logs and alarms: services write them as themselves, each only in the name of this account's own groups and trails. */
export function logKeyPolicy(context: AwsContext, args: KeyPolicyArgs): aws.iam.PolicyDocument {
  const { identity } = context;
  const trail = arnOf(identity, "cloudtrail", `trail/${context.names.of("trail", "audit")}`);
  return policy([
    ...dataKeyStatements(context, args),
    {
      Sid: "LogGroupsOfThisAccount",
      Effect: "Allow",
      Principal: { Service: `logs.${identity.region}.amazonaws.com` },
      Action: [...ENCRYPT, "kms:DescribeKey"],
      Resource: "*",
      Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": arnOf(identity, "logs", "*") } },
    },
    {
      Sid: "TrailOfThisStack",
      Effect: "Allow",
      Principal: { Service: "cloudtrail.amazonaws.com" },
      // Decrypt: for a bucket with a bucket key (CloudTrail user guide, "Configure AWS KMS key policies").
      Action: ["kms:GenerateDataKey*", "kms:Decrypt", "kms:DescribeKey"],
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceArn": trail } },
    },
    {
      Sid: "InventoriesOfThisAccount",
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      // S3 User Guide, "Granting Amazon S3 permission to use your customer managed key for encryption".
      Action: "kms:GenerateDataKey*",
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": identity.accountId } },
    },
    throughItsStore("FindingsOfThisStack", "events.amazonaws.com", {
      "aws:sns:topicArn": arnOf(identity, "sns", findingTopicName(context.names)),
    }),
    throughItsStore("AlarmsOfThisStack", "cloudwatch.amazonaws.com", {
      "aws:sns:topicArn": arnOf(identity, "sns", alarmTopicName(context.names)),
    }),
    {
      Sid: "BudgetsOfThisAccount",
      Effect: "Allow",
      Principal: { Service: "budgets.amazonaws.com" },
      Action: ["kms:GenerateDataKey*", "kms:Decrypt"],
      Resource: "*",
      Condition: ofBudgets(identity),
    },
    throughItsStore("FailuresOfThisStack", "events.amazonaws.com", {
      "aws:sns:topicArn": arnOf(identity, "sns", alarmTopicName(context.names)),
    }),
  ]);
}

/**
 * The HMAC key of the pseudonyms. Whoever may ask it can test guesses, so it answers named roles only. VerifyMac, which
 * nobody needs, tests a guess as well as GenerateMac; a grant would be a way round. Both are refused to everybody.
 */
export function pseudonymKeyPolicy(context: AwsContext, args: NamedUsersArgs): aws.iam.PolicyDocument {
  return policy([
    ...management(context, args),
    ...onlyFor(context, args.users, ["kms:GenerateMac"]),
    {
      Sid: "NoOtherWay",
      Effect: "Deny",
      Principal: "*",
      Action: ["kms:VerifyMac", "kms:CreateGrant"],
      Resource: "*",
    },
  ]);
}

/** The key of what turns pseudonyms back: two roles, through S3. */
export function reidentificationKeyPolicy(context: AwsContext, args: NamedUsersArgs): aws.iam.PolicyDocument {
  return policy([
    ...management(context, args),
    ...onlyFor(context, args.users, ENCRYPT),
    { Sid: "NoOtherWay", Effect: "Deny", Principal: "*", Action: "kms:CreateGrant", Resource: "*" },
  ]);
}

/**
 * Roles are named by a condition, not as principals: KMS refuses a principal that does not exist yet, and the roles come
 * after the key. For a session `aws:PrincipalArn` is its role's ARN.
 */
function onlyFor(
  { identity }: AwsContext,
  users: readonly string[],
  actions: readonly string[],
): Statement[] {
  return [
    {
      Sid: "UseByNamedRoles",
      Effect: "Allow",
      Principal: { AWS: iamArn(identity, "root") },
      Action: [...actions],
      Resource: "*",
      Condition: { ArnEquals: { "aws:PrincipalArn": [...users] } },
    },
    {
      Sid: "UseByNobodyElse",
      Effect: "Deny",
      Principal: "*",
      Action: [...actions],
      Resource: "*",
      Condition: { ArnNotEquals: { "aws:PrincipalArn": [...users] } },
    },
  ];
}

/** Named administrators, and the rest of the account may look; without names the account's IAM says who manages. */
function management({ identity }: AwsContext, { admins }: KeyPolicyArgs): Statement[] {
  const account = { AWS: iamArn(identity, "root") };
  const manage = { Effect: "Allow" as const, Action: MANAGE, Resource: "*" };
  if (admins.length === 0) return [{ Sid: "ManageByIam", ...manage, Principal: account }];
  return [
    { Sid: "ManageByNamedAdmins", ...manage, Principal: { AWS: [...admins] } },
    { Sid: "LookByIam", Effect: "Allow", Principal: account, Action: LOOK, Resource: "*" },
  ];
}

function policy(statements: readonly Statement[]): aws.iam.PolicyDocument {
  return { Version: "2012-10-17", Statement: [...statements] };
}
