/** What each service asks of its resources' keys, from its documentation. */
import type { RecordedResource } from "../../../local/recorder";
import type { Facts } from "./conditions";
import { ENCRYPT, encryptionContext, through, type KeyUse } from "./key-use";
import {
  ACCOUNT,
  ADMINISTRATOR,
  arnOf,
  ask,
  REGION,
  statementsOf,
  type Platform,
  type Role,
} from "./platform";

type Uses = (resource: RecordedResource, platform: Platform) => KeyUse[];

/** By type of resource. */
export const SERVICE_USES: Readonly<Record<string, Uses>> = {
  /** Kinesis developer guide, "Permissions to use user-generated KMS keys". */
  "aws:kinesis/stream:Stream": (stream, platform) => {
    const facts = through("kinesis", { "aws:kinesis:arn": arnOf(stream) });
    return byRight(platform, stream, [
      [["kinesis:PutRecord", "kinesis:PutRecords"], ["kms:GenerateDataKey"], facts],
      [["kinesis:GetRecords"], ["kms:Decrypt"], facts],
    ])(text(stream.inputs.kmsKeyId));
  },
  /** Firehose developer guide, "Data protection": what is put straight in lies under a key by a grant of its creator's. */
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": (delivery, _) => {
    const { keyArn } = (delivery.inputs.serverSideEncryption ?? {}) as { keyArn?: string };
    return keyArn === undefined ? [] : [grantToService("firehose", keyArn, delivery)];
  },
  /** SQS developer guide, "Key management": senders generate and verify a data key, receivers decrypt. */
  "aws:sqs/queue:Queue": (queue, platform) => {
    const facts = through("sqs", { "aws:sqs:arn": arnOf(queue) });
    const keyArn = text(queue.inputs.kmsMasterKeyId);
    return [
      ...byRight(platform, queue, [
        [["sqs:SendMessage"], ["kms:GenerateDataKey", "kms:Decrypt"], facts],
        [["sqs:ReceiveMessage"], ["kms:Decrypt"], facts],
      ])(keyArn),
      ...byPolicy(platform, "aws:sqs/queuePolicy:QueuePolicy", arnOf(queue), keyArn, {
        "aws:sqs:arn": arnOf(queue),
      }),
    ];
  },
  /** SNS developer guide, "Managing Amazon SNS encryption keys": publishers generate and verify a data key. */
  "aws:sns/topic:Topic": (topic, platform) => {
    const keyArn = text(topic.inputs.kmsMasterKeyId);
    const facts = through("sns", { "aws:sns:topicArn": arnOf(topic) });
    return [
      ...byRight(platform, topic, [[["sns:Publish"], ["kms:GenerateDataKey", "kms:Decrypt"], facts]])(keyArn),
      ...byPolicy(platform, "aws:sns/topicPolicy:TopicPolicy", arnOf(topic), keyArn, {
        "aws:sns:topicArn": arnOf(topic),
      }),
    ];
  },
  /** DynamoDB developer guide, "DynamoDB encryption at rest: usage notes": the caller's right to decrypt the table's key. */
  "aws:dynamodb/table:Table": (table, platform) => {
    const { kmsKeyArn } = table.inputs.serverSideEncryption as { kmsKeyArn: string };
    const facts = through("dynamodb", { "aws:dynamodb:tableName": String(table.inputs.name) });
    const actions = [
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "dynamodb:Query",
      "dynamodb:Scan",
    ];
    return [
      ...byRight(platform, table, [[actions, ["kms:Decrypt", "kms:DescribeKey"], facts]])(kmsKeyArn),
      grantToService("dynamodb", kmsKeyArn, table),
    ];
  },
  /** RDS user guide, "Encrypting Amazon RDS resources", and its secret: who reads that decrypts it by Secrets Manager. */
  "aws:rds/instance:Instance": (instance, platform) => databaseUses(instance, platform),
  "aws:rds/cluster:Cluster": (cluster, platform) => databaseUses(cluster, platform),
  /** MSK developer guide, "Amazon MSK encryption at rest": by a grant of its own. */
  "aws:msk/cluster:Cluster": (cluster, _) => {
    const { encryptionAtRestKmsKeyArn } = cluster.inputs.encryptionInfo as Record<string, unknown>;
    return [grantToService("kafka", text(encryptionAtRestKmsKeyArn), cluster)];
  },
  /** Lambda developer guide, "Securing environment variables": the function's role decrypts them. */
  "aws:lambda/function:Function": (lambda, _) => [
    {
      caller: { role: text(lambda.inputs.role) },
      action: "kms:Decrypt",
      keyArn: text(lambda.inputs.kmsKeyArn),
      facts: through("lambda", { "aws:lambda:FunctionArn": arnOf(lambda) }),
      why: `environment of ${lambda.name}`,
    },
    grantToService("lambda", text(lambda.inputs.kmsKeyArn), lambda),
  ],
  /** KMS developer guide, "Grants": who makes one must be let make exactly that one. */
  "aws:kms/grant:Grant": ({ name, inputs }, _) => [
    {
      ...{ caller: { role: ADMINISTRATOR.arn }, action: "kms:CreateGrant", keyArn: text(inputs.keyId) },
      facts: {
        "kms:GranteePrincipal": text(inputs.granteePrincipal),
        "kms:GrantOperations": inputs.operations as string[],
      },
      why: `grant ${name}`,
    },
  ],
  /** EMR Serverless user guide, "Encrypting logs": who starts a run must be let use its logs' key, as the run itself must. */
  "aws:sfn/stateMachine:StateMachine": ({ name, inputs }, _) => {
    const [, keyArn] = /"EncryptionKeyArn":"([^"]+)"/.exec(text(inputs.definition)) ?? [];
    if (keyArn === undefined) return [];
    return ["kms:GenerateDataKey", "kms:Decrypt"].map((action) => ({
      ...{ caller: { role: text(inputs.roleArn) }, action, keyArn },
      ...{ facts: through("emr-serverless"), why: `logs of the runs of ${name}` },
    }));
  },
  /** CloudWatch Logs user guide, "Encrypt log data using AWS KMS": the service writes and reads as itself. */
  "aws:cloudwatch/logGroup:LogGroup": (group, _) =>
    [...ENCRYPT, "kms:DescribeKey"].map((action) => ({
      caller: { service: `logs.${REGION}.amazonaws.com` },
      ...{
        action,
        keyArn: text(group.inputs.kmsKeyId),
        facts: encryptionContext({ "aws:logs:arn": arnOf(group) }),
      },
      why: `log group ${String(group.inputs.name)}`,
    })),
  /** Glue developer guide, "Encrypting data written by AWS Glue": log groups are put under the configuration's key. */
  "aws:glue/securityConfiguration:SecurityConfiguration": ({ name, inputs }, _) => {
    const { cloudwatchEncryption } = inputs.encryptionConfiguration as {
      cloudwatchEncryption: { kmsKeyArn: string };
    };
    const group = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws-glue/x`;
    return [...ENCRYPT, "kms:DescribeKey"].map((action) => ({
      ...{
        caller: { service: `logs.${REGION}.amazonaws.com` },
        action,
        keyArn: cloudwatchEncryption.kmsKeyArn,
      },
      ...{ facts: encryptionContext({ "aws:logs:arn": group }), why: `log groups of ${name}` },
    }));
  },
  /** CloudTrail user guide, "Configure AWS KMS key policies for CloudTrail". */
  "aws:cloudtrail/trail:Trail": (trail, _) =>
    ["kms:GenerateDataKey", "kms:Decrypt", "kms:DescribeKey"].map((action) => ({
      ...{ caller: { service: "cloudtrail.amazonaws.com" }, action, keyArn: text(trail.inputs.kmsKeyId) },
      ...{
        facts: { "aws:SourceArn": arnOf(trail), "aws:SourceAccount": ACCOUNT },
        why: `trail ${trail.name}`,
      },
    })),
  /** S3 User Guide, "Granting Amazon S3 permission to use your customer managed key for encryption". */
  "aws:s3/inventory:Inventory": ({ inputs }, _) => {
    const destination = inputs.destination as { bucket: { encryption: { sseKms: { keyId: string } } } };
    const source = `arn:aws:s3:::${text(inputs.bucket)}`;
    return [
      {
        caller: { service: "s3.amazonaws.com" },
        action: "kms:GenerateDataKey",
        keyArn: destination.bucket.encryption.sseKms.keyId,
        facts: { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": source },
        why: `inventory of ${source}`,
      },
    ];
  },
  /** Athena user guide, "Permissions to encrypted data": who asks writes results in parts and reads them. */
  "aws:athena/workgroup:Workgroup": (group, platform) => {
    const { resultConfiguration } = group.inputs.configuration as {
      resultConfiguration: { encryptionConfiguration: { kmsKeyArn: string }; outputLocation: string };
    };
    const [bucket] = resultConfiguration.outputLocation.replace("s3://", "").split("/");
    const arn = `arn:aws:athena:${REGION}:${ACCOUNT}:workgroup/${text(group.inputs.name)}`;
    const facts = through("s3", { "aws:s3:arn": `arn:aws:s3:::${bucket}` });
    const rights = ["kms:GenerateDataKey", "kms:Decrypt"];
    return usersOf(platform, ["athena:StartQueryExecution"], arn).flatMap(({ arn: role }) =>
      rights.map((action) => ({
        ...{ caller: { role }, action, facts, why: `results of ${group.name}` },
        keyArn: resultConfiguration.encryptionConfiguration.kmsKeyArn,
      })),
    );
  },
};

function databaseUses(database: RecordedResource, platform: Platform): KeyUse[] {
  const secret = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:rds-${database.name}`;
  return [
    grantToService("rds", text(database.inputs.kmsKeyId), database),
    ...usersOf(platform, ["secretsmanager:GetSecretValue"], secret).map(({ arn }) => ({
      ...{ caller: { role: arn }, action: "kms:Decrypt", why: `login of ${database.name}` },
      keyArn: text(database.inputs.masterUserSecretKmsKeyId),
      facts: through("secretsmanager", { SecretARN: secret }),
    })),
  ];
}

