/** Type tokens of @pulumi/aws 7: strings, as importing the package would cost a second at every start of the pack. */
export const BUCKET = "aws:s3/bucket:Bucket";
export const BUCKET_ENCRYPTION =
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
export const BUCKET_PUBLIC_ACCESS_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
export const BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy";
export const STREAM = "aws:kinesis/stream:Stream";
export const DELIVERY_STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
export const CATALOG_TABLE = "aws:glue/catalogTable:CatalogTable";
export const GLUE_JOB = "aws:glue/job:Job";
export const GLUE_SECURITY_CONFIGURATION = "aws:glue/securityConfiguration:SecurityConfiguration";
export const WORKGROUP = "aws:athena/workgroup:Workgroup";
export const NAMED_QUERY = "aws:athena/namedQuery:NamedQuery";
export const PREPARED_STATEMENT = "aws:athena/preparedStatement:PreparedStatement";
export const EMR_SERVERLESS_APPLICATION = "aws:emrserverless/application:Application";
export const FUNCTION = "aws:lambda/function:Function";
export const FUNCTION_ALIAS = "aws:lambda/alias:Alias";
export const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
export const KEY = "aws:kms/key:Key";
export const KEY_ALIAS = "aws:kms/alias:Alias";
export const KEY_POLICY = "aws:kms/keyPolicy:KeyPolicy";
export const ROLE = "aws:iam/role:Role";
export const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
export const ROLE_POLICY_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
export const POLICY = "aws:iam/policy:Policy";
export const QUEUE = "aws:sqs/queue:Queue";
export const TOPIC = "aws:sns/topic:Topic";
export const SECRET = "aws:secretsmanager/secret:Secret";
