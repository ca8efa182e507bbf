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
