/** `awsx.ec2.Vpc`, as the plugin of @pulumi/awsx 3.9 makes it: same types, names, parents, tags and addresses. */
import { Reference, type Construct, type RegisterChild, type Standing } from "./child";

interface SubnetSpec {
  readonly type: "Public" | "Private" | "Isolated";
  readonly name?: string;
  readonly cidrBlocks?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

type Strategy = "None" | "Single" | "OnePerAz";
type Tags = Readonly<Record<string, string>>;

interface VpcInputs {
  readonly cidrBlock?: string;
  readonly numberOfAvailabilityZones?: number;
  readonly availabilityZoneNames?: readonly string[];
  readonly natGateways?: { readonly strategy?: Strategy };
  readonly subnetStrategy?: string;
  readonly subnetSpecs?: readonly SubnetSpec[];
  readonly tags?: Tags;
}

/** What the plugin hands on to the VPC itself. */
const VPC_ARGUMENTS = [
  "assignGeneratedIpv6CidrBlock",
  "enableDnsHostnames",
  "enableDnsSupport",
  "enableNetworkAddressUsageMetrics",
  "instanceTenancy",
  "region",
];

/** Arguments that would need the plugin's own arithmetic, or that make what is not made here. */
const NOT_HERE = [
  "ipv4IpamPoolId",
  "ipv4NetmaskLength",
  "ipv6CidrBlock",
  "availabilityZoneCidrMask",
  "vpcEndpointSpecs",
];

/** In a zone the plugin makes public subnets first, since the others' routes lead there. */
const ORDER = ["Public", "Private", "Isolated"];

interface Made {
  readonly subnets: { readonly type: SubnetSpec["type"]; readonly subnet: Standing }[];
  readonly routeTables: Standing[];
  readonly associations: Standing[];
  readonly routes: Standing[];
  readonly natGateways: Standing[];
  readonly eips: Standing[];
}

/** @throws Error naming the arguments that are not worked out here. */
export const constructVpc: Construct = async ({ name, inputs, zones, register }) => {
  const args = inputs as VpcInputs;
  const specs = explicitSpecs(name, inputs);
  const strategy = args.natGateways?.strategy ?? "OnePerAz";
  if (strategy !== "None" && !specs.some(({ type }) => type === "Public")) {
    throw new Error(`awsx.ec2.Vpc ${name}: natGateways.strategy ${strategy} needs a subnet of type Public`);
  }
  const tags: Tags = { Name: name, ...args.tags };
  const vpc = await register({
    type: "aws:ec2/vpc:Vpc",
    name,
    inputs: {
      ...Object.fromEntries(VPC_ARGUMENTS.map((argument) => [argument, inputs[argument]])),
      cidrBlock: args.cidrBlock ?? "10.0.0.0/16",
      tags,
    },
  });
  const gateway = await register({
    type: "aws:ec2/internetGateway:InternetGateway",
    name,
    parent: vpc,
    inputs: { vpcId: vpc, tags },
  });
  const made: Made = {
    subnets: [],
    routeTables: [],
    associations: [],
    routes: [],
    natGateways: [],
    eips: [],
  };
  const site: Site = { name, vpc, gateway, strategy, tags, own: args.tags ?? {}, made, register };
  const used = args.availabilityZoneNames ?? zones.slice(0, args.numberOfAvailabilityZones ?? 3);
  for (const [index, zone] of used.entries()) {
    for (const spec of [...specs].sort((a, b) => ORDER.indexOf(a.type) - ORDER.indexOf(b.type))) {
      await addSubnet(site, spec, zone, index);
    }
  }
  return outputsOf(vpc, gateway, made);
};

interface Site {
  readonly name: string;
  readonly vpc: Standing;
  readonly gateway: Standing;
  readonly strategy: Strategy;
  /** With the component's name, or the Name that is given. */
  readonly tags: Tags;
  readonly own: Tags;
  readonly made: Made;
  readonly register: RegisterChild;
}

function explicitSpecs(name: string, inputs: Readonly<Record<string, unknown>>): readonly SubnetSpec[] {
  const { subnetSpecs, subnetStrategy } = inputs as VpcInputs;
  const unsupported = NOT_HERE.filter((argument) => inputs[argument] !== undefined);
  if (unsupported.length > 0) {
    throw new Error(`awsx.ec2.Vpc ${name}: ${unsupported.join(", ")} is not worked out here; leave it out`);
  }
  if (subnetSpecs === undefined || subnetSpecs.some(({ cidrBlocks }) => cidrBlocks === undefined)) {
    throw new Error(
      `awsx.ec2.Vpc ${name}: subnetSpecs must give cidrBlocks for each subnet; ranges that the plugin deals out are not ` +
        `worked out here, and would move when a subnet is added`,
    );
  }
  if (subnetStrategy === undefined || subnetStrategy === "Legacy") {
    throw new Error(
      `awsx.ec2.Vpc ${name}: subnetStrategy must be Auto or Exact; Legacy leaves cidrBlocks unread`,
    );
  }
  return subnetSpecs;
}

async function addSubnet(site: Site, spec: SubnetSpec, zone: string, index: number): Promise<void> {
  const { vpc, made, register } = site;
  const name = `${site.name}-${spec.name ?? spec.type.toLowerCase()}-${index + 1}`;
  const marks = { Name: name, SubnetType: spec.type };
  const subnet = await register({
    type: "aws:ec2/subnet:Subnet",
    name,
    parent: vpc,
    inputs: {
      vpcId: vpc,
      availabilityZone: zone,
      mapPublicIpOnLaunch: spec.type === "Public",
      cidrBlock: spec.cidrBlocks![index],
      assignIpv6AddressOnCreation: false,
      tags: { ...site.tags, ...spec.tags, ...marks },
    },
  });
  made.subnets.push({ type: spec.type, subnet });
  const routeTable = await register({
    type: "aws:ec2/routeTable:RouteTable",
    name,
    parent: subnet,
    inputs: { vpcId: vpc, tags: { ...site.tags, ...marks } },
  });
  made.routeTables.push(routeTable);
  const association = await register({
    type: "aws:ec2/routeTableAssociation:RouteTableAssociation",
    name,
    parent: routeTable,
    inputs: { routeTableId: routeTable, subnetId: subnet },
  });
  made.associations.push(association);
  if (spec.type === "Public") await addNatGateway(site, subnet, index);
  await addRoute(site, spec, name, routeTable, index);
}

async function addNatGateway(site: Site, subnet: Standing, index: number): Promise<void> {
  const { made, strategy, register } = site;
  if (strategy === "None" || made.natGateways.length > (strategy === "Single" ? 0 : index)) return;
  const name = `${site.name}-${index + 1}`;
  const tags = { ...site.own, Name: name };
  const eip = await register({ type: "aws:ec2/eip:Eip", name, parent: subnet, inputs: { tags } });
  made.eips.push(eip);
  const natGateway = await register({
    type: "aws:ec2/natGateway:NatGateway",
    name,
    parent: subnet,
    inputs: { subnetId: subnet, allocationId: eip, tags },
  });
  made.natGateways.push(natGateway);
}

/** To the internet; isolated subnets have none. */
async function addRoute(site: Site, spec: SubnetSpec, name: string, routeTableId: Standing, index: number) {
  const { made, strategy } = site;
  const target = {
    Public: { gatewayId: site.gateway },
    Private:
      strategy === "None" ? undefined : { natGatewayId: made.natGateways[strategy === "Single" ? 0 : index] },
    Isolated: undefined,
  }[spec.type];
  if (target === undefined) return;
  const route = await site.register({
    type: "aws:ec2/route:Route",
    name,
    parent: routeTableId,
    inputs: { routeTableId, ...target, destinationCidrBlock: "0.0.0.0/0" },
  });
  made.routes.push(route);
}

function outputsOf(vpc: Standing, gateway: Standing, made: Made): Record<string, unknown> {
  const all = (of: readonly Standing[]) => of.map((standing) => new Reference(standing));
  const ids = (type: SubnetSpec["type"]) =>
    made.subnets.filter((one) => one.type === type).map(({ subnet }) => subnet);
  return {
    vpc: new Reference(vpc),
    vpcId: vpc,
    internetGateway: new Reference(gateway),
    subnets: all(made.subnets.map(({ subnet }) => subnet)),
    publicSubnetIds: ids("Public"),
    privateSubnetIds: ids("Private"),
    isolatedSubnetIds: ids("Isolated"),
    routeTables: all(made.routeTables),
    routeTableAssociations: all(made.associations),
    routes: all(made.routes),
    natGateways: all(made.natGateways),
    eips: all(made.eips),
    vpcEndpoints: [],
  };
}
