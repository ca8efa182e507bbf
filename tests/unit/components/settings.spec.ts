import { expect } from "chai";
import { parseSettings, SettingsError, type Settings } from "../../../components/settings";
import { EXAMPLES } from "../../../components/settings/examples";

const LEAST = { "naru:stage": "dev", "naru:owner": "data-team@example.com" };

type Name = keyof Settings;

/** Roles and users one by one: no wildcard, no account, no session. */
function principals(name: string) {
  const arn = (rest: string) => `["arn:aws:iam::123456789012:${rest}"]`;
  const one = `arn:aws:iam::123456789012:role/path/${name}`;
  return {
    good: {
      [JSON.stringify([one])]: [one],
      "[]": [],
      [arn("user/kim")]: ["arn:aws:iam::123456789012:user/kim"],
    },
    bad: [one, arn("role/*"), arn("root"), arn("role/"), '["*"]', '["123456789012"]'],
  };
}

const FEDERATED = JSON.stringify({
  ...{ name: "registry", engine: "mysql", host: "db.example.com", database: "registry" },
  secretArn: "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:registry-a1B2c3",
  ...{ reaches: ["10.1.0.0/24"], personalData: "none" },
});

const TABLE = JSON.stringify({ dataSet: "music.artists", connection: "music", table: "public.artists" });

const TOKENS = {
  ...{ issuer: "https://login.example.com/", audience: "naru" },
  jwksUrl: "https://login.example.com/.well-known/jwks.json",
};

const DESTINATION = {
  ...{ name: "collect", stream: "lms.requests", kind: "http", url: "https://collect.example.com/" },
  secretArn: "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:collect-a1B2c3",
};
const WEBHOOK = {
  ...{ name: "partner", dataSet: "lms.requests", signatureHeader: "x-signature" },
  secretArn: "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:partner-a1B2c3",
  fields: { id: "event_id", occurred_at: { from: "time", as: "epoch-seconds" } },
};

