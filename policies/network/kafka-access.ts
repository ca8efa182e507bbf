import { examine, oneOf } from "../model/expectation";
import { fsbp } from "../model/references";
import type { Finding, Resource, ResourceRule } from "../model/rule";
import { KAFKA_CLUSTER, KAFKA_CONNECTOR, KAFKA_SERVERLESS_CLUSTER } from "../model/types";

const FIX =
  "Let clients sign in with IAM over TLS only: `sasl.iam: true`, no `unauthenticated`, `clientBroker: TLS`, `inCluster: true`, " +
  "`publicAccess.type: DISABLED`; of a connector `authenticationType: IAM` and `encryptionType: TLS`.";

/** Who speaks to a broker has signed in with IAM, over TLS, from within the network. */
export const kafkaAccess: ResourceRule = {
  name: "kafka-access",
  group: "network",
  scope: "resource",
  severity: "critical",
  description: "Kafka is reached with IAM over TLS only, and not from the internet.",
  framework: fsbp("MSK.6", "MSK clusters should disable unauthenticated access"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/msk-controls.html",
  types: [KAFKA_CLUSTER, KAFKA_SERVERLESS_CLUSTER, KAFKA_CONNECTOR],
  check(resource) {
    switch (resource.type) {
      case KAFKA_CONNECTOR:
        return checkConnector(resource);
      case KAFKA_SERVERLESS_CLUSTER:
        return checkSignIn(resource, ["clientAuthentication", "sasl", "iam", "enabled"]);
      default:
        return checkCluster(resource);
    }
  },
};

function checkSignIn(cluster: Resource, path: readonly string[]): Finding[] {
  return examine(cluster, { path, accepts: (value) => value === true, must: "must be true", fix: FIX });
}

function checkCluster(cluster: Resource): Finding[] {
  const inTransit = ["encryptionInfo", "encryptionInTransit"];
  return [
    ...checkSignIn(cluster, ["clientAuthentication", "sasl", "iam"]),
    ...examine(cluster, {
      path: ["clientAuthentication", "unauthenticated"],
      accepts: (value) => value === false,
      absentIsRight: true,
      must: "must be false",
      fix: FIX,
    }),
    ...examine(cluster, {
      path: [...inTransit, "clientBroker"],
      accepts: oneOf("TLS"),
      absentIsRight: true,
      must: "must be TLS",
      fix: FIX,
    }),
    ...examine(cluster, {
      path: [...inTransit, "inCluster"],
      accepts: (value) => value === true,
      absentIsRight: true,
      must: "must be true",
      fix: FIX,
    }),
    ...examine(cluster, {
      path: ["brokerNodeGroupInfo", "connectivityInfo", "publicAccess", "type"],
      accepts: oneOf("DISABLED"),
      absentIsRight: true,
      must: "must be DISABLED",
      fix: FIX,
    }),
  ];
}

/** A connector's own defaults are no sign-in, and no TLS. */
function checkConnector(connector: Resource): Finding[] {
  return [
    ...examine(connector, {
      path: ["kafkaClusterClientAuthentication", "authenticationType"],
      accepts: oneOf("IAM"),
      must: "must be IAM",
      fix: FIX,
    }),
    ...examine(connector, {
      path: ["kafkaClusterEncryptionInTransit", "encryptionType"],
      accepts: oneOf("TLS"),
      must: "must be TLS",
      fix: FIX,
    }),
  ];
}
