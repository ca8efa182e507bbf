import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "../../arguments";
import { databaseProblems, type DatabaseDefinition } from "../../database";
import { arnOf, type AwsContext } from "../context";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { Network } from "../foundation/network";
import { createGroup, letThrough } from "../foundation/network/security-groups";
import { ServiceRole } from "../foundation/service-role";
import { engineOf } from "./engines";
import { createProxy } from "./proxy";
import { createServer } from "./server";

export interface DatabaseArgs {
  readonly keys: EncryptionKeys;
  /** Network in whose closed subnets the database stands. */
  readonly network: Network;
  /** Engine, class, storage and the rest, each with a default of its own but the engine. */
  readonly definition: DatabaseDefinition;
}

/**
 * A relational database in the closed subnets, which takes TLS only, from those that stand in the group of its clients.
 *
 * Creates a server of RDS or a cluster of Aurora with its subnet and parameter groups, under the key of the streams, whose events
 * it takes; its owner's login is a secret that RDS makes and rotates. Log groups under the key of logs, and where asked for RDS
 * Proxy. In a stack that protects data: a standby in another zone, CloudWatch's closer look, protection from deletion, and a last
 * snapshot.
 *
 * Idle cost: the server by the hour and its storage by the month, twice with a standby; a proxy by vCPU and hour. Read the price of
 * the class in AWS's calculator.
 *
 * @throws ArgumentError with every wrong argument.
 */
export class Database extends pulumi.ComponentResource {
  readonly definition: DatabaseDefinition;
  /** Of the proxy, where there is one. */
  readonly host: pulumi.Output<string>;
  readonly port: number;
  /** The same, as the server tells it: a local one takes what is free. */
  readonly servedPort: pulumi.Output<number>;
  /** Secret with the owner's `username` and `password`. */
  readonly secretArn: pulumi.Output<string>;
  /** Who stands in it reaches the database, and nobody else does. */
  readonly clients: aws.ec2.SecurityGroup;

  constructor(
    private readonly name: string,
    private readonly context: AwsContext,
    args: DatabaseArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:Database", name, {}, opts);
    const { definition, keys, network } = args;
    checkArguments("Database", name, databaseProblems(definition));
    this.definition = definition;
    this.port = engineOf(definition).port;
    const group = (part: string, description: string) =>
      createGroup(
        part === "" ? name : `${name}-${part}`,
        context,
        { part: part === "" ? "database" : `database-${part}`, description, vpcId: network.vpcId },
        this,
      );
    this.clients = group("clients", "Clients of the database");
    const serverGroup = group("", "The database: its clients come in");
    const { subnetIds } = network.closed;
    const server = createServer(
      name,
      context,
      {
        ...{ definition, keys, subnetIds, securityGroupId: serverGroup.id },
        monitoringRoleArn: context.protectData ? this.createMonitoringRole(name) : null,
      },
      this,
    );
    this.secretArn = server.secretArn;
    this.servedPort = definition.proxy === true ? pulumi.output(this.port) : server.port;
    if (definition.proxy ?? false) {
      const proxyGroup = group("proxy", "The database's proxy: clients come in, the database is reached");
      this.let("clients", this.clients, "proxy", proxyGroup);
      this.let("proxy", proxyGroup, "server", serverGroup);
      const securityGroupId = proxyGroup.id;
      this.host = createProxy(
        `${name}-proxy`,
        context,
        { definition, server, keys, subnetIds, securityGroupId },
        this,
      );
    } else {
      this.let("clients", this.clients, "server", serverGroup);
      this.host = server.host;
    }
    this.registerOutputs({ host: this.host, port: this.port, secretArn: this.secretArn });
  }

  private let(from: string, source: aws.ec2.SecurityGroup, to: string, target: aws.ec2.SecurityGroup): void {
    const way = { from, to, source, target, port: this.port };
    letThrough(`${this.name}-${from}-to-${to}`, this.context, way, this);
  }

  /** RDS user guide, "Setting up for Enhanced Monitoring": what AmazonRDSEnhancedMonitoringRole allows, for RDS's own group. */
  private createMonitoringRole(name: string): pulumi.Output<string> {
    const { identity, names } = this.context;
    const group = arnOf(identity, "logs", "log-group:RDSOSMetrics");
    return new ServiceRole(
      `${name}-monitoring`,
      this.context,
      {
        roleName: names.of("role", "database-monitoring"),
        assumedBy: "monitoring.rds.amazonaws.com",
        purpose: "database-monitoring",
        statements: [
          { Effect: "Allow", Action: ["logs:CreateLogGroup", "logs:PutRetentionPolicy"], Resource: group },
          {
            Effect: "Allow",
            Action: [
              "logs:CreateLogStream",
              "logs:PutLogEvents",
              "logs:DescribeLogStreams",
              "logs:GetLogEvents",
            ],
            Resource: `${group}:*`,
          },
        ],
      },
      { parent: this },
    ).readyArn;
  }
}
