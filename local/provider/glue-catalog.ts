import {
  CreateDatabaseCommand,
  CreateTableCommand,
  DeleteDatabaseCommand,
  DeleteTableCommand,
  GetDatabaseCommand,
  GetTableCommand,
  GetTagsCommand,
  UpdateDatabaseCommand,
  UpdateTableCommand,
  type DatabaseInput,
  type TableInput,
} from "@aws-sdk/client-glue";
import { changeGlueTags } from "./glue-tags";
import { pascal, type Inputs, type ResourceTypes } from "./resource-type";
import { camel, differ, told } from "./told";

/** Maps whose keys are data, not names of fields. */
const MAPS = new Set(["parameters", "properties"]);

/** Glue's catalogue. */
export const glueCatalogTypes: ResourceTypes = {
  "aws:glue/catalogDatabase:CatalogDatabase": {
    create: async (inputs, { glue, endpoints }) => {
      const { name, tags } = inputs;
      await glue.send(new CreateDatabaseCommand({ DatabaseInput: databaseInput(inputs), Tags: tags }));
      return {
        id: `${endpoints.accountId}:${name}`,
        outputs: { arn: `arn:aws:glue:${endpoints.region}:${endpoints.accountId}:database/${name}` },
      };
    },
    read: async (id, state, { glue, endpoints }) => {
      const Name = lastPart(id);
      const { Database } = await glue.send(new GetDatabaseCommand({ Name }));
      const arn = `arn:aws:glue:${endpoints.region}:${endpoints.accountId}:database/${Name}`;
      const { Tags } = await glue.send(new GetTagsCommand({ ResourceArn: arn }));
      const found = {
        name: Database!.Name,
        description: Database!.Description ?? "",
        locationUri: Database!.LocationUri ?? undefined,
        parameters: Database!.Parameters ?? {},
        tags: Tags ?? {},
      };
      return { inputs: told(state, found, { description: "", parameters: {} }), outputs: { arn } };
    },
    update: async (id, state, inputs, { glue }) => {
      if (differ(state, inputs, "description", "locationUri", "parameters")) {
        // Said, since a change that names them not leaves them as they are.
        const said = { description: "", parameters: {}, ...inputs };
        await glue.send(
          new UpdateDatabaseCommand({ Name: lastPart(id), DatabaseInput: databaseInput(said) }),
        );
      }
      await changeGlueTags(glue, state.arn, state, inputs);
    },
    delete: async (id, _state, { glue }) => {
      await glue.send(new DeleteDatabaseCommand({ Name: lastPart(id) }));
    },
  },
  "aws:glue/catalogTable:CatalogTable": {
    create: async (inputs, { glue, endpoints }) => {
      const { name, databaseName } = inputs;
      await glue.send(new CreateTableCommand({ DatabaseName: databaseName, TableInput: tableInput(inputs) }));
      const { region, accountId } = endpoints;
      return {
        id: `${accountId}:${databaseName}:${name}`,
        outputs: { arn: `arn:aws:glue:${region}:${accountId}:table/${databaseName}/${name}` },
      };
    },
    read: async (id, state, { glue, endpoints }) => {
      const [, databaseName, Name] = id.split(":");
      const { Table } = await glue.send(new GetTableCommand({ DatabaseName: databaseName, Name }));
      const { StorageDescriptor, ...table } = Table!;
      const { serdeInfo, ...descriptor } = camel(StorageDescriptor, MAPS);
      const { name, description, owner, parameters, partitionKeys, tableType } = camel(table, MAPS);
      const found = {
        ...{ name, databaseName, description, owner, parameters, partitionKeys, tableType },
        storageDescriptor: { ...descriptor, serDeInfo: serdeInfo as unknown },
      };
      const { region, accountId } = endpoints;
      return {
        inputs: told(state, found, { description: "", parameters: {} }),
        outputs: { arn: `arn:aws:glue:${region}:${accountId}:table/${databaseName}/${Name}` },
      };
    },
    update: async (_id, _state, inputs, { glue }) => {
      // Said, since a change that names them not leaves them as they are.
      const TableInput = { Description: "", Parameters: {}, PartitionKeys: [], ...tableInput(inputs) };
      await glue.send(new UpdateTableCommand({ DatabaseName: inputs.databaseName, TableInput }));
    },
    delete: async (id, _state, { glue }) => {
      const [, DatabaseName, Name] = id.split(":");
      await glue.send(new DeleteTableCommand({ DatabaseName, Name }));
    },
  },
};

/** Ids are the catalogue's number and names. */
function lastPart(id: string): string {
  return id.slice(id.lastIndexOf(":") + 1);
}

function databaseInput({ name, description, locationUri, parameters }: Inputs): DatabaseInput {
  return { Name: name, Description: description, LocationUri: locationUri, Parameters: parameters };
}

function tableInput(inputs: Inputs): TableInput {
  const { databaseName: _database, region: _region, storageDescriptor, ...table } = inputs;
  const named = pascal(table, MAPS) as { Name: string };
  // A view, or a table in a format of its own, may have none.
  if (storageDescriptor === undefined) return named;
  const { serDeInfo, ...descriptor } = storageDescriptor as Inputs;
  return {
    ...named,
    StorageDescriptor: {
      ...(pascal(descriptor, MAPS) as object),
      SerdeInfo: pascal(serDeInfo, MAPS) as object,
    },
  };
}
