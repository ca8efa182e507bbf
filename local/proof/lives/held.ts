/** What the local cloud holds, held against what a state says. */
import { ListNamedQueriesCommand, ListPreparedStatementsCommand } from "@aws-sdk/client-athena";
import { DescribeLogStreamsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ListTargetsByRuleCommand } from "@aws-sdk/client-eventbridge";
import { GetTablesCommand } from "@aws-sdk/client-glue";
import { ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import { GetPolicyCommand } from "@aws-sdk/client-lambda";
import { GetResourcesCommand } from "@aws-sdk/client-api-gateway";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import type { CloudClients } from "../../endpoints";
import type { StateResource } from "../../engine/state";
import { isGone } from "../../provider/resource-type";
import { leftBehind } from "../left-behind";
import { Reader } from "./anew";
import { KINDS } from "./kinds";

/** By type, the list of {@link leftBehind} that it stands in, and as what. */
const LISTED: Readonly<Record<string, readonly [list: string, by: (resource: StateResource) => unknown]>> = {
  "aws:sqs/queue:Queue": ["queues", ({ id }) => id],
  "aws:sns/topic:Topic": ["topics", ({ id }) => id],
  "aws:sns/topicSubscription:TopicSubscription": ["subscriptions", ({ id }) => id],
  "aws:cloudwatch/eventRule:EventRule": ["rules", named],
  "aws:kinesis/stream:Stream": ["streams", named],
  "aws:cloudwatch/logGroup:LogGroup": ["logGroups", named],
  "aws:s3/bucket:Bucket": ["buckets", ({ id }) => id],
  "aws:dynamodb/table:Table": ["tables", named],
  "aws:iam/role:Role": ["roles", named],
  "aws:kms/key:Key": ["keys", ({ inputs }) => inputs?.description],
  "aws:kms/alias:Alias": ["aliases", named],
  "aws:lambda/function:Function": ["functions", named],
  "aws:sfn/stateMachine:StateMachine": ["stateMachines", named],
  "aws:glue/catalogDatabase:CatalogDatabase": ["databases", named],
  "aws:athena/workgroup:Workgroup": ["workgroups", named],
  "aws:glue/classifier:Classifier": ["classifiers", named],
  "aws:glue/connection:Connection": ["connections", named],
  "aws:glue/securityConfiguration:SecurityConfiguration": ["securityConfigurations", named],
  "aws:glue/crawler:Crawler": ["crawlers", named],
  "aws:emrserverless/application:Application": ["applications", named],
  "aws:apigateway/restApi:RestApi": ["apis", named],
  "aws:apigateway/apiKey:ApiKey": ["apiKeys", named],
  "aws:apigateway/usagePlan:UsagePlan": ["usagePlans", named],
};

/** By type, what there may be of others in one: their types, and how many the service has. */
const WITHIN: Readonly<Record<string, readonly Within[]>> = {
  "aws:iam/role:Role": [
    [
      "aws:iam/rolePolicy:RolePolicy",
      "role",
      async (RoleName, { iam }) =>
        (await iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames?.length,
    ],
  ],
  "aws:cloudwatch/eventRule:EventRule": [
    [
      "aws:cloudwatch/eventTarget:EventTarget",
      "rule",
      async (Rule, { eventBridge }) =>
        (await eventBridge.send(new ListTargetsByRuleCommand({ Rule }))).Targets?.length,
    ],
  ],
  "aws:cloudwatch/logGroup:LogGroup": [
    [
      "aws:cloudwatch/logStream:LogStream",
      "logGroupName",
      async (logGroupName, { logs }) =>
        (await logs.send(new DescribeLogStreamsCommand({ logGroupName }))).logStreams?.length,
    ],
  ],
  "aws:glue/catalogDatabase:CatalogDatabase": [
    [
      "aws:glue/catalogTable:CatalogTable",
      "databaseName",
      async (id, { glue }) =>
        (await glue.send(new GetTablesCommand({ DatabaseName: id.split(":")[1] }))).TableList?.length,
    ],
  ],
  "aws:athena/workgroup:Workgroup": [
    [
      "aws:athena/namedQuery:NamedQuery",
      "workgroup",
      async (WorkGroup, { athena }) =>
        (await athena.send(new ListNamedQueriesCommand({ WorkGroup }))).NamedQueryIds?.length,
    ],
    [
      "aws:athena/preparedStatement:PreparedStatement",
      "workgroup",
      async (WorkGroup, { athena }) =>
        (await athena.send(new ListPreparedStatementsCommand({ WorkGroup }))).PreparedStatements?.length,
    ],
  ],
  "aws:lambda/function:Function": [
    [
      "aws:lambda/permission:Permission",
      "function",
      async (FunctionName, { lambda }) => {
        const { Policy } = await lambda.send(new GetPolicyCommand({ FunctionName }));
        return (JSON.parse(Policy!) as { Statement: unknown[] }).Statement.length;
      },
    ],
  ],
  "aws:s3/bucket:Bucket": [
    [
      "aws:s3/bucketObjectv2:BucketObjectv2",
      "bucket",
      async (Bucket, { s3 }) => (await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount,
    ],
  ],
  "aws:apigateway/restApi:RestApi": [
    [
      "aws:apigateway/resource:Resource",
      "restApi",
      // The root is there by itself.
      async (restApiId, { apiGateway }) =>
        (await apiGateway.send(new GetResourcesCommand({ restApiId }))).items!.length - 1,
    ],
  ],
};

type Within = readonly [
  type: string,
  owner: string,
  count: (id: string, cloud: CloudClients) => Promise<number | undefined>,
];

/** Types of which one that they belong to has one, by the id of that. Versioning, once on, is only suspended. */
const SETTINGS: Readonly<Record<string, readonly string[]>> = Object.values(KINDS)
  .filter(
    ({ only, needs = [], type }) =>
      only !== undefined && needs.length === 1 && !/Versioning|Logging/.test(type),
  )
  .reduce<Record<string, string[]>>((all, { type, needs }) => {
    const owner = KINDS[needs![0]!]!.type;
    if (!/sqs|sns|s3/.test(owner)) return all;
    return { ...all, [owner]: [...(all[owner] ?? []), type] };
  }, {});

/** Every difference, one a line. */
export async function differences(state: readonly StateResource[], cloud: CloudClients): Promise<string[]> {
  const custom = state.filter((each) => each.custom && !each.type.startsWith("pulumi:"));
  const found = await listed(cloud);
  const said = custom.flatMap((resource) => {
    const entry = LISTED[resource.type];
    return entry === undefined ? [] : [`${entry[0]} ${String(entry[1](resource))}`];
  });
  const lists = [
    ...minus(found, said).map((each) => `the cloud has ${each}, the state has not`),
    ...minus(said, found).map((each) => `the state has ${each}, the cloud has not`),
  ];
  const parts = await Promise.all(custom.map((owner) => partsOf(owner, custom, cloud)));
  return [...lists, ...parts.flat()];
}

async function listed(cloud: CloudClients): Promise<string[]> {
  const services = Object.entries(await leftBehind(cloud));
  return services.flatMap(([service, names]) => names.map((each) => `${service} ${nameOf(each)}`));
}

function nameOf(listedAs: unknown): string {
  if (typeof listedAs !== "object" || listedAs === null) return String(listedAs);
  const { Name, name, ...kinds } = listedAs as Readonly<Record<string, unknown>>;
  return String(Name ?? name ?? (Object.values(kinds)[0] as { Name?: string }).Name);
}

async function partsOf(
  owner: StateResource,
  state: readonly StateResource[],
  cloud: CloudClients,
): Promise<string[]> {
  const told: string[] = [];
  const reader = new Reader(cloud);
  for (const [type, input, count] of WITHIN[owner.type] ?? []) {
    const there = (await count(owner.id!, cloud).catch(none)) ?? 0;
    const names = [owner.id, owner.inputs?.name, owner.id!.split(":")[1]];
    const said = state.filter((each) => each.type === type && names.includes(each.inputs?.[input] as string));
    if (there !== said.length) told.push(`${owner.urn} has ${there} ${type}, the state says ${said.length}`);
  }
  for (const type of SETTINGS[owner.type] ?? []) {
    const found = await reader.anew(owner.id!, `urn:pulumi:local::naru::${type}::${owner.id}`);
    const said = state.some((each) => each.type === type && each.id === owner.id);
    const isThere = found !== undefined && !isDefault(type, found);
    if (isThere && !said) told.push(`${owner.urn} has a ${type}, the state has not`);
  }
  return told;
}

/** What a bucket tells where nobody set anything. */
function isDefault(type: string, inputs: Readonly<Record<string, unknown>>): boolean {
  if (type.endsWith("BucketNotification")) return inputs.eventbridge === false;
  if (type.endsWith("PublicAccessBlock")) return !JSON.stringify(inputs).includes("false");
  if (type.endsWith("OwnershipControls")) return JSON.stringify(inputs).includes("BucketOwnerEnforced");
  return type.endsWith("EncryptionConfiguration") && !JSON.stringify(inputs).includes("aws:kms");
}

function none(error: unknown): undefined {
  if (isGone(error)) return undefined;
  throw error;
}

function named({ inputs }: StateResource): unknown {
  return inputs?.name;
}

/** Of two lists with repetitions. */
function minus(one: readonly string[], other: readonly string[]): string[] {
  const left = [...other];
  return one.filter((each) => {
    const at = left.indexOf(each);
    if (at < 0) return true;
    left.splice(at, 1);
    return false;
  });
}
