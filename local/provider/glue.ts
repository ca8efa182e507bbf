import {
  CreateClassifierCommand,
  CreateConnectionCommand,
  CreateCrawlerCommand,
  CreateSecurityConfigurationCommand,
} from "@aws-sdk/client-glue";
import { pascal, type Inputs, type ResourceTypes } from "./resource-type";

/** Glue's crawlers, and what they are made of. */
export const glueTypes: ResourceTypes = {
  "aws:glue/classifier:Classifier": {
    create: async ({ name, csvClassifier, jsonClassifier, grokClassifier, xmlClassifier }, { glue }) => {
      const { headers, ...csv } = csvClassifier ?? {};
      await glue.send(
        new CreateClassifierCommand({
          ...(csvClassifier && {
            CsvClassifier: { Name: name, ...(pascal(csv) as object), Header: headers },
          }),
          ...(jsonClassifier && { JsonClassifier: named(name, jsonClassifier) }),
          ...(grokClassifier && { GrokClassifier: named(name, grokClassifier) }),
          ...(xmlClassifier && { XMLClassifier: named(name, xmlClassifier) }),
        }),
      );
      return { id: name };
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
  },
  "aws:glue/connection:Connection": {
    create: async (inputs, { glue, endpoints }) => {
      const { name, connectionType, connectionProperties, physicalConnectionRequirements: place } = inputs;
      await glue.send(
        new CreateConnectionCommand({
          ConnectionInput: {
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
          },
        }),
      );
      const arn = `arn:aws:glue:${endpoints.region}:${endpoints.accountId}:connection/${name}`;
      return { id: `${endpoints.accountId}:${name}`, outputs: { arn } };
    },
  },
  "aws:glue/crawler:Crawler": {
    create: async (inputs, { glue, endpoints }) => {
      await glue.send(
        new CreateCrawlerCommand({
          Name: inputs.name,
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
          Tags: inputs.tags,
        }),
      );
      const arn = `arn:aws:glue:${endpoints.region}:${endpoints.accountId}:crawler/${inputs.name}`;
      return { id: inputs.name, outputs: { arn } };
    },
  },
};

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
