import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx/ec2";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "../../arguments";
import { NEEDED_ENDPOINTS, NETWORK_CIDR, type EndpointService, type NatGateways } from "../../network";
import { TAG, type AwsContext } from "../context";
import type { EncryptionKeys } from "./encryption-keys";
import { subnetRanges, type Tier } from "./network/address-plan";
import { networkProblems } from "./network/arguments";
import { createEndpoints } from "./network/endpoints";
import { createFlowLogs } from "./network/flow-logs";
import { allowFrom, allowTo, createGroup, type Target } from "./network/security-groups";

export interface NetworkArgs {
  readonly keys: EncryptionKeys;
  /** Private IPv4 range of /16 to /22. A sixteenth of it goes to each subnet. @default "10.20.0.0/16" */
  readonly cidr?: string;
  /** Availability zones, 2 or 3. @default 2 */
  readonly zones?: number;
  /** `none`, `single`, or `per-zone`: how open subnets reach the internet; closed ones never do. @default "none" */
  readonly natGateways?: NatGateways;
  /** AWS services reached by an interface endpoint; each costs by zone and hour. @default ["kms", "kinesis-streams"] */
  readonly endpoints?: readonly EndpointService[];
  /** A network that is there already, instead of one of the stack's own. Null: its own. @default null */
  readonly existing?: ExistingNetwork | null;
}

/** A network of somebody else's: its routes, endpoints and logs are its owner's. */
export interface ExistingNetwork {
  readonly vpcId: string;
  /** Subnets for functions and Spark; they must reach S3, KMS and Kinesis. */
  readonly closedSubnetIds: readonly string[];
  /** Availability zone of each subnet, in their order; Glue's connections ask for them. @default [] */
  readonly zones?: readonly string[];
}

/** A subnet and the zone it stands in, for what takes one at a time. */
export interface ClosedSubnet {
  readonly id: pulumi.Output<string>;
  /** E.g. `ap-northeast-2a`. */
  readonly zone: pulumi.Output<string>;
}

/** Where something stands in a network, as functions and clusters take it. */
export interface Placement {
  readonly subnetIds: pulumi.Output<string[]>;
  readonly securityGroupIds: pulumi.Output<string>[];
}

