/** The program: settings and contracts in, a platform out. `pulumi up -s dev`, or `npm start` for the local cloud. */
import { resolve } from "node:path";
import {
  AthenaSpark,
  AuditTrail,
  BI,
  consumerArns,
  DataLake,
  EncryptionKeys,
  FederatedQueries,
  Governance,
  Reidentification,
  StreamIngest,
  Warehouse,
} from "./components/aws";
import {
  awsContext,
  createBudget,
  createConnections,
  createCrawlers,
  createDatabase,
  createDeliveryDestinations,
  createKafka,
  createNetwork,
  createPreparation,
  createSpark,
} from "./components/aws/from-settings";
import { checkCapacity } from "./components/capacity";
import { consumedStreams } from "./components/consumed-streams";
import { loadContracts } from "./components/contract";
import { readSettings } from "./components/settings";
import { loadDashboards } from "./dashboards";

export = async () => {
  const settings = readSettings();
  // Of the project, whatever folder the program is run in.
  const contracts = loadContracts(settings.contracts.map((path) => resolve(__dirname, path)));
  checkCapacity(contracts, settings);
  const context = await awsContext(settings, contracts);

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
    imported: settings.tables.map(({ dataSet }) => dataSet),
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
    directPut: settings.directPut,
    manageApiGatewayAccount: settings.manageApiGatewayAccount,
    network,
  });

  const connections = createConnections(settings, context, network);

  const crawlers = createCrawlers(settings, context, { lake, keys }, connections);

  const spark = createSpark(
    settings,
    context,
    { lake, keys, reidentification, network },
    { connections, crawlers, streams: ingest.streams },
    __dirname,
  );

  createBudget(settings, context, spark);

  const database = createDatabase(settings, context, { lake, keys, network, ingest, spark });

  const kafka = createKafka(settings, context, { lake, keys, network, ingest, spark });

  const destinations = createDeliveryDestinations(settings, context, { lake, keys, network, ingest, spark });

  const governance = new Governance("governance", context, {
    lake,
    keys,
    spark,
    engineers: settings.engineers,
    stewards: settings.stewards,
    redrivers: settings.redrivers,
    consumed: settings.database !== "none" && consumedStreams(settings.database, contracts).length > 0,
    accountWide: settings.accountGovernance,
    lakeAdmins: settings.lakeAdmins,
    macieSamplePercent: settings.macieSamplePercent,
    alarmEmails: settings.alarmEmails,
  });

  const preparation = createPreparation(
    settings,
    context,
    { lake, keys, alarms: spark.nodes.alarms },
    __dirname,
  );

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

  return asked({
    eventsUrl: ingest.eventsUrl,
    webhooksUrl: ingest.webhooksUrl,
    apiKey: ingest.apiKey,
    streams: ingest.streams,
    directDeliveries: ingest.directDeliveries,
    deliveryDestinations: destinations?.made,
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
    database: database && {
      host: database.database.host,
      port: database.database.servedPort,
      secretArn: database.database.secretArn,
      failures: database.consumers?.failures,
    },
    kafka: kafka && {
      clusterArn: kafka.clusterArn,
      bootstrap: kafka.bootstrap,
      topics: kafka.topics,
      topicsToCreate: kafka.topicsToCreate,
      policies: kafka.policies,
    },
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
      redriver: governance.roles.redriver?.readyArn,
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
  });
};

/** Outputs of what the stack has: Pulumi warns of each that is undefined, at every update. */
function asked(outputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => (value ?? null) !== null));
}
