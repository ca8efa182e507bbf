import {
  CreateClassifierCommand,
  CreateConnectionCommand,
  CreateCrawlerCommand,
  CreateSecurityConfigurationCommand,
  DeleteClassifierCommand,
  DeleteConnectionCommand,
  DeleteCrawlerCommand,
  DeleteSecurityConfigurationCommand,
  GetClassifierCommand,
  GetConnectionCommand,
  GetCrawlerCommand,
  GetSecurityConfigurationCommand,
  GetTagsCommand,
  UpdateClassifierCommand,
  UpdateConnectionCommand,
  UpdateCrawlerCommand,
} from "@aws-sdk/client-glue";
import { changeGlueTags } from "./glue-tags";
import { completed } from "./partly-made";
import { pascal, type Inputs, type ResourceTypes } from "./resource-type";
import { camel, differ, told } from "./told";

/** A crawler's inputs that are taken away. */
const NO_CRAWLER: Inputs = {
  ...{ description: "", tablePrefix: "", schedule: "", configuration: "", securityConfiguration: "" },
  classifiers: [],
};

/** Glue's crawlers, and what they are made of. */
export const glueTypes: ResourceTypes = {
  "aws:glue/classifier:Classifier": {
    create: async (inputs, { glue }) => {
      await glue.send(new CreateClassifierCommand(classifier(inputs)));
      return { id: inputs.name };
    },
    read: async (Name, state, { glue }) => {
      const { Classifier } = await glue.send(new GetClassifierCommand({ Name }));
      const { CsvClassifier, JsonClassifier, GrokClassifier, XMLClassifier } = Classifier!;
      const found = {
        name: (CsvClassifier ?? JsonClassifier ?? GrokClassifier ?? XMLClassifier)?.Name,
        csvClassifier: ownSettings(CsvClassifier),
        jsonClassifier: ownSettings(JsonClassifier),
        grokClassifier: ownSettings(GrokClassifier),
        xmlClassifier: ownSettings(XMLClassifier),
      };
      return { inputs: told(state, found) };
    },
    update: async (_id, _state, inputs, { glue }) => {
      await glue.send(new UpdateClassifierCommand(classifier(inputs)));
    },
    delete: async (Name, _state, { glue }) => {
      await glue.send(new DeleteClassifierCommand({ Name }));
    },
  },
  "aws:glue/securityConfiguration:SecurityConfiguration": {
    create: async ({ name, encryptionConfiguration }, { glue }) => {
      const { s3Encryption, cloudwatchEncryption, jobBookmarksEncryption } = encryptionConfiguration;
      await glue.send(
        new CreateSecurityConfigurationCommand({
          Name: name,
          EncryptionConfiguration: {
            S3Encryption: [pascal(s3Encryption) as object],
            CloudWatchEncryption: {
              CloudWatchEncryptionMode: cloudwatchEncryption.cloudwatchEncryptionMode,
              KmsKeyArn: cloudwatchEncryption.kmsKeyArn,
            },
            JobBookmarksEncryption: pascal(jobBookmarksEncryption) as object,
          },
        }),
      );
      return { id: name };
    },
    read: async (Name, state, { glue }) => {
      const { SecurityConfiguration } = await glue.send(new GetSecurityConfigurationCommand({ Name }));
      const encryption = SecurityConfiguration!.EncryptionConfiguration;
      const logs = encryption?.CloudWatchEncryption;
      const found = {
        name: SecurityConfiguration!.Name,
        encryptionConfiguration: {
          s3Encryption: camel(encryption?.S3Encryption?.[0]),
          cloudwatchEncryption: {
            cloudwatchEncryptionMode: logs?.CloudWatchEncryptionMode,
            kmsKeyArn: logs?.KmsKeyArn,
          },
          jobBookmarksEncryption: camel(encryption?.JobBookmarksEncryption),
        },
      };
      return { inputs: told(state, found) };
    },
    delete: async (Name, _state, { glue }) => {
      await glue.send(new DeleteSecurityConfigurationCommand({ Name }));
    },
  },
  "aws:glue/connection:Connection": {
    create: async (inputs, { glue, endpoints }) => {
      await glue.send(new CreateConnectionCommand({ ConnectionInput: connection(inputs) }));
      const arn = `arn:aws:glue:${endpoints.region}:${endpoints.accountId}:connection/${inputs.name}`;
      return { id: `${endpoints.accountId}:${inputs.name}`, outputs: { arn } };
    },
    read: async (id, state, { glue }) => {
      const { Connection } = await glue.send(new GetConnectionCommand({ Name: connectionName(id) }));
      const {
        Name,
        ConnectionType,
        ConnectionProperties,
        PhysicalConnectionRequirements: place,
      } = Connection!;
      const found = {
        name: Name,
        connectionType: ConnectionType,
        connectionProperties: ConnectionProperties,
        physicalConnectionRequirements: place && {
          subnetId: place.SubnetId,
          securityGroupIdLists: place.SecurityGroupIdList,
          availabilityZone: place.AvailabilityZone,
        },
      };
      return { inputs: told(state, found) };
    },
    update: async (id, _state, inputs, { glue }) => {
      const change = { Name: connectionName(id), ConnectionInput: connection(inputs) };
      await glue.send(new UpdateConnectionCommand(change));
    },
    delete: async (id, _state, { glue }) => {
      await glue.send(new DeleteConnectionCommand({ ConnectionName: connectionName(id) }));
    },
  },
  "aws:glue/crawler:Crawler": {
    create: async (inputs, { glue, endpoints }) => {
      await glue.send(new CreateCrawlerCommand(crawler(inputs)));
      const arn = `arn:aws:glue:${endpoints.region}:${endpoints.accountId}:crawler/${inputs.name}`;
      // By themselves: the emulator passes over those that a crawler is made with.
      return completed({ id: inputs.name, outputs: { arn } }, () => changeGlueTags(glue, arn, {}, inputs));
    },
    read: async (Name, state, { glue, endpoints }) => {
      const { Crawler } = await glue.send(new GetCrawlerCommand({ Name }));
      const arn = `arn:aws:glue:${endpoints.region}:${endpoints.accountId}:crawler/${Name}`;
      const { Tags } = await glue.send(new GetTagsCommand({ ResourceArn: arn }));
      const { targets, schedule, crawlerSecurityConfiguration, role, ...crawler } = camel(Crawler);
      const { name, description, databaseName, classifiers, tablePrefix } = crawler;
      const { recrawlPolicy, schemaChangePolicy, configuration } = crawler;
      const found = {
        ...{ name, description, databaseName, classifiers, tablePrefix },
        ...{ recrawlPolicy, schemaChangePolicy, configuration },
        // The role may be given by its ARN, and is told by its name.
        role: String(state.role ?? "").endsWith(`/${role}`) ? (state.role as string) : (role as string),
        s3Targets: targets.s3Targets,
        jdbcTargets: targets.jdbcTargets,
        mongodbTargets: targets.mongoDBTargets,
        schedule: schedule?.scheduleExpression,
        securityConfiguration: crawlerSecurityConfiguration,
        tags: Tags ?? {},
      };
      return { inputs: told(state, found), outputs: { arn } };
    },
    update: async (_id, state, inputs, { glue }) => {
      const { tags: _before, ...before } = state;
      const { tags: _tags, ...wanted } = inputs;
      // Said, since a change that names them not leaves them as they are.
      const gone = Object.entries(NO_CRAWLER).filter(([input]) => input in before && !(input in wanted));
      if (gone.length > 0 || differ(before, wanted, ...Object.keys(wanted))) {
        await glue.send(new UpdateCrawlerCommand(crawler({ ...Object.fromEntries(gone), ...inputs })));
      }
      await changeGlueTags(glue, state.arn, state, inputs);
    },
    delete: async (Name, _state, { glue }) => {
      await glue.send(new DeleteCrawlerCommand({ Name }));
    },
  },
};

