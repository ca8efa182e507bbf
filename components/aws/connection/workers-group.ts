import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../context";
import { createGroup } from "../foundation/network/security-groups";

/** All of TCP: Spark's workers take any port, and each source its own. */
const TCP = { ipProtocol: "tcp", fromPort: 0, toPort: 65_535 };

/**
 * The security group of Glue's workers. Glue refuses a connection without a group that lets its members reach each other
 * on all ports (Glue developer guide, "Setting up Amazon VPC to connect to JDBC data stores").
 */
export function createWorkersGroup(
  component: string,
  context: AwsContext,
  args: { readonly vpcId: pulumi.Input<string>; readonly reaches: readonly string[] },
  parent: pulumi.Resource,
): aws.ec2.SecurityGroup {
  const name = `${component}-workers`;
  const description = "Glue: its workers among themselves, and to the source";
  const group = createGroup(name, context, { part: component, description, vpcId: args.vpcId }, parent);
  const rule = (description: string) => ({
    ...TCP,
    securityGroupId: group.id,
    description,
    tags: { ...context.tags },
  });
  const themselves = { ...rule("Workers among themselves"), referencedSecurityGroupId: group.id };
  new aws.vpc.SecurityGroupIngressRule(`${name}-from-themselves`, themselves, { parent });
  new aws.vpc.SecurityGroupEgressRule(`${name}-to-themselves`, themselves, { parent });
  args.reaches.forEach((cidrIpv4, at) => {
    const source = { ...rule("To the source"), cidrIpv4 };
    new aws.vpc.SecurityGroupEgressRule(`${name}-to-source-${at + 1}`, source, { parent });
  });
  return group;
}
