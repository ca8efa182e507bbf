/** Resources of types that have no engine: they are recorded, with the ids and ARNs that AWS would give them the like of. */
import { createHash } from "node:crypto";
import type { Inputs, Made } from "./resource-type";

/** Where the resources would be. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
}

/** Ids that AWS makes up, by what they begin with; all others are the resource's name, or `type-` and some digits. */
const MADE_UP: Readonly<Record<string, string>> = {
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "sg-",
  "aws:ec2/eip:Eip": "eipalloc-",
  "aws:ec2/flowLog:FlowLog": "fl-",
  "aws:ec2/internetGateway:InternetGateway": "igw-",
  "aws:ec2/natGateway:NatGateway": "nat-",
  "aws:ec2/routeTable:RouteTable": "rtb-",
  "aws:ec2/routeTableAssociation:RouteTableAssociation": "rtbassoc-",
  "aws:ec2/securityGroup:SecurityGroup": "sg-",
  "aws:ec2/subnet:Subnet": "subnet-",
  "aws:ec2/vpc:Vpc": "vpc-",
  "aws:ec2/vpcEndpoint:VpcEndpoint": "vpce-",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "sgr-",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "sgr-",
};

/** Inputs that are a resource's id, in the order in which they are looked for. */
const NAMING = ["name", "bucket", "clusterName", "identifier", "clusterIdentifier", "trailName"];

/**
 * ARNs after the partition: `@` stands for region and account, `#` for the name, `{...}` for an input. Others are `service:@:kind/id` of their
 * token. Service authorization reference, "Resource types defined by ...".
 */
const ARNS: Readonly<Record<string, string>> = {
  "aws:athena/workgroup:Workgroup": "athena:@:workgroup/#",
  "aws:apigateway/restApi:RestApi": "apigateway:@:/restapis/#",
  "aws:cloudwatch/eventRule:EventRule": "events:@:rule/#",
  "aws:cloudwatch/logGroup:LogGroup": "logs:@:log-group:#",
  "aws:cloudwatch/metricAlarm:MetricAlarm": "cloudwatch:@:alarm:#",
  "aws:emrserverless/application:Application": "emr-serverless:@:/applications/#",
  "aws:glue/catalogDatabase:CatalogDatabase": "glue:@:database/#",
  "aws:glue/catalogTable:CatalogTable": "glue:@:table/{databaseName}/#",
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": "firehose:@:deliverystream/#",
  "aws:lambda/function:Function": "lambda:@:function:#",
  "aws:rds/cluster:Cluster": "rds:@:cluster:#",
  "aws:rds/instance:Instance": "rds:@:db:#",
  "aws:rds/proxy:Proxy": "rds:@:db-proxy:#",
  "aws:msk/cluster:Cluster": "kafka:@:cluster/#",
  "aws:msk/configuration:Configuration": "kafka:@:configuration/#",
  "aws:msk/serverlessCluster:ServerlessCluster": "kafka:@:cluster/#",
  "aws:mskconnect/customPlugin:CustomPlugin": "kafkaconnect:@:custom-plugin/#",
  "aws:mskconnect/connector:Connector": "kafkaconnect:@:connector/#",
  "aws:sfn/stateMachine:StateMachine": "states:@:stateMachine:#",
  "aws:sns/topic:Topic": "sns:@:#",
  "aws:sqs/queue:Queue": "sqs:@:#",
};

/** Types whose id is their ARN. */
const ARN_AS_ID =
  /^aws:(sns\/topic|sfn\/stateMachine|msk|mskconnect|kinesis\/firehose|kinesis\/stream:|glue\/registry)/;

/** The same resource has the same in each run. */
export function recordedOnly(type: string, urn: string, inputs: Inputs, place: Place): Made {
  const name = nameOf(type, urn, inputs);
  // What belongs to another resource may be told whose it is: a topic's policy by the topic's ARN.
  const arn = (inputs.arn as string | undefined) ?? arnOf(type, name, inputs, place);
  const known = { name, arn, urn, inputs, place };
  const outputs = { arn, ...OUTPUTS[type]?.(known) };
  return { id: ARN_AS_ID.test(type) ? arn : (IDS[type]?.(known) ?? name), outputs };
}

function nameOf(type: string, urn: string, inputs: Inputs): string {
  const prefix = MADE_UP[type];
  if (prefix !== undefined) return `${prefix}${digits(urn, 17)}`;
  if (type === "aws:kms/key:Key") return uuid(urn);
  if (type.startsWith("aws:apigateway/")) return digits(urn, 10);
  const given = NAMING.map((input) => inputs[input] as unknown).find((value) => typeof value === "string");
  return given === undefined ? `${kindOf(type)}-${digits(urn, 17)}` : String(given);
}

function arnOf(type: string, name: string, inputs: Inputs, { partition, region, accountId }: Place): string {
  const [, service] = /^aws:([^/:]+)/.exec(type) ?? [];
  const pattern = ARNS[type] ?? `${service ?? "local"}:@:${kindOf(type)}/#`;
  const here = `${region}:${accountId}`;
  if (type === "aws:s3/bucket:Bucket") return `arn:${partition}:s3:::${name}`;
  if (service === "iam")
    return `arn:${partition}:iam::${accountId}:${kindOf(type)}${inputs.path ?? "/"}${name}`;
  const filled = pattern.replace(/\{(\w+)\}/g, (_, input: string) => String(inputs[input]));
  return `arn:${partition}:${filled.replace("@", here).replace("#", name)}`;
}

