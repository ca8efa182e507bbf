/** The program: settings and contracts in, a platform out. `pulumi up -s dev`, or `npm start` for the local cloud. */
import { resolve } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  AthenaSpark,
  AuditTrail,
  BI,
  Connection,
  DataBrew,
  consumedStreams,
  consumerArns,
  Crawlers,
  Database,
  DatabaseConsumers,
  DataLake,
  EncryptionKeys,
  FederatedQueries,
  GlueEtl,
  Governance,
  Network,
  readPreparation,
  Reidentification,
  SparkCluster,
  type SparkClusterArgs,
  StreamIngest,
  TAG,
  Warehouse,
  type AwsContext,
  type DataBrewArgs,
  type CrawlerDefinition,
  type CrawlersArgs,
} from "./components/aws";
import { sourceOf, standsInNetwork } from "./components/settings/connections";
import { loadContracts } from "./components/contract";
import { Names } from "./components/naming";
import { readSettings, type Settings } from "./components/settings";
import { loadDashboards } from "./dashboards";

export = async () => {
  const settings = readSettings();
  // Of the project, whatever folder the program is run in.
  const contracts = loadContracts(settings.contracts.map((path) => resolve(__dirname, path)));
  const context = await awsContext(settings);

  const keys = new EncryptionKeys("keys", context, {
    contracts,
    admins: settings.keyAdmins,
    pseudonymisers: [
      ...settings.pseudonymisers,
      ...(settings.database === "none" ? [] : consumerArns(context, settings.database, contracts)),
    ],
  });

  const network = createNetwork(settings, context, keys);

  const lake = new DataLake("lake", context, {
    contracts,
    keys,
    landingNetwork: settings.landingInNetworkOnly ? network : null,
    landingEndpoints: settings.landingEndpoints,
    analystScanLimitGb: settings.analystScanLimitGb,
    analysts: settings.analysts,
    columnGrants: settings.accountGovernance,
  });

  const audit = new AuditTrail("audit", context, { lake, keys, trail: settings.auditTrail });

  const reidentification = settings.reidentification
    ? new Reidentification("reidentification", context, {
        lake,
        keys,
        audit,
        people: settings.reidentifiers,
        oldestEpoch: settings.oldestPseudonymEpoch,
      })
    : null;

  const ingest = new StreamIngest("ingest", context, {
    lake,
    keys,
    capacity: settings.streamCapacity,
    retentionHours: settings.streamRetentionHours,
    bufferSeconds: settings.deliveryBufferSeconds,
    bufferMegabytes: settings.deliveryBufferMegabytes,
    pseudonymEpoch: settings.pseudonymEpoch,
    access: settings.apiAccess,
    vpcEndpoints: settings.apiVpcEndpoints,
    requestsPerSecond: settings.apiRequestsPerSecond,
    authentication: settings.apiAuthentication,
    corsOrigins: settings.apiCorsOrigins,
    webhooks: settings.webhooks,
    manageApiGatewayAccount: settings.manageApiGatewayAccount,
    network,
  });

  const connections = createConnections(settings, context, network);

  const crawlers = createCrawlers(settings, context, { lake, keys }, connections);

  const spark = createSpark(
    settings,
    context,
    { lake, keys, reidentification, network },
    { connections, crawlers },
  );

  const database = createDatabase(settings, context, { lake, keys, network, ingest, spark });

  const governance = new Governance("governance", context, {
    lake,
    keys,
    spark,
    engineers: settings.engineers,
    stewards: settings.stewards,
    accountWide: settings.accountGovernance,
    lakeAdmins: settings.lakeAdmins,
    macieSamplePercent: settings.macieSamplePercent,
    alarmEmails: settings.alarmEmails,
  });

  const preparation = createPreparation(settings, context, { lake, keys, alarms: spark.nodes.alarms });

  const athenaSpark = settings.athenaSpark ? new AthenaSpark("athena-spark", context, { lake, keys }) : null;

  const federated =
    settings.federatedSources.length === 0
      ? null
      : new FederatedQueries("federated", context, {
          ...{ lake, keys, sources: settings.federatedSources },
          // The settings ask for a network.
          network: network!,
        });

  const warehouse = new Warehouse("warehouse", context, { lake });

  const bi = new BI("bi", context, { lake, dashboards: loadDashboards() });

  return {
    eventsUrl: ingest.eventsUrl,
    webhooksUrl: ingest.webhooksUrl,
    apiKey: ingest.apiKey,
    streams: ingest.streams,
    zones: {
      landing: lake.uri("landing"),
      raw: lake.uri("raw"),
      curated: lake.uri("curated"),
      queryResults: lake.uri("queryResults"),
    },
    reidentification: reidentification?.uri,
    databases: lake.databases(),
    crawlers: crawlers?.databases,
    federatedCatalogs: federated?.catalogs,
    database: database && { host: database.host, secretArn: database.secretArn },
    workgroups: {
      analysts: lake.workgroups.analysts.name,
      transform: lake.workgroups.transform.name,
      spark: athenaSpark?.workgroup.name,
    },
    roles: {
      loader: lake.roles.loader.readyArn,
      analyst: lake.roles.analyst.readyArn,
      transform: lake.roles.transform.readyArn,
      engineer: governance.roles.engineer.readyArn,
      steward: governance.roles.steward.readyArn,
      reidentifier: reidentification?.role.readyArn,
    },
    sparkWorkflow: spark.workflow,
    sparkReport: spark.reportUri,
    statements: warehouse.statements,
    statementLocations: warehouse.locations,
    dashboards: bi.dashboards,
    preparationJobs: preparation?.jobs,
    pseudonymKey: keys.arn("pseudonym"),
    pseudonymEpoch: settings.pseudonymEpoch,
    oldestPseudonymEpoch: settings.oldestPseudonymEpoch,
  };
};

