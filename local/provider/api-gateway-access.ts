/** Of API Gateway: where an API is called, and by whom. */
import {
  CreateApiKeyCommand,
  CreateStageCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  DeleteStageCommand,
  DeleteUsagePlanCommand,
  DeleteUsagePlanKeyCommand,
  GetApiKeyCommand,
  GetStageCommand,
  GetTagsCommand,
  GetUsagePlanCommand,
  GetUsagePlanKeyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateApiKeyCommand,
  UpdateStageCommand,
  UpdateUsagePlanCommand,
  type APIGatewayClient,
} from "@aws-sdk/client-api-gateway";
import type { LocalEndpoints } from "../endpoints";
import { replaced } from "./api-gateway-patch";
import { completed } from "./partly-made";
import { isImport, type Inputs, type ResourceTypes } from "./resource-type";
import { changeTags, differ, known, told } from "./told";

/**
 * Tags of keys and usage plans are believed: the emulator shows those that a thing was made with, whatever becomes of
 * them, which is told at an import.
 */
export const accessTypes: ResourceTypes = {
  "aws:apigateway/stage:Stage": {
    create: async (inputs, { apiGateway, endpoints }) => {
      const { restApi: restApiId, deployment: deploymentId, stageName, description, variables } = inputs;
      await apiGateway.send(
        new CreateStageCommand({ restApiId, deploymentId, stageName, description, variables }),
      );
      const outputs = addresses({ restApiId, stageName }, endpoints);
      return completed({ id: `ags-${restApiId}-${stageName}`, outputs }, async () => {
        await setLogging({}, inputs, apiGateway);
        await setStageTags(outputs.arn, {}, inputs, apiGateway);
      });
    },
    read: async (_id, state, { apiGateway, endpoints }) => {
      const place = stageOf(state);
      const stage = await apiGateway.send(new GetStageCommand(place));
      const outputs = addresses(place, endpoints);
      const { tags = {} } = await apiGateway.send(new GetTagsCommand({ resourceArn: outputs.arn }));
      const logging = stage.accessLogSettings;
      const found = {
        accessLogSettings:
          logging?.destinationArn === undefined
            ? undefined
            : { destinationArn: logging.destinationArn, format: logging.format },
        tags,
        stageName: stage.stageName,
        deployment: stage.deploymentId,
        description: stage.description ?? "",
        variables: stage.variables ?? {},
      };
      return { inputs: told(state, found, { description: "", variables: {} }), outputs };
    },
    update: async (_id, state, inputs, { apiGateway }) => {
      await setLogging(state, inputs, apiGateway);
      await setStageTags(state.arn as string, state, inputs, apiGateway);
      const patchOperations = [
        ...replaced(state, inputs, "description"),
        ...replaced(state, inputs, "deployment").map((change) => ({ ...change, path: "/deploymentId" })),
        ...replaced(
          state.variables ?? {},
          inputs.variables ?? {},
          ...Object.keys(inputs.variables ?? {}),
        ).map((change) => ({ ...change, path: `/variables${change.path}` })),
        ...removed(state.variables, inputs.variables),
      ];
      if (patchOperations.length === 0) return;
      await apiGateway.send(new UpdateStageCommand({ ...stageOf(inputs), patchOperations }));
    },
    delete: async (_id, state, { apiGateway }) => {
      await apiGateway.send(new DeleteStageCommand(stageOf(state)));
    },
  },
  "aws:apigateway/apiKey:ApiKey": {
    create: async ({ name, description, tags }, { apiGateway }) => {
      const made = new CreateApiKeyCommand({ name, description, enabled: true, tags });
      const { id, value } = await apiGateway.send(made);
      return { id: id!, outputs: { value } };
    },
    // The key itself is a secret, and never changes: it is asked for at an import only.
    read: async (apiKey, state, { apiGateway }) => {
      const includeValue = state.value === undefined;
      const held = await apiGateway.send(new GetApiKeyCommand({ apiKey, includeValue }));
      const { name, description, enabled, value, tags } = held;
      const found = { name, description: description ?? "", enabled, ...(isImport(state) && { tags }) };
      const inputs = told(state, found, { description: "", enabled: true });
      return { inputs, ...(includeValue && { outputs: { value } }) };
    },
    update: async (apiKey, state, inputs, { apiGateway }) => {
      const before = { enabled: true, ...state };
      const patchOperations = replaced(
        before,
        { enabled: true, ...inputs },
        "name",
        "description",
        "enabled",
      );
      if (patchOperations.length === 0) return;
      await apiGateway.send(new UpdateApiKeyCommand({ apiKey, patchOperations }));
    },
    delete: async (apiKey, _state, { apiGateway }) => {
      await apiGateway.send(new DeleteApiKeyCommand({ apiKey }));
    },
  },
  "aws:apigateway/usagePlan:UsagePlan": {
    create: async ({ name, description, apiStages, tags }, { apiGateway }) => {
      const made = new CreateUsagePlanCommand({ name, description, apiStages, tags });
      const { id } = await apiGateway.send(made);
      return { id: id! };
    },
    read: async (usagePlanId, state, { apiGateway }) => {
      const plan = await apiGateway.send(new GetUsagePlanCommand({ usagePlanId }));
      const { name, description = "", apiStages, tags } = plan;
      const found = { name, description, apiStages, ...(isImport(state) && { tags }) };
      return { inputs: told(state, found, { description: "" }) };
    },
    // Its stages are believed: the emulator takes a change of them for another thing than AWS does.
    update: async (usagePlanId, state, inputs, { apiGateway }) => {
      const patchOperations = replaced(state, inputs, "name", "description");
      if (patchOperations.length === 0) return;
      await apiGateway.send(new UpdateUsagePlanCommand({ usagePlanId, patchOperations }));
    },
    delete: async (usagePlanId, _state, { apiGateway }) => {
      await apiGateway.send(new DeleteUsagePlanCommand({ usagePlanId }));
    },
  },
  "aws:apigateway/usagePlanKey:UsagePlanKey": {
    create: async ({ keyId, keyType, usagePlanId }, { apiGateway }) => {
      const { id } = await apiGateway.send(new CreateUsagePlanKeyCommand({ keyId, keyType, usagePlanId }));
      return { id: id! };
    },
    read: async (keyId, state, { apiGateway }) => {
      const place = { usagePlanId: known(state, "usagePlanId"), keyId };
      const { id, type } = await apiGateway.send(new GetUsagePlanKeyCommand(place));
      return { inputs: told(state, { keyId: id, keyType: type }) };
    },
    delete: async (keyId, { usagePlanId }, { apiGateway }) => {
      await apiGateway.send(new DeleteUsagePlanKeyCommand({ usagePlanId, keyId }));
    },
  },
};

