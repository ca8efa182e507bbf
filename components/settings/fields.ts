/** Every setting: its form, what it means, its default. */
import { z } from "zod";
import { AUTHENTICATION_FORM, isOrigin, ORIGIN_FORM, parseAuthentication } from "../collector-access";
import { isEmail } from "../email";
import { LIMITS, LOG_RETENTION_DAYS, wholeNumberWithin, type Bounds } from "../limits";
import {
  ENDPOINT_SERVICES,
  isEndpointId,
  isNetworkCidr,
  isSubnetId,
  isVpcId,
  isZone,
  NAT_GATEWAYS,
  NETWORK_CIDR_FORM,
  ZONE_FORM,
  type EndpointService,
} from "../network";
import { parseJson } from "../parse-json";
import { isPrincipalArn, PRINCIPAL_FORM } from "../principal";
import { isSchedule, isTimeZone, SCHEDULE_FORM } from "../schedule";
import { connectionsSetting } from "./connections";
import { crawlersSetting } from "./crawlers";
import { databaseSetting } from "./database";
import { deliveryDestinationsSetting } from "./delivery-destinations";
import { ETL_ENGINES } from "./etl";
import { federatedSourcesSetting } from "./federated-sources";
import { glueJobsSetting } from "./glue-jobs";
import { kafkaSetting } from "./kafka";
import { tablesSetting } from "./tables";
import { webhooksSetting } from "./webhooks";

/**
 * A number, which Pulumi hands out as text. Digits only: `Number` would also take "" for 0 and "0x10" for 16.
 * @param orElse the words that are allowed beside it, for the error.
 */
const integer = (bounds: Bounds, orElse = "") =>
  z
    .string()
    .regex(/^\d+$/, `must be ${orElse}${wholeNumberWithin(bounds)}`)
    .transform(Number)
    .refine(
      (value) => value >= bounds.minimum && value <= bounds.maximum,
      `must be ${orElse}${wholeNumberWithin(bounds)}`,
    );
const flag = z
  .enum(["true", "false"], { error: "must be true or false" })
  .transform((value) => value === "true");
const list = z.string().transform((text, context): string[] => {
  const parsed = parseJson(text);
  if (Array.isArray(parsed) && parsed.every((item) => typeof item === "string")) return parsed;
  context.addIssue({ code: "custom", message: "must be a list of strings" });
  return z.NEVER;
});
const principals = list.refine(
  (arns) => arns.every(isPrincipalArn),
  `must be a list, each ${PRINCIPAL_FORM}`,
);

