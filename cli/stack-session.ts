/** A stack as whoever types a command meets it: its names, their own clients, and sessions of its roles. */
import { userInfo } from "node:os";
import { AthenaClient } from "@aws-sdk/client-athena";
import { GlueClient } from "@aws-sdk/client-glue";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient, type Tag } from "@aws-sdk/client-sts";
import { iamArn } from "../components/aws/context";
import { Names } from "../components/naming";
import { CloudClients, type Credentials } from "../local/endpoints";
import { runningEndpoints } from "../local/local-cloud";
import { ROOT } from "../local/paths";
import { readStackConfig, regionOf } from "../local/recorder";

/** Services that commands speak with. */
export interface Clients {
  readonly athena: AthenaClient;
  readonly glue: GlueClient;
  readonly kinesis: KinesisClient;
  readonly s3: S3Client;
  readonly sts: STSClient;
}

export interface RoleRequest {
  /** Name of the role. */
  readonly role: string;
  /** What else must hold for the caller to take it; ends the error. @default "The stack's IAM must let you" */
  readonly needs?: string;
  /** Tags of the session. @default [] */
  readonly tags?: readonly Tag[];
}

export interface OpenStack {
  readonly names: Names;
  /** Whether it is the one of this machine. */
  readonly local: boolean;
  /** ARN of whoever asks. */
  readonly caller: string;
  /** Name of their sessions, by which CloudTrail tells who it was. */
  readonly session: string;
  /** With the caller's own rights; locally those of the local root. */
  readonly clients: Clients;
  /** @throws Error that names the role and says what it needs, when the cloud refuses. */
  assume(request: RoleRequest): Promise<Clients>;
}

/**
 * Finds a stack by its configuration and the caller's account: all names follow.
 * @throws Error when there is no such stack, when the local one is not up, or when nobody is logged in.
 */
export async function openStack(name: string): Promise<OpenStack> {
  const { project, stack, values } = readStackConfig(ROOT, name);
  const region = regionOf(values);
  const endpoints = values["naru:stage"] === "local" ? runningEndpoints() : null;
  const clientsOf = (credentials?: Credentials): Clients =>
    endpoints === null ? awsClients(region, credentials) : new CloudClients(endpoints, credentials);
  const clients = clientsOf();
  const { accountId, arn } = await callerOf(clients.sts, name);
  const names = new Names({ project, stack, accountId, region });
  const session = sessionName(arn);
  return {
    ...{ names, local: endpoints !== null, caller: arn, session, clients },
    assume: async (request) => clientsOf(await assume(clients.sts, names, session, request)),
  };
}

/** Without credentials those that the AWS SDK finds: profile, single sign-on or environment. */
function awsClients(region: string, credentials?: Credentials): Clients {
  const config = { region, ...(credentials !== undefined && { credentials }) };
  return {
    athena: new AthenaClient(config),
    glue: new GlueClient(config),
    kinesis: new KinesisClient(config),
    s3: new S3Client(config),
    sts: new STSClient(config),
  };
}

/** @throws Error with the way out where nobody is logged in. */
export async function callerOf(
  sts: Pick<STSClient, "send">,
  stack: string,
): Promise<{ accountId: string; arn: string }> {
  try {
    const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
    return { accountId: Account!, arn: Arn! };
  } catch (cause) {
    if ((cause as Error).name !== "CredentialsProviderError") throw cause;
    throw new Error(
      `The stack ${stack} is on AWS, and there are no credentials for it: ${(cause as Error).message}. Log in (aws sso login), ` +
        "or name a profile in AWS_PROFILE",
      { cause },
    );
  }
}

/** @throws Error that names the role and says what it needs. */
export async function assume(
  sts: Pick<STSClient, "send">,
  { identity }: Names,
  RoleSessionName: string,
  { role, needs = "The stack's IAM must let you", tags = [] }: RoleRequest,
): Promise<Credentials> {
  const RoleArn = iamArn(identity, `role/${role}`);
  const request = { RoleArn, RoleSessionName, ...(tags.length > 0 && { Tags: [...tags] }) };
  try {
    const { Credentials: given } = await sts.send(new AssumeRoleCommand(request));
    return {
      accessKeyId: given!.AccessKeyId!,
      secretAccessKey: given!.SecretAccessKey!,
      sessionToken: given!.SessionToken!,
    };
  } catch (cause) {
    throw new Error(`${RoleArn} can't be assumed: ${(cause as Error).message}. ${needs}`, { cause });
  }
}

/** The last part of the caller's ARN; the root of an account is told by who sits at the machine. */
export function sessionName(arn: string): string {
  const caller = arn.endsWith(":root") ? userInfo().username : arn.split("/").at(-1)!;
  // RoleSessionName: 2 to 64 of these characters (STS, AssumeRole).
  return caller
    .replace(/[^\w+=,.@-]/g, "-")
    .slice(0, 64)
    .padEnd(2, "-");
}
