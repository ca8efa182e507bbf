/** Which creations that a killed engine had begun the cloud has made: what a person looks up at the console. */
import {
  GetApiKeysCommand,
  GetResourcesCommand,
  GetRestApisCommand,
  GetUsagePlansCommand,
} from "@aws-sdk/client-api-gateway";
import { BatchGetNamedQueryCommand, ListNamedQueriesCommand } from "@aws-sdk/client-athena";
import { ListApplicationsCommand } from "@aws-sdk/client-emr-serverless";
import { DescribeKeyCommand, ListKeysCommand } from "@aws-sdk/client-kms";
import { GetPolicyCommand } from "@aws-sdk/client-lambda";
import type { CloudClients } from "../../endpoints";
import { pendingIn, settled, type StateResource } from "../../engine/state";
import type { EngineStack } from "../../engine/workspace";
import { recordedOnly } from "../../provider/recorded";
import { isGone, type Inputs } from "../../provider/resource-type";
import { TYPES } from "../../provider/types";

/** What a person does after a crash: what the cloud made comes into the state, and is read. */
export async function takeIn(opened: EngineStack, clients: CloudClients): Promise<string> {
  const state = await opened.export();
  const known = (await opened.resources()).filter((each) => each.pendingReplacement !== true);
  const taken = new Set(known.flatMap(({ id }) => id ?? []));
  const pending = pendingIn(state);
  const made = await standing(pending, taken, clients);
  await opened.import(settled(state, made));
  await opened.refresh();
  return `${made.size} of ${pending.length} made`;
}

/**
 * Ids by URN.
 * @param taken ids that the state has already.
 */
async function standing(
  pending: readonly StateResource[],
  taken: ReadonlySet<string>,
  cloud: CloudClients,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const { urn, type, inputs = {} } of pending) {
    const read = TYPES[type]?.read;
    if (read === undefined) continue;
    for (const id of await candidates(type, urn, inputs, cloud).catch(nowhere)) {
      if (taken.has(id) || ids.has(urn)) continue;
      const found = await read(id, inputs, cloud).catch((error: unknown) => {
        if (isGone(error)) return undefined;
        throw error;
      });
      if (found !== undefined) ids.set(urn, id);
    }
  }
  return ids;
}

/** What it belongs to is gone. */
function nowhere(error: unknown): string[] {
  if (isGone(error)) return [];
  throw error;
}

async function candidates(type: string, urn: string, inputs: Inputs, cloud: CloudClients): Promise<string[]> {
  const made = MADE_UP[type];
  if (made !== undefined) return made(inputs, cloud);
  const { region, accountId } = cloud.endpoints;
  return [recordedOnly(type, urn, inputs, { region, accountId, partition: "aws" }).id];
}

/** Ids that a service makes up: of those that are called as the program calls it. */
const MADE_UP: Readonly<Record<string, (inputs: Inputs, cloud: CloudClients) => Promise<string[]>>> = {
  "aws:apigateway/apiKey:ApiKey": async ({ name }, { apiGateway }) =>
    called(name, (await apiGateway.send(new GetApiKeysCommand({}))).items),
  "aws:apigateway/restApi:RestApi": async ({ name }, { apiGateway }) =>
    called(name, (await apiGateway.send(new GetRestApisCommand({}))).items),
  "aws:apigateway/usagePlan:UsagePlan": async ({ name }, { apiGateway }) =>
    called(name, (await apiGateway.send(new GetUsagePlansCommand({}))).items),
  "aws:athena/namedQuery:NamedQuery": async ({ workgroup: WorkGroup, name }, { athena }) => {
    const { NamedQueryIds = [] } = await athena.send(new ListNamedQueriesCommand({ WorkGroup }));
    if (NamedQueryIds.length === 0) return [];
    const { NamedQueries = [] } = await athena.send(new BatchGetNamedQueryCommand({ NamedQueryIds }));
    return called(
      name,
      NamedQueries.map(({ NamedQueryId: id, Name }) => ({ id, name: Name })),
    );
  },
  "aws:emrserverless/application:Application": async ({ name }, { emrServerless }) =>
    called(name, (await emrServerless.send(new ListApplicationsCommand({}))).applications),
  "aws:apigateway/integration:Integration": async ({ restApi, resourceId, httpMethod }) => [
    `agi-${restApi}-${resourceId}-${httpMethod}`,
  ],
  "aws:apigateway/method:Method": async ({ restApi, resourceId, httpMethod }) => [
    `agm-${restApi}-${resourceId}-${httpMethod}`,
  ],
  "aws:apigateway/resource:Resource": async ({ restApi, pathPart }, { apiGateway }) => {
    const { items = [] } = await apiGateway.send(new GetResourcesCommand({ restApiId: restApi }));
    return items.filter((item) => item.pathPart === pathPart).map(({ id }) => id!);
  },
  "aws:apigateway/usagePlanKey:UsagePlanKey": async ({ keyId }) => [keyId],
  "aws:glue/connection:Connection": async ({ name }, { endpoints }) => [`${endpoints.accountId}:${name}`],
  "aws:lambda/permission:Permission": async ({ function: FunctionName, sourceArn }, { lambda }) => {
    const { Policy = "{}" } = await lambda.send(new GetPolicyCommand({ FunctionName }));
    const { Statement = [] } = JSON.parse(Policy) as { Statement?: Inputs[] };
    return Statement.filter((each) => JSON.stringify(each).includes(sourceArn)).map(({ Sid }) => String(Sid));
  },
  "aws:glue/schema:Schema": async ({ registryArn, schemaName }) => [
    `${String(registryArn).replace(":registry/", ":schema/")}/${schemaName}`,
  ],
  "aws:kms/key:Key": async ({ description }, { kms }) => {
    const { Keys = [] } = await kms.send(new ListKeysCommand({}));
    const keys = await Promise.all(Keys.map(({ KeyId }) => kms.send(new DescribeKeyCommand({ KeyId }))));
    const described = keys.filter(({ KeyMetadata }) => KeyMetadata!.Description === description);
    return described.map(({ KeyMetadata }) => KeyMetadata!.KeyId!);
  },
};

function called(
  name: unknown,
  items: readonly { readonly id?: string; readonly name?: string }[] = [],
): string[] {
  return items.filter((item) => item.name === name).map(({ id }) => id!);
}
