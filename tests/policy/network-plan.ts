/** The good plan's network: a closed subnet and what stands in it. */
import type { RecordedResource } from "../../local/recorder/recorded-resource";
import * as type from "../../policies/model/types";
import { resource, UNKNOWN } from "./resource";

const OWN_ONLY = {
  ...{ Effect: "Allow", Principal: "*", Action: "s3:*", Resource: "*" },
  Condition: { StringEquals: { "aws:ResourceAccount": "123456789012" } },
};

export function network(): RecordedResource[] {
  const table = [[type.ROUTE_TABLE, "closed-routes"] as const];
  return [
    resource(type.SUBNET, "closed", { mapPublicIpOnLaunch: false, tags: { "naru:zone": "closed" } }),
    resource(type.SUBNET, "open", { mapPublicIpOnLaunch: true, tags: { "naru:zone": "open" } }),
    resource(type.ROUTE_TABLE, "closed-routes", { routes: [] }),
    resource(
      type.ROUTE_TABLE_ASSOCIATION,
      "closed-association",
      { subnetId: UNKNOWN, routeTableId: UNKNOWN },
      { subnetId: [[type.SUBNET, "closed"]], routeTableId: table },
    ),
    resource(
      type.ROUTE,
      "to-partner",
      { routeTableId: UNKNOWN, destinationCidrBlock: "10.9.0.0/16", transitGatewayId: "tgw-1" },
      { routeTableId: table },
    ),
    resource(type.VPC_ENDPOINT, "to-buckets", {
      serviceName: "com.amazonaws.ap-northeast-2.s3",
      policy: JSON.stringify({ Statement: [OWN_ONLY] }),
    }),
    resource(type.SECURITY_GROUP, "workers", { ingress: [{ cidrBlocks: ["10.0.0.0/16"] }] }),
    resource(type.SECURITY_GROUP_INGRESS_RULE, "workers-from-network", { cidrIpv4: "10.0.0.0/8" }),
    resource(type.CONNECTION, "connection", {
      connectionType: "JDBC",
      connectionProperties: {
        JDBC_CONNECTION_URL: "jdbc:postgresql://music.example.com:5432/music",
        JDBC_ENFORCE_SSL: "true",
        SECRET_ID: UNKNOWN,
      },
    }),
    resource(type.DATABASE_CLUSTER_INSTANCE, "server", {
      publiclyAccessible: false,
      instanceClass: "db.serverless",
    }),
  ];
}
