/** Settings as people get them wrong, and what they are told. */

/** Stands for a secret that somebody wrote in clear: no message may show it. */
export const SECRET = "hunter2-Zq8";
export const SECRET_ARN = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:music-a1B2c3";

/** A wrong key with its text; what the message says after `key: `, and how it ends or goes on. */
export const AWKWARD: readonly (readonly [key: string, text: string, says: string, mends: string])[] = [
  ["naru:owner", "", "must not be empty", "pulumi config set naru:owner data-team@example.com"],
  [
    "naru:streamCapacity",
    "many",
    "must be on-demand, or a whole number",
    "pulumi config set naru:streamCapacity ",
  ],
  [
    "naru:streamRetentionHours",
    "7 days",
    "must be a whole number from 24 to 8760",
    "naru:streamRetentionHours 24",
  ],
  [
    "naru:deliveryBufferSeconds",
    "0x10",
    "must be a whole number",
    "pulumi config set naru:deliveryBufferSeconds 300",
  ],
  ["naru:apiAccess", "public", "must be regional or private", "pulumi config set naru:apiAccess regional"],
  ["naru:apiCorsOrigins", '["*"]', "must be a list", "pulumi config set naru:apiCorsOrigins "],
  [
    "naru:analysts",
    '["arn:aws:iam::123456789012:role/*"]',
    "must be a list",
    "pulumi config set naru:analysts ",
  ],
  [
    "naru:keyAdmins",
    "arn:aws:iam::123456789012:role/a",
    "must be a list",
    "pulumi config set naru:keyAdmins ",
  ],
  ["naru:networkCidr", "8.8.8.0/24", "must be", "pulumi config set naru:networkCidr 10.20.0.0/16"],
  ["naru:networkZones", "1", "must be a whole number", "pulumi config set naru:networkZones 2"],
  ["naru:sparkSchedule", "0 3 * * *", "must be", "pulumi config set naru:sparkSchedule 'cron(0 3 * * ? *)'"],
  ["naru:timeZone", "Seoul", "must be an IANA time zone", "pulumi config set naru:timeZone Asia/Seoul"],
  ["naru:logRetentionDays", "100", "must be ", "pulumi config set naru:logRetentionDays 30"],
  ["naru:etl", "emr", "must be emr-serverless or glue", "pulumi config set naru:etl glue"],
  ["naru:protectData", "yes", "must be true or false", "pulumi config set naru:protectData true"],
  [
    "naru:alarmEmails",
    '["team"]',
    "must be a list of e-mail addresses",
    "pulumi config set naru:alarmEmails ",
  ],
  ["naru:glueJobs", '{"name":"a"}', "must be a list", "pulumi config set naru:glueJobs "],
  ["naru:kafka", "[", "must be", "pulumi config set naru:kafka "],
  [
    "naru:streamCapcity",
    "1",
    "is not a setting. Did you mean naru:streamCapacity?",
    "pulumi config rm naru:streamCapcity",
  ],
  [
    "naru:spark-max-vCPU",
    "4",
    "is not a setting. Did you mean naru:sparkMaxVcpu?",
    "pulumi config rm naru:spark-max-vCPU",
  ],
  ["naru:colour", "red", "is not a setting.", "Remove it: pulumi config rm naru:colour"],
  ["naru:색상 이름", "빨강", "is not a setting.", "Remove it: pulumi config rm 'naru:색상 이름'"],
  ["naru:it's$HOME;ls", "1", "is not a setting.", "Remove it: pulumi config rm 'naru:it'\\''s$HOME;ls'"],
  ["Naru:auditTrail", "true", "is not a setting; the namespace is naru.", "pulumi config rm Naru:auditTrail"],
  ["aws:region", "Seoul", "is no region of AWS.", "pulumi config set aws:region ap-northeast-2"],
  ["aws:secretKey", SECRET, "is a secret in clear.", "pulumi config set --secret aws:secretKey"],
  [
    "naru:collectorToken",
    SECRET,
    "is not a setting, and holds what looks like a secret",
    "naru:collectorToken",
  ],
];

/** Wrong places of settings that are lists; the command that sets the whole stands once, in the error's text. */
export const PLACES: readonly (readonly [setting: string, item: object, place: string, says: string])[] = [
  [
    "webhooks",
    { name: "partner", dataSet: "lms.requests", secretArn: SECRET, signatureHeader: "x-signature" },
    "webhooks[0].secretArn",
    "holds what looks like a secret in clear; put a new one",
  ],
  [
    "connections",
    {
      name: "music",
      kind: "JDBC",
      url: `jdbc:postgresql://reader:${SECRET}@db.example.com:5432/music`,
      secretArn: SECRET_ARN,
    },
    "connections[0].url",
    "holds what looks like a secret in clear; put a new one",
  ],
  [
    "deliveryDestinations",
    {
      name: "collect",
      stream: "lms.requests",
      kind: "http",
      url: `https://collect.example.com/?token=${SECRET}`,
      secretArn: SECRET_ARN,
    },
    "deliveryDestinations[0].url",
    "holds what looks like a secret in clear; put a new one",
  ],
  [
    "federatedSources",
    {
      name: "registry",
      engine: "mysql",
      password: SECRET,
      host: "db.example.com",
      database: "registry",
      secretArn: SECRET_ARN,
      reaches: ["10.1.0.0/24"],
      personalData: "none",
    },
    "federatedSources[0].password",
    "holds what looks like a secret in clear; put a new one",
  ],
  [
    "crawlers",
    { name: "ratings", zone: "landing", folder: "a/" },
    "crawlers[0].zone",
    "is of another form; write",
  ],
];

/** Those settings as a stack's file has them. */
export const PLACE_SETTINGS = Object.fromEntries(
  PLACES.map(([name, item]) => [`naru:${name}`, JSON.stringify([item])]),
);
