/** What a person sets of a network: the forms, and what each is checked by. Stack settings and components read them here. */

import type { Given } from "./settings";

/** The network that a stack gets: prod has one of its own, because there it is worth its price. */
export function networkOf({ network, stage }: Partial<Given>): string {
  return network ?? (stage === "prod" ? "own" : "none");
}

/** How the open subnets reach the internet: not at all, over one gateway, or over one in each zone. */
export const NAT_GATEWAYS = ["none", "single", "per-zone"] as const;
export type NatGateways = (typeof NAT_GATEWAYS)[number];

/** Services that a network can have an interface endpoint for, by the last part of the endpoint's service name. */
export const ENDPOINT_SERVICES = [
  "athena",
  "glue",
  "kinesis-firehose",
  "kinesis-streams",
  "kms",
  "logs",
  "monitoring",
  "secretsmanager",
  "sqs",
  "states",
  "sts",
] as const;
export type EndpointService = (typeof ENDPOINT_SERVICES)[number];

/** What the functions and Spark call from the closed subnets, beside S3: pseudonyms' keys, and streams. */
export const NEEDED_ENDPOINTS: readonly EndpointService[] = ["kms", "kinesis-streams"];

/** What Glue's jobs call besides: rulesets and their results, and logs. */
export const GLUE_ENDPOINTS: readonly EndpointService[] = ["glue", "logs"];

/** Where crawlers and jobs read the credentials of a source. */
export const SECRET_ENDPOINT: EndpointService = "secretsmanager";

export const NETWORK_CIDR = "10.20.0.0/16";

/** As errors say it. */
export const NETWORK_CIDR_FORM = `a private IPv4 range of /16 to /22 at its own start, e.g. ${NETWORK_CIDR}`;

/** Largest and smallest range: AWS gives a VPC a /16 at most, and a /22 leaves subnets of 59 addresses. */
const PREFIX = { largest: 16, smallest: 22 };

/** RFC 1918: first address and prefix length. */
const PRIVATE = [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const;

export interface Range {
  /** First address as a number. */
  readonly first: number;
  readonly prefix: number;
}

/** @returns undefined for what is no IPv4 range. */
export function parseRange(cidr: string): Range | undefined {
  const [, address, prefix] = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(cidr) ?? [];
  if (address === undefined || address.split(".").some((part) => Number(part) > 255)) return undefined;
  return { first: numberOf(address), prefix: Number(prefix) };
}

export function isNetworkCidr(cidr: string): boolean {
  const range = parseRange(cidr);
  if (range === undefined || range.prefix < PREFIX.largest || range.prefix > PREFIX.smallest) return false;
  const size = 2 ** (32 - range.prefix);
  return (
    range.first % size === 0 &&
    PRIVATE.some(([from, prefix]) => {
      const distance = range.first - numberOf(from);
      return distance >= 0 && distance < 2 ** (32 - prefix);
    })
  );
}

/** The n-th of the equal parts that a range falls into, as text. */
export function partOf({ first, prefix }: Range, extraBits: number, index: number): string {
  const partPrefix = prefix + extraBits;
  return `${textOf(first + index * 2 ** (32 - partPrefix))}/${partPrefix}`;
}

export function isVpcId(text: string): boolean {
  return /^vpc-[0-9a-f]{8,17}$/.test(text);
}

/** As errors say it. */
export const ZONE_FORM = "an availability zone, e.g. ap-northeast-2a";

export function isZone(text: string): boolean {
  return /^[a-z]{2}(-[a-z]+)+-\d[a-z]$/.test(text);
}

export function isSubnetId(text: string): boolean {
  return /^subnet-[0-9a-f]{8,17}$/.test(text);
}

/** Of an endpoint: the way from one network to a service. */
export function isEndpointId(text: string): boolean {
  return /^vpce-[0-9a-f]{8,17}$/.test(text);
}

function numberOf(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function textOf(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join(".");
}
