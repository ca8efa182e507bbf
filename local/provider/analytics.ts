import {
  CreateNamedQueryCommand,
  CreatePreparedStatementCommand,
  CreateWorkGroupCommand,
} from "@aws-sdk/client-athena";
import { CreateApplicationCommand } from "@aws-sdk/client-emr-serverless";
import { CreateDatabaseCommand, CreateTableCommand } from "@aws-sdk/client-glue";
import { CreateStateMachineCommand } from "@aws-sdk/client-sfn";
import { pascal, tagList, type Inputs, type ResourceTypes } from "./resource-type";

/** Maps whose keys are data, not names of fields. */
const MAPS = new Set(["parameters", "properties"]);

/** Glue catalogue, Athena, EMR Serverless and Step Functions. */
export const analyticsTypes: ResourceTypes = {
  "aws:glue/catalogDatabase:CatalogDatabase": {
    create: async ({ name, tags }, { glue, endpoints }) => {
      await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: name }, Tags: tags }));
      return {
        id: `${endpoints.accountId}:${name}`,
        outputs: { arn: `arn:aws:glue:${endpoints.region}:${endpoints.accountId}:database/${name}` },
      };
    },
  },
  "aws:glue/catalogTable:CatalogTable": {
    create: async (inputs, { glue, endpoints }) => {
      const { databaseName, storageDescriptor, region: _region, ...table } = inputs;
      const { serDeInfo, ...descriptor } = storageDescriptor as Inputs;
      await glue.send(
        new CreateTableCommand({
          DatabaseName: databaseName,
          TableInput: {
            ...(pascal(table, MAPS) as { Name: string }),
            StorageDescriptor: {
              ...(pascal(descriptor, MAPS) as object),
              SerdeInfo: pascal(serDeInfo, MAPS) as object,
            },
          },
        }),
      );
      const { region, accountId } = endpoints;
      return {
        id: `${accountId}:${databaseName}:${inputs.name}`,
        outputs: { arn: `arn:aws:glue:${region}:${accountId}:table/${databaseName}/${inputs.name}` },
      };
    },
  },
  "aws:athena/workgroup:Workgroup": {
    create: async ({ name, configuration, tags }, { athena, endpoints }) => {
      const { encryptionConfiguration, outputLocation } = configuration.resultConfiguration;
      await athena.send(
        new CreateWorkGroupCommand({
          Name: name,
          Configuration: {
            EnforceWorkGroupConfiguration: configuration.enforceWorkgroupConfiguration,
            PublishCloudWatchMetricsEnabled: configuration.publishCloudwatchMetricsEnabled,
            BytesScannedCutoffPerQuery: configuration.bytesScannedCutoffPerQuery,
            ResultConfiguration: {
              OutputLocation: outputLocation,
              EncryptionConfiguration: {
                EncryptionOption: encryptionConfiguration.encryptionOption,
                KmsKey: encryptionConfiguration.kmsKeyArn,
              },
            },
          },
          Tags: tagList(tags),
        }),
      );
      return {
        id: name,
        outputs: { arn: `arn:aws:athena:${endpoints.region}:${endpoints.accountId}:workgroup/${name}` },
      };
    },
  },
  "aws:athena/namedQuery:NamedQuery": {
    create: async ({ name, description, database, query, workgroup }, { athena }) => {
      const { NamedQueryId } = await athena.send(
        new CreateNamedQueryCommand({
          Name: name,
          Description: description,
          Database: database,
          QueryString: query,
          WorkGroup: workgroup,
        }),
      );
      return { id: NamedQueryId! };
    },
  },
  "aws:athena/preparedStatement:PreparedStatement": {
    create: async ({ name, description, queryStatement, workgroup }, { athena }) => {
      await athena.send(
        new CreatePreparedStatementCommand({
          StatementName: name,
          Description: description,
          QueryStatement: queryStatement,
          WorkGroup: workgroup,
        }),
      );
      return { id: `${workgroup}/${name}` };
    },
  },
  "aws:emrserverless/application:Application": {
    create: async (inputs, { emrServerless }) => {
      const { applicationId, arn } = await emrServerless.send(
        new CreateApplicationCommand({
          name: inputs.name,
          type: inputs.type,
          releaseLabel: inputs.releaseLabel,
          architecture: inputs.architecture === "ARM64" ? "ARM64" : "X86_64",
          maximumCapacity: inputs.maximumCapacity,
          autoStartConfiguration: inputs.autoStartConfiguration,
          autoStopConfiguration: inputs.autoStopConfiguration,
          runtimeConfiguration: inputs.runtimeConfigurations,
          tags: inputs.tags,
        }),
      );
      return { id: applicationId!, outputs: { arn } };
    },
  },
  "aws:sfn/stateMachine:StateMachine": {
    create: async ({ name, roleArn, definition, tags }, { sfn }) => {
      const { stateMachineArn } = await sfn.send(
        new CreateStateMachineCommand({
          name,
          roleArn,
          definition,
          tags: tagList(tags).map(({ Key: key, Value: value }) => ({ key, value })),
        }),
      );
      return { id: stateMachineArn!, outputs: { arn: stateMachineArn } };
    },
  },
};