function classifier({ name, csvClassifier, jsonClassifier, grokClassifier, xmlClassifier }: Inputs) {
  const { headers, ...csv } = csvClassifier ?? {};
  return {
    ...(csvClassifier && { CsvClassifier: { Name: name, ...(pascal(csv) as object), Header: headers } }),
    ...(jsonClassifier && { JsonClassifier: named(name, jsonClassifier) }),
    ...(grokClassifier && { GrokClassifier: named(name, grokClassifier) }),
    ...(xmlClassifier && { XMLClassifier: named(name, xmlClassifier) }),
  };
}

/** Without what Glue says of its making, and its name, which stands beside it. */
function ownSettings(found: object | undefined): Inputs | undefined {
  if (found === undefined) return undefined;
  const {
    name: _name,
    creationTime: _made,
    lastUpdated: _changed,
    version: _version,
    ...settings
  } = camel(found);
  const { header: headers, ...rest } = settings;
  return { ...rest, ...(headers !== undefined && { headers: headers as unknown }) };
}

function connection(inputs: Inputs) {
  const { name, connectionType, connectionProperties, physicalConnectionRequirements: place } = inputs;
  return {
    Name: name,
    ConnectionType: connectionType,
    ConnectionProperties: connectionProperties,
    ...(place && {
      PhysicalConnectionRequirements: {
        SubnetId: place.subnetId,
        SecurityGroupIdList: place.securityGroupIdLists,
        AvailabilityZone: place.availabilityZone,
      },
    }),
  };
}

/** Its id is the catalogue's number and its name. */
function connectionName(id: string): string {
  return id.slice(id.indexOf(":") + 1);
}

function crawler(inputs: Inputs) {
  return {
    Name: inputs.name,
    Description: inputs.description,
    Role: inputs.role,
    DatabaseName: inputs.databaseName,
    Classifiers: inputs.classifiers,
    Targets: targets(inputs),
    Schedule: inputs.schedule,
    TablePrefix: inputs.tablePrefix,
    RecrawlPolicy: pascal(inputs.recrawlPolicy) as object,
    SchemaChangePolicy: pascal(inputs.schemaChangePolicy) as object,
    Configuration: inputs.configuration,
    CrawlerSecurityConfiguration: inputs.securityConfiguration,
  };
}

function named(name: string, classifier: Inputs) {
  // Which fields there are is the classifier's kind's to say.
  return { Name: name, ...(pascal(classifier) as object) } as never;
}

function targets({ s3Targets, jdbcTargets, mongodbTargets }: Inputs) {
  return {
    S3Targets: pascal(s3Targets ?? []) as object[],
    JdbcTargets: pascal(jdbcTargets ?? []) as object[],
    MongoDBTargets: pascal(mongodbTargets ?? []) as object[],
  };
}
