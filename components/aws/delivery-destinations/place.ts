/** Where Firehose stands to reach what is inside a network. */
import * as pulumi from "@pulumi/pulumi";
import { arnOf, type AwsContext } from "../context";
import type { Network } from "../foundation/network";
import { allowTo, createGroup } from "../foundation/network/security-groups";
import type { Statement } from "../foundation/service-role";

/** Ids of what its interfaces are made in. */
export interface Place {
  readonly subnetIds: pulumi.Input<string>[];
  readonly securityGroupIds: pulumi.Input<string>[];
}

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
): Place {
  const description = "Firehose: to a destination";
  const group = createGroup(name, context, { part, description, vpcId: network.vpcId }, parent);
  reaches.forEach((cidrIpv4, at) => {
    const rule = { name: `${name}-out-${at + 1}`, group, description: "To the destination" };
    allowTo({ cidrIpv4 }, rule, context, parent);
  });
  return { subnetIds: network.closedSubnets.map(({ id }) => id), securityGroupIds: [group.id] };
}

/** Firehose API, `VpcConfiguration`. Describing knows no resource. */
export function placeRights({ identity }: AwsContext, place: Place): Statement[] {
  const own = (kind: string, ids: readonly pulumi.Input<string>[]) =>
    ids.map((id) => pulumi.output(id).apply((known) => arnOf(identity, "ec2", `${kind}/${known}`)));
  const interfaces = arnOf(identity, "ec2", "network-interface/*");
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
    {
      Effect: "Allow",
      Action: "ec2:CreateNetworkInterface",
      Resource: [
        interfaces,
        ...own("subnet", place.subnetIds),
        ...own("security-group", place.securityGroupIds),
      ],
    },
    {
      Effect: "Allow",
      Action: ["ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface"],
      Resource: interfaces,
    },
  ];
}
