/** What a role needs to use connections of Glue. */
import * as pulumi from "@pulumi/pulumi";
import { arnOf, type AwsContext } from "../context";
import type { Statement } from "../foundation/service-role";

/** Where Glue's workers stand: ids of what their network interfaces are made in. */
export interface Standing {
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupIds: readonly pulumi.Input<string>[];
}

/** @param connections physical names. */
export function readConnections({ identity }: AwsContext, connections: readonly string[]): Statement {
  return {
    Effect: "Allow",
    Action: ["glue:GetConnection", "glue:GetConnections"],
    Resource: [
      arnOf(identity, "glue", "catalog"),
      ...connections.map((name) => arnOf(identity, "glue", `connection/${name}`)),
    ],
  };
}

/** A source's credentials, under whichever key their owner has put them. */
export function readSecret({ identity }: AwsContext, secretArn: string): Statement[] {
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

/**
 * As AWS' own AWSGlueServiceRole, but in these subnets and groups only. Describing knows no resource, and Glue tags the
 * interfaces that it may remove.
 */
export function standInNetwork({ identity }: AwsContext, place: Standing): Statement[] {
  const own = (kind: string, ids: readonly pulumi.Input<string>[]) =>
    ids.map((id) => pulumi.output(id).apply((known) => arnOf(identity, "ec2", `${kind}/${known}`)));
  const interfaces = arnOf(identity, "ec2", "network-interface/*");
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
      Action: "ec2:CreateNetworkInterface",
      Resource: [
        interfaces,
        ...own("subnet", place.subnetIds),
        ...own("security-group", place.securityGroupIds),
      ],
    },
    { Effect: "Allow", Action: "ec2:DeleteNetworkInterface", Resource: interfaces },
    {
      Effect: "Allow",
      Action: ["ec2:CreateTags", "ec2:DeleteTags"],
      Resource: interfaces,
      Condition: { "ForAllValues:StringEquals": { "aws:TagKeys": ["aws-glue-service-resource"] } },
    },
  ];
}
