/** What `naru verify aws` asks of AWS about protections: each guard passes what is right, and names what is not. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { GUARDS, guardsHold } from "../../../cli/verify/guards";
import type { Asked } from "../../../cli/verify/guards/guard";
import type { StateResource } from "../../../local/engine/state";

const KEY = "arn:aws:kms:ap-northeast-2:123456789012:key/1234";
const ALARM = { AlarmName: "naru-dev-failed", StateValue: "OK", ActionsEnabled: true };
const TRAIL = { IsLogging: true, LatestDeliveryTime: 1 };

/** What an account answers where all is as it should be, by command, or by the end of a target. */
const RIGHT: Readonly<Record<string, object | string>> = {
  GetPublicAccessBlockCommand: {
    PublicAccessBlockConfiguration: {
      ...{
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    },
  },
  GetBucketPolicyStatusCommand: { PolicyStatus: { IsPublic: false } },
  GetBucketOwnershipControlsCommand: {
    OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
  },
  GetBucketVersioningCommand: { Status: "Enabled" },
  ListObjectsV2Command: { Contents: [{ Key: "a.parquet" }] },
  HeadObjectCommand: { ServerSideEncryption: "aws:kms", SSEKMSKeyId: KEY },
  DescribeStreamSummaryCommand: { StreamDescriptionSummary: { EncryptionType: "KMS" } },
  GetKeyRotationStatusCommand: { KeyRotationEnabled: true },
  GetWorkGroupCommand: {
    WorkGroup: {
      Configuration: {
        BytesScannedCutoffPerQuery: 1e10,
        ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: "SSE_KMS" } },
      },
    },
  },
  DescribeLogGroupsCommand: { logGroups: [{ logGroupName: "log", kmsKeyId: KEY, retentionInDays: 30 }] },
  DescribeAlarms: { MetricAlarms: [ALARM] },
  GetTrailStatus: TRAIL,
  DescribeFlowLogs: "<flowLogStatus>ACTIVE</flowLogStatus><deliverLogsStatus>SUCCESS</deliverLogsStatus>",
};

/** Of each guard, an answer that it must not let pass; "in" is whoever should be refused. */
const WRONG: Readonly<Record<string, Readonly<Record<string, object | string>>>> = {
  "buckets that block public access in all four ways": {
    GetPublicAccessBlockCommand: { PublicAccessBlockConfiguration: { BlockPublicAcls: true } },
  },
  "buckets whose policy AWS judges not public": {
    GetBucketPolicyStatusCommand: { PolicyStatus: { IsPublic: true } },
  },
  "buckets whose objects belong to the account, without ACLs": {
    GetBucketOwnershipControlsCommand: {
      OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] },
    },
  },
  "buckets that keep old versions": { GetBucketVersioningCommand: {} },
  "objects of the open zone under a key of the stack": {
    HeadObjectCommand: { ServerSideEncryption: "aws:kms", SSEKMSKeyId: `${KEY}5` },
  },
  "streams encrypted by a key": {
    DescribeStreamSummaryCommand: { StreamDescriptionSummary: { EncryptionType: "NONE" } },
  },
  "keys that rotate": { GetKeyRotationStatusCommand: { KeyRotationEnabled: false } },
  "roles that are refused a file with clear values": { GetObjectCommand: {} },
  "whoever deploys is refused a file with clear values": { GetObjectCommand: {} },
  "requests without credentials that are refused": { in: "200" },
  "requests without TLS that are refused": { in: "200" },
  "events without a key that the collector refuses": { in: "202" },
  "workgroups whose results lie under a key, with a limit for each query of an analyst": {
    GetWorkGroupCommand: { WorkGroup: { Configuration: { ResultConfiguration: {} } } },
  },
  "log groups under a key, kept as long as asked": {
    DescribeLogGroupsCommand: { logGroups: [{ logGroupName: "log", kmsKeyId: KEY, retentionInDays: 7 }] },
  },
  "alarms that are armed and silent": {
    DescribeAlarms: { MetricAlarms: [{ ...ALARM, ActionsEnabled: false }] },
  },
  "trails that record, and deliver under their key": {
    GetTrailStatus: { ...TRAIL, LatestDeliveryError: "AccessDenied" },
  },
  "flow logs that record connections": {
    DescribeFlowLogs: "<flowLogStatus>ACTIVE</flowLogStatus><deliverLogsStatus>FAILED</deliverLogsStatus>",
  },
};