interface Known {
  readonly name: string;
  readonly arn: string;
  readonly urn: string;
  readonly inputs: Inputs;
  readonly place: Place;
}

const server = ({ name, urn, inputs, place }: Known) => {
  const endpoint = `${name}.${digits(urn, 12)}.${place.region}.rds.amazonaws.com`;
  const secretArn = `arn:${place.partition}:secretsmanager:${place.region}:${place.accountId}:secret:rds!${name}`;
  const { port, masterUserSecretKmsKeyId: kmsKeyId } = inputs;
  return {
    address: endpoint,
    endpoint,
    port: port ?? 5432,
    masterUserSecrets: [{ secretArn, secretStatus: "active", kmsKeyId }],
  };
};

const brokers = ({ name, urn, place }: Known) => {
  const host = `b-1.${name}.${digits(urn, 6)}.c2.kafka.${place.region}.amazonaws.com`;
  return {
    bootstrapBrokers: `${host}:9092`,
    bootstrapBrokersSaslIam: `${host}:9098`,
    clusterUuid: uuid(urn),
  };
};

/** Ids that are neither the name nor the ARN. */
const IDS: Readonly<Record<string, (known: Known) => string>> = {
  "aws:apigateway/stage:Stage": ({ inputs: { restApi, stageName } }) => `ags-${restApi}-${stageName}`,
  "aws:cloudwatch/eventTarget:EventTarget": ({ inputs: { rule, targetId } }) => `${rule}-${targetId}`,
  "aws:glue/catalogDatabase:CatalogDatabase": ({ name, place }) => `${place.accountId}:${name}`,
  "aws:glue/catalogTable:CatalogTable": ({ name, inputs, place }) =>
    `${place.accountId}:${inputs.databaseName}:${name}`,
  "aws:iam/rolePolicy:RolePolicy": ({ name, inputs }) => `${inputs.role}:${name}`,
  "aws:s3/bucketObjectv2:BucketObjectv2": ({ inputs: { bucket, key } }) => `${bucket}/${key}`,
  "aws:sqs/queue:Queue": (known) => queueUrl(known),
};

const queueUrl = ({ name, place: { region, accountId } }: Known) =>
  `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;

/** Outputs that other resources or the stack's outputs read, beside id and ARN. */
const OUTPUTS: Readonly<Record<string, (known: Known) => Record<string, unknown>>> = {
  "aws:apigateway/apiKey:ApiKey": ({ urn }) => ({ value: digits(`value of ${urn}`, 40) }),
  "aws:apigateway/restApi:RestApi": ({ name, urn, place: { partition, region, accountId } }) => ({
    rootResourceId: digits(`root of ${urn}`, 10),
    executionArn: `arn:${partition}:execute-api:${region}:${accountId}:${name}`,
  }),
  "aws:apigateway/stage:Stage": ({ inputs: { restApi, stageName }, place: { region } }) => ({
    invokeUrl: `https://${restApi}.execute-api.${region}.amazonaws.com/${stageName}`,
  }),
  "aws:ec2/vpcEndpoint:VpcEndpoint": ({ urn }) => ({ prefixListId: `pl-${digits(urn, 8)}` }),
  "aws:iam/role:Role": ({ urn }) => ({ uniqueId: `AROA${digits(urn, 16).toUpperCase()}` }),
  "aws:kms/key:Key": ({ name }) => ({ keyId: name }),
  "aws:lambda/function:Function": ({ arn, place: { partition, region } }) => ({
    invokeArn: `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`,
    qualifiedArn: `${arn}:$LATEST`,
    version: "$LATEST",
  }),
  "aws:msk/cluster:Cluster": brokers,
  "aws:msk/configuration:Configuration": () => ({ latestRevision: 1 }),
  "aws:msk/serverlessCluster:ServerlessCluster": brokers,
  "aws:mskconnect/customPlugin:CustomPlugin": () => ({ latestRevision: 1 }),
  "aws:rds/cluster:Cluster": server,
  "aws:rds/instance:Instance": (known) => {
    const { endpoint, ...rest } = server(known);
    return { ...rest, endpoint: `${endpoint}:${rest.port}` };
  },
  "aws:rds/proxy:Proxy": ({ name, urn, place }) => ({
    endpoint: `${name}.proxy-${digits(urn, 12)}.${place.region}.rds.amazonaws.com`,
  }),
  "aws:s3/bucket:Bucket": ({ name, place: { region } }) => ({
    bucketDomainName: `${name}.s3.amazonaws.com`,
    bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    region,
  }),
  "aws:s3/bucketObjectv2:BucketObjectv2": ({ urn }) => ({ etag: digits(urn, 32), versionId: "null" }),
  "aws:sqs/queue:Queue": (known) => ({ url: queueUrl(known) }),
};

/** `aws:ec2/vpcEndpoint:VpcEndpoint` is `vpc-endpoint`. */
function kindOf(type: string): string {
  const kind = type.split(":").at(-1)!;
  return kind.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();
}

function digits(of: string, length: number): string {
  return createHash("sha256").update(of).digest("hex").slice(0, length);
}

function uuid(of: string): string {
  const hex = digits(of, 32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
