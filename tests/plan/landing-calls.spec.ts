import { expect } from "chai";
import type { Facts } from "./iam/conditions";
import { decide, type Caller } from "./iam/decision";
import { ACCOUNT, ADMINISTRATOR, ask, recordPlatform, REGION, roleArn, type Platform } from "./iam/platform";

const ENDPOINT = "vpce-0123456789abcdef0";
const DEPLOYER = `arn:aws:iam::${ACCOUNT}:role/administrator`;
const OTHER = roleArn("other");

const LOADER = roleArn("naru-prod-loader");
const JOBS = roleArn("naru-prod-pseudonymiser");
const BUCKET = `arn:aws:s3:::naru-prod-landing-${ACCOUNT}-${REGION}`;
const FILE = `${BUCKET}/sis/students/dt=2026-03-02/students.csv`;
const LOG = `${BUCKET}/logs/spark/run.gz`;

/** Where a request comes from. */
const WAYS = {
  network: { "aws:SourceVpc": "network-id", "aws:SourceVpce": "vpce-0aaaaaaaaaaaaaaaa" },
  otherNetwork: { "aws:SourceVpc": "vpc-0bbbbbbbbbbbbbbbb", "aws:SourceVpce": "vpce-0bbbbbbbbbbbbbbbb" },
  namedEndpoint: { "aws:SourceVpc": "vpc-0bbbbbbbbbbbbbbbb", "aws:SourceVpce": ENDPOINT },
  internet: {},
  service: { "aws:ViaAWSService": "true" },
  plainHttp: { "aws:SourceVpc": "network-id", "aws:SecureTransport": "false" },
} as const satisfies Record<string, Facts>;

type Way = keyof typeof WAYS;

/** Who, what, on what; and the ways by which it works. By all others it is refused. */
const CALLS: readonly [
  who: string,
  caller: string,
  action: string,
  resource: string,
  ways: readonly Way[],
][] = [
  ["the jobs", JOBS, "s3:GetObject", FILE, ["network", "service"]],
  ["the jobs", JOBS, "s3:ListBucket", BUCKET, ["network", "namedEndpoint", "service"]],
  ["the jobs", JOBS, "s3:PutObject", `${BUCKET}/quarantine/x`, ["network", "namedEndpoint", "service"]],
  [
    "the jobs' engine",
    JOBS,
    "s3:PutObject",
    LOG,
    ["network", "otherNetwork", "namedEndpoint", "internet", "service"],
  ],
  ["the loader", LOADER, "s3:PutObject", FILE, ["network", "namedEndpoint", "service"]],
  ["the loader", LOADER, "s3:ListBucket", BUCKET, ["network", "namedEndpoint", "service"]],
  ["the loader", LOADER, "s3:GetObject", FILE, []],
  ["an administrator", ADMINISTRATOR.arn, "s3:GetObject", FILE, []],
  ["an administrator", ADMINISTRATOR.arn, "s3:GetObjectVersion", FILE, []],
  ["a replication rule's role", ADMINISTRATOR.arn, "s3:GetObjectVersionForReplication", FILE, []],
  ["a replication rule's role", ADMINISTRATOR.arn, "s3:ReplicateObject", FILE, []],
  ["an administrator", ADMINISTRATOR.arn, "s3:PutObject", FILE, []],
  [
    "an administrator",
    ADMINISTRATOR.arn,
    "s3:ListBucketVersions",
    BUCKET,
    ["network", "namedEndpoint", "service"],
  ],
  ["the analyst", roleArn("naru-prod-analyst"), "s3:GetObject", FILE, []],
];

/** A deployment runs where it runs: none of these may hang on a network. */
const CONFIGURATION = [
  "s3:GetBucketPolicy",
  "s3:PutBucketPolicy",
  "s3:DeleteBucketPolicy",
  "s3:GetBucketLocation",
  "s3:GetBucketVersioning",
  "s3:GetEncryptionConfiguration",
  "s3:PutEncryptionConfiguration",
  "s3:GetLifecycleConfiguration",
  "s3:PutLifecycleConfiguration",
  "s3:PutInventoryConfiguration",
  "s3:PutBucketNotification",
  "s3:PutBucketLogging",
  "s3:GetBucketTagging",
];

