import type { LocalEndpoints } from "../endpoints";
import { completed } from "./partly-made";
import { tagList, type Inputs, type ResourceTypes } from "./resource-type";
import { callJson } from "./signed-json";
import { changeTags, differ, tagMap, told } from "./told";

/** DynamoDB's own. */
const DEFAULTS = { billingMode: "PROVISIONED", deletionProtectionEnabled: false };

export const dynamodbTypes: ResourceTypes = {
  "aws:dynamodb/table:Table": {
    create: async (inputs, { endpoints }) => {
      const { name, hashKey, attributes, billingMode, deletionProtectionEnabled, tags } = inputs;
      await call(endpoints, "CreateTable", {
        TableName: name,
        KeySchema: [{ AttributeName: hashKey, KeyType: "HASH" }],
        AttributeDefinitions: (attributes as { name: string; type: string }[]).map(({ name, type }) => ({
          AttributeName: name,
          AttributeType: type,
        })),
        BillingMode: billingMode,
        SSESpecification: encryption(inputs),
        DeletionProtectionEnabled: deletionProtectionEnabled,
        Tags: tagList(tags),
      });
      const arn = `arn:aws:dynamodb:${endpoints.region}:${endpoints.accountId}:table/${name}`;
      return completed({ id: name, outputs: { arn } }, async () => {
        if (inputs.pointInTimeRecovery !== undefined) await setRecovery(endpoints, inputs);
      });
    },
    read: async (TableName, state, { endpoints }) => {
      const { Table } = (await call(endpoints, "DescribeTable", { TableName })) as { Table: Inputs };
      const { Tags } = await call(endpoints, "ListTagsOfResource", { ResourceArn: Table.TableArn });
      const { ContinuousBackupsDescription: backups } = (await call(endpoints, "DescribeContinuousBackups", {
        TableName,
      })) as Inputs;
      const sse = Table.SSEDescription as Inputs | undefined;
      const recovery = backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
      const found = {
        name: Table.TableName,
        hashKey: (Table.KeySchema as Inputs[]).find(({ KeyType }) => KeyType === "HASH")?.AttributeName,
        attributes: (Table.AttributeDefinitions as Inputs[]).map(({ AttributeName, AttributeType }) => ({
          name: AttributeName,
          type: AttributeType,
        })),
        billingMode: Table.BillingModeSummary?.BillingMode ?? DEFAULTS.billingMode,
        serverSideEncryption: { enabled: sse?.Status === "ENABLED", kmsKeyArn: sse?.KMSMasterKeyArn },
        pointInTimeRecovery: { enabled: recovery === "ENABLED" },
        deletionProtectionEnabled: Table.DeletionProtectionEnabled ?? false,
        tags: tagMap(Tags as { Key: string; Value: string }[]),
      };
      const defaults = { ...DEFAULTS, pointInTimeRecovery: { enabled: false } };
      return { inputs: told(state, found, defaults), outputs: { arn: Table.TableArn } };
    },
    update: async (TableName, state, inputs, { endpoints }) => {
      // One kind of change a call, as DynamoDB has it.
      if (differ(state, inputs, "billingMode")) {
        await call(endpoints, "UpdateTable", { TableName, BillingMode: inputs.billingMode });
      }
      if (differ(state, inputs, "serverSideEncryption")) {
        await call(endpoints, "UpdateTable", { TableName, SSESpecification: encryption(inputs) });
      }
      if (differ(state, inputs, "deletionProtectionEnabled")) {
        const DeletionProtectionEnabled = inputs.deletionProtectionEnabled ?? false;
        await call(endpoints, "UpdateTable", { TableName, DeletionProtectionEnabled });
      }
      if (differ(state, inputs, "pointInTimeRecovery")) await setRecovery(endpoints, inputs);
      const ResourceArn = state.arn as string;
      await changeTags(
        state,
        inputs,
        (tags) => call(endpoints, "TagResource", { ResourceArn, Tags: tagList(tags) }),
        (TagKeys) => call(endpoints, "UntagResource", { ResourceArn, TagKeys }),
      );
    },
    delete: async (TableName, _state, { endpoints }) => {
      await call(endpoints, "DeleteTable", { TableName });
    },
  },
};

/** Without it a table is under DynamoDB's own key. */
function encryption({ serverSideEncryption: { enabled, kmsKeyArn } = { enabled: false } }: Inputs) {
  return { Enabled: enabled, ...(enabled && { SSEType: "KMS", KMSMasterKeyId: kmsKeyArn }) };
}

function setRecovery(endpoints: LocalEndpoints, { name: TableName, pointInTimeRecovery }: Inputs) {
  return call(endpoints, "UpdateContinuousBackups", {
    TableName,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: pointInTimeRecovery?.enabled ?? false },
  });
}

function call(endpoints: LocalEndpoints, operation: string, input: object) {
  const target = `DynamoDB_20120810.${operation}`;
  return callJson(endpoints, { service: "dynamodb", target, version: "1.0" }, input);
}
