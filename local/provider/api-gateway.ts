import {
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  DeleteDeploymentCommand,
  DeleteIntegrationCommand,
  DeleteMethodCommand,
  DeleteResourceCommand,
  DeleteRestApiCommand,
  GetDeploymentCommand,
  GetIntegrationCommand,
  GetMethodCommand,
  GetResourceCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  GetTagsCommand,
  PutIntegrationCommand,
  PutMethodCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateMethodCommand,
  UpdateResourceCommand,
  UpdateRestApiCommand,
  type APIGatewayClient,
} from "@aws-sdk/client-api-gateway";
import type { LocalEndpoints } from "../endpoints";
import { accessTypes } from "./api-gateway-access";
import { replaced } from "./api-gateway-patch";
import type { Inputs, ResourceTypes } from "./resource-type";
import { changeTags, differ, known, told } from "./told";

export const apiGatewayTypes: ResourceTypes = {
  ...accessTypes,
  "aws:apigateway/restApi:RestApi": {
    create: async (inputs, { apiGateway, endpoints }) => {
      const { id } = await apiGateway.send(
        new CreateRestApiCommand({
          name: inputs.name,
          description: inputs.description,
          endpointConfiguration: { types: [inputs.endpointConfiguration.types] },
          tags: inputs.tags,
        }),
      );
      return { id: id!, outputs: await addresses(id!, apiGateway, endpoints) };
    },
    read: async (restApiId, state, { apiGateway, endpoints }) => {
      const api = await apiGateway.send(new GetRestApiCommand({ restApiId }));
      const outputs = await addresses(restApiId, apiGateway, endpoints);
      const { tags = {} } = await apiGateway.send(new GetTagsCommand({ resourceArn: outputs.arn }));
      const found = {
        name: api.name,
        description: api.description ?? "",
        endpointConfiguration: { types: api.endpointConfiguration?.types?.[0] },
        tags,
      };
      return { inputs: told(state, found, { description: "" }), outputs };
    },
    update: async (restApiId, state, inputs, { apiGateway }) => {
      const patchOperations = replaced(state, inputs, "name", "description");
      if (differ(state, inputs, "endpointConfiguration")) {
        const [before, value] = [state, inputs].map(
          ({ endpointConfiguration }) => endpointConfiguration.types as string,
        );
        const path = `/endpointConfiguration/types/${before}`;
        patchOperations.push({ op: "replace", path, value });
      }
      if (patchOperations.length > 0) {
        await apiGateway.send(new UpdateRestApiCommand({ restApiId, patchOperations }));
      }
      const resourceArn = state.arn as string;
      await changeTags(
        state,
        inputs,
        (tags) => apiGateway.send(new TagResourceCommand({ resourceArn, tags })),
        (tagKeys) => apiGateway.send(new UntagResourceCommand({ resourceArn, tagKeys })),
      );
    },
    delete: async (restApiId, _state, { apiGateway }) => {
      await apiGateway.send(new DeleteRestApiCommand({ restApiId }));
    },
  },
  "aws:apigateway/resource:Resource": {
    create: async ({ restApi, parentId, pathPart }, { apiGateway }) => {
      const { id, path } = await apiGateway.send(
        new CreateResourceCommand({ restApiId: restApi, parentId, pathPart }),
      );
      return { id: id!, outputs: { path } };
    },
    read: async (resourceId, state, { apiGateway }) => {
      const { parentId, pathPart, path } = await apiGateway.send(
        new GetResourceCommand({ restApiId: known(state, "restApi"), resourceId }),
      );
      return { inputs: told(state, { parentId, pathPart }), outputs: { path } };
    },
    update: async (resourceId, state, inputs, { apiGateway }) => {
      const patchOperations = replaced(state, inputs, "parentId", "pathPart");
      const change = { restApiId: known(state, "restApi"), resourceId, patchOperations };
      const { path } = await apiGateway.send(new UpdateResourceCommand(change));
      return { path };
    },
    delete: async (resourceId, state, { apiGateway }) => {
      await apiGateway.send(new DeleteResourceCommand({ restApiId: known(state, "restApi"), resourceId }));
    },
  },
  "aws:apigateway/method:Method": {
    create: async (inputs, { apiGateway }) => {
      const { authorization: authorizationType, apiKeyRequired } = inputs;
      await apiGateway.send(new PutMethodCommand({ ...placeOf(inputs), authorizationType, apiKeyRequired }));
      return { id: `agm-${inputs.restApi}-${inputs.resourceId}-${inputs.httpMethod}` };
    },
    read: async (_id, state, { apiGateway }) => {
      const method = await apiGateway.send(new GetMethodCommand(placeOf(state)));
      const { httpMethod, authorizationType: authorization, apiKeyRequired } = method;
      const found = { httpMethod, authorization, apiKeyRequired: apiKeyRequired ?? false };
      return { inputs: told(state, found, { apiKeyRequired: false }) };
    },
    update: async (_id, state, inputs, { apiGateway }) => {
      const patchOperations = [
        ...replaced(
          { apiKeyRequired: false, ...state },
          { apiKeyRequired: false, ...inputs },
          "apiKeyRequired",
        ),
        ...replaced(state, inputs, "authorization").map((change) => ({
          ...change,
          path: "/authorizationType",
        })),
      ];
      await apiGateway.send(new UpdateMethodCommand({ ...placeOf(inputs), patchOperations }));
    },
    delete: async (_id, state, { apiGateway }) => {
      await apiGateway.send(new DeleteMethodCommand(placeOf(state)));
    },
  },
  "aws:apigateway/integration:Integration": {
    create: async (inputs, { apiGateway }) => {
      await putIntegration(inputs, apiGateway);
      return { id: `agi-${inputs.restApi}-${inputs.resourceId}-${inputs.httpMethod}` };
    },
    read: async (_id, state, { apiGateway }) => {
      const { type, uri, httpMethod } = await apiGateway.send(new GetIntegrationCommand(placeOf(state)));
      return { inputs: told(state, { type, uri, integrationHttpMethod: httpMethod }) };
    },
    // Put again, it takes the place of what was there.
    update: (_id, _state, inputs, { apiGateway }) => putIntegration(inputs, apiGateway),
    delete: async (_id, state, { apiGateway }) => {
      await apiGateway.send(new DeleteIntegrationCommand(placeOf(state)));
    },
  },
  "aws:apigateway/deployment:Deployment": {
    create: async ({ restApi, description }, { apiGateway }) => {
      const { id } = await apiGateway.send(new CreateDeploymentCommand({ restApiId: restApi, description }));
      return { id: id! };
    },
    // What it was made for, `triggers`, is the program's alone, and believed.
    read: async (deploymentId, state, { apiGateway }) => {
      const restApiId = known(state, "restApi");
      const { description } = await apiGateway.send(new GetDeploymentCommand({ restApiId, deploymentId }));
      return { inputs: told(state, { description: description ?? "" }, { description: "" }) };
    },
    delete: async (deploymentId, { restApi }, { apiGateway }) => {
      await apiGateway.send(new DeleteDeploymentCommand({ restApiId: restApi, deploymentId }));
    },
  },
};

async function addresses(id: string, apiGateway: APIGatewayClient, { region, accountId }: LocalEndpoints) {
  const { items } = await apiGateway.send(new GetResourcesCommand({ restApiId: id }));
  return {
    rootResourceId: items!.find(({ path }) => path === "/")!.id,
    executionArn: `arn:aws:execute-api:${region}:${accountId}:${id}`,
    arn: `arn:aws:apigateway:${region}::/restapis/${id}`,
  };
}

/** Of a method and what belongs to one: whatever their ids say, API Gateway finds them by these three. */
function placeOf(inputs: Inputs) {
  return {
    restApiId: known(inputs, "restApi"),
    resourceId: known(inputs, "resourceId"),
    httpMethod: known(inputs, "httpMethod"),
  };
}

async function putIntegration(inputs: Inputs, apiGateway: APIGatewayClient): Promise<void> {
  const { type, integrationHttpMethod, uri } = inputs;
  await apiGateway.send(new PutIntegrationCommand({ ...placeOf(inputs), type, integrationHttpMethod, uri }));
}