const resource = (type: string, rest: object): StateResource => ({ urn: type, type, custom: true, ...rest });
const RESOURCES = [
  resource("aws:s3/bucket:Bucket", { outputs: { bucket: "raw" } }),
  resource("aws:s3/bucketVersioning:BucketVersioning", { outputs: { bucket: "raw" } }),
  resource("aws:kms/key:Key", { inputs: { enableKeyRotation: true }, outputs: { arn: KEY, keyId: "1234" } }),
  resource("aws:cloudwatch/logGroup:LogGroup", { inputs: { retentionInDays: 30 }, outputs: { name: "log" } }),
  resource("aws:cloudwatch/metricAlarm:MetricAlarm", { id: "naru-dev-failed" }),
  resource("aws:cloudtrail/trail:Trail", { outputs: { arn: "arn", name: "audit" } }),
  resource("aws:ec2/flowLog:FlowLog", { id: "fl-1" }),
];

describe("naru verify aws, protections", () => {
  const environment = { ...process.env };
  let server: Server;
  let answers: Readonly<Record<string, object | string>>;

  before(async () => {
    server = createServer((request, response) => {
      const target = String(request.headers["x-amz-target"] ?? "")
        .split(".")
        .at(-1)!;
      const found =
        target !== ""
          ? answers[target]
          : request.method === "POST" && request.url === "/"
            ? answers.DescribeFlowLogs
            : undefined;
      if (found !== undefined) response.end(typeof found === "string" ? found : JSON.stringify(found));
      else response.writeHead(Number(answers.in ?? 403)).end();
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    Object.assign(process.env, {
      ...{
        AWS_ENDPOINT_URL: address,
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_MAX_ATTEMPTS: "1",
      },
    });
  });

  after(async () => {
    for (const key of Object.keys(process.env)) if (!(key in environment)) delete process.env[key];
    Object.assign(process.env, environment);
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  /** An account that answers as it should, but for some. */
  function account(wrong: Readonly<Record<string, object | string>> = {}): Asked {
    answers = { ...RIGHT, ...wrong };
    const client = {
      send: async ({ constructor: { name } }: { constructor: { name: string } }) => {
        const found = answers[name];
        if (found !== undefined) return found;
        throw Object.assign(new Error("refused"), {
          name: "AccessDenied",
          $metadata: { httpStatusCode: 403 },
        });
      },
    };
    const clients = new Proxy({}, { get: (_, name) => (name === "assume" ? async () => clients : client) });
    const url = process.env.AWS_ENDPOINT_URL!;
    return {
      account: {
        accountId: "123456789012",
        caller: "arn:aws:iam::123456789012:user/kim",
        region: "ap-northeast-2",
      },
      outputs: {
        eventsUrl: `${url}/events`,
        zones: {
          landing: "s3://landing/",
          raw: "s3://raw/",
          curated: "s3://curated/",
          queryResults: "s3://results/",
        },
        streams: { "lms.requests": "stream" },
        workgroups: { analysts: "a", transform: "t" },
        roles: { loader: "l", analyst: "a", transform: "t", engineer: "e", steward: "s" },
      } as unknown as Asked["outputs"],
      ...{ resources: RESOURCES, clients: clients as Asked["clients"] },
    };
  }

  it("has a wrong answer for each guard", () => {
    expect(Object.keys(WRONG)).to.deep.equal(GUARDS.map(({ title }) => title));
  });

  for (const guard of GUARDS) {
    it(`${guard.title}: passes what is right, and names what is not`, async () => {
      const right = await guard.ask(account());
      expect(right.wrong).to.deep.equal([]);
      expect(right.asked).to.be.above(0);
      expect((await guard.ask(account(WRONG[guard.title]))).wrong).to.not.deep.equal([]);
    });
  }

  it("tells all that is wrong at once, and what was not asked with the reason", async () => {
    const notes: string[] = [];
    const output = { say: () => undefined, note: (text: string) => void notes.push(text) };
    await guardsHold(account(), output);
    expect(notes).to.have.length(GUARDS.length);
    expect(notes.filter((note) => note.startsWith("not asked: "))).to.have.length(
      GUARDS.filter(({ onlyAws }) => onlyAws !== undefined).length,
    );
    const wrong = account({ GetBucketVersioningCommand: {}, GetKeyRotationStatusCommand: {} });
    const failure = await guardsHold(wrong, output).then(
      () => undefined,
      ({ message }: Error) => message,
    );
    expect(failure)
      .to.contain("2 protections do not hold")
      .and.to.contain("raw says")
      .and.to.contain("1234 does not");
  });
});
