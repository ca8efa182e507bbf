import {
  CreateApiKeyCommand,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  CreateStageCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  GetResourcesCommand,
  PutIntegrationCommand,
  PutMethodCommand,
} from "@aws-sdk/client-api-gateway";
import type { ResourceTypes } from "./resource-type";

export const apiGatewayTypes: ResourceTypes = {
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
      const { items } = await apiGateway.send(new GetResourcesCommand({ restApiId: id }));
      const { region, accountId } = endpoints;
      return {
        id: id!,
        outputs: {
          rootResourceId: items!.find(({ path }) => path === "/")!.id,
          executionArn: `arn:aws:execute-api:${region}:${accountId}:${id}`,
          arn: `arn:aws:apigateway:${region}::/restapis/${id}`,
        },
      };
    },
  },
  "aws:apigateway/resource:Resource": {
    create: async ({ restApi, parentId, pathPart }, { apiGateway }) => {
      const { id, path } = await apiGateway.send(
        new CreateResourceCommand({ restApiId: restApi, parentId, pathPart }),
      );
      return { id: id!, outputs: { path } };
    },
  },
  "aws:apigateway/method:Method": {
    create: async (inputs, { apiGateway }) => {
      const {
        restApi: restApiId,
        resourceId,
        httpMethod,
        authorization: authorizationType,
        apiKeyRequired,
      } = inputs;
      await apiGateway.send(
        new PutMethodCommand({ restApiId, resourceId, httpMethod, authorizationType, apiKeyRequired }),
      );
      return { id: `agm-${restApiId}-${resourceId}-${httpMethod}` };
    },
  },
  "aws:apigateway/integration:Integration": {
    create: async (inputs, { apiGateway }) => {
      const { restApi: restApiId, resourceId, httpMethod, type, integrationHttpMethod, uri } = inputs;
      await apiGateway.send(
        new PutIntegrationCommand({ restApiId, resourceId, httpMethod, type, integrationHttpMethod, uri }),
      );
      return { id: `agi-${restApiId}-${resourceId}-${httpMethod}` };
    },
  },
  "aws:apigateway/deployment:Deployment": {
    create: async ({ restApi }, { apiGateway }) => {
      const { id } = await apiGateway.send(new CreateDeploymentCommand({ restApiId: restApi }));
      return { id: id! };
    },
  },
  "aws:apigateway/stage:Stage": {
    create: async (inputs, { apiGateway, endpoints }) => {
      const { restApi: restApiId, deployment: deploymentId, stageName, tags } = inputs;
      await apiGateway.send(new CreateStageCommand({ restApiId, deploymentId, stageName, tags }));
      // The emulator serves APIs by path; on AWS the API has a host name of its own.
      const invokeUrl = `${endpoints.emulator}/_aws/execute-api/${restApiId}/${stageName}`;
      return { id: `ags-${restApiId}-${stageName}`, outputs: { invokeUrl } };
    },
  },
  "aws:apigateway/apiKey:ApiKey": {
    create: async ({ name, tags }, { apiGateway }) => {
      const { id, value } = await apiGateway.send(new CreateApiKeyCommand({ name, enabled: true, tags }));
      return { id: id!, outputs: { value } };
    },
  },
  "aws:apigateway/usagePlan:UsagePlan": {
    create: async ({ name, apiStages, tags }, { apiGateway }) => {
      const { id } = await apiGateway.send(new CreateUsagePlanCommand({ name, apiStages, tags }));
      return { id: id! };
    },
  },
  "aws:apigateway/usagePlanKey:UsagePlanKey": {
    create: async ({ keyId, keyType, usagePlanId }, { apiGateway }) => {
      const { id } = await apiGateway.send(new CreateUsagePlanKeyCommand({ keyId, keyType, usagePlanId }));
      return { id: id! };
    },
  },
};