function createNetwork(settings: Settings, context: AwsContext, keys: EncryptionKeys): Network | null {
  if (settings.network === "none") return null;
  if (settings.network !== "own") {
    const existing = {
      vpcId: settings.network,
      closedSubnetIds: settings.networkSubnetIds,
      zones: settings.networkSubnetZones,
    };
    return new Network("network", context, { keys, existing });
  }
  return new Network("network", context, {
    keys,
    cidr: settings.networkCidr,
    zones: settings.networkZones,
    natGateways: settings.networkNatGateways,
    endpoints: settings.networkEndpoints,
  });
}

/** By name: crawlers and jobs take them by it. */
function createConnections(
  settings: Settings,
  context: AwsContext,
  network: Network | null,
): ReadonlyMap<string, Connection> {
  return new Map(
    settings.connections.map((setting) => [
      setting.name,
      new Connection(`connection-${setting.name}`, context, {
        source: sourceOf(setting),
        network: standsInNetwork(setting, settings) ? network : null,
        reaches: setting.reaches,
      }),
    ]),
  );
}

function createCrawlers(
  settings: Settings,
  context: AwsContext,
  lake: Pick<CrawlersArgs, "lake" | "keys">,
  connections: ReadonlyMap<string, Connection>,
): Crawlers | null {
  if (settings.crawlers.length === 0) return null;
  const crawlers = settings.crawlers.map((setting): CrawlerDefinition => {
    if ("connection" in setting) {
      const { connection, path, ...crawler } = setting;
      return { ...crawler, target: { connection: connections.get(connection)!, path } };
    }
    const { zone, folder, delimiter, ...crawler } = setting;
    return {
      ...crawler,
      target: { zone, folder },
      // Without a delimiter Glue's own classifiers find what the files are.
      classifiers: delimiter === undefined ? [] : [{ format: "csv", delimiter }],
    };
  });
  return new Crawlers("crawlers", context, { ...lake, crawlers });
}

/** The stack's relational database, and what writes events into it; null where its settings name none. */
function createDatabase(
  { database: definition, pseudonymEpoch }: Settings,
  context: AwsContext,
  made: {
    lake: DataLake;
    keys: EncryptionKeys;
    network: Network | null;
    ingest: StreamIngest;
    spark: SparkCluster | GlueEtl;
  },
): Database | null {
  if (definition === "none") return null;
  // The settings ask for a network.
  const { lake, keys, ingest, spark } = made;
  const network = made.network!;
  const database = new Database("database", context, { keys, network, definition });
  if (consumedStreams(definition, lake.contracts).length > 0) {
    new DatabaseConsumers("to-database", context, {
      ...{ database, lake, keys, network, streams: ingest.streams, pseudonymEpoch },
      alarms: spark.nodes.alarms,
    });
  }
  return database;
}

/** The stack's data preparations; null where its settings name none. */
function createPreparation(
  { dataPreparations }: Settings,
  context: AwsContext,
  args: Omit<DataBrewArgs, "preparations">,
): DataBrew | null {
  if (dataPreparations.length === 0) return null;
  const preparations = dataPreparations.map((file) => readPreparation(resolve(__dirname, file)));
  return new DataBrew("prep", context, { ...args, preparations });
}

/** One engine to a stack, or a dropped file would be curated twice. */
function createSpark(
  settings: Settings,
  context: AwsContext,
  made: Pick<SparkClusterArgs, "lake" | "keys" | "reidentification" | "network">,
  glue: { readonly connections: ReadonlyMap<string, Connection>; readonly crawlers: Crawlers | null },
): SparkCluster | GlueEtl {
  const { pseudonymEpoch, timeZone, alarmEmails, sparkMaxVcpu } = settings;
  const alike = {
    ...{ ...made, pseudonymEpoch, timeZone, alarmEmails },
    schedule: settings.sparkSchedule,
    dropSeconds: settings.sparkDropSeconds,
  };
  if (settings.etl === "glue") {
    // A worker of Glue's, G.1X, has 4 vCPU; a job has two at least.
    const workers = Math.max(2, Math.floor(sparkMaxVcpu / 4));
    return new GlueEtl("etl", context, {
      ...{ ...alike, execution: settings.glueExecution, workers },
      crawlers: unscheduled(settings).map((name) => glue.crawlers!.names[name]!),
      jobs: settings.glueJobs.map((job) => ({
        ...job,
        script: resolve(__dirname, job.script),
        libraries: (job.libraries ?? []).map((file) => resolve(__dirname, file)),
        connections: (job.connections ?? []).map((name) => glue.connections.get(name)!),
      })),
    });
  }
  return new SparkCluster("spark", context, {
    ...alike,
    maxVcpu: sparkMaxVcpu,
    pollSeconds: settings.sparkPollSeconds,
  });
}

/** Crawlers that run in the workflows: those that no schedule of their own starts. */
function unscheduled({ crawlers }: Settings): string[] {
  return crawlers.filter(({ schedule }) => schedule === undefined).map(({ name }) => name);
}

async function awsContext({ owner, protectData, logRetentionDays }: Settings): Promise<AwsContext> {
  const region = new pulumi.Config("aws").require("region");
  const { accountId } = await aws.getCallerIdentity({});
  const identity = { project: pulumi.getProject(), stack: pulumi.getStack(), accountId, region };
  const tags = { [TAG.owner]: owner, [TAG.stack]: `${identity.project}-${identity.stack}` };
  return { names: new Names(identity), identity, tags, protectData, logRetentionDays };
}