export const schema = z.strictObject({
  /** What the stack is for; decides the other defaults. */
  stage: z.enum(["local", "dev", "prod"], { error: "must be local, dev or prod" }),
  /** Folders with `*.odcs.yaml` files. @default ["contracts"] */
  contracts: list.optional(),
  /** E-mail or team that owns the stack; a tag on everything. */
  owner: z.string().min(1, "must not be empty"),
  /** Keeps data from being deleted with the stack. @default true in prod, false elsewhere */
  protectData: flag.optional(),
  /** The second key: with `protectData` off, only this lets a prod stack's data go. @default false */
  allowDataRemoval: flag.optional(),
  /** `on-demand`, or a number of shards. @default "on-demand" */
  streamCapacity: z
    .string()
    .transform((text, context) => {
      if (text === "on-demand") return text;
      const shards = integer(LIMITS.shards, "on-demand, or ").safeParse(text);
      if (shards.success) return shards.data;
      context.addIssue({ code: "custom", message: shards.error.issues[0]!.message });
      return z.NEVER;
    })
    .optional(),
  /** Hours that the stream keeps events (Kinesis: 24 to 8760). @default 24; 168 in prod */
  streamRetentionHours: integer(LIMITS.streamRetention).optional(),
  /** Seconds before Firehose writes what it has (its limit: 0 to 900). @default 300; 1 in local */
  deliveryBufferSeconds: integer(LIMITS.deliveryBufferSeconds).optional(),
  /** MiB before Firehose writes what it has (64 to 128 with Parquet conversion). @default 64 */
  deliveryBufferMegabytes: integer(LIMITS.deliveryBufferMegabytes).optional(),
  /** `regional`, or `private`: reachable only through the VPC endpoints named by `apiVpcEndpoints`. @default "regional" */
  apiAccess: z.enum(["regional", "private"], { error: "must be regional or private" }).optional(),
  /** Interface endpoints (vpce-…) of a private collector. @default [] */
  apiVpcEndpoints: list.optional(),
  /** Requests a second that the collector takes before it answers 429. @default 500 */
  apiRequestsPerSecond: integer(LIMITS.requestsPerSecond).optional(),
  /** Who may send events: `api-key`, `iam`, or `{issuer, audience, jwksUrl}` of the tokens to take. @default "api-key" */
  apiAuthentication: z
    .string()
    .transform((text, context) => {
      const authentication = parseAuthentication(text);
      if (authentication !== undefined) return authentication;
      context.addIssue({ code: "custom", message: `must be ${AUTHENTICATION_FORM}` });
      return z.NEVER;
    })
    .optional(),
  /** Origins of pages that may send events from a browser. @default [] */
  apiCorsOrigins: list
    .refine((origins) => origins.every(isOrigin), `must be a list, each ${ORIGIN_FORM}`)
    .optional(),
  /** Third parties that post events of their own form, signed. @default [] */
  webhooks: webhooksSetting.optional(),
  /** Sets the account's API Gateway log role, which access logs need and which exists once per account. @default true */
  manageApiGatewayAccount: flag.optional(),
  /** Ids of streams whose events programs may also put straight into Firehose. @default [] */
  directPut: list.optional(),
  /** Indexes of OpenSearch and HTTPS addresses that streams' events go to beside the lake, as pseudonyms. @default [] */
  deliveryDestinations: deliveryDestinationsSetting.optional(),
  /** Each consumer of the streams reads at a rate of its own (enhanced fan-out), which costs by shard and hour. @default false */
  enhancedFanOut: flag.optional(),
  /** Key epoch of new pseudonyms; raise it to rotate. @default 1 */
  pseudonymEpoch: integer(LIMITS.pseudonymEpoch).optional(),
  /** Oldest key epoch whose pseudonyms can still be turned back and bridged to the newest. @default 1 */
  oldestPseudonymEpoch: integer(LIMITS.pseudonymEpoch).optional(),
  /** Roles and users who administer the keys; none: the account's IAM decides. The deploying role must be one. @default [] */
  keyAdmins: principals.optional(),
  /** Roles beside the platform's own that may make pseudonyms with the key, such as the shipper's. @default [] */
  pseudonymisers: principals.optional(),
  /** Keeps, in the closed zone, what turns pseudonyms back, for as long as landing keeps the clear data. @default true */
  reidentification: flag.optional(),
  /** Roles and users who may turn pseudonyms back; none: the account's IAM decides. @default [] */
  reidentifiers: principals.optional(),
  /** Roles and users who may query the open zone, within the scan limit; none: the account's IAM decides. @default [] */
  analysts: principals.optional(),
  /** Roles and users who may build curated tables and start runs; none: the account's IAM decides. @default [] */
  engineers: principals.optional(),
  /** Roles and users who look after the catalogue; none: the account's IAM decides. @default [] */
  stewards: principals.optional(),
  /** Roles and users who may put failed records back on their stream; none: the account's IAM decides. @default [] */
  redrivers: principals.optional(),
  /** Governs the account: Lake Formation and Macie, which an account and region has once. @default false */
  accountGovernance: flag.optional(),
  /** Roles and users who administer Lake Formation; the deploying role must be one. @default [] */
  lakeAdmins: principals.optional(),
  /** Percent of the open zone's objects that Macie looks into each week, where the stack governs. @default 10 */
  macieSamplePercent: integer(LIMITS.samplePercent).optional(),
  /** A CloudTrail trail of the stack's own: who used a key, who read clear data. @default true */
  auditTrail: flag.optional(),
  /** `own` makes one, `vpc-…` joins one that is there, `none`: functions and Spark stand in AWS's own. @default "none"; "own" in prod */
  network: z
    .string()
    .refine(
      (text) => text === "none" || text === "own" || isVpcId(text),
      "must be none, own, or the id of a VPC",
    )
    .optional(),
  /** Private IPv4 range of a network of one's own, /16 to /22. @default "10.20.0.0/16" */
  networkCidr: z.string().refine(isNetworkCidr, `must be ${NETWORK_CIDR_FORM}`).optional(),
  /** Availability zones of a network of one's own. @default 2 */
  networkZones: integer(LIMITS.networkZones).optional(),
  /** How open subnets reach the internet; each gateway costs by the hour. @default "none" */
  networkNatGateways: z.enum(NAT_GATEWAYS, { error: `must be one of ${NAT_GATEWAYS.join(", ")}` }).optional(),
  /** Services with an interface endpoint, which costs by zone and hour. @default ["kms", "kinesis-streams"] */
  networkEndpoints: list
    .refine(
      (services): services is EndpointService[] =>
        services.every((service) => (ENDPOINT_SERVICES as readonly string[]).includes(service)),
      `must be a list, each one of ${ENDPOINT_SERVICES.join(", ")}`,
    )
    .optional(),
  /** Subnets of a VPC that is there, for functions and Spark. @default [] */
  networkSubnetIds: list
    .refine((ids) => ids.every(isSubnetId), "must be a list of ids of subnets")
    .optional(),
  /** Zone of each of these subnets, in their order: Glue's connections ask for it. @default [] */
  networkSubnetZones: list
    .refine((zones) => zones.every(isZone), `must be a list, each ${ZONE_FORM}`)
    .optional(),
  /** Refuses to read, write and list landing's objects but in the network. @default true in prod, false elsewhere */
  landingInNetworkOnly: flag.optional(),
  /** Endpoints of S3 in other networks through which landing is written and listed too. @default [] */
  landingEndpoints: list
    .refine((ids) => ids.every(isEndpointId), "must be a list of ids of endpoints")
    .optional(),
  /** GB that one analyst's query may scan (Athena's minimum: 10 MB). @default 100; 1000 in prod */
  analystScanLimitGb: integer(LIMITS.scanLimit).optional(),
  /** Apache Spark for analysts, in sessions of Athena that cost by the hour. @default false */
  athenaSpark: flag.optional(),
  /** What runs the Spark jobs: EMR Serverless, or AWS Glue with workflows and data quality. @default "emr-serverless" */
  etl: z.enum(ETL_ENGINES, { error: `must be ${ETL_ENGINES.join(" or ")}` }).optional(),
  /** `flex`: Glue curates on spare capacity, cheaper and without a promise when it starts. @default "standard" */
  glueExecution: z.enum(["standard", "flex"], { error: "must be standard or flex" }).optional(),
  /** A team's own jobs on Glue, beside curation. @default [] */
  glueJobs: glueJobsSetting.optional(),
  /** Counts events by course and minute while they come, in a streaming job on Glue that costs by the hour once it is started. @default "none" */
  streamProcessing: z.enum(["none", "glue"], { error: "must be none or glue" }).optional(),
  /** When the Spark jobs run, as an EventBridge Scheduler cron in `timeZone`; off-peak. @default "cron(0 3 * * ? *)" */
  sparkSchedule: z.string().refine(isSchedule, `must be ${SCHEDULE_FORM}`).optional(),
  /** IANA zone of the schedule. @default "Asia/Seoul" */
  timeZone: z.string().refine(isTimeZone, "must be an IANA time zone").optional(),
  /** Most vCPU the Spark application grows to. @default 16; 64 in prod */
  sparkMaxVcpu: integer(LIMITS.sparkVcpu).optional(),
  /** Seconds between two looks at a running Spark job. @default 30; 1 in local */
  sparkPollSeconds: integer(LIMITS.pollSeconds).optional(),
  /** Seconds that a file dropped into landing waits for others, before a run for all of them. @default 60; 2 in local */
  sparkDropSeconds: integer(LIMITS.dropSeconds).optional(),
  /** E-mail addresses that are told of failed runs and of arrivals that could not start one. @default [] */
  alarmEmails: list.refine((all) => all.every(isEmail), "must be a list of e-mail addresses").optional(),
  /** Dollars that the stack may cost a month; `naru:alarmEmails` are told at 80 %, 100 % and a forecast of 100 %. @default "none" */
  monthlyBudgetUsd: z
    .string()
    .transform((text, context) => {
      if (text === "none") return text;
      const dollars = integer(LIMITS.monthlyBudget, "none, or ").safeParse(text);
      if (dollars.success) return dollars.data;
      context.addIssue({ code: "custom", message: dollars.error.issues[0]!.message });
      return z.NEVER;
    })
    .optional(),
  /** Ways to databases, brokers and other sources, for crawlers and jobs. @default [] */
  connections: connectionsSetting.optional(),
  /** Tables of databases that become drops of CSV sets, over these connections. @default [] */
  tables: tablesSetting.optional(),
  /** Databases without personal data that Athena queries where they are. @default [] */
  federatedSources: federatedSourcesSetting.optional(),
  /** A relational database beside the lake, whose rows are events of streams; costs by the hour. @default "none" */
  database: databaseSetting.optional(),
  /** A Kafka cluster beside the streams, whose topics reach the same tables; costs by the hour. @default "none" */
  kafka: kafkaSetting.optional(),
  /** Crawlers for folders of raw and curated without a contract, or for what a connection leads to. @default [] */
  crawlers: crawlersSetting.optional(),
  /** Files of tables that DataBrew prepares (`*.preparation.yaml`); each costs by the run. @default [] */
  dataPreparations: list
    .refine(
      (files) => files.every((file) => /\.preparation\.(ya?ml|json)$/.test(file)),
      "must be a list of files that end with .preparation.yaml or .preparation.json",
    )
    .optional(),
  /** Days that logs and records of access are kept (CloudWatch's own steps), or `by-contracts`. @default 30; "by-contracts" in prod */
  logRetentionDays: z
    .enum(["by-contracts", ...LOG_RETENTION_DAYS.map(String)], {
      error: `must be by-contracts, or one of ${LOG_RETENTION_DAYS.join(", ")}`,
    })
    .transform((text) => (text === "by-contracts" ? text : Number(text)))
    .optional(),
});

export type Given = z.output<typeof schema>;
export type SettingName = keyof Given;

/** Every setting with its default filled in. */
export type Settings = { readonly [K in SettingName]-?: NonNullable<Given[K]> };
