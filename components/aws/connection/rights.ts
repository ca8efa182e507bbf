/** What a role needs to use connections of Glue. */
import { arnOf, type AwsContext } from "../context";
import { createInterfaces, interfacesArn, type Standing } from "../foundation/network/interface-rights";
import type { Statement } from "../foundation/service-role";

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
export function standInNetwork(context: AwsContext, place: Standing): Statement[] {
  const interfaces = interfacesArn(context);
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
    createInterfaces(context, place),
    { Effect: "Allow", Action: "ec2:DeleteNetworkInterface", Resource: interfaces },
    {
      Effect: "Allow",
      Action: ["ec2:CreateTags", "ec2:DeleteTags"],
      Resource: interfaces,
      Condition: { "ForAllValues:StringEquals": { "aws:TagKeys": ["aws-glue-service-resource"] } },
    },
  ];
}