/** Of each setting: texts that it takes with what they become, and texts that it refuses. */
const CASES: Record<Name, { good: Record<string, unknown>; bad: readonly string[] }> = {
  stage: { good: { local: "local", dev: "dev", prod: "prod" }, bad: ["", "Dev", "production"] },
  owner: { good: { "data-team@example.com": "data-team@example.com" }, bad: [""] },
  contracts: { good: { '["a","b"]': ["a", "b"] }, bad: ["contracts", '{"a":1}', "[1]", "["] },
  protectData: { good: { true: true, false: false }, bad: ["yes", "", "TRUE"] },
  allowDataRemoval: { good: { true: true, false: false }, bad: ["1"] },
  streamCapacity: {
    good: { "on-demand": "on-demand", 1: 1, 500: 500 },
    bad: ["0", "501", "many", "", "1.5", "-1"],
  },
  streamRetentionHours: { good: { 24: 24, 8760: 8760 }, bad: ["23", "8761", "a day", "24.5"] },
  deliveryBufferSeconds: { good: { 0: 0, 900: 900 }, bad: ["901", "-1", "", " ", "0x10", "1e2"] },
  deliveryBufferMegabytes: { good: { 64: 64, 128: 128 }, bad: ["63", "129"] },
  apiAccess: { good: { regional: "regional" }, bad: ["public", ""] },
  apiVpcEndpoints: { good: { '["vpce-1"]': ["vpce-1"], "[]": [] }, bad: ["vpce-1", '"vpce-1"'] },
  apiRequestsPerSecond: { good: { 1: 1, 10000: 10_000 }, bad: ["0", "10001"] },
  apiAuthentication: {
    good: { "api-key": "api-key", iam: "iam", [JSON.stringify(TOKENS)]: TOKENS },
    bad: [
      "jwt",
      "{}",
      JSON.stringify({ ...TOKENS, jwksUrl: "http://login.example.com/keys" }),
      JSON.stringify({ ...TOKENS, issuer: "" }),
      JSON.stringify({ ...TOKENS, scope: "x" }),
    ],
  },
  apiCorsOrigins: {
    good: {
      '["https://www.example.com","http://localhost:3000"]': [
        "https://www.example.com",
        "http://localhost:3000",
      ],
    },
    bad: [
      '["*"]',
      '["https://www.example.com/"]',
      '["http://www.example.com"]',
      '["www.example.com"]',
      '["null"]',
    ],
  },
  webhooks: {
    good: { "[]": [], [JSON.stringify([WEBHOOK])]: [WEBHOOK] },
    bad: ["partner", JSON.stringify(WEBHOOK)],
  },
  manageApiGatewayAccount: { good: { false: false }, bad: ["no"] },
  directPut: { good: { "[]": [], '["lms.requests"]': ["lms.requests"] }, bad: ["lms.requests", "[1]"] },
  deliveryDestinations: {
    good: { "[]": [], [JSON.stringify([DESTINATION])]: [DESTINATION] },
    bad: ["search", JSON.stringify(DESTINATION)],
  },
  enhancedFanOut: { good: { true: true, false: false }, bad: ["on", "2"] },
  pseudonymEpoch: { good: { 1: 1, 2: 2 }, bad: ["0", "latest"] },
  oldestPseudonymEpoch: { good: { 1: 1 }, bad: ["0", "first"] },
  keyAdmins: principals("keyAdmins"),
  pseudonymisers: principals("pseudonymisers"),
  reidentification: { good: { true: true, false: false }, bad: ["closed"] },
  reidentifiers: principals("reidentifiers"),
  analysts: principals("analysts"),
  engineers: principals("engineers"),
  stewards: principals("stewards"),
  redrivers: principals("redrivers"),
  accountGovernance: { good: { false: false }, bad: ["on"] },
  lakeAdmins: principals("lakeAdmins"),
  macieSamplePercent: { good: { 1: 1, 100: 100 }, bad: ["0", "101", "a tenth"] },
  auditTrail: { good: { true: true, false: false }, bad: ["on"] },
  network: { good: { none: "none", own: "own" }, bad: ["", "vpc", "vpc-main", "VPC-0123456789abcdef0"] },
  networkCidr: {
    good: { "192.168.0.0/20": "192.168.0.0/20" },
    bad: ["10.0.0.0/8", "8.8.0.0/16", "10.0.0.0"],
  },
  networkZones: { good: { 2: 2, 3: 3 }, bad: ["1", "4", "a"] },
  networkNatGateways: { good: { none: "none", "per-zone": "per-zone" }, bad: ["2", "OnePerAz"] },
  networkEndpoints: {
    good: { '["kms","kinesis-streams","glue"]': ["kms", "kinesis-streams", "glue"] },
    bad: ['["s3"]', "kms"],
  },
  networkSubnetIds: {
    good: { '["subnet-0123456789abcdef0"]': ["subnet-0123456789abcdef0"] },
    bad: ['["vpc-0123456789abcdef0"]', "subnet-0123456789abcdef0"],
  },
  networkSubnetZones: {
    good: { '["ap-northeast-2a"]': ["ap-northeast-2a"], '["us-gov-west-1b"]': ["us-gov-west-1b"] },
    bad: ['["ap-northeast-2"]', '["a"]', "ap-northeast-2a"],
  },
  landingInNetworkOnly: { good: { true: true, false: false }, bad: ["prod"] },
  landingEndpoints: {
    good: { '["vpce-0123456789abcdef0"]': ["vpce-0123456789abcdef0"], "[]": [] },
    bad: ["vpce-0123456789abcdef0", '["vpc-0123456789abcdef0"]'],
  },
  analystScanLimitGb: { good: { 1: 1, 100000: 100_000 }, bad: ["0", "100001"] },
  athenaSpark: { good: { true: true, false: false }, bad: ["on", "spark"] },
  etl: { good: { "emr-serverless": "emr-serverless", glue: "glue" }, bad: ["", "emr", "Glue"] },
  glueExecution: { good: { standard: "standard", flex: "flex" }, bad: ["spot", ""] },
  glueJobs: {
    good: {
      "[]": [],
      '[{"name":"a","script":"a.py","kind":"spark","workers":4}]': [
        { name: "a", script: "a.py", kind: "spark", workers: 4 },
      ],
    },
    bad: ["live", '{"name":"a"}'],
  },
  streamProcessing: { good: { none: "none", glue: "glue" }, bad: ["", "emr", "on"] },
  sparkSchedule: {
    good: { "cron(0 3 * * ? *)": "cron(0 3 * * ? *)", "rate(1 hour)": "rate(1 hour)" },
    bad: ["0 3 * * *", "cron(0 3 * * *)", "rate(0 hours)", "rate(hourly)", "at night"],
  },
  timeZone: { good: { "Asia/Seoul": "Asia/Seoul", UTC: "UTC" }, bad: ["", "Seoul", "+09:00", "KST+9"] },
  sparkMaxVcpu: { good: { 4: 4, 4000: 4000 }, bad: ["3", "4001"] },
  sparkPollSeconds: { good: { 1: 1, 600: 600 }, bad: ["0", "601"] },
  sparkDropSeconds: { good: { 1: 1, 900: 900 }, bad: ["0", "901", "a minute"] },
  alarmEmails: {
    good: { '["a@example.com"]': ["a@example.com"], "[]": [] },
    bad: ["a@example.com", '["a"]', '["a@b"]', '["a b@example.com"]'],
  },
  monthlyBudgetUsd: {
    good: { none: "none", 1: 1, 300: 300 },
    bad: ["0", "10000001", "much", "", "99.5", "300 USD"],
  },
  connections: {
    good: {
      "[]": [],
      '[{"name":"vpc","kind":"NETWORK","reaches":["10.1.0.0/16"]}]': [
        { name: "vpc", kind: "NETWORK", reaches: ["10.1.0.0/16"] },
      ],
    },
    bad: ["music", '{"name":"vpc"}'],
  },
  tables: {
    good: {
      "[]": [],
      [`[${TABLE}]`]: [JSON.parse(TABLE)],
    },
    bad: ["artists", TABLE],
  },
  crawlers: {
    good: {
      "[]": [],
      '[{"name":"a","zone":"raw","folder":"x/","delimiter":";"}]': [
        { name: "a", zone: "raw", folder: "x/", delimiter: ";" },
      ],
    },
    bad: ["ratings", '{"name":"ratings"}'],
  },
  federatedSources: {
    good: {
      [`[${FEDERATED}]`]: [JSON.parse(FEDERATED)],
      "[]": [],
    },
    bad: ["registry", FEDERATED],
  },
  database: {
    good: { none: "none", '{"engine":"mysql"}': { engine: "mysql" } },
    bad: ["postgresql", '[{"engine":"mysql"}]'],
  },
  kafka: {
    good: { none: "none", '{"cluster":"provisioned"}': { cluster: "provisioned" } },
    bad: ["serverless", '[{"cluster":"serverless"}]'],
  },
  dataPreparations: {
    good: { '["a.preparation.yaml","b/c.preparation.json"]': ["a.preparation.yaml", "b/c.preparation.json"] },
    bad: ["a.preparation.yaml", '["recipe.json"]'],
  },
  logRetentionDays: {
    good: { 1: 1, 365: 365, 3653: 3653, "by-contracts": "by-contracts" },
    bad: ["2", "0", "366", "forever"],
  },
};

