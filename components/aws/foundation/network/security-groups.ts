/** Who may speak to whom inside a network. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../../context";

const HTTPS = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };

/** A group without rules; they come one by one, so that a preview shows each. */
export function createGroup(
  name: string,
  context: AwsContext,
  args: { readonly part: string; readonly description: string; readonly vpcId: pulumi.Input<string> },
  parent: pulumi.Resource,
): aws.ec2.SecurityGroup {
  const groupName = context.names.of("network", args.part);
  return new aws.ec2.SecurityGroup(
    name,
    {
      name: groupName,
      description: args.description,
      vpcId: args.vpcId,
      tags: { ...context.tags, Name: groupName },
    },
    { parent },
  );
}

export type Source = Pick<aws.vpc.SecurityGroupIngressRuleArgs, "cidrIpv4">;
export type Target = Pick<
  aws.vpc.SecurityGroupEgressRuleArgs,
  "cidrIpv4" | "prefixListId" | "referencedSecurityGroupId"
>;

export interface Rule {
  readonly name: string;
  readonly group: aws.ec2.SecurityGroup;
  readonly description: string;
}

/** Lets a source in on HTTPS. */
export function allowFrom(source: Source, rule: Rule, context: AwsContext, parent: pulumi.Resource): void {
  new aws.vpc.SecurityGroupIngressRule(rule.name, { ...ruleOf(rule, context), ...source }, { parent });
}

/** Lets a group out on HTTPS, to one target. */
export function allowTo(target: Target, rule: Rule, context: AwsContext, parent: pulumi.Resource): void {
  new aws.vpc.SecurityGroupEgressRule(rule.name, { ...ruleOf(rule, context), ...target }, { parent });
}

function ruleOf({ group, description }: Rule, context: AwsContext) {
  return { ...HTTPS, securityGroupId: group.id, description, tags: { ...context.tags } };
}

/** A way from one group to another, and both are told of it. */
export interface Way {
  /** As the descriptions of both ends name them. */
  readonly from: string;
  readonly to: string;
  readonly source: aws.ec2.SecurityGroup;
  readonly target: aws.ec2.SecurityGroup;
  readonly port: number;
}

/** Both ends of one way: groups that name each other. */
export function letThrough(
  name: string,
  { tags }: AwsContext,
  { from, to, source, target, port }: Way,
  parent: pulumi.Resource,
): void {
  const rule = { ipProtocol: "tcp", fromPort: port, toPort: port, tags: { ...tags } };
  new aws.vpc.SecurityGroupEgressRule(
    name,
    {
      ...rule,
      description: `To the ${to}`,
      securityGroupId: source.id,
      referencedSecurityGroupId: target.id,
    },
    { parent },
  );
  new aws.vpc.SecurityGroupIngressRule(
    name,
    {
      ...rule,
      description: `From the ${from}`,
      securityGroupId: target.id,
      referencedSecurityGroupId: source.id,
    },
    { parent },
  );
}