describe("calls to landing in a stack with a network", function () {
  this.timeout(60_000);
  let platform: Platform;
  const may = (asked: Platform, caller: string, action: string, resource: string, way: Way) =>
    ask(asked, { caller: { role: caller }, action, resource, facts: WAYS[way] }).allowed;

  before(async () => {
    platform = await recordPlatform("prod", { "naru:landingEndpoints": `["${ENDPOINT}"]` });
  });

  for (const [who, caller, action, resource, ways] of CALLS) {
    it(`let ${who} ${action} ${resource.replace(BUCKET, "")} by: ${ways.join(", ") || "no way"}`, () => {
      const open = (Object.keys(WAYS) as Way[]).filter((way) => may(platform, caller, action, resource, way));
      expect(open).to.have.members([...ways]);
    });
  }

  it("configure the bucket from anywhere, and find it there", () => {
    for (const action of [...CONFIGURATION, "s3:ListBucket"]) {
      expect(may(platform, ADMINISTRATOR.arn, action, BUCKET, "internet"), action).to.equal(true);
    }
  });

  it("are bound to no endpoint that no setting names", async () => {
    const plain = await recordPlatform("prod");
    expect(may(plain, LOADER, "s3:PutObject", FILE, "network")).to.equal(true);
    expect(may(plain, LOADER, "s3:PutObject", FILE, "namedEndpoint")).to.equal(false);
  });

  it("list from outside for named administrators only, where a setting names some", async () => {
    const named = await recordPlatform("prod", { "naru:keyAdmins": `["${DEPLOYER}"]` });
    const both = { ...named, roles: [...named.roles, { ...ADMINISTRATOR, arn: OTHER, name: "other" }] };
    expect(may(both, DEPLOYER, "s3:ListBucket", BUCKET, "internet")).to.equal(true);
    expect(may(both, OTHER, "s3:ListBucket", BUCKET, "internet")).to.equal(false);
    expect(may(both, OTHER, "s3:ListBucket", BUCKET, "network")).to.equal(true);
  });

  it("come from anywhere where there is no network, by the same two roles", async () => {
    const dev = await recordPlatform("dev");
    const file = FILE.replace("-prod-", "-dev-");
    const roles = (action: string) =>
      [...dev.roles, ADMINISTRATOR]
        .filter(({ arn }) => may(dev, arn, action, file, "internet"))
        .map(({ name }) => name);
    expect(roles("s3:GetObject")).to.deep.equal(["pseudonymiser"]);
    // The jobs write quarantine, lineage and logs, and no data set.
    expect(roles("s3:PutObject")).to.deep.equal(["loader"]);
  });
});

describe("calls to where rows come from", function () {
  this.timeout(60_000);

  it("write and delete as the jobs only, and read as who reads tables", async () => {
    const platform = await recordPlatform("prod");
    const record = `arn:aws:s3:::naru-prod-curated-${ACCOUNT}-${REGION}/lineage/sis/students/run.json`;
    const roles = (action: string) =>
      [...platform.roles, ADMINISTRATOR]
        .filter(({ arn }) => ask(platform, { caller: { role: arn }, action, resource: record }).allowed)
        .map(({ name }) => name);
    expect(roles("s3:PutObject")).to.deep.equal(["pseudonymiser"]);
    expect(roles("s3:DeleteObject")).to.deep.equal(["pseudonymiser"]);
    expect(roles("s3:GetObject")).to.include.members(["analyst", "engineer", "steward", "transform"]);
  });
});

describe("the endpoints of a network", function () {
  this.timeout(60_000);
  let platform: Platform;
  /** What an endpoint lets through; the caller's own rights are asked for elsewhere. */
  const passes = (service: string, caller: Caller, action: string, resource: string, account: string) =>
    decide(
      { caller, action, resource, facts: { "aws:ResourceAccount": account } },
      { identity: [], resource: platform.endpoints.get(service)!, mustAllow: true },
    ).allowed;

  before(async () => {
    platform = await recordPlatform("prod");
  });

  it("let the jobs reach objects and keys of this account", () => {
    for (const action of ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]) {
      expect(passes("s3", { role: JOBS }, action, FILE, ACCOUNT), action).to.equal(true);
    }
    for (const action of ["s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketLocation"]) {
      expect(passes("s3", { role: JOBS }, action, BUCKET, ACCOUNT), action).to.equal(true);
    }
    const key = platform.keys.find(({ name }) => name === "pseudonym")!.arn;
    expect(passes("kms", { role: JOBS }, "kms:GenerateMac", key, ACCOUNT)).to.equal(true);
  });

  it("let nothing out to another account, whoever asks, and nobody of another account in", () => {
    const elsewhere = "arn:aws:s3:::collected-data/x";
    expect(passes("s3", { role: JOBS }, "s3:PutObject", elsewhere, "999999999999")).to.equal(false);
    expect(passes("s3", { role: JOBS }, "s3:PutObject", FILE, "999999999999")).to.equal(false);
    const key = "arn:aws:kms:ap-northeast-2:999999999999:key/theirs";
    expect(passes("kms", { role: JOBS }, "kms:Encrypt", key, "999999999999")).to.equal(false);
    const stranger = { role: "arn:aws:iam::999999999999:role/stranger" };
    expect(passes("kms", stranger, "kms:Encrypt", platform.keys[0]!.arn, ACCOUNT)).to.equal(false);
  });

  it("change no bucket", () => {
    expect(passes("s3", ADMINISTRATOR_CALLER, "s3:PutBucketPolicy", BUCKET, ACCOUNT)).to.equal(false);
  });
});

const ADMINISTRATOR_CALLER: Caller = { role: ADMINISTRATOR.arn };
