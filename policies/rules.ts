/** Every rule of the pack. A rule that is not listed here is not enforced; a test compares this list with the folders. */
import type { Rule } from "./model/rule";
import { athenaQueryFormat } from "./storage-format/athena-query-format";
import { requiredTags } from "./cost/required-tags";
import { productionBudget } from "./cost/production-budget";
import { spendingLimits } from "./cost/spending-limits";
import { firehoseConversion } from "./storage-format/firehose-conversion";
import { glueTableFormat } from "./storage-format/glue-table-format";
import { sparkOutputFormat } from "./storage-format/spark-output-format";
import { closedBucketReaders } from "./pseudonymisation/closed-bucket-readers";
import { closedBucketWriters } from "./pseudonymisation/closed-bucket-writers";
import { dataClassTags } from "./pseudonymisation/data-class-tags";
import { declaredClass } from "./pseudonymisation/declared-class";
import { firehoseBackup } from "./pseudonymisation/firehose-backup";
import { firehoseErrorOutput } from "./pseudonymisation/firehose-error-output";
import { firehosePseudonymiser } from "./pseudonymisation/firehose-pseudonymiser";
import { hmacKey } from "./pseudonymisation/hmac-key";
import { personalDataStacks } from "./pseudonymisation/personal-data-stacks";
import { pseudonymKeyUsers } from "./pseudonymisation/pseudonym-key-users";
import { pseudonymiserKey } from "./pseudonymisation/pseudonymiser-key";
import { roleCrossing } from "./pseudonymisation/role-crossing";
import { scratchPlaces } from "./pseudonymisation/scratch-places";
import { bucketEncryption } from "./encryption/bucket-encryption";
import { bucketPublicAccess } from "./encryption/bucket-public-access";
import { bucketTlsOnly } from "./encryption/bucket-tls-only";
import { messageTlsOnly } from "./encryption/message-tls-only";
import { keyAdminsApart } from "./encryption/key-admins-apart";
import { keyDeletion } from "./encryption/key-deletion";
import { keyPolicyPrincipals } from "./encryption/key-policy-principals";
import { keyRotation } from "./encryption/key-rotation";
import { keySeparation } from "./encryption/key-separation";
import { kmsEncryption } from "./encryption/kms-encryption";
import { platformKey } from "./encryption/platform-key";
import { apiAuthorisation } from "./exposure/api-authorisation";
import { apiLogs } from "./exposure/api-logs";
import { apiThrottling } from "./exposure/api-throttling";
import { apiTls } from "./exposure/api-tls";
import { bucketAcl } from "./exposure/bucket-acl";
import { bucketOwnership } from "./exposure/bucket-ownership";
import { foreignAccounts } from "./exposure/foreign-accounts";
import { functionLogs } from "./exposure/function-logs";
import { functionUrls } from "./exposure/function-urls";
import { lambdaPermissions } from "./exposure/lambda-permissions";
import { plaintextSecrets } from "./exposure/plaintext-secrets";
import { resourcePolicies } from "./exposure/resource-policies";
import { roleTrust } from "./exposure/role-trust";
import { sourceConditions } from "./exposure/source-conditions";
import { accessRecordRetention } from "./access/access-record-retention";
import { athenaWorkgroup } from "./access/athena-workgroup";
import { ignoredChanges } from "./access/ignored-changes";
import { iamActions } from "./access/iam-actions";
import { iamManagedPolicies } from "./access/iam-managed-policies";
import { iamPassRole } from "./access/iam-pass-role";
import { iamResources } from "./access/iam-resources";
import { lakeFormationDefaults } from "./access/lake-formation-defaults";
import { lakeFormationGrants } from "./access/lake-formation-grants";
import { readableTypes } from "./access/readable-types";
import { trailCoverage } from "./access/trail-coverage";
import { trailIntegrity } from "./access/trail-integrity";
import { trailManagement } from "./access/trail-management";
import { closedSubnetRoutes } from "./network/closed-subnet-routes";
import { databasePublicAccess } from "./network/database-public-access";
import { endpointPolicies } from "./network/endpoint-policies";
import { glueConnection } from "./network/glue-connection";
import { kafkaAccess } from "./network/kafka-access";
import { securityGroupIngress } from "./network/security-group-ingress";
import { failureAlarm } from "./operations/failure-alarm";
import { glueJobExecution } from "./operations/glue-job-execution";
import { tableQuality } from "./operations/table-quality";
import { bucketReplication } from "./residency/bucket-replication";
import { replicaRegion } from "./residency/replica-region";
import { resourceRegion } from "./residency/resource-region";
import { bucketAccessLog } from "./access/bucket-access-log";
import { databaseTls } from "./encryption/database-tls";
import { glueSecurity } from "./encryption/glue-security";
import { defaultSecurityGroup } from "./network/default-security-group";
import { flowLogs } from "./network/flow-logs";
import { alarmActions } from "./operations/alarm-actions";
import { functionFailures } from "./operations/function-failures";
import { functionRuntimes } from "./operations/function-runtimes";
import { managedOnce } from "./operations/managed-once";
import { secretRotation } from "./operations/secret-rotation";
import { serviceLogs } from "./operations/service-logs";
import { bucketLifecycle } from "./resilience/bucket-lifecycle";
import { bucketVersioning } from "./resilience/bucket-versioning";
import { databaseResilience } from "./resilience/database-resilience";
import { databaseUpgrades } from "./resilience/database-upgrades";
import { productionProtection } from "./resilience/production-protection";
import { tableResilience } from "./resilience/table-resilience";
import { streamRetention } from "./resilience/stream-retention";

