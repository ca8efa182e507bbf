/** What is wrong with the rights on a stack's keys: too few, too many, or out of sight. */
import type { Caller } from "./decision";
import { ENCRYPT, through, type KeyUse } from "./key-use";
import { keyUses } from "./key-uses";
import { ADMINISTRATOR, ask, type Platform, type Role } from "./platform";
import { matches } from "./conditions";

/** Actions that use a key, or hand out its use. */
const USING = [...ENCRYPT, "kms:GenerateMac", "kms:VerifyMac", "kms:CreateGrant"];

/** Ways to a key: by itself, and by each service that the stack's keys stand behind. */
const WAYS = [
  {},
  ...[
    "s3",
    "kinesis",
    "sqs",
    "sns",
    "dynamodb",
    "lambda",
    "emr-serverless",
    "secretsmanager",
    "logs",
    "glue",
  ].map((service) => through(service)),
];

/** One sentence each, with who, what, on which key and for what. */
export function keyFindings(platform: Platform): string[] {
  const uses = keyUses(platform);
  return [...missingRights(platform, uses), ...needlessRights(platform, uses)];
}

export function missingRights(platform: Platform, uses: readonly KeyUse[]): string[] {
  const found = uses.flatMap(({ caller, action, keyArn, facts, why }) => {
    const { allowed, reason } = ask(platform, { caller, action, resource: keyArn, facts });
    return allowed
      ? []
      : [`${nameOf(platform, caller)} needs ${action} on ${keyName(platform, keyArn)} for ${why}: ${reason}`];
  });
  return [...new Set(found)];
}

/** A role that may use a key, in any way, without anything of its own under that key. */
function needlessRights(platform: Platform, uses: readonly KeyUse[]): string[] {
  const used = new Set(
    uses.map(({ caller, action, keyArn }) => `${"role" in caller ? caller.role : ""} ${action} ${keyArn}`),
  );
  return platform.roles.flatMap(({ arn, name }) =>
    platform.keys.flatMap((key) =>
      USING.filter((action) => !used.has(`${arn} ${action} ${key.arn}`))
        .filter((action) =>
          WAYS.some(
            (facts) => ask(platform, { caller: { role: arn }, action, resource: key.arn, facts }).allowed,
          ),
        )
        .map((action) => `${name} has ${action} on ${key.name}, and no use for it`),
    ),
  );
}

/** The rights on keys that a role's own policy states, one by one. */
export function roleRights({ keys }: Platform, { statements }: Role): { action: string; key: string }[] {
  const rights = statements
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action, Resource = [] }) =>
      [Action]
        .flat()
        .flatMap((action) =>
          keys
            .filter(({ arn }) =>
              [Resource].flat().some((pattern) => action.startsWith("kms:") && matches(pattern, arn)),
            )
            .map(({ name }) => `${action} ${name}`),
        ),
    );
  return [...new Set(rights)].map((right) => {
    const [action, key] = right.split(" ") as [string, string];
    return { action, key };
  });
}

/** Where a resource may name a key: what {@link keyUses} reads, and what uses none. */
const JUDGED: readonly RegExp[] = [
  // Policies are what is judged; the deployment writes the jobs' code, and their settings name the key of the pseudonyms.
  /^aws:(iam\/rolePolicy|s3\/bucketPolicy|sqs\/queuePolicy|sns\/topicPolicy):\w+ policy$/,
  /^aws:s3\/bucketObjectv2:BucketObjectv2 (kmsKeyId|source\.text)$/,
  /^aws:s3\/bucketServerSideEncryptionConfiguration:\w+ rules\.\d+\.applyServerSideEncryptionByDefault\.kmsMasterKeyId$/,
  // Delivery writes as its role, whose rights on the bucket are read.
  /^aws:kinesis\/firehoseDeliveryStream:\w+ extendedS3Configuration\.kmsKeyArn$/,
  /^aws:kinesis\/firehoseDeliveryStream:\w+ (opensearch|opensearchserverless|httpEndpoint)Configuration\.s3Configuration\.kmsKeyArn$/,
  /^aws:kinesis\/firehoseDeliveryStream:\w+ serverSideEncryption\.keyArn$/,
  /^aws:kms\/grant:Grant keyId$/,
  // Data preparations write as their roles.
  /^aws:cloudformation\/stack:Stack parameters\.KeyArn$/,
  /^aws:kinesis\/stream:Stream kmsKeyId$/,
  /^aws:sqs\/queue:Queue kmsMasterKeyId$/,
  /^aws:sns\/topic:Topic kmsMasterKeyId$/,
  /^aws:rds\/(instance:Instance|cluster:Cluster) (kmsKeyId|masterUserSecretKmsKeyId)$/,
  /^aws:msk\/cluster:Cluster encryptionInfo\.encryptionAtRestKmsKeyArn$/,
  /^aws:dynamodb\/table:Table serverSideEncryption\.kmsKeyArn$/,
  /^aws:lambda\/function:Function (kmsKeyArn|environment\.variables\.PSEUDONYM_KEY_ID)$/,
  /^aws:sfn\/stateMachine:StateMachine definition$/,
  /^aws:cloudwatch\/logGroup:LogGroup kmsKeyId$/,
  // Bookmarks are of jobs that keep some; see below. The encryption of objects is their bucket's.
  /^aws:glue\/securityConfiguration:\w+ encryptionConfiguration\.\w+\.kmsKeyArn$/,
  /^aws:cloudtrail\/trail:Trail kmsKeyId$/,
  /^aws:s3\/inventory:Inventory destination\.bucket\.encryption\.sseKms\.keyId$/,
  /^aws:athena\/workgroup:Workgroup configuration\.resultConfiguration\.encryptionConfiguration\.kmsKeyArn$/,
];

/** Properties that name a key and that nothing here judges: a new service comes with rights of its own. */
export function unjudgedKeys({ resources, keys }: Platform): string[] {
  const named = resources.flatMap(({ type, inputs }) =>
    places(inputs)
      .filter(([, text]) => keys.some(({ arn }) => text.includes(arn)))
      .map(([path]) => `${type} ${/(^|\.)policy(\.|$)/.test(path) ? "policy" : path}`),
  );
  const keepers = resources.filter(
    ({ type, inputs }) =>
      type === "aws:glue/job:Job" && JSON.stringify(inputs).includes("job-bookmark-enable"),
  );
  return [
    ...[...new Set(named)].filter((place) => !JUDGED.some((pattern) => pattern.test(place))),
    ...keepers.map(({ name }) => `aws:glue/job:Job ${name} keeps bookmarks`),
  ];
}

function places(value: unknown, path = ""): [path: string, text: string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => places(each, path === "" ? key : `${path}.${key}`));
}

function nameOf({ roles }: Platform, caller: Caller): string {
  if ("service" in caller) return caller.service;
  return [...roles, ADMINISTRATOR].find(({ arn }) => arn === caller.role)?.name ?? caller.role;
}

function keyName({ keys }: Platform, keyArn: string): string {
  return keys.find(({ arn }) => arn === keyArn)?.name ?? keyArn;
}
