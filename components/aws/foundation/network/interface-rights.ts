/** The right of a role to have a service stand in a network. */
import * as pulumi from "@pulumi/pulumi";
import { arnOf, type AwsContext } from "../../context";
import type { Statement } from "../service-role";

/** Ids of what a service's network interfaces are made in. */
export interface Standing {
  readonly subnetIds: pulumi.Input<string>[];
  readonly securityGroupIds: pulumi.Input<string>[];
}

/** Interfaces have no name before they are made: these are all of the account. */
export function interfacesArn({ identity }: AwsContext): string {
  return arnOf(identity, "ec2", "network-interface/*");
}

/** Making interfaces in these subnets and groups only. */
export function createInterfaces(context: AwsContext, { subnetIds, securityGroupIds }: Standing): Statement {
  const own = (kind: string, ids: readonly pulumi.Input<string>[]) =>
    ids.map((id) => pulumi.output(id).apply((known) => arnOf(context.identity, "ec2", `${kind}/${known}`)));
  return {
    Effect: "Allow",
    Action: "ec2:CreateNetworkInterface",
    Resource: [
      interfacesArn(context),
      ...own("subnet", subnetIds),
      ...own("security-group", securityGroupIds),
    ],
  };
}
