/** Where Firehose stands to reach what is inside a network. */
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../context";
import type { Network } from "../foundation/network";
import { allowTo, createGroup } from "../foundation/network/security-groups";
import { createInterfaces, interfacesArn, type Standing } from "../foundation/network/interface-rights";
import type { Statement } from "../foundation/service-role";

export interface PlaceArgs {
  readonly network: Network;
  /** Of the security group's name. */
  readonly part: string;
  /** IPv4 ranges that may be reached, on HTTPS. */
  readonly reaches: readonly string[];
}

/** The closed subnets, and a group that lets nothing in and HTTPS out to the ranges named. */
export function createPlace(
  name: string,
  context: AwsContext,
  { network, part, reaches }: PlaceArgs,
  parent: pulumi.Resource,
): Standing {
  const description = "Firehose: to a destination";
  const group = createGroup(name, context, { part, description, vpcId: network.vpcId }, parent);
  reaches.forEach((cidrIpv4, at) => {
    const rule = { name: `${name}-out-${at + 1}`, group, description: "To the destination" };
    allowTo({ cidrIpv4 }, rule, context, parent);
  });
  return { subnetIds: network.closedSubnets.map(({ id }) => id), securityGroupIds: [group.id] };
}

/** Firehose API, `VpcConfiguration`. Describing knows no resource. */
export function placeRights(context: AwsContext, place: Standing): Statement[] {
  const interfaces = interfacesArn(context);
  return [
    {
      Effect: "Allow",
      Action: [
        "ec2:DescribeVpcs",
        "ec2:DescribeVpcAttribute",
        "ec2:DescribeSubnets",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeNetworkInterfaces",
      ],
      Resource: "*",
    },
    createInterfaces(context, place),
    {
      Effect: "Allow",
      Action: ["ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface"],
      Resource: interfaces,
    },
  ];
}
