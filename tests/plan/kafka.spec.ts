import { expect } from "chai";
import { ROOT } from "../../local/paths";
import { recordProgram, type ProgramRecord, type RecordedResource } from "../../local/recorder";
import { RULES } from "../../policies/rules";
import { findingsOf } from "../unit/policies/evaluation";
import { keyFindings, unjudgedKeys } from "./iam/key-findings";
import { recordPlatform } from "./iam/platform";

const CLUSTER = "aws:msk/cluster:Cluster";
const TOPIC = "aws:msk/topic:Topic";
const DELIVERY = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";

const CLUSTERS: Readonly<Record<string, object>> = {
  provisioned: { cluster: "provisioned" },
  "provisioned, much said": {
    ...{ cluster: "provisioned", version: "4.1.x.kraft", instance: "kafka.m7g.xlarge", brokers: 6 },
    ...{ storageGb: 200, storageLimitGb: 1000 },
    topics: {
      "lms.requests": {
        ...{ partitions: 12, retentionHours: 72, replication: 4, minInSyncReplicas: 3 },
        consumerGroups: ["recommender", "audit"],
      },
    },
  },
  express: { cluster: "provisioned", instance: "express.m7g.large" },
  serverless: { cluster: "serverless", awsKey: true },
};

const configOf = (definition: object, zones = "3") => ({
  "naru:network": "own",
  "naru:networkZones": zones,
  "naru:kafka": JSON.stringify(definition),
});

