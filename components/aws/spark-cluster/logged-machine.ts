/** A state machine with its role and its log. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { TAG, type AwsContext } from "../context";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { EncryptedLogGroup } from "../foundation/log-group";
import { ServiceRole, type Statement } from "../foundation/service-role";

export interface LoggedMachineArgs {
  /** Last part of the machine's name. */
  readonly part: string;
  /** Last part of its role's name. */
  readonly rolePart: string;
  readonly keys: EncryptionKeys;
  /** What its steps need. */
  readonly statements: readonly Statement[];
  readonly definition: pulumi.Input<Record<string, unknown>>;
}

/** It logs errors, under the logs' key. Costs nothing while it does not run. */
export function createLoggedMachine(
  name: string,
  context: AwsContext,
  { part, rolePart, keys, statements, definition }: LoggedMachineArgs,
  parent: pulumi.Resource,
): aws.sfn.StateMachine {
  const machineName = context.names.of("stateMachine", part);
  const logs = new EncryptedLogGroup(
    name,
    context,
    { logGroupName: `/aws/vendedlogs/states/${machineName}`, keys },
    { parent },
  );
  const role = new ServiceRole(
    name,
    context,
    {
      roleName: context.names.of("role", rolePart),
      assumedBy: "states.amazonaws.com",
      purpose: "workflow",
      statements: [...statements, ...LOG_DELIVERY],
    },
    { parent },
  );
  return new aws.sfn.StateMachine(
    name,
    {
      name: machineName,
      roleArn: role.readyArn,
      definition: pulumi.jsonStringify(definition),
      // Inputs and outputs of the steps hold no data, but errors may quote some.
      loggingConfiguration: {
        level: "ERROR",
        includeExecutionData: false,
        logDestination: pulumi.interpolate`${logs.group.arn}:*`,
      },
      tags: { ...context.tags, [TAG.role]: "workflow" },
    },
    { parent },
  );
}

const LOG_DELIVERY: readonly Statement[] = [
  {
    // Log delivery has no resource-level rights (Step Functions, "Logging using CloudWatch Logs").
    Effect: "Allow",
    Action: [
      "logs:CreateLogDelivery",
      "logs:GetLogDelivery",
      "logs:UpdateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:DescribeResourcePolicies",
      "logs:DescribeLogGroups",
    ],
    Resource: "*",
  },
];
