/** Ways from a network to AWS services that do not touch the internet. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { EndpointService } from "../../../network";
import { bucketArn, type AwsContext } from "../../context";

export interface EndpointsArgs {
  readonly vpcId: pulumi.Output<string>;
  /** Every route table of the network: gateway endpoints are routes. */
  readonly routeTableIds: pulumi.Output<string[]>;
  readonly subnetIds: pulumi.Output<string[]>;
  readonly securityGroupId: pulumi.Output<string>;
  readonly services: readonly EndpointService[];
}

/** What the platform's roles do with objects; endpoint policies bound, and grant nothing. */
const OBJECT_ACTIONS = [
  "s3:GetObject*",
  "s3:PutObject*",
  "s3:DeleteObject*",
  "s3:AbortMultipartUpload",
  "s3:ListMultipartUploadParts",
];
const BUCKET_ACTIONS = ["s3:ListBucket*", "s3:GetBucketLocation"];

/** @returns the gateway endpoint of S3, whose prefix list security groups name. */
export function createEndpoints(
  name: string,
  context: AwsContext,
  args: EndpointsArgs,
  parent: pulumi.Resource,
): aws.ec2.VpcEndpoint {
  const { region } = context.identity;
  const shared = (part: string) => ({
    vpcId: args.vpcId,
    tags: { ...context.tags, Name: context.names.of("network", part) },
  });
  const gateway = (service: string, policy: aws.iam.PolicyDocument) =>
    new aws.ec2.VpcEndpoint(
      `${name}-${service}`,
      {
        ...shared(service),
        vpcEndpointType: "Gateway",
        serviceName: `com.amazonaws.${region}.${service}`,
        routeTableIds: args.routeTableIds,
        policy: JSON.stringify(policy),
      },
      { parent },
    );
  gateway("dynamodb", ownAccountOnly(context));
  for (const service of args.services) {
    new aws.ec2.VpcEndpoint(
      `${name}-${service}`,
      {
        ...shared(service),
        vpcEndpointType: "Interface",
        serviceName: `com.amazonaws.${region}.${service}`,
        subnetIds: args.subnetIds,
        securityGroupIds: [args.securityGroupId],
        // Clients go on using the service's own name.
        privateDnsEnabled: true,
        policy: JSON.stringify(ownAccountOnly(context)),
      },
      { parent },
    );
  }
  return gateway("s3", ownBucketsOnly(context));
}

/** Neither another account's credentials nor another account's resources: data can't be carried out this way. */
function ownAccountOnly({ identity }: AwsContext): aws.iam.PolicyDocument {
  const account = { "aws:PrincipalAccount": identity.accountId, "aws:ResourceAccount": identity.accountId };
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OwnAccountOnly",
        Effect: "Allow",
        Principal: "*",
        Action: "*",
        Resource: "*",
        Condition: { StringEquals: account },
      },
    ],
  };
}

/** The stack's buckets by the start of their names, and by the account, since anybody may take a name. */
function ownBucketsOnly({ identity, names }: AwsContext): aws.iam.PolicyDocument {
  const buckets = bucketArn(identity, `${names.bucketPrefix()}*`);
  const Condition = { StringEquals: { "aws:ResourceAccount": identity.accountId } };
  const allow = (Sid: string, Action: string[], Resource: string): aws.iam.PolicyStatement => ({
    Sid,
    Effect: "Allow",
    Principal: "*",
    Action,
    Resource,
    Condition,
  });
  return {
    Version: "2012-10-17",
    Statement: [
      allow("OwnObjectsOnly", OBJECT_ACTIONS, `${buckets}/*`),
      allow("OwnBucketsOnly", BUCKET_ACTIONS, buckets),
    ],
  };
}
