/** A stack's roles, keys and buckets with their policies, all ARNs known: the program run against a provider that names only. */
import { ROOT } from "../../../local/paths";
import { recordProgram, type RecordedResource } from "../../../local/recorder";
import { decide, type Caller, type Decision, type PolicyStatement, type Request } from "./decision";

export const ACCOUNT = "123456789012";
export const REGION = "ap-northeast-2";

export interface Role {
  readonly arn: string;
  /** Last part of its physical name, e.g. `loader`. */
  readonly name: string;
  /** Tag `naru:role`. */
  readonly purpose: string;
  readonly statements: readonly PolicyStatement[];
}

export interface Key {
  readonly arn: string;
  /** Domain, e.g. `landing`. */
  readonly name: string;
  readonly statements: readonly PolicyStatement[];
}

export interface Bucket {
  readonly arn: string;
  /** The key of its objects; absent where S3's own is used. */
  readonly keyArn?: string;
  readonly statements: readonly PolicyStatement[];
}

export interface Platform {
  readonly roles: readonly Role[];
  readonly keys: readonly Key[];
  readonly buckets: readonly Bucket[];
  /** Custom resources. */
  readonly resources: readonly RecordedResource[];
  /** The network of the stack, for requests that come from it. */
  readonly vpcId?: string;
  /** Policies of its endpoints, by service, e.g. `s3`. */
  readonly endpoints: ReadonlyMap<string, readonly PolicyStatement[]>;
}

/** @param config settings over those of the stack's file. */
export async function recordPlatform(stack: string, config: Record<string, string> = {}): Promise<Platform> {
  const { resources: all } = await recordProgram({
    ...{ root: ROOT, stack, config, accountId: ACCOUNT },
    create: async ({ type, name, inputs }) => ({ id: `${name}-id`, outputs: outputsOf(type, name, inputs) }),
  });
  const resources = all.filter(({ custom }) => custom);
  const of = (type: string) => resources.filter((resource) => resource.type === type);
  refuseUnread(resources);
  return {
    roles: of("aws:iam/role:Role").map(({ inputs }) => ({
      arn: roleArn(String(inputs.name)),
      name: String(inputs.name).replace(`naru-${stack}-`, ""),
      purpose: (inputs.tags as Record<string, string>)["naru:role"] ?? "",
      statements: of("aws:iam/rolePolicy:RolePolicy")
        .filter(({ inputs: policy }) => policy.role === inputs.name)
        .flatMap(({ inputs: { policy } }) => statementsOf(policy)),
    })),
    keys: of("aws:kms/key:Key").map(({ name, inputs }) => ({
      arn: keyArn(name),
      name: name.replace(/^keys-/, ""),
      statements: statementsOf(inputs.policy),
    })),
    buckets: of("aws:s3/bucket:Bucket").map(({ inputs: { bucket } }) => {
      const beside = (type: string) => of(type).find(({ inputs }) => inputs.bucket === bucket)?.inputs ?? {};
      const [encryption] = (beside(ENCRYPTION).rules ?? []) as EncryptionRule[];
      const keyArn = encryption?.applyServerSideEncryptionByDefault.kmsMasterKeyId;
      return {
        arn: `arn:aws:s3:::${String(bucket)}`,
        ...(keyArn !== undefined && { keyArn }),
        statements: statementsOf(beside("aws:s3/bucketPolicy:BucketPolicy").policy),
      };
    }),
    resources,
    endpoints: new Map(
      of("aws:ec2/vpcEndpoint:VpcEndpoint").map(({ inputs }) => [
        String(inputs.serviceName).replace(`com.amazonaws.${REGION}.`, ""),
        statementsOf(inputs.policy),
      ]),
    ),
    ...(of("aws:ec2/vpc:Vpc").length > 0 && { vpcId: `${of("aws:ec2/vpc:Vpc")[0]!.name}-id` }),
  };
}

const ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";

interface EncryptionRule {
  readonly applyServerSideEncryptionByDefault: { readonly kmsMasterKeyId?: string };
}