describe("a stack with a Kafka cluster", () => {
  const plans: Record<string, ProgramRecord> = {};

  before(async function () {
    this.timeout(240_000);
    for (const [title, definition] of Object.entries(CLUSTERS)) {
      plans[title] = await recordProgram({ root: ROOT, stack: "dev", config: configOf(definition) });
    }
    plans["two zones"] = await recordProgram({
      ...{ root: ROOT, stack: "dev", config: configOf(CLUSTERS.provisioned!, "2") },
    });
    plans.prod = await recordProgram({ root: ROOT, stack: "prod", config: configOf(CLUSTERS.provisioned!) });
  });

  const of = (plan: string, type: string) => plans[plan]!.resources.filter((each) => each.type === type);
  const one = (plan: string, type: string): RecordedResource => {
    const found = of(plan, type);
    expect(found, `${type} in ${plan}`).to.have.length(1);
    return found[0]!;
  };
  const named = (plan: string, type: string, name: string): RecordedResource => {
    const found = of(plan, type).find((each) => each.name === name);
    expect(found, `${name} in ${plan}`).not.to.equal(undefined);
    return found!;
  };
  const metrics = (plan: string) =>
    of(plan, ALARM)
      .filter(({ name }) => name.startsWith("kafka-"))
      .map(({ inputs }) => String(inputs.metricName));

  for (const title of [...Object.keys(CLUSTERS), "two zones", "prod"]) {
    it(`passes the policies: ${title}`, () => {
      expect(RULES.flatMap((rule) => findingsOf(rule, plans[title]!.resources))).to.deep.equal([]);
    });

    it(`reads each topic privately into the raw table of its stream, by the same transform: ${title}`, () => {
      const fromKafka = named(title, DELIVERY, "kafka-lms-requests").inputs;
      const fromStream = named(title, DELIVERY, "ingest-lms-requests").inputs;
      expect(fromKafka).to.have.nested.include({
        "mskSourceConfiguration.topicName": "lms.requests",
        "mskSourceConfiguration.readFromTimestamp": "1970-01-01T00:00:00Z",
        "mskSourceConfiguration.authenticationConfiguration.connectivity": "PRIVATE",
      });
      const target = (inputs: Record<string, unknown>) => {
        // Its role and its log are its own.
        const own = ["roleArn", "cloudwatchLoggingOptions", "dataFormatConversionConfiguration"];
        const all = Object.entries(inputs.extendedS3Configuration as Record<string, unknown>);
        return all.filter(([key]) => !own.includes(key));
      };
      expect(target(fromKafka)).to.deep.equal(target(fromStream));
      expect(fromKafka.name).not.to.equal(fromStream.name);
    });

    it(`gives delivery the reading of its own topic only: ${title}`, () => {
      const { policy } = named(title, "aws:iam/rolePolicy:RolePolicy", "kafka-lms-requests-policy").inputs;
      const { Statement } = (typeof policy === "string" ? JSON.parse(policy) : policy) as {
        Statement: { Action: string | string[]; Resource: string | string[] }[];
      };
      const rights = Statement.flatMap(({ Action, Resource }) =>
        [Action].flat().flatMap((action) => [Resource].flat().map((resource) => `${action} ${resource}`)),
      ).filter((right) => right.startsWith("kafka-cluster:"));
      expect(rights.filter((right) => right.includes(":topic/"))).to.satisfy((all: string[]) =>
        all.every((right) => right.endsWith("/lms.requests")),
      );
      expect(rights.filter((right) => /Write|Alter|Create|Delete/.test(right))).to.deep.equal([]);
    });

    it(`lets Firehose in, and nobody else, by the cluster's own policy: ${title}`, () => {
      expect(of(title, "aws:msk/clusterPolicy:ClusterPolicy")).to.have.length(1);
    });
  }

  it("has TLS and IAM only, the platform's key, no public address and closed logs", () => {
    for (const plan of ["provisioned", "express", "prod"]) {
      expect(one(plan, CLUSTER).inputs).to.have.nested.include({
        "clientAuthentication.sasl.iam": true,
        "clientAuthentication.sasl.scram": false,
        "clientAuthentication.unauthenticated": false,
        "encryptionInfo.encryptionInTransit.clientBroker": "TLS",
        "encryptionInfo.encryptionInTransit.inCluster": true,
        "brokerNodeGroupInfo.connectivityInfo.publicAccess.type": "DISABLED",
        "brokerNodeGroupInfo.connectivityInfo.vpcConnectivity.clientAuthentication.sasl.iam": true,
        "openMonitoring.prometheus.jmxExporter.enabledInBroker": false,
        "loggingInfo.brokerLogs.cloudwatchLogs.enabled": true,
      });
      expect(one(plan, CLUSTER).inputs).to.have.nested.property("encryptionInfo.encryptionAtRestKmsKeyArn");
    }
    expect(one("serverless", "aws:msk/serverlessCluster:ServerlessCluster").inputs).to.deep.include({
      clientAuthentication: { sasl: { iam: { enabled: true } } },
    });
  });

  for (const [plan, brokers, version] of [
    ["provisioned", 3, "3.9.x.kraft"],
    ["two zones", 4, "3.9.x.kraft"],
    ["provisioned, much said", 6, "4.1.x.kraft"],
    ["express", 3, "3.9.x.kraft"],
  ] as const) {
    it(`has ${brokers} brokers of ${version}: ${plan}`, () => {
      expect(one(plan, CLUSTER).inputs).to.include({ numberOfBrokerNodes: brokers, kafkaVersion: version });
    });
  }

  it("has a topic for each stream, by its contract's rate, that loses nothing when a broker goes", () => {
    const { inputs } = one("provisioned", TOPIC);
    expect(inputs).to.include({ name: "lms.requests", partitionCount: 3, replicationFactor: 3 });
    expect(JSON.parse(String(inputs.configs))).to.deep.equal({
      "cleanup.policy": "delete",
      "retention.ms": "86400000",
      "min.insync.replicas": "2",
      "unclean.leader.election.enable": "false",
    });
  });

  it("takes what is said of a topic, and of storage", () => {
    const plan = "provisioned, much said";
    const { inputs } = one(plan, TOPIC);
    expect(inputs).to.include({ partitionCount: 12, replicationFactor: 4 });
    expect(JSON.parse(String(inputs.configs))).to.include({
      "retention.ms": "259200000",
      "min.insync.replicas": "3",
    });
    expect(one(plan, CLUSTER).inputs).to.have.nested.property(
      "brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize",
      200,
    );
    expect(one(plan, "aws:appautoscaling/target:Target").inputs.maxCapacity).to.equal(1000);
    expect(one(plan, "aws:appautoscaling/policy:Policy").inputs).to.have.nested.property(
      "targetTrackingScalingPolicyConfiguration.disableScaleIn",
      true,
    );
  });

  it("tells Express nothing that it fixes by itself", () => {
    expect(JSON.parse(String(one("express", TOPIC).inputs.configs))).to.have.all.keys(
      "cleanup.policy",
      "retention.ms",
    );
    const properties = (plan: string) =>
      one(plan, "aws:msk/configuration:Configuration").inputs.serverProperties;
    expect(properties("express")).to.equal("auto.create.topics.enable=false\n");
    expect(properties("provisioned")).to.include("unclean.leader.election.enable=false\n");
    expect(one("express", CLUSTER).inputs).not.to.have.nested.property("brokerNodeGroupInfo.storageInfo");
    expect(of("express", "aws:appautoscaling/target:Target")).to.deep.equal([]);
  });

  it("makes no topics of a serverless cluster, whose API has none", () => {
    expect(of("serverless", TOPIC)).to.deep.equal([]);
    expect(of("serverless", CLUSTER)).to.deep.equal([]);
  });

  it("is reached from the group of its clients only, by the port that IAM guards", () => {
    for (const plan of Object.keys(plans)) {
      const ways = plans[plan]!.resources.filter(
        ({ type, name }) => /^aws:vpc\/securityGroup\w+Rule:/.test(type) && name.startsWith("kafka-"),
      );
      expect(ways.map(({ inputs }) => [inputs.fromPort, inputs.toPort])).to.deep.equal([
        [9098, 9098],
        [9098, 9098],
      ]);
      for (const { inputs } of ways) expect(inputs).not.to.have.any.keys("cidrIpv4", "cidrIpv6");
    }
  });

  it("alarms on partitions without leader or copies, full disks, and readers that fall behind", () => {
    expect(metrics("provisioned")).to.have.members([
      "OfflinePartitionsCount",
      ...Array(3).fill("UnderReplicatedPartitions"),
      ...Array(3).fill("KafkaDataLogsDiskUsed"),
      "KafkaOffsetLag",
      "DeliveryToS3.DataFreshness",
    ]);
    expect(metrics("prod")).to.include("UnderMinIsrPartitionCount");
    expect(metrics("provisioned, much said").filter((metric) => metric === "SumOffsetLag")).to.have.length(2);
    expect(metrics("serverless")).to.have.members(["KafkaOffsetLag", "DeliveryToS3.DataFreshness"]);
    for (const { inputs } of of("provisioned", ALARM)) expect(inputs.alarmActions).to.have.length(1);
  });

  it("has a policy to attach for producers, and one for each group of consumers", () => {
    const plan = "provisioned, much said";
    const policies = of(plan, "aws:iam/policy:Policy");
    expect(policies.map(({ inputs }) => inputs.name)).to.have.members([
      "naru-dev-kafka-produce-lms-requests",
      "naru-dev-kafka-consume-lms-requests-recommender",
      "naru-dev-kafka-consume-lms-requests-audit",
    ]);
    const consumer = policies.find(({ name }) => name.endsWith("-recommender"))!.inputs.policy as string;
    expect(consumer).to.include(":group/naru-dev-events/*/recommender");
    expect(consumer).not.to.match(/Write|Create|Delete|"\*"/);
  });

  it("is guarded in prod, and looked at more closely", () => {
    const { inputs, options } = one("prod", CLUSTER);
    expect(options).to.include({ protect: true, retainOnDelete: true });
    expect(one("prod", TOPIC).options).to.include({ protect: true, retainOnDelete: true });
    expect(inputs.enhancedMonitoring).to.equal("PER_BROKER");
    expect(one("provisioned", CLUSTER).inputs.enhancedMonitoring).to.equal("DEFAULT");
  });

  it("costs nothing and adds nothing unless asked for", async function () {
    this.timeout(30_000);
    const { resources } = await recordProgram({ root: ROOT, stack: "dev" });
    expect(
      resources.filter(({ type, name }) => type.startsWith("aws:msk") || name.startsWith("kafka")),
    ).to.deep.equal([]);
  });

  it("gives its roles the rights on keys that they use, and no others", async function () {
    this.timeout(60_000);
    const platform = await recordPlatform("dev", configOf(CLUSTERS.provisioned!));
    expect(keyFindings(platform)).to.deep.equal([]);
    expect(unjudgedKeys(platform)).to.deep.equal([]);
  });
});
