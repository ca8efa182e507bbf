/** A team's own stack beside the lake: a saved query, and a role that may become the lake's analyst, and nothing else. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ServiceRole } from "../../../../components/aws/foundation/service-role";
import { stackOutputs } from "../../../../components/stack-outputs";
import { context } from "../context";

const lake = stackOutputs(new pulumi.Config().require("lake"), [
  "databases",
  "analystsWorkgroup",
  "analystRole",
  "vpcId",
]);

const database = lake.databases.apply((all) => (all as Record<string, string>)["curated.lms"]!);

export const query = new aws.athena.NamedQuery("visits", {
  name: "visits-by-day",
  description: "Requests of each day",
  workgroup: lake.analystsWorkgroup as pulumi.Output<string>,
  database,
  query: 'SELECT dt, count(*) AS requests FROM "requests" GROUP BY dt ORDER BY dt',
}).id;

const role = new ServiceRole("reports", context, {
  roleName: context.names.of("role", "reports"),
  assumedBy: "lambda.amazonaws.com",
  purpose: "reports",
  statements: [
    { Effect: "Allow", Action: "sts:AssumeRole", Resource: lake.analystRole as pulumi.Output<string> },
  ],
});
export const reportsRole = role.readyArn;

/** Whatever reads the lake from this stack stands in its network and takes no calls. */
export const securityGroup = new aws.ec2.SecurityGroup("reports", {
  vpcId: lake.vpcId as pulumi.Output<string>,
  description: "Reports: no way in, HTTPS out to the endpoints of the network",
  egress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["10.20.0.0/16"] }],
  tags: { ...context.tags },
}).id;