/**
 * A VPC with closed subnets, which have no route to the internet, and open ones, which have one only with a NAT gateway.
 *
 * Creates the VPC with its subnets and route tables (by awsx), gateway endpoints for S3 and DynamoDB and interface
 * endpoints, all bounded to this account, a default security group without rules, a group for what stands in the closed
 * subnets, and flow logs under the log key. In an existing VPC, that group only.
 *
 * Idle cost: an interface endpoint 0.013 USD an hour and zone (9.49 USD a month), a NAT gateway 0.059 USD an hour, flow
 * logs 0.76 USD a GB; all else nothing (Seoul, list prices, 2026-11).
 *
 * @throws ArgumentError with every wrong argument.
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** Where functions and Spark stand. */
  readonly closed: Placement;
  /** The same subnets one by one, a zone each; none in an existing network whose zones are not named. */
  readonly closedSubnets: readonly ClosedSubnet[];
  /** Subnets for servers that people reach; none in an existing network. */
  readonly openSubnetIds: pulumi.Output<string[]>;

  constructor(
    name: string,
    private readonly context: AwsContext,
    args: NetworkArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:Network", name, {}, opts);
    checkArguments("Network", name, networkProblems(args));
    const { vpcId, closedSubnetIds, closedSubnets, openSubnetIds, closedGroup } =
      (args.existing ?? null) === null ? this.createOwn(name, args) : this.join(name, args.existing!);
    this.vpcId = vpcId;
    this.openSubnetIds = openSubnetIds;
    this.closedSubnets = closedSubnets;
    this.closed = { subnetIds: closedSubnetIds, securityGroupIds: [closedGroup.id] };
    this.registerOutputs({ vpcId, closedSubnetIds, openSubnetIds });
  }

  private createOwn(name: string, args: NetworkArgs): Parts {
    const cidr = args.cidr ?? NETWORK_CIDR;
    const zones = args.zones ?? 2;
    const vpc = this.createVpc(name, cidr, zones, args.natGateways ?? "none");
    const { vpcId, isolatedSubnetIds: closedSubnetIds } = vpc;
    // Whatever names no group of its own gets this one: it lets nothing in or out.
    new aws.ec2.DefaultSecurityGroup(
      name,
      { vpcId, ingress: [], egress: [], tags: { ...this.context.tags } },
      { parent: this },
    );
    const endpointGroup = this.createGroup(
      `${name}-endpoints`,
      "endpoints",
      "Interface endpoints of the platform",
      vpcId,
    );
    allowFrom(
      { cidrIpv4: cidr },
      { name: `${name}-endpoints`, group: endpointGroup, description: "From the network itself" },
      this.context,
      this,
    );
    const s3 = createEndpoints(
      name,
      this.context,
      {
        vpcId,
        routeTableIds: pulumi.output(vpc.routeTables.apply((tables) => tables.map(({ id }) => id))),
        subnetIds: closedSubnetIds,
        securityGroupId: endpointGroup.id,
        services: args.endpoints ?? NEEDED_ENDPOINTS,
      },
      this,
    );
    const closedGroup = this.createClosedGroup(name, vpcId);
    const allow = (to: string, description: string, target: Target) =>
      allowTo(
        target,
        { name: `${name}-closed-to-${to}`, group: closedGroup, description },
        this.context,
        this,
      );
    allow("endpoints", "To the interface endpoints", { referencedSecurityGroupId: endpointGroup.id });
    allow("s3", "To S3 by its gateway endpoint", { prefixListId: s3.prefixListId });
    createFlowLogs(`${name}-flow`, this.context, { keys: args.keys, vpcId }, this);
    return {
      ...{ vpcId, closedSubnetIds, closedGroup },
      closedSubnets: oneByOne(vpc, zones),
      openSubnetIds: vpc.privateSubnetIds,
    };
  }

  /** The owner's routes decide what is reached; which endpoints they lead to is not known here. */
  private join(name: string, existing: ExistingNetwork): Parts {
    const vpcId = pulumi.output(existing.vpcId);
    const closedGroup = this.createClosedGroup(name, vpcId);
    allowTo(
      { cidrIpv4: "0.0.0.0/0" },
      { name: `${name}-closed-to-services`, group: closedGroup, description: "To AWS, as routes allow" },
      this.context,
      this,
    );
    return {
      vpcId,
      closedSubnetIds: pulumi.output([...existing.closedSubnetIds]),
      closedSubnets: (existing.zones ?? []).map((zone, at) => ({
        id: pulumi.output(existing.closedSubnetIds[at]!),
        zone: pulumi.output(zone),
      })),
      openSubnetIds: pulumi.output<string[]>([]),
      closedGroup,
    };
  }

  private createVpc(name: string, cidr: string, zones: number, natGateways: NatGateways): awsx.Vpc {
    const subnets = (tier: Tier, type: "Private" | "Isolated" | "Public") => ({
      type,
      name: tier,
      cidrBlocks: subnetRanges(cidr, tier, zones),
      tags: { [TAG.zone]: tier === "closed" ? "closed" : "open" },
    });
    return new awsx.Vpc(
      name,
      {
        cidrBlock: cidr,
        numberOfAvailabilityZones: zones,
        natGateways: { strategy: STRATEGY[natGateways] },
        subnetStrategy: "Auto",
        subnetSpecs: [
          subnets("open", "Private"),
          subnets("closed", "Isolated"),
          // Only a NAT gateway stands in a public subnet.
          ...(natGateways === "none" ? [] : [subnets("public", "Public")]),
        ],
        // Interface endpoints answer under the services' own names.
        enableDnsHostnames: true,
        enableDnsSupport: true,
        tags: { ...this.context.tags, Name: this.context.names.of("network", "network") },
      },
      { parent: this },
    );
  }

  private createClosedGroup(name: string, vpcId: pulumi.Output<string>): aws.ec2.SecurityGroup {
    const description = "Functions and Spark: nothing comes in, HTTPS to AWS services goes out";
    return this.createGroup(`${name}-closed`, "closed", description, vpcId);
  }

  private createGroup(name: string, part: string, description: string, vpcId: pulumi.Output<string>) {
    return createGroup(name, this.context, { part, description, vpcId }, this);
  }
}

interface Parts {
  readonly vpcId: pulumi.Output<string>;
  readonly closedSubnetIds: pulumi.Output<string[]>;
  readonly closedSubnets: readonly ClosedSubnet[];
  readonly openSubnetIds: pulumi.Output<string[]>;
  readonly closedGroup: aws.ec2.SecurityGroup;
}

/** As awsx calls them. */
const STRATEGY = { none: "None", single: "Single", "per-zone": "OnePerAz" } as const;

/** Which letters of the region an account's subnets stand in, AWS says when they are there. */
function oneByOne(vpc: awsx.Vpc, zones: number): ClosedSubnet[] {
  const stand = pulumi.output(
    vpc.subnets.apply((subnets) => subnets.map(({ id, availabilityZone }) => ({ id, availabilityZone }))),
  );
  return Array.from({ length: zones }, (_, at) => {
    const id = vpc.isolatedSubnetIds.apply((ids) => ids[at]!);
    const zone = pulumi
      .all([id, stand])
      .apply(([own, all]) => all.find((subnet) => subnet.id === own)!.availabilityZone);
    return { id, zone };
  });
}
