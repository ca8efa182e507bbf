/** Who spoke to whom: a record of every connection, and of every refused one. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../../context";
import type { EncryptionKeys } from "../encryption-keys";
import { EncryptedLogGroup } from "../log-group";
import { ServiceRole } from "../service-role";

export function createFlowLogs(
  name: string,
  context: AwsContext,
  args: { readonly keys: EncryptionKeys; readonly vpcId: pulumi.Output<string> },
  parent: pulumi.Resource,
): void {
  const logs = new EncryptedLogGroup(
    name,
    context,
    { logGroupName: `/vpc/${context.names.of("logGroup", "flow")}`, keys: args.keys },
    { parent },
  );
  const role = new ServiceRole(
    name,
    context,
    {
      roleName: context.names.of("role", "flow-logs"),
      assumedBy: "vpc-flow-logs.amazonaws.com",
      purpose: "flow-logs",
      statements: [
        logs.writeStatement,
        { Effect: "Allow", Action: "logs:DescribeLogStreams", Resource: [logs.arn, `${logs.arn}:*`] },
        // Listing groups has no resource to name (CloudWatch Logs, actions and resources).
        { Effect: "Allow", Action: "logs:DescribeLogGroups", Resource: "*" },
      ],
    },
    { parent },
  );
  new aws.ec2.FlowLog(
    name,
    {
      vpcId: args.vpcId,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: logs.group.arn,
      iamRoleArn: role.readyArn,
      // Ten minutes, the longest: a tenth of the records of one minute where connections last.
      maxAggregationInterval: 600,
      tags: { ...context.tags },
    },
    { parent },
  );
}
