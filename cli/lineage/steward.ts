/** The steward of a stack: a session of the role that reads records of where rows come from, and no table. */
import { S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { iamArn } from "../../components/aws/context";
import { Names } from "../../components/naming";
import { CloudClients } from "../../local/endpoints";
import { runningEndpoints } from "../../local/local-cloud";
import { ROOT } from "../../local/paths";
import { readStackConfig, regionOf } from "../../local/recorder";

export interface Steward {
  readonly s3: S3Client;
  /** Curated's bucket. */
  readonly curated: string;
  /** Landing's bucket, which the steward does not read. */
  readonly landing: string;
}

/**
 * Finds a stack by its configuration and the caller's account: buckets and role follow from the names.
 * @throws Error when there is no such stack, when the role can't be assumed, or when the local one is not up.
 */
export async function findSteward(name: string): Promise<Steward> {
  const { project, stack, values } = readStackConfig(ROOT, name);
  const region = regionOf(values);
  const endpoints = values["naru:stage"] === "local" ? runningEndpoints() : null;
  const sts = endpoints === null ? new STSClient({ region }) : new CloudClients(endpoints).sts;
  const { Account } = await sts.send(new GetCallerIdentityCommand({}));
  const names = new Names({ project, stack, accountId: Account!, region });
  const RoleArn = iamArn(names.identity, `role/${names.of("role", "steward")}`);
  const { Credentials: given } = await sts
    .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "naru-lineage" }))
    .catch((cause: Error) => {
      throw new Error(`${RoleArn} can't be assumed: ${cause.message}. The stack's IAM must let you`, {
        cause,
      });
    });
  const credentials = {
    accessKeyId: given!.AccessKeyId!,
    secretAccessKey: given!.SecretAccessKey!,
    sessionToken: given!.SessionToken!,
  };
  return {
    s3:
      endpoints === null
        ? new S3Client({ region, credentials })
        : new CloudClients(endpoints, credentials).s3,
    curated: names.of("bucket", "curated"),
    landing: names.of("bucket", "landing"),
  };
}
