import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments, checkNumber, checkText } from "../../arguments";
import { LIMITS } from "../../limits";
import { isPrincipalArn } from "../../principal";
import { iamArn, TAG, type AwsContext } from "../context";

/** One statement of a policy, written as a plain object so that a preview shows all of it but unknown ARNs. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | string[];
  readonly Resource: pulumi.Input<string> | pulumi.Input<string>[];
  readonly Condition?: Record<string, Record<string, pulumi.Input<string> | pulumi.Input<string>[]>>;
}

export interface ServiceRoleArgs {
  /** Physical name, from `Names`. */
  readonly roleName: string;
  /**
   * Who may assume it: an AWS service (`lambda.amazonaws.com`), `account` for people of this account, or people by the ARN
   * of their role or user.
   */
  readonly assumedBy: string | readonly string[];
  /** What the role is for; the policy packs read it from the tag `naru:role`. */
  readonly purpose: string;
  readonly statements: readonly Statement[];
  /** Longest session, seconds (IAM: 3600 to 43200). @default 3600 */
  readonly maxSessionDuration?: number;
  /** Session tag without which nobody assumes the role; it shows in CloudTrail. Null: none is asked for. @default null */
  readonly sessionTag?: string | null;
}

/**
 * A role for one purpose with one inline policy.
 *
 * Service roles trust their service only on behalf of this account (`aws:SourceAccount`), against the confused deputy.
 * Idle cost: none.
 *
 * @throws ArgumentError with every wrong argument.
 */
export class ServiceRole extends pulumi.ComponentResource {
  readonly role: aws.iam.Role;
  /** Known in a preview: built from the name. */
  readonly arn: string;
  /** The role's ARN once its policy is attached: pass this on, so that nothing starts before its rights exist. */
  readonly readyArn: pulumi.Output<string>;

  constructor(
    name: string,
    context: AwsContext,
    args: ServiceRoleArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:ServiceRole", name, {}, opts);
    checkArguments("ServiceRole", name, [
      args.assumedBy.length === 0 ? `assumedBy: is empty; write ${WHO}` : undefined,
      ...[args.assumedBy].flat().map((who) => checkText("assumedBy", who, isPrincipal, WHO)),
      checkNumber("maxSessionDuration", args.maxSessionDuration, LIMITS.roleSession),
      args.statements.length > 0
        ? undefined
        : "statements: is empty; a role without rights is of no use, and IAM refuses an empty policy",
      ...args.statements.map(({ Resource }, at) =>
        Array.isArray(Resource) && Resource.length === 0
          ? `statements[${at}].Resource: is empty; name what the right is for, or leave the statement out`
          : undefined,
      ),
    ]);
    this.arn = iamArn(context.identity, `role/${args.roleName}`);
    this.role = new aws.iam.Role(
      name,
      {
        name: args.roleName,
        assumeRolePolicy: trust(context, args),
        maxSessionDuration: args.maxSessionDuration ?? 3600,
        tags: { ...context.tags, [TAG.role]: args.purpose },
      },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      { name: args.purpose, role: this.role.name, policy: document(args.statements) },
      { parent: this },
    );
    this.readyArn = pulumi.all([this.role.arn, policy.id]).apply(([arn]) => arn);
    this.registerOutputs({ arn: this.role.arn, name: this.role.name });
  }
}

const WHO = 'a service (lambda.amazonaws.com), "account", or ARNs of roles and users';

function isPrincipal(assumedBy: string): boolean {
  return (
    assumedBy === "account" || /^[a-z0-9.-]+\.amazonaws\.com$/.test(assumedBy) || isPrincipalArn(assumedBy)
  );
}

function trust(context: AwsContext, { assumedBy, sessionTag }: ServiceRoleArgs): aws.iam.PolicyDocument {
  const { accountId } = context.identity;
  if (typeof assumedBy !== "string" || assumedBy === "account") {
    const people = assumedBy === "account" ? iamArn(context.identity, "root") : [...assumedBy];
    return { Version: "2012-10-17", Statement: trustInPeople({ AWS: people }, sessionTag ?? null) };
  }
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: assumedBy },
        // Lambda and EMR Serverless do not send aws:SourceAccount when they assume an execution role.
        ...(SENDS_SOURCE_ACCOUNT.has(assumedBy) && {
          Condition: { StringEquals: { "aws:SourceAccount": accountId } },
        }),
      },
    ],
  };
}

/** A role that asks for a tag takes the caller's own name (source identity) too, where the caller gives one. */
function trustInPeople(Principal: { AWS: string | string[] }, tag: string | null): aws.iam.PolicyStatement[] {
  if (tag === null) return [{ Effect: "Allow", Action: "sts:AssumeRole", Principal }];
  return [
    {
      Effect: "Allow",
      Action: ["sts:AssumeRole", "sts:TagSession"],
      Principal,
      Condition: { StringLike: { [`aws:RequestTag/${tag}`]: "?*" } },
    },
    { Effect: "Allow", Action: "sts:SetSourceIdentity", Principal },
  ];
}

const SENDS_SOURCE_ACCOUNT = new Set([
  "firehose.amazonaws.com",
  "states.amazonaws.com",
  "scheduler.amazonaws.com",
  "events.amazonaws.com",
  "vpc-flow-logs.amazonaws.com",
  // Athena user guide, "Troubleshoot Athena for Spark": the trust policy of a workgroup's role.
  "athena.amazonaws.com",
  // RDS user guide, "Setting up and enabling Enhanced Monitoring", on the confused deputy.
  "monitoring.rds.amazonaws.com",
  // MSK developer guide, "Understand service execution role".
  "kafkaconnect.amazonaws.com",
  // Lake Formation Developer Guide, "Cross-service confused deputy prevention".
  "lakeformation.amazonaws.com",
]);

function document(statements: readonly Statement[]): aws.iam.PolicyDocument {
  return { Version: "2012-10-17", Statement: statements as aws.iam.PolicyStatement[] };
}
