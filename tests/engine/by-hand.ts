/** What somebody changes at the console, beside Pulumi, and what a refresh tells of it. */
import { GetTableCommand, UpdateTableCommand } from "@aws-sdk/client-glue";
import { DisableRuleCommand } from "@aws-sdk/client-eventbridge";
import { IncreaseStreamRetentionPeriodCommand } from "@aws-sdk/client-kinesis";
import { DeleteBucketCommand } from "@aws-sdk/client-s3";
import type { CloudClients } from "../../local/endpoints";
import type { StateResource } from "../../local/engine/state";
import { TYPES } from "../../local/provider/types";
import { callQuery } from "../../local/provider/signed-json";
import { allowing } from "../pipeline/changes-by-hand";
import { resourceOf } from "./life";

/** By resource, what is done to it, and the input that shows it. */
const CHANGES: Readonly<Record<string, readonly [input: string, act: Act]>> = {
  "aws:kinesis/stream:Stream ingest-lms-requests": [
    "retentionPeriod",
    ({ inputs: { name: StreamName } }, { kinesis }) =>
      kinesis.send(new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 333 })),
  ],
  "aws:cloudwatch/eventRule:EventRule spark-music.artists": [
    "state",
    ({ inputs: { name: Name } }, { eventBridge }) => eventBridge.send(new DisableRuleCommand({ Name })),
  ],
  "aws:sns/topicPolicy:TopicPolicy spark-alarms": [
    "policy",
    ({ inputs: { arn: TopicArn } }, { endpoints }) => {
      const call = { service: "sns", action: "SetTopicAttributes", version: "2010-03-31" };
      const AttributeValue = JSON.stringify(allowing("sns:Subscribe", TopicArn!, "events.amazonaws.com"));
      return callQuery(endpoints, call, { TopicArn: TopicArn!, AttributeName: "Policy", AttributeValue });
    },
  ],
  "aws:glue/catalogTable:CatalogTable lake-raw-lms.requests": ["parameters", addParameter],
};

/** Nothing lies in it yet. */
const DELETED = "aws:s3/bucket:Bucket lake-query-results";

type Act = (
  made: { readonly inputs: Readonly<Record<string, string>> },
  cloud: CloudClients,
) => Promise<unknown>;

export interface Drift {
  /** `type name input`. */
  readonly changed: readonly string[];
  /** The bucket, and what was set of it; what is recorded only is nobody's to look up. */
  readonly deleted: readonly string[];
}

/** Changes four resources and deletes one. */
export async function changeByHand(state: readonly StateResource[], cloud: CloudClients): Promise<Drift> {
  const byName = new Map(state.map((resource) => [resourceOf(resource.urn), resource]));
  const inputsOf = (resource: string) => byName.get(resource)!.inputs as Readonly<Record<string, string>>;
  for (const [resource, [, act]] of Object.entries(CHANGES)) await act({ inputs: inputsOf(resource) }, cloud);
  const { bucket: Bucket } = inputsOf(DELETED);
  await cloud.s3.send(new DeleteBucketCommand({ Bucket }));
  const settings = state.filter(
    ({ type, inputs }) => type in TYPES && type.startsWith("aws:s3/") && inputs?.bucket === Bucket,
  );
  return {
    changed: Object.entries(CHANGES).map(([resource, [input]]) => `${resource} ${input}`),
    deleted: settings.map(({ urn }) => resourceOf(urn)),
  };
}

async function addParameter(
  { inputs: { databaseName: DatabaseName, name: Name } }: Parameters<Act>[0],
  { glue }: CloudClients,
): Promise<void> {
  const { Table } = await glue.send(new GetTableCommand({ DatabaseName, Name }));
  const { StorageDescriptor, PartitionKeys, TableType, Description, Parameters } = Table!;
  const kept = { Name, Description, StorageDescriptor, PartitionKeys, TableType };
  const TableInput = { ...kept, Parameters: { ...Parameters, "by-hand": "yes" } };
  await glue.send(new UpdateTableCommand({ DatabaseName, TableInput }));
}