export const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const keyArn = (name: string): string => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${name}`;

/** What stands before the name in an ARN that a policy names, by type. */
const RESOURCE: Readonly<Record<string, string>> = {
  "aws:cloudwatch/logGroup:LogGroup": "logs:log-group:",
  "aws:dynamodb/table:Table": "dynamodb:table/",
  "aws:kinesis/stream:Stream": "kinesis:stream/",
  "aws:lambda/function:Function": "lambda:function:",
  "aws:sfn/stateMachine:StateMachine": "states:stateMachine:",
  "aws:sns/topic:Topic": "sns:",
  "aws:sqs/queue:Queue": "sqs:",
  "aws:cloudtrail/trail:Trail": "cloudtrail:trail/",
};

/** ARN of a resource of the stack. */
export function arnOf({ type, name, inputs }: Pick<RecordedResource, "type" | "name" | "inputs">): string {
  if (type === "aws:kms/key:Key") return keyArn(name);
  if (type === "aws:iam/role:Role") return roleArn(String(inputs.name));
  if (type === "aws:s3/bucket:Bucket") return `arn:aws:s3:::${String(inputs.bucket)}`;
  const known = RESOURCE[type];
  if (known === undefined) return `arn:aws:${type.split(/[:/]/)[1]}:${REGION}:${ACCOUNT}:${name}`;
  const [service, ...rest] = known.split(":");
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest.join(":")}${String(inputs.name)}`;
}

/** What resources built on this one ask it for. */
function outputsOf(type: string, name: string, inputs: Record<string, unknown>): Record<string, unknown> {
  const texts = [
    "keyId",
    "prefixListId",
    "rootResourceId",
    "executionArn",
    "invokeUrl",
    "value",
    "invokeArn",
  ];
  return {
    arn: arnOf({ type, name, inputs }),
    ...Object.fromEntries(texts.map((text) => [text, `${name}-${text}`])),
    ...(type.startsWith("aws:rds/") && {
      ...{ address: `${name}.rds`, endpoint: `${name}.rds` },
      masterUserSecrets: [{ secretArn: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:rds-${name}` }],
    }),
  };
}

/** To whom IAM gives everything: who deploys the stack, and any administrator of the account. */
export const ADMINISTRATOR: Role = {
  arn: `arn:aws:iam::${ACCOUNT}:role/administrator`,
  name: "administrator",
  purpose: "",
  statements: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

/** Rights that stand where this does not look would be taken for none. */
function refuseUnread(resources: readonly RecordedResource[]): void {
  const unread = resources.filter(
    ({ type, inputs }) =>
      // A managed policy that nobody has yet says nothing of keys and objects.
      (type === "aws:iam/policy:Policy" && /"(kms|s3):|"\*"/.test(String(inputs.policy))) ||
      /^aws:(iam\/(rolePolicyAttachment|userPolicy|groupPolicy)|kms\/keyPolicy):/.test(type) ||
      (type === "aws:iam/role:Role" && ("inlinePolicies" in inputs || "managedPolicyArns" in inputs)),
  );
  if (unread.length > 0) throw new Error(`Not read here: ${unread.map(({ urn }) => urn).join(", ")}`);
}

export function statementsOf(policy: unknown): PolicyStatement[] {
  if (policy === undefined) return [];
  const document = (typeof policy === "string" ? JSON.parse(policy) : policy) as {
    Statement: PolicyStatement[];
  };
  return document.Statement;
}

/** Asks the stack's policies: those of the role, and those of the key or the object's bucket. */
export function ask(platform: Platform, request: Request): Decision {
  const key = platform.keys.find(({ arn }) => arn === request.resource);
  const bucket = platform.buckets.find(
    ({ arn }) => request.resource === arn || request.resource.startsWith(`${arn}/`),
  );
  return decide(request, {
    identity: statementsOfCaller(platform, request.caller),
    resource: (key ?? bucket)?.statements ?? [],
    mustAllow: key !== undefined,
  });
}

function statementsOfCaller({ roles }: Platform, caller: Caller): readonly PolicyStatement[] {
  if ("service" in caller) return [];
  return [...roles, ADMINISTRATOR].find(({ arn }) => arn === caller.role)?.statements ?? [];
}