/** What a setting needs beside it to mean anything. */
const BESIDE: Partial<Record<Name, Record<string, string>>> = {
  ...Object.fromEntries(
    [
      ...["networkCidr", "networkZones", "networkNatGateways", "networkEndpoints"],
      ...["landingInNetworkOnly", "landingEndpoints"],
    ].map((name) => [name, { "naru:network": "own" }]),
  ),
  connections: { "naru:network": "own" },
  federatedSources: { "naru:network": "own" },
  database: { "naru:network": "own" },
  enhancedFanOut: { "naru:network": "own", "naru:database": '{"engine":"postgresql"}' },
  kafka: { "naru:network": "own" },
  networkSubnetIds: { "naru:network": "vpc-0123456789abcdef0" },
  networkSubnetZones: {
    "naru:network": "vpc-0123456789abcdef0",
    "naru:networkSubnetIds": '["subnet-0123456789abcdef0"]',
  },
  glueExecution: { "naru:etl": "glue" },
  glueJobs: { "naru:etl": "glue" },
  tables: { "naru:etl": "glue", "naru:connections": EXAMPLES.connections.slice(1, -1) },
  streamProcessing: { "naru:etl": "glue" },
};

/** A configuration that may have this setting. */
const around = (name: string) => ({ ...LEAST, ...BESIDE[name as Name] });

/** Problems of a configuration; empty when it is taken. */
function problemsOf(config: Record<string, string>): readonly string[] {
  try {
    parseSettings(config);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems;
  }
}

