/** How a setting is written, for the line of an error that mends it. */
import { NEEDED_ENDPOINTS, NETWORK_CIDR } from "../network";
import type { SettingName } from "./fields";

/** Of Pulumi configuration: `naru:key`. */
export const NAMESPACE = "naru";

const SECRET = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:music-a1B2c3";

/** A value that works, for the `pulumi config set` line of an error. */
export const EXAMPLES: Record<SettingName, string> = {
  stage: "dev",
  contracts: `'["contracts"]'`,
  owner: "data-team@example.com",
  protectData: "true",
  allowDataRemoval: "false",
  streamCapacity: "on-demand",
  streamRetentionHours: "24",
  deliveryBufferSeconds: "300",
  deliveryBufferMegabytes: "64",
  apiAccess: "regional",
  apiVpcEndpoints: `'["vpce-0123456789abcdef0"]'`,
  apiRequestsPerSecond: "500",
  apiAuthentication: "iam",
  apiCorsOrigins: `'["https://www.example.com"]'`,
  webhooks: `'[{"name":"partner","dataSet":"lms.requests","secretArn":"${SECRET}","signatureHeader":"x-signature"}]'`,
  manageApiGatewayAccount: "true",
  directPut: `'["lms.requests"]'`,
  deliveryDestinations: `'[{"name":"search","stream":"lms.requests","kind":"opensearch","domainArn":"arn:aws:es:ap-northeast-2:123456789012:domain/search","index":"requests"}]'`,
  enhancedFanOut: "true",
  pseudonymEpoch: "1",
  oldestPseudonymEpoch: "1",
  keyAdmins: `'["arn:aws:iam::123456789012:role/key-admin"]'`,
  pseudonymisers: `'["arn:aws:iam::123456789012:role/shipper"]'`,
  reidentification: "true",
  reidentifiers: `'["arn:aws:iam::123456789012:role/privacy-officer"]'`,
  analysts: `'["arn:aws:iam::123456789012:role/data-analyst"]'`,
  engineers: `'["arn:aws:iam::123456789012:role/data-engineer"]'`,
  stewards: `'["arn:aws:iam::123456789012:role/data-steward"]'`,
  redrivers: `'["arn:aws:iam::123456789012:role/on-call"]'`,
  accountGovernance: "false",
  lakeAdmins: `'["arn:aws:iam::123456789012:role/deploy"]'`,
  macieSamplePercent: "10",
  auditTrail: "true",
  network: "own",
  networkCidr: NETWORK_CIDR,
  networkZones: "2",
  networkNatGateways: "none",
  networkEndpoints: `'${JSON.stringify(NEEDED_ENDPOINTS)}'`,
  networkSubnetIds: `'["subnet-0123456789abcdef0"]'`,
  networkSubnetZones: `'["ap-northeast-2a"]'`,
  landingInNetworkOnly: "true",
  landingEndpoints: `'["vpce-0123456789abcdef0"]'`,
  analystScanLimitGb: "100",
  athenaSpark: "true",
  etl: "glue",
  glueExecution: "flex",
  glueJobs: `'[{"name":"live","script":"spark-jobs/live_page_views.py","kind":"streaming","reads":["raw/lms/requests/"],"writes":"lms/live_page_views/"}]'`,
  streamProcessing: "glue",
  sparkSchedule: "'cron(0 3 * * ? *)'",
  timeZone: "Asia/Seoul",
  sparkMaxVcpu: "16",
  sparkPollSeconds: "30",
  sparkDropSeconds: "60",
  alarmEmails: `'["data-team@example.com"]'`,
  monthlyBudgetUsd: "300",
  connections: `'[{"name":"music","kind":"JDBC","url":"jdbc:postgresql://music.example.com:5432/music","secretArn":"${SECRET}"}]'`,
  tables: `'[{"dataSet":"music.artists","connection":"music","table":"public.artists"}]'`,
  federatedSources: `'[{"name":"registry","engine":"postgresql","host":"registry.example.com","database":"registry","secretArn":"${SECRET}","reaches":["10.1.0.0/24"],"personalData":"none"}]'`,
  database: `'{"engine":"postgresql","workload":"small"}'`,
  kafka: `'{"cluster":"provisioned"}'`,
  crawlers: `'[{"name":"ratings","zone":"curated","folder":"partner/ratings/"}]'`,
  dataPreparations: `'["docs/examples/track-popularity.preparation.yaml"]'`,
  logRetentionDays: "30",
};

/**
 * The command that sets a setting, as an error ends.
 * @param value as a shell takes it. @default one that works
 */
export function fix(name: SettingName, value?: string): string {
  return `Fix: ${settingCommand(name, value)}`;
}

/** @param value as a shell takes it. @default one that works */
export function settingCommand(name: SettingName, value: string = EXAMPLES[name]): string {
  return `pulumi config set ${NAMESPACE}:${name} ${value}`;
}

/** The command that removes a setting, whatever its key is made of: somebody typed it. @param key with its namespace. */
export function removal(key: string): string {
  const plain = /^[\w:.-]+$/.test(key);
  return `Remove it: pulumi config rm ${plain ? key : `'${key.replaceAll("'", `'\\''`)}'`}`;
}
