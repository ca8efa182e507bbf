/** The analyst of a stack: a session of the role that queries the open zone. */
import { AthenaClient } from "@aws-sdk/client-athena";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { iamArn } from "../../components/aws/context";
import { Names } from "../../components/naming";
import { CloudClients } from "../../local/endpoints";
import { runningEndpoints } from "../../local/local-cloud";
import { ROOT } from "../../local/paths";
import { readStackConfig, regionOf } from "../../local/recorder";

export interface Analyst {
  readonly athena: AthenaClient;
  /** Name of the analysts' workgroup. */
  readonly workgroup: string;
}

/**
 * Finds a stack by its configuration and the caller's account: role and workgroup follow from the names.
 * @throws Error when there is no such stack, when the role can't be assumed, or when the local one is not up.
 */
export async function findAnalyst(name: string): Promise<Analyst> {
  const { project, stack, values } = readStackConfig(ROOT, name);
  const region = regionOf(values);
  const endpoints = values["naru:stage"] === "local" ? runningEndpoints() : null;
  const sts = endpoints === null ? new STSClient({ region }) : new CloudClients(endpoints).sts;
  const { Account } = await sts.send(new GetCallerIdentityCommand({}));
  const names = new Names({ project, stack, accountId: Account!, region });
  const RoleArn = iamArn(names.identity, `role/${names.of("role", "analyst")}`);
  const { Credentials: given } = await sts
    .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "naru-query" }))
    .catch((cause: Error) => {
      throw new Error(
        `${RoleArn} can't be assumed: ${cause.message}. The stack's IAM must let you, and naru:analysts name you where it is set`,
        {
          cause,
        },
      );
    });
  const credentials = {
    accessKeyId: given!.AccessKeyId!,
    secretAccessKey: given!.SecretAccessKey!,
    sessionToken: given!.SessionToken!,
  };
  return {
    athena:
      endpoints === null
        ? new AthenaClient({ region, credentials })
        : new CloudClients(endpoints, credentials).athena,
    workgroup: names.of("workgroup", "analysts"),
  };
}