export const RULES: readonly Rule[] = [
  glueTableFormat,
  firehoseConversion,
  athenaQueryFormat,
  sparkOutputFormat,
  dataClassTags,
  declaredClass,
  firehosePseudonymiser,
  firehoseBackup,
  firehoseErrorOutput,
  hmacKey,
  pseudonymKeyUsers,
  pseudonymiserKey,
  roleCrossing,
  closedBucketReaders,
  closedBucketWriters,
  personalDataStacks,
  scratchPlaces,
  bucketEncryption,
  bucketPublicAccess,
  bucketTlsOnly,
  messageTlsOnly,
  kmsEncryption,
  platformKey,
  keyRotation,
  keyPolicyPrincipals,
  databaseTls,
  glueSecurity,
  keyDeletion,
  keySeparation,
  keyAdminsApart,
  resourcePolicies,
  roleTrust,
  sourceConditions,
  foreignAccounts,
  lambdaPermissions,
  functionUrls,
  apiAuthorisation,
  apiLogs,
  apiTls,
  apiThrottling,
  bucketAcl,
  bucketOwnership,
  plaintextSecrets,
  functionLogs,
  productionProtection,
  databaseResilience,
  databaseUpgrades,
  tableResilience,
  streamRetention,
  bucketVersioning,
  bucketLifecycle,
  iamActions,
  iamManagedPolicies,
  iamPassRole,
  iamResources,
  athenaWorkgroup,
  lakeFormationGrants,
  lakeFormationDefaults,
  trailIntegrity,
  trailManagement,
  trailCoverage,
  bucketAccessLog,
  accessRecordRetention,
  readableTypes,
  ignoredChanges,
  closedSubnetRoutes,
  databasePublicAccess,
  glueConnection,
  kafkaAccess,
  securityGroupIngress,
  endpointPolicies,
  defaultSecurityGroup,
  flowLogs,
  failureAlarm,
  glueJobExecution,
  tableQuality,
  alarmActions,
  functionFailures,
  functionRuntimes,
  serviceLogs,
  secretRotation,
  managedOnce,
  spendingLimits,
  requiredTags,
  productionBudget,
  resourceRegion,
  replicaRegion,
  bucketReplication,
];
