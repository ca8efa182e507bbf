import {
  CreateNamedQueryCommand,
  CreatePreparedStatementCommand,
  CreateWorkGroupCommand,
  DeleteNamedQueryCommand,
  DeletePreparedStatementCommand,
  DeleteWorkGroupCommand,
  GetNamedQueryCommand,
  GetPreparedStatementCommand,
  GetWorkGroupCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateNamedQueryCommand,
  UpdatePreparedStatementCommand,
  UpdateWorkGroupCommand,
  type WorkGroupConfiguration,
} from "@aws-sdk/client-athena";
import { completed } from "./partly-made";
import { tagList, type Inputs, type ResourceTypes } from "./resource-type";
import { changeTags, tagMap, told } from "./told";

export const athenaTypes: ResourceTypes = {
  "aws:athena/workgroup:Workgroup": {
    create: async (inputs, { athena, endpoints }) => {
      const { name, description, configuration, tags, state: State } = inputs;
      await athena.send(
        new CreateWorkGroupCommand({
          Name: name,
          Description: description,
          Configuration: workgroupConfiguration(configuration),
          Tags: tagList(tags),
        }),
      );
      const arn = `arn:aws:athena:${endpoints.region}:${endpoints.accountId}:workgroup/${name}`;
      return completed({ id: name, outputs: { arn } }, async () => {
        // Each is enabled when it is new.
        if (State === "DISABLED") await athena.send(new UpdateWorkGroupCommand({ WorkGroup: name, State }));
      });
    },
    read: async (id, state, { athena, endpoints }) => {
      const { WorkGroup } = await athena.send(new GetWorkGroupCommand({ WorkGroup: id }));
      const arn = `arn:aws:athena:${endpoints.region}:${endpoints.accountId}:workgroup/${id}`;
      const { Tags } = await athena.send(new ListTagsForResourceCommand({ ResourceARN: arn }));
      const found = {
        name: WorkGroup!.Name,
        description: WorkGroup!.Description,
        state: WorkGroup!.State,
        configuration: configurationFound(WorkGroup!.Configuration!),
        tags: tagMap(Tags),
      };
      return { inputs: told(state, found, { description: "", state: "ENABLED" }), outputs: { arn } };
    },
    update: async (id, state, inputs, { athena }) => {
      const { ResultConfiguration, ...configuration } = workgroupConfiguration(inputs.configuration);
      await athena.send(
        new UpdateWorkGroupCommand({
          WorkGroup: id,
          Description: inputs.description ?? "",
          State: inputs.state ?? "ENABLED",
          ConfigurationUpdates: {
            ...configuration,
            RemoveBytesScannedCutoffPerQuery: configuration.BytesScannedCutoffPerQuery === undefined,
            ResultConfigurationUpdates: ResultConfiguration,
          },
        }),
      );
      const ResourceARN = state.arn as string;
      await changeTags(
        state,
        inputs,
        (tags) => athena.send(new TagResourceCommand({ ResourceARN, Tags: tagList(tags) })),
        (TagKeys) => athena.send(new UntagResourceCommand({ ResourceARN, TagKeys })),
      );
    },
    delete: async (WorkGroup, { forceDestroy = false }, { athena }) => {
      await athena.send(new DeleteWorkGroupCommand({ WorkGroup, RecursiveDeleteOption: forceDestroy }));
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
    read: async (NamedQueryId, state, { athena }) => {
      const { NamedQuery } = await athena.send(new GetNamedQueryCommand({ NamedQueryId }));
      const { Name, Description, Database, QueryString, WorkGroup } = NamedQuery!;
      const found = {
        name: Name,
        description: Description,
        database: Database,
        query: QueryString,
        workgroup: WorkGroup,
      };
      return { inputs: told(state, found) };
    },
    update: async (NamedQueryId, _state, { name, description = "", query }, { athena }) => {
      await athena.send(
        new UpdateNamedQueryCommand({
          NamedQueryId,
          Name: name,
          Description: description,
          QueryString: query,
        }),
      );
    },
    delete: async (NamedQueryId, _state, { athena }) => {
      await athena.send(new DeleteNamedQueryCommand({ NamedQueryId }));
    },
  },
  "aws:athena/preparedStatement:PreparedStatement": {
    create: async (inputs, { athena }) => {
      await athena.send(new CreatePreparedStatementCommand(prepared(inputs)));
      return { id: `${inputs.workgroup}/${inputs.name}` };
    },
    read: async (id, state, { athena }) => {
      const { PreparedStatement } = await athena.send(new GetPreparedStatementCommand(placeOf(id)));
      const { StatementName, Description, QueryStatement, WorkGroupName } = PreparedStatement!;
      const found = {
        name: StatementName,
        description: Description,
        queryStatement: QueryStatement,
        workgroup: WorkGroupName,
      };
      return { inputs: told(state, found, { description: "" }) };
    },
    update: async (_id, _state, inputs, { athena }) => {
      await athena.send(new UpdatePreparedStatementCommand(prepared(inputs)));
    },
    delete: async (id, _state, { athena }) => {
      await athena.send(new DeletePreparedStatementCommand(placeOf(id)));
    },
  },
};

function workgroupConfiguration(configuration: Inputs): WorkGroupConfiguration {
  const { encryptionConfiguration, outputLocation } = configuration.resultConfiguration;
  return {
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
  };
}

function configurationFound({
  ResultConfiguration: result,
  ...configuration
}: WorkGroupConfiguration): Inputs {
  return {
    enforceWorkgroupConfiguration: configuration.EnforceWorkGroupConfiguration,
    publishCloudwatchMetricsEnabled: configuration.PublishCloudWatchMetricsEnabled,
    bytesScannedCutoffPerQuery: configuration.BytesScannedCutoffPerQuery,
    resultConfiguration: {
      outputLocation: result?.OutputLocation,
      encryptionConfiguration: {
        encryptionOption: result?.EncryptionConfiguration?.EncryptionOption,
        kmsKeyArn: result?.EncryptionConfiguration?.KmsKey,
      },
    },
  };
}

function prepared({ name, description, queryStatement, workgroup }: Inputs) {
  return {
    StatementName: name as string,
    Description: description as string | undefined,
    QueryStatement: queryStatement as string,
    WorkGroup: workgroup as string,
  };
}

/** Of its id, the workgroup's name and its own. */
function placeOf(id: string) {
  const at = id.indexOf("/");
  return { WorkGroup: id.slice(0, at), StatementName: id.slice(at + 1) };
}