/** Some services keep a grant on the key of what they hold; who creates it for them hands that out, and no other. */
function grantToService(service: string, keyArn: string, { name }: RecordedResource): KeyUse {
  return {
    ...{ caller: { role: ADMINISTRATOR.arn }, action: "kms:CreateGrant", keyArn },
    facts: { ...through(service), "kms:GrantIsForAWSResource": "true" },
    why: `creation of ${name}`,
  };
}

const text = (value: unknown): string => String(value);

/** Roles that may do one of these. */
function usersOf(platform: Platform, actions: readonly string[], resource: string): Role[] {
  return platform.roles.filter(({ arn }) =>
    actions.some((action) => ask(platform, { caller: { role: arn }, action, resource }).allowed),
  );
}

type Need = readonly [rights: readonly string[], keyRights: readonly string[], facts: Facts];

/** Who has one of the rights on a resource needs the rights on its key. */
function byRight(platform: Platform, resource: RecordedResource, needs: readonly Need[]) {
  return (keyArn: string): KeyUse[] =>
    needs.flatMap(([rights, keyRights, facts]) =>
      usersOf(platform, rights, arnOf(resource)).flatMap(({ arn }) =>
        keyRights.map((action) => ({
          ...{ caller: { role: arn }, action, keyArn, facts },
          why: `${rights.join(" or ")} ${resource.name}`,
        })),
      ),
    );
}

