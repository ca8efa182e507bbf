/** RDS Proxy: keeps connections to the database, and callers' over a failover. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { PROXY_PERCENT } from "../../capacity/connections";
import type { DatabaseDefinition } from "../../database";
import type { AwsContext } from "../context";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { ServiceRole } from "../foundation/service-role";
import { engineOf } from "./engines";
import type { Server } from "./server";

export interface ProxyArgs {
  readonly definition: DatabaseDefinition;
  readonly server: Server;
  readonly keys: EncryptionKeys;
  readonly subnetIds: pulumi.Input<string[]>;
  readonly securityGroupId: pulumi.Input<string>;
}

/** @returns the proxy's host name. */
export function createProxy(
  name: string,
  context: AwsContext,
  { definition, server, keys, subnetIds, securityGroupId }: ProxyArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const { identity, names, tags } = context;
  const role = new ServiceRole(
    name,
    context,
    {
      roleName: names.of("role", "database-proxy"),
      assumedBy: "rds.amazonaws.com",
      purpose: "database-proxy",
      statements: [
        { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: server.secretArn },
        {
          Effect: "Allow",
          Action: "kms:Decrypt",
          Resource: keys.arn("stream"),
          Condition: {
            StringEquals: { "kms:ViaService": `secretsmanager.${identity.region}.amazonaws.com` },
          },
        },
      ],
    },
    { parent },
  );
  const proxy = new aws.rds.Proxy(
    name,
    {
      name: names.of("server", "database"),
      // Only engines that have one come here.
      engineFamily: engineOf(definition).proxyFamily!,
      requireTls: true,
      debugLogging: false,
      roleArn: role.readyArn,
      auths: [{ authScheme: "SECRETS", secretArn: server.secretArn, iamAuth: "DISABLED" }],
      vpcSubnetIds: subnetIds,
      vpcSecurityGroupIds: [securityGroupId],
      tags: { ...tags },
    },
    { parent },
  );
  const group = new aws.rds.ProxyDefaultTargetGroup(
    name,
    {
      dbProxyName: proxy.name,
      connectionPoolConfig: { maxConnectionsPercent: PROXY_PERCENT, connectionBorrowTimeout: 30 },
    },
    { parent },
  );
  new aws.rds.ProxyTarget(
    name,
    { dbProxyName: proxy.name, targetGroupName: group.name, ...server.target },
    { parent },
  );
  return proxy.endpoint;
}
