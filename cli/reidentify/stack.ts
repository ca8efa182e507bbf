/** The stack whose pseudonyms are turned back: who asks it, and a session of the role that may answer. */
import { userInfo } from "node:os";
import { S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import {
  REASON_TAG,
  reidentificationPlaces,
  type ReidentificationPlaces,
} from "../../components/aws/reidentification/places";
import { Names } from "../../components/naming";
import { CloudClients } from "../../local/endpoints";
import { runningEndpoints } from "../../local/local-cloud";
import { ROOT } from "../../local/paths";
import { readStackConfig, regionOf } from "../../local/recorder";

export interface Stack {
  readonly name: string;
  readonly places: ReidentificationPlaces;
  /** ARN of whoever asks, as the cloud knows them. */
  readonly caller: string;
  /** Name of the session, by which CloudTrail tells who it was. */
  readonly session: string;
  /** S3 as the re-identifier. @throws Error that says who may be one, when the cloud refuses. */
  assumeReidentifier(reason: string): Promise<S3Client>;
}

/**
 * Finds a stack by its configuration and the caller's account: bucket and role follow from the names.
 * @throws Error when there is no such stack, when it keeps nothing to turn back, or when the local one is not up.
 */
export async function findStack(name: string): Promise<Stack> {
  const { project, stack, values } = readStackConfig(ROOT, name);
  if (values["naru:reidentification"] === "false") {
    throw new Error(
      `The stack ${name} keeps nothing that turns pseudonyms back (naru:reidentification is false)`,
    );
  }
  const region = regionOf(values);
  const cloud = values["naru:stage"] === "local" ? localCloud() : awsCloud(region);
  const { Account, Arn } = await cloud.sts.send(new GetCallerIdentityCommand({}));
  const places = reidentificationPlaces(new Names({ project, stack, accountId: Account!, region }));
  const session = sessionName(Arn!);
  return {
    name,
    places,
    caller: Arn!,
    session,
    assumeReidentifier: async (reason) => {
      const credentials = await assume(cloud.sts, places.roleArn, session, reason);
      return cloud.s3(credentials);
    },
  };
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

interface Cloud {
  readonly sts: STSClient;
  s3(credentials: Credentials): S3Client;
}

function localCloud(): Cloud {
  const endpoints = runningEndpoints();
  return {
    sts: new CloudClients(endpoints).sts,
    s3: (credentials) => new CloudClients(endpoints, credentials).s3,
  };
}

/** With the credentials that the AWS SDK finds: profile, single sign-on or environment. */
function awsCloud(region: string): Cloud {
  return {
    sts: new STSClient({ region }),
    s3: (credentials) => new S3Client({ region, credentials }),
  };
}

async function assume(
  sts: STSClient,
  RoleArn: string,
  session: string,
  reason: string,
): Promise<Credentials> {
  const request = { RoleArn, RoleSessionName: session, Tags: [{ Key: REASON_TAG, Value: reason }] };
  try {
    const { Credentials: given } = await sts.send(new AssumeRoleCommand(request));
    return {
      accessKeyId: given!.AccessKeyId!,
      secretAccessKey: given!.SecretAccessKey!,
      sessionToken: given!.SessionToken!,
    };
  } catch (cause) {
    throw new Error(
      `${RoleArn} can't be assumed: ${(cause as Error).message}. naru:reidentifiers names who may, and the account's IAM ` +
        "must let them (sts:AssumeRole, sts:TagSession)",
      { cause },
    );
  }
}

/** The last part of the caller's ARN; the root of an account is told by who sits at the machine. */
function sessionName(arn: string): string {
  const caller = arn.endsWith(":root") ? userInfo().username : arn.split("/").at(-1)!;
  // RoleSessionName: 2 to 64 of these characters (STS, AssumeRole).
  return caller
    .replace(/[^\w+=,.@-]/g, "-")
    .slice(0, 64)
    .padEnd(2, "-");
}