interface StagePlace {
  readonly restApiId: string;
  readonly stageName: string;
}

function stageOf(inputs: Inputs): StagePlace {
  return { restApiId: known(inputs, "restApi"), stageName: known(inputs, "stageName") };
}

function addresses({ restApiId, stageName }: StagePlace, { emulator, region }: LocalEndpoints) {
  return {
    // The emulator serves APIs by path; on AWS the API has a host name of its own.
    invokeUrl: `${emulator}/_aws/execute-api/${restApiId}/${stageName}`,
    arn: `arn:aws:apigateway:${region}::/restapis/${restApiId}/stages/${stageName}`,
  };
}

/** By itself: a stage is made without. */
async function setLogging(state: Inputs, inputs: Inputs, apiGateway: APIGatewayClient): Promise<void> {
  if (!differ(state, inputs, "accessLogSettings")) return;
  const wanted = inputs.accessLogSettings as Inputs | undefined;
  const patchOperations =
    wanted === undefined
      ? [{ op: "remove" as const, path: "/accessLogSettings" }]
      : ["destinationArn", "format"].map((name) => ({
          op: "replace" as const,
          path: `/accessLogSettings/${name}`,
          value: wanted[name] as string,
        }));
  await apiGateway.send(new UpdateStageCommand({ ...stageOf(inputs), patchOperations }));
}

/** By themselves: the emulator tells no others. */
async function setStageTags(
  resourceArn: string,
  state: Inputs,
  inputs: Inputs,
  apiGateway: APIGatewayClient,
): Promise<void> {
  await changeTags(
    state,
    inputs,
    (tags) => apiGateway.send(new TagResourceCommand({ resourceArn, tags })),
    (tagKeys) => apiGateway.send(new UntagResourceCommand({ resourceArn, tagKeys })),
  );
}

function removed(before: Inputs = {}, wanted: Inputs = {}) {
  const gone = Object.keys(before).filter((name) => !(name in wanted));
  return gone.map((name) => ({ op: "remove" as const, path: `/variables/${name}` }));
}
