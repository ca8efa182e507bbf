import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments, checkNumber } from "../../arguments";
import { LIMITS } from "../../limits";
import { arnOf, TAG, type AwsContext } from "../context";
import type { EncryptionKeys } from "./encryption-keys";
import { EncryptedLogGroup } from "./log-group";
import type { Network } from "./network";
import { ServiceRole, type Statement } from "./service-role";

/** Code that somebody else publishes as a container image, for x86-64. */
export interface ImageCode {
  /** In a registry of the stack's region. */
  readonly imageUri: string;
  /** What the image starts. */
  readonly command: string;
}

export interface LambdaFunctionArgs {
  /** Last part of the function's name, and of its role's. */
  readonly part: string;
  readonly purpose: string;
  readonly description: string;
  /** A bundle for Node.js, or an image. */
  readonly code: pulumi.asset.AssetArchive | ImageCode;
  readonly keys: EncryptionKeys;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /** What it may do, beside writing its own log. */
  readonly statements: readonly Statement[];
  /** Network in whose closed subnets it stands; null: none of ours. @default null */
  readonly network?: Network | null;
  /** Groups of the network that it stands in beside the closed one. @default [] */
  readonly securityGroupIds?: readonly pulumi.Input<string>[];
  /** MB; the CPU grows with it (1769 MB is one vCPU, Lambda quotas). @default 512 */
  readonly memoryMb?: number;
  /** Seconds (Lambda: 1 to 900). @default 30 */
  readonly timeoutSeconds?: number;
}

/**
 * A Lambda function with a role and a log group of its own; environment and log under the platform's keys.
 *
 * Idle cost: none.
 *
 * @throws ArgumentError with every wrong argument.
 */
export class LambdaFunction extends pulumi.ComponentResource {
  readonly function: aws.lambda.Function;
  /** Known in a preview. */
  readonly arn: string;
  readonly role: ServiceRole;

  constructor(
    name: string,
    context: AwsContext,
    args: LambdaFunctionArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:LambdaFunction", name, {}, opts);
    checkArguments("LambdaFunction", name, [
      checkNumber("memoryMb", args.memoryMb, LIMITS.functionMemory),
      checkNumber("timeoutSeconds", args.timeoutSeconds, LIMITS.functionTimeout),
    ]);
    const { code, securityGroupIds = [] } = args;
    const network = args.network ?? null;
    const functionName = context.names.of("function", args.part);
    this.arn = arnOf(context.identity, "lambda", `function:${functionName}`);
    const logs = new EncryptedLogGroup(
      name,
      context,
      { logGroupName: `/aws/lambda/${functionName}`, keys: args.keys },
      { parent: this },
    );
    this.role = new ServiceRole(
      name,
      context,
      {
        roleName: context.names.of("role", args.part),
        assumedBy: "lambda.amazonaws.com",
        purpose: args.purpose,
        statements: [
          ...args.statements,
          logs.writeStatement,
          { Effect: "Allow", Action: "kms:Decrypt", Resource: args.keys.arn("stream") },
          ...(network === null ? [] : interfaceStatements(this.arn)),
        ],
      },
      { parent: this },
    );
    this.function = new aws.lambda.Function(
      name,
      {
        name: functionName,
        description: args.description,
        ...("imageUri" in code ? ofImage(code) : ofBundle(code)),
        role: this.role.readyArn,
        memorySize: args.memoryMb ?? 512,
        timeout: args.timeoutSeconds ?? 30,
        kmsKeyArn: args.keys.arn("stream"),
        environment: { variables: { ...args.environment } },
        ...(network !== null && { vpcConfig: standIn(network, securityGroupIds) }),
        loggingConfig: { logFormat: "JSON", logGroup: logs.group.name },
        tags: { ...context.tags, [TAG.role]: args.purpose },
      },
      { parent: this },
    );
    this.registerOutputs({ arn: this.function.arn, name: this.function.name });
  }
}

function ofBundle(code: pulumi.asset.AssetArchive) {
  return { runtime: "nodejs22.x", architectures: ["arm64"], handler: "index.handler", code };
}

function ofImage({ imageUri, command }: ImageCode) {
  return { packageType: "Image", architectures: ["x86_64"], imageUri, imageConfig: { commands: [command] } };
}

function standIn({ closed }: Network, further: readonly pulumi.Input<string>[]) {
  return { ...closed, securityGroupIds: [...closed.securityGroupIds, ...further] };
}

/**
 * Lambda makes the function's network interfaces under the function's own role, and asks for these rights on any resource
 * (AWSLambdaVPCAccessExecutionRole). The code is refused them: only the service itself needs them.
 */
function interfaceStatements(functionArn: string): Statement[] {
  const Action = [
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
  ];
  return [
    { Effect: "Allow", Action, Resource: "*" },
    {
      Effect: "Deny",
      Action,
      Resource: "*",
      Condition: { ArnEquals: { "lambda:SourceFunctionArn": functionArn } },
    },
  ];
}
