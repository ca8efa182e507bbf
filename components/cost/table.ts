/** What each resource type costs: by a rule, nothing, or not known here. A type that stands in no row is 'not priced'. */
import type { CostContext } from "./context";
import { depends, type CostPart } from "./part";
import type { PlannedResource } from "./planned-resource";
import { methodSettings, restApi, stage } from "./rules/api-gateway";
import { logGroup, metricAlarm } from "./rules/cloudwatch";
import { deliveryStream } from "./rules/firehose";
import { kinesisStream, streamConsumer } from "./rules/kinesis";
import { key } from "./rules/kms";
import { lambdaFunction } from "./rules/lambda";
import { flowLog, natGateway, publicAddress, vpcEndpoint } from "./rules/network";
import { emrApplication, glueJob, stateMachine, table } from "./rules/processing";
import { instance } from "./rules/rds";
import { bucket, lifecycle } from "./rules/s3";

export type CostRule =
  | {
      readonly kind: "priced";
      readonly parts: (resource: PlannedResource, context: CostContext) => CostPart[];
    }
  /** 0, with the page that says so, or whose list of what is billed does not have it. */
  | { readonly kind: "free"; readonly why: string; readonly source: string }
  | { readonly kind: "not-priced"; readonly why: string };

const priced = (parts: (resource: PlannedResource, context: CostContext) => CostPart[]): CostRule => ({
  ...{ kind: "priced", parts },
});
const byUse = (what: string, on: string, price: string) => priced(() => [depends(what, on, price)]);
const notPriced = (why: string): CostRule => ({ kind: "not-priced", why });
const free = (why: string, source: string): CostRule => ({ kind: "free", why, source });

const IAM = free("IAM is offered at no charge", "https://aws.amazon.com/iam/faqs/");
const VPC = free("a VPC and what routes in it are not billed", "https://aws.amazon.com/vpc/pricing/");
const S3_SETTING = free(
  "a setting of a bucket: objects and requests are billed",
  "https://aws.amazon.com/s3/pricing/",
);
const API_SETTING = free(
  "a part of an API: its requests are billed",
  "https://aws.amazon.com/api-gateway/pricing/",
);
const CATALOGUE = free("a million objects of the catalogue are free", "https://aws.amazon.com/glue/pricing/");
const REGISTRY = free("the schema registry is offered at no charge", "https://aws.amazon.com/glue/pricing/");
const GLUE_SETTING = free(
  "jobs and crawlers are billed, what configures them is not",
  "https://aws.amazon.com/glue/pricing/",
);
const ATHENA_TEXT = free(
  "saved statements are text: what they scan is billed",
  "https://aws.amazon.com/athena/pricing/",
);
const EVENTS = free(
  "rules and events of AWS's services are free",
  "https://aws.amazon.com/eventbridge/pricing/",
);
const LOG_SETTING = free(
  "what logs take in and keep is billed",
  "https://aws.amazon.com/cloudwatch/pricing/",
);
const QUEUE_SETTING = free("requests are billed, a policy is not", "https://aws.amazon.com/sqs/pricing/");
const TOPIC_SETTING = free(
  "requests and deliveries are billed, a policy is not",
  "https://aws.amazon.com/sns/pricing/",
);
const LAKE_FORMATION = free(
  "permissions and tags are offered at no charge",
  "https://aws.amazon.com/lake-formation/pricing/",
);
const MSK = notPriced(
  "brokers or cluster-hours, storage and traffic are billed, and no price of MSK is in the price file",
);
const MSK_SETTING = free("brokers, storage and traffic are billed", "https://aws.amazon.com/msk/pricing/");
const SCALING = free("scaling is offered at no charge", "https://aws.amazon.com/autoscaling/pricing/");
const RDS_SETTING = free("servers, storage and backups are billed", "https://aws.amazon.com/rds/pricing/");