describe("settings", () => {
  it("are all covered here", () => {
    expect(Object.keys(CASES)).to.have.members(Object.keys(parseSettings(LEAST)));
  });

  for (const [name, { good, bad }] of Object.entries(CASES)) {
    for (const [text, expected] of Object.entries(good)) {
      it(`${name} takes ${text}`, () => {
        expect(parseSettings({ ...around(name), [`naru:${name}`]: text })[name as Name]).to.deep.equal(
          expected,
        );
      });
    }
    for (const text of bad) {
      it(`${name} refuses "${text}", with the line that mends it`, () => {
        const problems = problemsOf({ ...LEAST, [`naru:${name}`]: text });
        expect(problems).to.have.length(1);
        expect(problems[0]).to.match(new RegExp(`^naru:${name}: .+ Fix: pulumi config set naru:${name} \\S`));
      });
    }
  }

  it("say what they take, not how they are checked", () => {
    const [capacity] = problemsOf({ ...LEAST, "naru:streamCapacity": "many" });
    expect(capacity).to.equal(
      "naru:streamCapacity: must be on-demand, or a whole number from 1 to 500 shards. " +
        "Fix: pulumi config set naru:streamCapacity on-demand",
    );
  });

  it("propose a value that they would take", () => {
    for (const name of Object.keys(CASES)) {
      const [first] = CASES[name as Name].bad;
      const [problem] = problemsOf({ ...LEAST, [`naru:${name}`]: first! });
      const [, proposed] = /pulumi config set naru:\w+ (.+)$/.exec(problem!)!;
      const unquoted = proposed!.replace(/^'(.*)'$/, "$1");
      expect(problemsOf({ ...around(name), [`naru:${name}`]: unquoted }), name).to.deep.equal([]);
    }
  });

  it("tell what is missing", () => {
    expect(problemsOf({})).to.deep.equal([
      "naru:stage: is missing. Fix: pulumi config set naru:stage dev",
      "naru:owner: is missing. Fix: pulumi config set naru:owner data-team@example.com",
    ]);
  });

  it("refuse what is not a setting, and guess at typing mistakes", () => {
    expect(problemsOf({ ...LEAST, "naru:time-zone": "UTC", "naru:colour": "red" })).to.deep.equal([
      "naru:time-zone: is not a setting. Did you mean naru:timeZone? Remove it: pulumi config rm naru:time-zone",
      "naru:colour: is not a setting. Remove it: pulumi config rm naru:colour",
    ]);
  });

  it("leave other namespaces alone", () => {
    expect(parseSettings({ ...LEAST, "aws:region": "ap-northeast-2" })).to.deep.equal(parseSettings(LEAST));
  });

  it("refuse a private collector without endpoints, and take one with", () => {
    const isPrivate = { ...LEAST, "naru:apiAccess": "private" };
    expect(problemsOf(isPrivate)).to.have.length(1);
    expect(problemsOf(isPrivate)[0]).to.match(/^naru:apiVpcEndpoints: is empty, but a private collector/);
    expect(problemsOf({ ...isPrivate, "naru:apiVpcEndpoints": '["vpce-1"]' })).to.deep.equal([]);
  });

  it("let a prod stack's data go only when told twice", () => {
    const prod = { ...LEAST, "naru:stage": "prod", "naru:protectData": "false" };
    expect(problemsOf(prod)[0]).to.include("pulumi config set naru:allowDataRemoval true");
    expect(parseSettings({ ...prod, "naru:allowDataRemoval": "true" }).protectData).to.equal(false);
    expect(parseSettings({ ...prod, "naru:stage": "dev" }).protectData).to.equal(false);
  });

  it("refuse to govern an account without administrators, or on a laptop", () => {
    const governing = { ...LEAST, "naru:accountGovernance": "true" };
    const admins = { "naru:lakeAdmins": '["arn:aws:iam::123456789012:role/deploy"]' };
    expect(parseSettings({ ...governing, ...admins }).accountGovernance).to.equal(true);
    expect(() => parseSettings(governing)).to.throw(
      "naru:lakeAdmins: is empty, but Lake Formation takes grants from its administrators only. Name the role that deploys. Fix: ",
    );
    expect(() => parseSettings({ ...governing, ...admins, "naru:stage": "local" })).to.throw(
      "naru:accountGovernance: is on in a local stack",
    );
  });

  it("refuse an oldest epoch that is still to come", () => {
    const problems = (epoch: string) =>
      problemsOf({ ...LEAST, "naru:pseudonymEpoch": epoch, "naru:oldestPseudonymEpoch": "3" });
    expect(problems("3")).to.deep.equal([]);
    expect(problems("2")).to.deep.equal([
      "naru:oldestPseudonymEpoch: is later than naru:pseudonymEpoch (2). " +
        "Fix: pulumi config set naru:oldestPseudonymEpoch 2",
    ]);
  });

  it("tell everything at once, contradictions beside wrong values too", () => {
    const problems = problemsOf({
      "naru:stage": "prod",
      "naru:protectData": "false",
      "naru:apiAccess": "private",
      "naru:sparkMaxVcpu": "one",
      "naru:colour": "red",
    });
    expect(problems.map((problem) => /^naru:(\w+)/.exec(problem)![1])).to.have.members([
      ...["owner", "sparkMaxVcpu", "colour"],
      ...["apiVpcEndpoints", "protectData"],
    ]);
  });

  it("put every problem into the error's message", () => {
    const error = new SettingsError(["naru:a: one", "naru:b: two"]);
    expect(error.message).to.equal(
      "The stack's configuration has 2 error(s):\n  - naru:a: one\n  - naru:b: two",
    );
  });
});
