/** The account that a verification works in, with the credentials that the AWS SDK finds. */
import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import { STSClient } from "@aws-sdk/client-sts";
import { TAG } from "../../components/aws/context";
import { CloudClients, type Credentials, type LocalEndpoints } from "../../local/endpoints";
import { callJson } from "../../local/provider/signed-json";
import { callerOf } from "../stack-session";

export interface Account {
  readonly accountId: string;
  /** ARN of whoever asks. */
  readonly caller: string;
  readonly region: string;
}

/** Where AWS keeps the tags of what has no region, such as roles. */
const GLOBAL_REGION = "us-east-1";

/** @throws Error with the way out where nobody is logged in. */
export async function accountOf(region: string, stack: string): Promise<Account> {
  const { accountId, arn } = await callerOf(new STSClient({ region }), stack);
  return { accountId, caller: arn, region };
}

/** Clients with the credentials of this moment: sessions of a single sign-on end, so each step takes new ones. */
export async function clientsOf({ accountId, region }: Account): Promise<CloudClients> {
  // AWS finds each service's address itself, or takes AWS_ENDPOINT_URL.
  const addresses = { emulator: undefined, services: undefined, accountId, region };
  return new CloudClients(addresses as unknown as LocalEndpoints, await credentialsOf(region));
}

export async function credentialsOf(region: string): Promise<Credentials> {
  return new STSClient({ region }).config.credentials();
}

/** Of a service that the project has no client of; `AWS_ENDPOINT_URL` goes before it, as for the SDK. */
export function endpointOf(service: string, region: string): string {
  return process.env.AWS_ENDPOINT_URL ?? `https://${service}.${region}.amazonaws.com`;
}

export interface Leftovers {
  readonly left: readonly string[];
  /** Keys that AWS deletes at the end of their waiting time; they cost nothing meanwhile. */
  readonly keysThatWait: readonly string[];
}

/** What still carries the stack's tag, by the Resource Groups Tagging API. */
export async function leftovers(account: Account, tag: string): Promise<Leftovers> {
  const regions = [...new Set([account.region, GLOBAL_REGION])];
  const found = new Set((await Promise.all(regions.map((region) => tagged(region, tag)))).flat());
  const waiting = new Set<string>();
  const { kms } = await clientsOf(account);
  for (const arn of found) {
    if (!/:kms:[^:]+:\d+:key\//.test(arn)) continue;
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: arn }));
    if (KeyMetadata?.KeyState === "PendingDeletion") waiting.add(arn);
  }
  return { left: [...found].filter((arn) => !waiting.has(arn)).sort(), keysThatWait: [...waiting].sort() };
}

async function tagged(region: string, tag: string): Promise<string[]> {
  const emulator = endpointOf("tagging", region);
  const credentials = await credentialsOf(region);
  const arns: string[] = [];
  for (let token = ""; ;) {
    const answer = await callJson(
      { emulator, region },
      { service: "tagging", target: "ResourceGroupsTaggingAPI_20170126.GetResources", version: "1.1" },
      { TagFilters: [{ Key: TAG.stack, Values: [tag] }], ...(token !== "" && { PaginationToken: token }) },
      credentials,
    );
    arns.push(
      ...(answer.ResourceTagMappingList as { ResourceARN: string }[]).map(({ ResourceARN }) => ResourceARN),
    );
    token = String(answer.PaginationToken ?? "");
    if (token === "") return arns;
  }
}