/** Services that a queue's or topic's policy lets send need the key too; all that KMS is told is what is written. */
function byPolicy(
  { resources }: Platform,
  type: string,
  arn: string,
  keyArn: string,
  context: Record<string, string>,
): KeyUse[] {
  const services = resources
    .filter((resource) => resource.type === type)
    .flatMap(({ inputs }) => statementsOf(inputs.policy))
    .filter(({ Effect, Resource }) => Effect === "Allow" && [Resource].flat().includes(arn))
    .flatMap(({ Principal }) => (typeof Principal === "object" ? [Principal.Service ?? []].flat() : []));
  return [...new Set(services)].flatMap((service) =>
    ["kms:GenerateDataKey", "kms:Decrypt"].map((action) => ({
      ...{ caller: { service }, action, keyArn, why: `sends to ${arn}` },
      // S3 and AWS Budgets tell whom they act for; EventBridge and CloudWatch tell KMS nothing of the kind.
      facts: {
        ...encryptionContext(context),
        ...(service === "s3.amazonaws.com" && { "aws:SourceAccount": ACCOUNT }),
        ...(service === "budgets.amazonaws.com" && {
          "aws:SourceAccount": ACCOUNT,
          "aws:SourceArn": `arn:aws:budgets::${ACCOUNT}:budget/any`,
        }),
      },
    })),
  );
}