export const COST_RULES: Readonly<Record<string, CostRule>> = {
  "aws:apigateway/account:Account": API_SETTING,
  "aws:apigateway/apiKey:ApiKey": API_SETTING,
  "aws:apigateway/deployment:Deployment": API_SETTING,
  "aws:apigateway/integration:Integration": API_SETTING,
  "aws:apigateway/method:Method": API_SETTING,
  "aws:apigateway/methodSettings:MethodSettings": priced(methodSettings),
  "aws:apigateway/resource:Resource": API_SETTING,
  "aws:apigateway/restApi:RestApi": priced(restApi),
  "aws:apigateway/stage:Stage": priced(stage),
  "aws:apigateway/usagePlan:UsagePlan": API_SETTING,
  "aws:apigateway/usagePlanKey:UsagePlanKey": API_SETTING,
  "aws:appautoscaling/policy:Policy": SCALING,
  "aws:appautoscaling/target:Target": SCALING,
  "aws:athena/dataCatalog:DataCatalog": ATHENA_TEXT,
  "aws:athena/namedQuery:NamedQuery": ATHENA_TEXT,
  "aws:athena/preparedStatement:PreparedStatement": ATHENA_TEXT,
  "aws:athena/workgroup:Workgroup": byUse("queries", "how many TB they scan", "athena-scan"),
  "aws:budgets/budget:Budget": free(
    "only budgets with actions are billed",
    "https://aws.amazon.com/aws-cost-management/aws-budgets/pricing/",
  ),
  "aws:cloudformation/stack:Stack": priced(() => [
    depends("runs of DataBrew", "how long they take", "databrew-node"),
    depends("open projects of DataBrew", "how long people work in them", "databrew-session"),
  ]),
  "aws:cloudtrail/trail:Trail": priced(() => [
    depends("object events", "how many files come into the closed zone", "trail-data"),
    depends("management events", "whether the account has another trail", "trail-management"),
  ]),
  "aws:cloudwatch/eventRule:EventRule": EVENTS,
  "aws:cloudwatch/eventTarget:EventTarget": EVENTS,
  "aws:cloudwatch/logGroup:LogGroup": priced(logGroup),
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": LOG_SETTING,
  "aws:cloudwatch/logStream:LogStream": LOG_SETTING,
  "aws:cloudwatch/metricAlarm:MetricAlarm": priced(metricAlarm),
  "aws:dynamodb/table:Table": priced(table),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": VPC,
  "aws:ec2/eip:Eip": priced(publicAddress),
  "aws:ec2/flowLog:FlowLog": priced(flowLog),
  "aws:ec2/internetGateway:InternetGateway": VPC,
  "aws:ec2/natGateway:NatGateway": priced(natGateway),
  "aws:ec2/route:Route": VPC,
  "aws:ec2/routeTable:RouteTable": VPC,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": VPC,
  "aws:ec2/securityGroup:SecurityGroup": VPC,
  "aws:ec2/subnet:Subnet": VPC,
  "aws:ec2/vpc:Vpc": VPC,
  "aws:ec2/vpcEndpoint:VpcEndpoint": priced(vpcEndpoint),
  "aws:emrserverless/application:Application": priced(emrApplication),
  "aws:glue/catalogDatabase:CatalogDatabase": CATALOGUE,
  "aws:glue/catalogTable:CatalogTable": CATALOGUE,
  "aws:glue/classifier:Classifier": GLUE_SETTING,
  "aws:glue/connection:Connection": GLUE_SETTING,
  "aws:glue/crawler:Crawler": byUse("runs", "how long they take, ten minutes at least", "glue-dpu"),
  "aws:glue/dataQualityRuleset:DataQualityRuleset": byUse(
    "evaluations",
    "how often it is evaluated",
    "glue-dpu",
  ),
  "aws:glue/job:Job": priced(glueJob),
  "aws:glue/registry:Registry": REGISTRY,
  "aws:glue/schema:Schema": REGISTRY,
  "aws:glue/securityConfiguration:SecurityConfiguration": GLUE_SETTING,
  "aws:glue/trigger:Trigger": GLUE_SETTING,
  "aws:glue/workflow:Workflow": GLUE_SETTING,
  "aws:iam/policy:Policy": IAM,
  "aws:iam/role:Role": IAM,
  "aws:iam/rolePolicy:RolePolicy": IAM,
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": priced(deliveryStream),
  "aws:kinesis/stream:Stream": priced(kinesisStream),
  "aws:kinesis/streamConsumer:StreamConsumer": priced(streamConsumer),
  "aws:kms/alias:Alias": free(
    "keys and requests are billed, names are not",
    "https://aws.amazon.com/kms/pricing/",
  ),
  "aws:kms/grant:Grant": free(
    "keys and requests are billed, grants are not",
    "https://aws.amazon.com/kms/pricing/",
  ),
  "aws:kms/key:Key": priced(key),
  "aws:lakeformation/dataLakeSettings:DataLakeSettings": LAKE_FORMATION,
  "aws:lakeformation/lfTag:LfTag": LAKE_FORMATION,
  "aws:lakeformation/optIn:OptIn": LAKE_FORMATION,
  "aws:lakeformation/permissions:Permissions": LAKE_FORMATION,
  "aws:lakeformation/resource:Resource": LAKE_FORMATION,
  "aws:lakeformation/resourceLfTags:ResourceLfTags": LAKE_FORMATION,
  "aws:lambda/eventSourceMapping:EventSourceMapping": free(
    "the function's calls are billed",
    "https://aws.amazon.com/lambda/pricing/",
  ),
  "aws:lambda/function:Function": priced(lambdaFunction),
  "aws:lambda/permission:Permission": free(
    "the function's calls are billed",
    "https://aws.amazon.com/lambda/pricing/",
  ),
  "aws:macie/customDataIdentifier:CustomDataIdentifier": free(
    "what Macie looks into is billed",
    "https://aws.amazon.com/macie/pricing/",
  ),
  "aws:macie2/account:Account": byUse("buckets", "how many the account has", "macie-bucket"),
  "aws:macie2/classificationJob:ClassificationJob": byUse(
    "objects",
    "how many GB it looks into",
    "macie-scan",
  ),
  "aws:msk/cluster:Cluster": MSK,
  "aws:msk/clusterPolicy:ClusterPolicy": MSK_SETTING,
  "aws:msk/configuration:Configuration": MSK_SETTING,
  "aws:msk/serverlessCluster:ServerlessCluster": MSK,
  "aws:msk/topic:Topic": MSK_SETTING,
  "aws:mskconnect/connector:Connector": MSK,
  "aws:mskconnect/customPlugin:CustomPlugin": MSK_SETTING,
  "aws:rds/cluster:Cluster": notPriced("no price of Aurora is in the price file"),
  "aws:rds/clusterInstance:ClusterInstance": notPriced("no price of Aurora is in the price file"),
  "aws:rds/instance:Instance": priced(instance),
  "aws:rds/parameterGroup:ParameterGroup": RDS_SETTING,
  "aws:rds/proxy:Proxy": byUse("proxy", "how many vCPUs the server has", "rds-proxy"),
  "aws:rds/subnetGroup:SubnetGroup": RDS_SETTING,
  "aws:s3/bucket:Bucket": priced(bucket),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": priced(lifecycle),
  "aws:s3/bucketLogging:BucketLogging": S3_SETTING,
  "aws:s3/bucketNotification:BucketNotification": byUse(
    "events of arrivals",
    "how many objects come",
    "service-events",
  ),
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": S3_SETTING,
  "aws:s3/bucketObjectv2:BucketObjectv2": free(
    "code of some kB: storage is billed with the bucket",
    "https://aws.amazon.com/s3/pricing/",
  ),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": S3_SETTING,
  "aws:s3/bucketPolicy:BucketPolicy": S3_SETTING,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": S3_SETTING,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": S3_SETTING,
  "aws:s3/bucketVersioning:BucketVersioning": S3_SETTING,
  "aws:s3/inventory:Inventory": byUse("lists", "how many objects there are", "s3-inventory"),
  "aws:scheduler/schedule:Schedule": byUse("invocations", "how often it runs", "schedules"),
  "aws:sfn/stateMachine:StateMachine": priced(stateMachine),
  "aws:sns/topic:Topic": byUse("notices", "how often something fails", "topic-requests"),
  "aws:sns/topicPolicy:TopicPolicy": TOPIC_SETTING,
  "aws:sns/topicSubscription:TopicSubscription": byUse(
    "e-mails",
    "how often something fails",
    "topic-emails",
  ),
  "aws:sqs/queue:Queue": byUse("messages", "how often something fails", "queue-requests"),
  "aws:sqs/queuePolicy:QueuePolicy": QUEUE_SETTING,
  "aws:ssm/parameter:Parameter": free(
    "standard parameters are free",
    "https://aws.amazon.com/systems-manager/pricing/",
  ),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": VPC,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": VPC,
};

/** The rule of a type; one that nobody wrote a row for is not priced. */
export function ruleOf(type: string): CostRule {
  return COST_RULES[type] ?? notPriced("no rule knows this type yet");
}
