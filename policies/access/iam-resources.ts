import { concernsAction, type Statement } from "../model/policy-document";
import { UNKNOWN } from "../model/reading";
import { fsbp } from "../model/references";
import { RIGHTS_HOLDERS, judgeRights } from "../model/rights";
import { undecided, violation, type Finding, type ResourceRule } from "../model/rule";
import type { Verdict } from "../model/verdict";

const FIX =
  "Name the buckets, keys, streams, tables, queues or secrets in `Resource` by their ARNs, or families of them (`.../plan-*`); a key of " +
  "somebody else's secret by a condition (`kms:EncryptionContext:SecretARN`, `kms:ViaService`).";

/** What reads, changes, decrypts or starts something that holds data, and can be bound to resources. */
const RIGHTS_ON_DATA = [
  ...["GetObject", "GetObjectVersion", "PutObject", "DeleteObject", "DeleteObjectVersion", "ListBucket"].map(
    (verb) => `s3:${verb}`,
  ),
  ...["Decrypt", "Encrypt", "ReEncryptFrom", "GenerateDataKey", "GenerateMac", "CreateGrant"].map(
    (verb) => `kms:${verb}`,
  ),
  ...["GetRecords", "PutRecord", "PutRecords"].map((verb) => `kinesis:${verb}`),
  ...["GetItem", "Query", "Scan", "PutItem", "UpdateItem", "DeleteItem"].map((verb) => `dynamodb:${verb}`),
  ...["ReadData", "WriteData", "AlterTopic", "AlterCluster", "Connect"].map(
    (verb) => `kafka-cluster:${verb}`,
  ),
  ...[
    "GetTable",
    "CreateTable",
    "UpdateTable",
    "DeleteTable",
    "StartJobRun",
    "StartWorkflowRun",
    "StartCrawler",
    "GetConnection",
  ].map((verb) => `glue:${verb}`),
  ...["StartQueryExecution", "GetQueryResults"].map((verb) => `athena:${verb}`),
  ...["StartExecution", "StartSyncExecution"].map((verb) => `states:${verb}`),
  ...["firehose:PutRecord", "sqs:ReceiveMessage", "sqs:SendMessage", "sns:Publish", "lambda:InvokeFunction"],
  ...[
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "emr-serverless:StartJobRun",
    "databrew:StartJobRun",
  ],
];

/** Conditions that leave of all keys those of a secret, a service or a tag. */
const BINDS_A_KEY = /^(kms:(EncryptionContext:.+|ViaService|ResourceAliases)|aws:ResourceTag\/.+)$/i;

/**
 * A right on everything reaches what is made next year, and the other stacks of the account. A hole in a document is the ARN of
 * something that the program makes, and so a name; what it leads to, `role-crossing` asks.
 */
export const iamResources: ResourceRule = {
  name: "iam-resources",
  group: "access",
  scope: "resource",
  severity: "high",
  description: "Rights on data and keys name their resources.",
  framework: fsbp("KMS.2", "Policies of principals do not allow decryption with all keys"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
  types: RIGHTS_HOLDERS,
  check: (resource) =>
    judgeRights(resource, FIX, (statement, subject): Finding[] => {
      const every = reachesEverything(statement);
      if (every === "no") return [];
      return every === "yes"
        ? [violation(resource, `${subject} gives rights on all data of a service.`, FIX)]
        : [undecided(resource, `What ${subject} gives rights on`, FIX)];
    }),
};

function reachesEverything(statement: Statement): Verdict {
  const { effect, actions, notActions, resources, notResources, conditions } = statement;
  if (effect === "Deny") return "no";
  if (notResources.length === 0 && !resources.some((each) => each !== UNKNOWN && isEverything(each)))
    return "no";
  const rights = RIGHTS_ON_DATA.filter((action) => concernsAction(statement, action));
  const bound = conditions.some(({ key, values }) => BINDS_A_KEY.test(key) && !values.includes("*"));
  if (rights.every((action) => bound && action.startsWith("kms:"))) return "no";
  return effect === UNKNOWN || [...actions, ...notActions].includes(UNKNOWN) ? "unknown" : "yes";
}

/** `*`, `arn:aws:s3:::*`, `arn:aws:kms:*:123456789012:key/*`; not a family of names. In an ARN of S3 a bucket stands where others have a type. */
function isEverything(pattern: string): boolean {
  const [, service = "", name = pattern] = /^arn:[^:]*:([^:]*):[^:]*:[^:]*:(.*)$/.exec(pattern) ?? [];
  return /^\*/.test(name) || (service !== "s3" && /^\/?[A-Za-z-]+[/:]\*+($|\/)/.test(name));
}
