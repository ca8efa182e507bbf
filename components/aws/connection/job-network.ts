/** Where Glue's jobs stand in a network: a connection of kind NETWORK in each zone. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../context";
import type { Network } from "../foundation/network";
import type { Statement } from "../foundation/service-role";
import { readConnections, standInNetwork } from "./rights";
import { createWorkersGroup } from "./workers-group";

/** What a job takes to stand in a network. */
export interface JobNetwork {
  /** Names of connections, for {@link GlueJobArgs.connections}: behind those of a source, whose place goes first. */
  readonly connections: readonly pulumi.Output<string>[];
  /** What the job's role needs for it. */
  readonly statements: readonly Statement[];
}

/**
 * A run takes the first connection whose zone is well and has addresses left, with driver and workers in that zone; so
 * one in each zone outlives the loss of one (AWS re:Post, "AWS Glue Job Networking: managing multiple connections").
 */
export function createJobNetwork(
  name: string,
  context: AwsContext,
  network: Network,
  parent: pulumi.Resource,
): JobNetwork {
  const { names, tags } = context;
  const group = createWorkersGroup(name, context, { vpcId: network.vpcId, reaches: [] }, parent);
  // The closed group reaches S3 and the interface endpoints.
  const securityGroupIds = [...network.closed.securityGroupIds, group.id];
  const physical = network.closedSubnets.map((_, at) => names.of("connection", name, `zone-${at + 1}`));
  const made = network.closedSubnets.map(
    ({ id, zone }, at) =>
      new aws.glue.Connection(
        `${name}-zone-${at + 1}`,
        {
          name: physical[at]!,
          connectionType: "NETWORK",
          physicalConnectionRequirements: {
            availabilityZone: zone,
            subnetId: id,
            securityGroupIdLists: securityGroupIds,
          },
          tags: { ...tags },
        },
        { parent },
      ),
  );
  return {
    connections: made.map((connection) => connection.name),
    statements: [
      readConnections(context, physical),
      ...standInNetwork(context, {
        subnetIds: network.closedSubnets.map(({ id }) => id),
        securityGroupIds,
      }),
    ],
  };
}
