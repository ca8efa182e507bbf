/**
 * What somebody could try on a platform that is up, and which role may do it. Each try is one call of AWS with inputs that
 * are right, so that an answer other than "denied" means that it was done, or would have been.
 */
import { GetApiKeysCommand } from "@aws-sdk/client-api-gateway";
import { UpdateWorkGroupCommand } from "@aws-sdk/client-athena";
import { DeleteLogGroupCommand, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { StartJobRunCommand } from "@aws-sdk/client-emr-serverless";
import { DisableRuleCommand } from "@aws-sdk/client-eventbridge";
import { DescribeDeliveryStreamCommand } from "@aws-sdk/client-firehose";
import {
  CreateTableCommand,
  DeleteDatabaseCommand,
  DeleteTableCommand,
  GetTableCommand,
} from "@aws-sdk/client-glue";
import { CreateUserCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { GetShardIteratorCommand, PutRecordCommand, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import {
  CreateGrantCommand,
  DecryptCommand,
  EncryptCommand,
  GenerateMacCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  VerifyMacCommand,
} from "@aws-sdk/client-kms";
import { GetFunctionCommand, InvokeCommand } from "@aws-sdk/client-lambda";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { ListExecutionsCommand, StartExecutionCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { ERRORS_PREFIX } from "../../components/aws/data-lake/folders";
import type { CloudClients } from "../../local/endpoints";
import { AthenaWorkgroup } from "../../local/pipeline/athena";
import type { Places } from "./places";

/** Roles that are tried, as `docs/roles.md` names them. */
export const ROLES = ["loader", "analyst", "engineer", "steward", "redriver", "function", "jobs"] as const;
export type TriedRole = (typeof ROLES)[number];

export interface Attempt {
  /** Service, action and object, as the page names it. */
  readonly what: string;
  /** Roles that need it; every other one is refused. */
  readonly may: readonly TriedRole[];
  readonly run: (me: CloudClients, places: Places) => Promise<unknown>;
  /** Takes back, as the deployer, what was done. */
  readonly undo?: (root: CloudClients, places: Places) => Promise<unknown>;
}

/** Folder of what is written and taken away by the test; no data set's. */
export const SCRATCH = "least-privilege/";

const get = (what: string, may: readonly TriedRole[], object: (places: Places) => ObjectName): Attempt => ({
  what: `s3:GetObject ${what}`,
  may,
  run: async ({ s3 }, places) =>
    (await s3.send(new GetObjectCommand(object(places)))).Body?.transformToByteArray(),
});
const put = (what: string, may: readonly TriedRole[], object: (places: Places) => ObjectName): Attempt => ({
  what: `s3:PutObject ${what}`,
  may,
  run: ({ s3 }, places) => s3.send(new PutObjectCommand({ ...object(places), Body: "a test" })),
});
const remove = (
  what: string,
  may: readonly TriedRole[],
  object: (places: Places) => ObjectName,
): Attempt => ({
  what: `s3:DeleteObject ${what}`,
  may,
  // A key that is not there: S3 decides by rights first, and takes nothing away.
  run: ({ s3 }, places) => s3.send(new DeleteObjectCommand(object(places))),
});
const list = (
  what: string,
  may: readonly TriedRole[],
  place: (places: Places) => [string, string],
): Attempt => ({
  what: `s3:ListBucket ${what}`,
  may,
  run: ({ s3 }, places) => {
    const [Bucket, Prefix] = place(places);
    return s3.send(new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: 1 }));
  },
});
const attempt = (what: string, may: readonly TriedRole[], run: Attempt["run"]): Attempt => ({
  what,
  may,
  run,
});

interface ObjectName {
  readonly Bucket: string;
  readonly Key: string;
}

const scratch = (Bucket: string, name = "a.csv"): ObjectName => ({ Bucket, Key: `${SCRATCH}${name}` });
const MAC = { MacAlgorithm: "HMAC_SHA_256", Message: Buffer.from("naru/v1/phone/1") } as const;
const GRANTEE = "arn:aws:iam::000000000000:root";

export const ATTEMPTS: readonly Attempt[] = [
  // Closed zone.
  get("landing's files", ["jobs"], ({ objects }) => objects.landing),
  list("landing", ["loader", "jobs"], ({ bucket }) => [bucket("landing"), ""]),
  put("landing", ["loader"], ({ bucket }) => scratch(bucket("landing"))),
  put("landing's quarantine", ["loader", "jobs"], ({ bucket }) => ({
    Bucket: bucket("landing"),
    Key: `quarantine/${SCRATCH}a.csv`,
  })),
  remove("landing", [], ({ bucket }) => scratch(bucket("landing"), "none.csv")),
  get("raw's errors", ["redriver", "jobs"], ({ objects }) => objects.errors),
  put("raw's errors", ["redriver"], ({ bucket }) => ({
    Bucket: bucket("raw"),
    Key: `${ERRORS_PREFIX}${SCRATCH}a`,
  })),
  remove("raw's errors", ["redriver"], ({ bucket }) => ({
    Bucket: bucket("raw"),
    Key: `${ERRORS_PREFIX}${SCRATCH}a`,
  })),
  attempt("s3:ListBucket raw, no folder named", ["jobs"], ({ s3 }, { bucket }) =>
    s3.send(new ListObjectsV2Command({ Bucket: bucket("raw"), MaxKeys: 1 })),
  ),
  get("source keys of pseudonyms", ["jobs"], ({ objects }) => objects.sourceKeys),
  put("source keys of pseudonyms", ["jobs"], ({ bucket }) => scratch(bucket("reidentification"))),
  get("audit records", [], ({ objects }) => objects.record),
  remove("audit records", [], ({ bucket }) => scratch(bucket("audit"), "none")),
  list("access logs", [], ({ bucket }) => [bucket("logs"), ""]),
  attempt("kinesis:PutRecord", [], ({ kinesis }, { stream }) =>
    kinesis.send(new PutRecordCommand({ StreamName: stream, PartitionKey: "a", Data: Buffer.from("{}") })),
  ),
  attempt("kinesis:PutRecords", ["redriver"], ({ kinesis }, { stream }) =>
    kinesis.send(
      new PutRecordsCommand({
        StreamName: stream,
        Records: [{ PartitionKey: "a", Data: Buffer.from("{}") }],
      }),
    ),
  ),
  attempt("kinesis:GetShardIterator", [], ({ kinesis }, { stream }) =>
    kinesis.send(
      new GetShardIteratorCommand({
        StreamName: stream,
        ShardId: "shardId-000000000000",
        ShardIteratorType: "TRIM_HORIZON",
      }),
    ),
  ),
  // Open zone.
  get("raw tables", ["analyst", "engineer", "jobs"], ({ objects }) => objects.raw),
  list("raw tables", ["analyst", "engineer", "jobs"], ({ bucket }) => [bucket("raw"), "lms/requests/"]),
  put("raw", [], ({ bucket }) => scratch(bucket("raw"))),
  remove("raw", [], ({ bucket }) => scratch(bucket("raw"), "none")),
  get("curated tables", ["analyst", "engineer", "jobs"], ({ objects }) => objects.curated),
  put("curated", ["engineer", "jobs"], ({ bucket }) => scratch(bucket("curated"))),
  remove("curated", ["engineer", "jobs"], ({ bucket }) => scratch(bucket("curated"), "none")),
  get("lineage of open tables", ["analyst", "engineer", "steward", "jobs"], ({ objects }) => objects.lineage),
  put("lineage of open tables", ["jobs"], ({ bucket }) => ({
    Bucket: bucket("curated"),
    Key: `lineage/${SCRATCH}a.json`,
  })),
  remove("lineage of open tables", ["jobs"], ({ bucket }) => ({
    Bucket: bucket("curated"),
    Key: `lineage/${SCRATCH}a.json`,
  })),
  get("results of analysts", ["analyst"], ({ objects }) => objects.result),
  put("results of others", [], ({ bucket }) => scratch(bucket("query-results"))),
  get("reports of the jobs", ["engineer", "steward"], ({ objects }) => objects.report),
  put("reports of the jobs", ["jobs"], ({ bucket }) => ({
    Bucket: bucket("jobs"),
    Key: `reports/${SCRATCH}a`,
  })),
  get("the jobs' code", ["jobs"], ({ objects }) => objects.code),
  put("the jobs' code", [], ({ bucket }) => ({ Bucket: bucket("jobs"), Key: `code/${SCRATCH}a.py` })),
  attempt("s3:PutBucketPolicy landing", [], ({ s3 }, { bucket }) =>
    s3.send(
      new PutBucketPolicyCommand({
        Bucket: bucket("landing"),
        Policy: '{"Version":"2012-10-17","Statement":[]}',
      }),
    ),
  ),
  attempt("s3:PutBucketVersioning curated", [], ({ s3 }, { bucket }) =>
    s3.send(
      new PutBucketVersioningCommand({
        Bucket: bucket("curated"),
        VersioningConfiguration: { Status: "Suspended" },
      }),
    ),
  ),
  // Keys.
  attempt("kms:GenerateMac pseudonym key", ["function", "jobs"], ({ kms }, { key }) =>
    kms.send(new GenerateMacCommand({ KeyId: key("pseudonym"), ...MAC })),
  ),
  attempt("kms:VerifyMac pseudonym key", [], ({ kms }, { key }) =>
    kms.send(new VerifyMacCommand({ KeyId: key("pseudonym"), ...MAC, Mac: Buffer.alloc(32) })),
  ),
  attempt("kms:Decrypt landing's key, not through S3", [], ({ kms }, { key, ciphertext }) =>
    kms.send(new DecryptCommand({ KeyId: key("landing"), CiphertextBlob: ciphertext })),
  ),
  attempt("kms:Encrypt lake's key", [], ({ kms }, { key }) =>
    kms.send(new EncryptCommand({ KeyId: key("lake"), Plaintext: Buffer.from("a") })),
  ),
  attempt("kms:CreateGrant landing's key", [], ({ kms }, { key }) =>
    kms.send(
      new CreateGrantCommand({ KeyId: key("landing"), GranteePrincipal: GRANTEE, Operations: ["Decrypt"] }),
    ),
  ),
  attempt("kms:PutKeyPolicy pseudonym key", [], ({ kms }, { key }) =>
    kms.send(
      new PutKeyPolicyCommand({ KeyId: key("pseudonym"), Policy: '{"Version":"2012-10-17","Statement":[]}' }),
    ),
  ),
  attempt("kms:ScheduleKeyDeletion lake's key", [], ({ kms }, { key }) =>
    kms.send(new ScheduleKeyDeletionCommand({ KeyId: key("lake"), PendingWindowInDays: 30 })),
  ),
  // Queries and catalogue.
  attempt("athena:StartQueryExecution analysts' workgroup", ["analyst"], ({ athena }, { workgroup, sql }) =>
    new AthenaWorkgroup(athena, workgroup("analysts")).query(sql.count),
  ),
  attempt("athena:StartQueryExecution transform workgroup", ["engineer"], ({ athena }, { workgroup, sql }) =>
    new AthenaWorkgroup(athena, workgroup("transform")).query(sql.count),
  ),
  attempt(
    "a table built by CTAS, transform workgroup",
    ["engineer"],
    async ({ athena }, { workgroup, sql }) => {
      const transform = new AthenaWorkgroup(athena, workgroup("transform"));
      await transform.execute(sql.build);
      await transform.execute(sql.drop);
    },
  ),
  attempt("a table built by CTAS, analysts' workgroup", [], ({ athena }, { workgroup, sql }) =>
    new AthenaWorkgroup(athena, workgroup("analysts")).execute(sql.buildAnywhere),
  ),
  attempt("athena:UpdateWorkGroup analysts' workgroup", [], ({ athena }, { workgroup }) =>
    athena.send(new UpdateWorkGroupCommand({ WorkGroup: workgroup("analysts"), Description: "larger" })),
  ),
  attempt("glue:GetTable", ["analyst", "engineer", "steward"], ({ glue }, { database }) =>
    glue.send(new GetTableCommand({ DatabaseName: database("curated"), Name: "courses" })),
  ),
  attempt("glue:CreateTable raw", [], ({ glue }, { database }) =>
    glue.send(
      new CreateTableCommand({ DatabaseName: database("raw"), TableInput: { Name: "least_privilege" } }),
    ),
  ),
  attempt("glue:DeleteTable raw", [], ({ glue }, { database }) =>
    glue.send(new DeleteTableCommand({ DatabaseName: database("raw"), Name: "least_privilege_none" })),
  ),
  attempt("glue:DeleteDatabase", [], ({ glue }, { database }) =>
    glue.send(new DeleteDatabaseCommand({ Name: database("curated") })),
  ),
  // Runs, functions, deliveries.
  {
    what: "states:StartExecution Spark jobs",
    may: ["engineer"],
    run: ({ sfn }, { machine }) =>
      sfn.send(
        new StartExecutionCommand({ stateMachineArn: machine, name: `tried-${Date.now()}`, input: "{}" }),
      ),
    undo: stopRuns,
  },
  attempt("states:ListExecutions Spark jobs", ["engineer"], ({ sfn }, { machine }) =>
    sfn.send(new ListExecutionsCommand({ stateMachineArn: machine })),
  ),
  attempt("emr-serverless:StartJobRun as the jobs' role", [], ({ emrServerless }, { application, role }) =>
    emrServerless.send(
      new StartJobRunCommand({
        applicationId: application,
        executionRoleArn: role("pseudonymiser"),
        clientToken: "11111111-1111-4111-8111-111111111111",
        jobDriver: { sparkSubmit: { entryPoint: "s3://none/none.py" } },
      }),
    ),
  ),
  attempt("lambda:InvokeFunction pseudonymiser", [], ({ lambda }, { function: name }) =>
    lambda.send(new InvokeCommand({ FunctionName: name, Payload: Buffer.from("{}") })),
  ),
  attempt("lambda:GetFunction pseudonymiser", [], ({ lambda }, { function: name }) =>
    lambda.send(new GetFunctionCommand({ FunctionName: name })),
  ),
  attempt("firehose:DescribeDeliveryStream", [], ({ firehose }, { delivery }) =>
    firehose.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: delivery })),
  ),
  attempt("events:DisableRule arrivals", [], ({ eventBridge }, { rule }) =>
    eventBridge.send(new DisableRuleCommand({ Name: rule })),
  ),
  attempt("apigateway:GET the collector's key", [], ({ apiGateway }) =>
    apiGateway.send(new GetApiKeysCommand({ includeValues: true })),
  ),
  // Logs and roles.
  attempt("logs:FilterLogEvents Spark workflow", ["engineer"], ({ logs }, { logGroup }) =>
    logs.send(new FilterLogEventsCommand({ logGroupName: logGroup("workflow") })),
  ),
  attempt("logs:FilterLogEvents pseudonymiser function", [], ({ logs }, { logGroup }) =>
    logs.send(new FilterLogEventsCommand({ logGroupName: logGroup("function") })),
  ),
  attempt("logs:DeleteLogGroup", [], ({ logs }, { logGroup }) =>
    logs.send(new DeleteLogGroupCommand({ logGroupName: logGroup("workflow") })),
  ),
  attempt("iam:CreateUser", [], ({ iam }) =>
    iam.send(new CreateUserCommand({ UserName: "least-privilege" })),
  ),
  attempt("iam:PutRolePolicy analyst", [], ({ iam }, { role }) =>
    iam.send(
      new PutRolePolicyCommand({
        RoleName: role("analyst").split("/").at(-1),
        PolicyName: "more",
        PolicyDocument: '{"Version":"2012-10-17","Statement":[]}',
      }),
    ),
  ),
  attempt("sts:AssumeRole the jobs' role", [], ({ sts }, { role }) =>
    sts.send(new AssumeRoleCommand({ RoleArn: role("pseudonymiser"), RoleSessionName: "test" })),
  ),
  attempt("sts:AssumeRole loader", [], ({ sts }, { role }) =>
    sts.send(new AssumeRoleCommand({ RoleArn: role("loader"), RoleSessionName: "test" })),
  ),
];

/** Before it asks for a job: the machine waits for drops first. */
async function stopRuns({ sfn }: CloudClients, { machine }: Places): Promise<void> {
  const running = new ListExecutionsCommand({ stateMachineArn: machine, statusFilter: "RUNNING" });
  for (const { executionArn } of (await sfn.send(running)).executions!) {
    await sfn.send(new StopExecutionCommand({ executionArn }));
  }
}
