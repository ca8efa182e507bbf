import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments, checkText } from "../../arguments";
import { parseRange } from "../../network";
import type { AwsContext } from "../context";
import type { ClosedSubnet, Network } from "../foundation/network";
import type { Standing } from "../foundation/network/interface-rights";
import type { Statement } from "../foundation/service-role";
import { secretOf, type Source } from "../../source";
import { sourceProblems } from "../../source-problems";
import { zonesProblem } from "./zones";
import { connectionProperties } from "./properties";
import { readConnections, readSecret, standInNetwork } from "./rights";
import { createWorkersGroup } from "./workers-group";

export interface ConnectionArgs {
  /** What it leads to: kind, address, and the secret that holds the credentials. */
  readonly source: Source;
  /** Network in whose first closed subnet crawlers and jobs stand while they use it; null: none of ours. @default null */
  readonly network?: Network | null;
  /** IPv4 ranges that are reached from the network: the source's own. @default [] */
  readonly reaches?: readonly string[];
}

/**
 * A Glue connection: how crawlers and Glue jobs reach a source. TLS is asked for unless it is turned off by name, and
 * credentials stay in Secrets Manager.
 *
 * In a network it has a security group of its own, whose members speak with each other and with the ranges named.
 * Idle cost: none.
 *
 * @throws ArgumentError with every wrong argument.
 */
export class Connection extends pulumi.ComponentResource {
  readonly kind: Source["kind"];
  /** What it leads to. */
  readonly source: Source;
  /** Name in Glue. */
  readonly glueName: pulumi.Output<string>;
  private readonly physicalName: string;
  private readonly secretArn: string | undefined;
  private readonly place: Place | null;

  constructor(
    private readonly component: string,
    private readonly context: AwsContext,
    args: ConnectionArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:Connection", component, {}, opts);
    const { source, reaches = [] } = args;
    const network = args.network ?? null;
    checkArguments("Connection", component, [
      ...sourceProblems(source, network !== null),
      ...reaches.map((range, at) =>
        checkText(
          `reaches[${at}]`,
          range,
          (text) => parseRange(text) !== undefined,
          "an IPv4 range, e.g. 10.1.0.0/16",
        ),
      ),
      reaches.length > 0 && network === null
        ? "reaches: names ranges without a network; leave it out, or give the network"
        : undefined,
      zonesProblem(network),
    ]);
    this.kind = source.kind;
    this.source = source;
    this.physicalName = context.names.of("connection", component);
    this.secretArn = secretOf(source);
    this.place = network === null ? null : this.standIn(network, reaches);
    const connection = new aws.glue.Connection(
      component,
      {
        name: this.physicalName,
        connectionType: source.kind,
        connectionProperties: connectionProperties(source, context.identity.region),
        ...(this.place !== null && { physicalConnectionRequirements: requirements(this.place) }),
        tags: { ...context.tags },
      },
      { parent: this },
    );
    this.glueName = connection.name;
    this.registerOutputs({ name: connection.name, arn: connection.arn });
  }

  /** Statements that let a role connect: the connection, its secret, and a place in the network. */
  useStatements(): Statement[] {
    const { context, secretArn, place } = this;
    return [
      readConnections(context, [this.physicalName]),
      ...(secretArn === undefined ? [] : readSecret(context, secretArn)),
      ...(place === null ? [] : standInNetwork(context, place)),
    ];
  }

  private standIn(network: Network, reaches: readonly string[]): Place {
    const { component, context } = this;
    const group = createWorkersGroup(component, context, { vpcId: network.vpcId, reaches }, this);
    return {
      subnet: network.closedSubnets[0]!,
      subnetIds: [network.closedSubnets[0]!.id],
      // The closed group reaches S3 and the interface endpoints.
      securityGroupIds: [...network.closed.securityGroupIds, group.id],
    };
  }
}

interface Place extends Standing {
  readonly subnet: ClosedSubnet;
}

/** The zone is implied by the subnet, but asked for by the service. */
function requirements({
  subnet,
  securityGroupIds,
}: Place): aws.types.input.glue.ConnectionPhysicalConnectionRequirements {
  return {
    availabilityZone: subnet.zone,
    subnetId: subnet.id,
    securityGroupIdLists: [...securityGroupIds],
  };
}
