import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments, checkText } from "../../arguments";
import { parseRange } from "../../network";
import { arnOf, partitionOf, type AwsContext } from "../context";
import type { Network } from "../foundation/network";
import type { Statement } from "../foundation/service-role";
import { secretOf, type Source } from "./definition";
import { sourceProblems } from "./problems";
import { connectionProperties } from "./properties";
import { createWorkersGroup } from "./workers-group";

export interface ConnectionArgs {
  /** What it leads to: kind, address, and the secret that holds the credentials. */
  readonly source: Source;
  /** Network in whose first closed subnet crawlers and jobs stand while they use it; null: none of ours. @default null */
  readonly network?: Network | null;
  /** IPv4 ranges that are reached from the network: the source's own. @default [] */
  readonly reaches?: readonly string[];
}

/**
 * A Glue connection: how crawlers and Glue jobs reach a source. TLS is asked for unless it is turned off by name, and
 * credentials stay in Secrets Manager.
 *
 * In a network it has a security group of its own, whose members speak with each other and with the ranges named.
 * Idle cost: none.
 *
 * @throws ArgumentError with every wrong argument.
 */
export class Connection extends pulumi.ComponentResource {
  readonly kind: Source["kind"];
  /** Name in Glue. */
  readonly glueName: pulumi.Output<string>;
  private readonly physicalName: string;
  private readonly secretArn: string | undefined;
  private readonly inNetwork: boolean;

  constructor(
    private readonly component: string,
    private readonly context: AwsContext,
    args: ConnectionArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:Connection", component, {}, opts);
    const { source, reaches = [] } = args;
    const network = args.network ?? null;
    checkArguments("Connection", component, [
      ...sourceProblems(source, network !== null),
      ...reaches.map((range, at) =>
        checkText(
          `reaches[${at}]`,
          range,
          (text) => parseRange(text) !== undefined,
          "an IPv4 range, e.g. 10.1.0.0/16",
        ),
      ),
      reaches.length > 0 && network === null
        ? "reaches: names ranges without a network; leave it out, or give the network"
        : undefined,
    ]);
    this.kind = source.kind;
    this.physicalName = context.names.of("connection", component);
    this.secretArn = secretOf(source);
    this.inNetwork = network !== null;
    const connection = new aws.glue.Connection(
      component,
      {
        name: this.physicalName,
        connectionType: source.kind,
        connectionProperties: connectionProperties(source, context.identity.region),
        ...(network !== null && { physicalConnectionRequirements: this.place(network, reaches) }),
        tags: { ...context.tags },
      },
      { parent: this },
    );
    this.glueName = connection.name;
    this.registerOutputs({ name: connection.name, arn: connection.arn });
  }

  /** Statements that let a role connect: the connection, its secret, and a place in the network. */
  useStatements(): Statement[] {
    const { identity } = this.context;
    return [
      {
        Effect: "Allow",
        Action: ["glue:GetConnection", "glue:GetConnections"],
        Resource: [
          arnOf(identity, "glue", "catalog"),
          arnOf(identity, "glue", `connection/${this.physicalName}`),
        ],
      },
      ...(this.secretArn === undefined ? [] : this.readSecret(this.secretArn)),
      ...(this.inNetwork ? this.standInNetwork() : []),
    ];
  }

  private readSecret(secretArn: string): Statement[] {
    const { identity } = this.context;
    return [
      { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: secretArn },
      {
        Effect: "Allow",
        Action: "kms:Decrypt",
        // The key is the secret's owner's to choose; it is used for this secret only.
        Resource: arnOf(identity, "kms", "key/*"),
        Condition: {
          StringEquals: {
            "kms:ViaService": `secretsmanager.${identity.region}.amazonaws.com`,
            "kms:EncryptionContext:SecretARN": secretArn,
          },
        },
      },
    ];
  }

  /** As AWS' own AWSGlueServiceRole: describing knows no resource, and Glue tags the interfaces that it may remove. */
  private standInNetwork(): Statement[] {
    const { identity } = this.context;
    return [
      {
        Effect: "Allow",
        Action: [
          "ec2:DescribeVpcEndpoints",
          "ec2:DescribeRouteTables",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSecurityGroups",
          "ec2:DescribeSubnets",
          "ec2:DescribeVpcAttribute",
        ],
        Resource: "*",
      },
      {
        Effect: "Allow",
        Action: ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"],
        Resource: ["network-interface", "subnet", "security-group"].map((kind) =>
          arnOf(identity, "ec2", `${kind}/*`),
        ),
      },
      {
        Effect: "Allow",
        Action: ["ec2:CreateTags", "ec2:DeleteTags"],
        Resource: `arn:${partitionOf(identity.region)}:ec2:${identity.region}:${identity.accountId}:network-interface/*`,
        Condition: { "ForAllValues:StringEquals": { "aws:TagKeys": ["aws-glue-service-resource"] } },
      },
    ];
  }

  private place(
    network: Network,
    reaches: readonly string[],
  ): aws.types.input.glue.ConnectionPhysicalConnectionRequirements {
    const { component, context } = this;
    const group = createWorkersGroup(component, context, { vpcId: network.vpcId, reaches }, this);
    return {
      // Implied by the subnet, but asked for by the service: the first closed subnet stands in the first zone.
      availabilityZone: `${context.identity.region}a`,
      subnetId: network.closed.subnetIds.apply(([first]) => first!),
      // The closed group reaches S3 and the interface endpoints.
      securityGroupIdLists: [...network.closed.securityGroupIds, group.id],
    };
  }
}
