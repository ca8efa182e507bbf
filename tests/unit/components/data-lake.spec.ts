import { expect } from "chai";
import { DataLake, EncryptionKeys, type AwsContext, type DataLakeArgs } from "../../../components/aws";
import { CONTRACTS, contextWith, mocked, refusal, TWO_CONTRACTS, valueOf, type MockedStack } from "./mocks";
import { wideRights } from "./privileges";

const TABLE = "aws:glue/catalogTable:CatalogTable";
const WORKGROUP = "aws:athena/workgroup:Workgroup";
const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
/** What gives out an object's bytes, to replication too. */
const READ = ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectVersionForReplication"];

function make(changes: Partial<DataLakeArgs> = {}, context: AwsContext = contextWith()): DataLake {
  const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
  return new DataLake("lake", context, { contracts: CONTRACTS, keys, ...changes });
}

function allowedActions(stack: MockedStack, role: string): string[] {
  return stack.statements(role).flatMap(({ Action }) => Action);
}

describe("DataLake", () => {
  let stack: MockedStack;
  let lake: DataLake;

  before(async () => {
    stack = await mocked(() => {
      lake = make();
    });
  });

  describe("zones", () => {
    const tagsOf = (zone: string) => stack.one("aws:s3/bucket:Bucket", `lake-${zone}`).inputs.tags;
    const lifecycleOf = (zone: string) => stack.one(LIFECYCLE, `lake-${zone}`).inputs.rules.slice(1);

    it("are five buckets, landing and logs closed", () => {
      expect(stack.of("naru:aws:ZoneBucket").map(({ name, parent }) => `${parent}/${name}`)).to.have.members(
        ["landing", "raw", "curated", "query-results", "logs"].map((zone) => `lake/lake-${zone}`),
      );
      const zones = ["landing", "logs", "raw", "curated", "query-results"];
      expect(zones.map((zone) => tagsOf(zone)["naru:zone"])).to.deep.equal([
        ...["closed", "closed"],
        ...["open", "open", "open"],
      ]);
      expect(tagsOf("landing")["naru:data-class"]).to.equal("raw-pii");
    });

    it("have the key of their own domain", () => {
      const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
      const keyOf = (zone: string) =>
        stack.one(type, `lake-${zone}`).inputs.rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId;
      expect(keyOf("landing")).to.match(/:keys-landing$/);
      for (const zone of ["raw", "curated", "query-results"]) expect(keyOf(zone)).to.match(/:keys-lake$/);
    });

    it("log access to the log bucket, which takes logs of this account only", () => {
      expect(
        stack.of("aws:s3/bucketLogging:BucketLogging").map(({ inputs }) => inputs.targetPrefix),
      ).to.have.members([...["s3/landing/", "s3/raw/", "s3/curated/", "s3/query-results/"]]);
      const [, accept, inventories] = stack.one("aws:s3/bucketPolicy:BucketPolicy", "lake-logs").inputs.policy
        .Statement;
      expect(accept.Principal).to.deep.equal({ Service: "logging.s3.amazonaws.com" });
      expect(accept.Condition).to.deep.equal({ StringEquals: { "aws:SourceAccount": "123456789012" } });
      expect(inventories.Principal).to.deep.equal({ Service: "s3.amazonaws.com" });
      expect(inventories.Condition).to.deep.equal({
        ArnLike: { "aws:SourceArn": "arn:aws:s3:::naru-test-*" },
        StringEquals: {
          "aws:SourceAccount": "123456789012",
          "s3:x-amz-acl": "bucket-owner-full-control",
        },
      });
    });

    it("keep clear values 30 days in landing and under errors/, results 30 days, logs as long as logs are kept", () => {
      expect(lifecycleOf("landing")[0].expiration).to.deep.equal({ days: 30 });
      expect(lifecycleOf("query-results")[0].expiration).to.deep.equal({ days: 30 });
      expect(lifecycleOf("logs")[0].expiration).to.deep.equal({ days: 30 });
      const errors = lifecycleOf("raw").find(({ id }: { id: string }) => id === "errors");
      expect(errors).to.deep.include({ filter: { prefix: "errors/" }, expiration: { days: 30 } });
    });

    it("move each table to cheaper classes and end it by its contract's retention", () => {
      const all = lifecycleOf("curated") as { id: string; transitions?: object[]; expiration: object }[];
      const rules = all.filter(({ id }) => id !== "lineage");
      expect(rules.map(({ id }) => id)).to.deep.equal(CONTRACTS.map(({ id }) => id));
      for (const { id, retentionDays } of CONTRACTS) {
        const rule = rules.find((each) => each.id === id)!;
        expect(rule.expiration, id).to.deep.equal({ days: retentionDays });
        expect(rule.transitions, id).to.deep.equal([
          { days: 90, storageClass: "STANDARD_IA" },
          // Glacier bills 90 days at least: what goes before that moves no further.
          ...(retentionDays >= 365 + 90 ? [{ days: 365, storageClass: "GLACIER_IR" }] : []),
        ]);
      }
      expect(new Set(rules.map(({ transitions }) => transitions!.length))).to.deep.equal(new Set([1, 2]));
    });

    it("keep where rows come from as long as any row is there", () => {
      const lineage = lifecycleOf("curated").find(({ id }: { id: string }) => id === "lineage");
      expect(lineage).to.deep.equal({
        ...{ id: "lineage", filter: { prefix: "lineage/" }, status: "Enabled" },
        expiration: { days: Math.max(400, ...CONTRACTS.map(({ retentionDays }) => retentionDays)) },
      });
    });

    it("keep old versions 30 days, those of clear values 3", () => {
      const tidy = (zone: string) => stack.one(LIFECYCLE, `lake-${zone}`).inputs.rules[0];
      for (const zone of ["raw", "curated", "query-results", "logs"]) {
        expect(tidy(zone).noncurrentVersionExpiration, zone).to.deep.equal({ noncurrentDays: 30 });
      }
      expect(tidy("landing").noncurrentVersionExpiration).to.deep.equal({ noncurrentDays: 3 });
      const errors = lifecycleOf("raw").find(({ id }: { id: string }) => id === "errors");
      expect(errors.noncurrentVersionExpiration).to.deep.equal({ noncurrentDays: 3 });
    });

    it("let nobody but the pseudonymiser change where rows come from", () => {
      const { Statement } = stack.one("aws:s3/bucketPolicy:BucketPolicy", "lake-curated").inputs.policy;
      expect(Statement.find(({ Sid }: { Sid: string }) => Sid === "LineageIsKept")).to.deep.include({
        ...{ Effect: "Deny", Principal: "*" },
        Action: [
          ...["s3:PutObject", "s3:ReplicateObject"],
          ...["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:ReplicateDelete"],
        ],
        Resource: "arn:aws:s3:::naru-test-curated-123456789012-ap-northeast-2/lineage/*",
        Condition: {
          ArnNotEquals: { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/naru-test-pseudonymiser" },
        },
      });
    });

    it("never lie where queries can't read", () => {
      const classes = stack
        .of(LIFECYCLE)
        .flatMap(({ inputs }) => inputs.rules)
        .flatMap(({ transitions = [] }) => transitions)
        .map(({ storageClass }) => storageClass);
      expect([...new Set(classes)]).to.have.members(["STANDARD_IA", "GLACIER_IR"]);
    });

    it("are listed weekly, all but the log bucket", () => {
      expect(stack.of("aws:s3/inventory:Inventory").map(({ name }) => name)).to.have.members(
        ["landing", "raw", "curated", "query-results"].map((zone) => `lake-${zone}`),
      );
    });

    it("let nobody but the pseudonymiser read landing, and nobody but it and the loader write there", () => {
      const { Statement } = stack.one("aws:s3/bucketPolicy:BucketPolicy", "lake-landing").inputs.policy;
      const denied = Statement.slice(1).map(
        ({ Effect, Principal, Action, Condition }: Record<string, never>) => ({
          ...{ Effect, Principal, Action },
          but: Condition["ArnNotEquals"]["aws:PrincipalArn"],
        }),
      );
      const role = (name: string) => `arn:aws:iam::123456789012:role/naru-test-${name}`;
      const everybody = { Effect: "Deny", Principal: "*" };
      expect(denied).to.deep.equal([
        { ...everybody, Action: READ, but: [role("pseudonymiser")] },
        {
          ...everybody,
          Action: ["s3:PutObject", "s3:ReplicateObject"],
          but: [role("loader"), role("pseudonymiser")],
        },
      ]);
    });

    it("tell EventBridge of files in landing, and of nothing else", () => {
      expect(stack.of("aws:s3/bucketNotification:BucketNotification").map(({ name }) => name)).to.deep.equal([
        "lake-landing",
      ]);
    });

    it("close delivery's errors in raw to everybody but the pseudonymiser and the redriver", () => {
      const { Statement } = stack.one("aws:s3/bucketPolicy:BucketPolicy", "lake-raw").inputs.policy;
      expect(Statement.find(({ Sid }: { Sid: string }) => Sid === "ErrorsAreClosed")).to.deep.include({
        Effect: "Deny",
        Principal: "*",
        Action: READ,
        Resource: "arn:aws:s3:::naru-test-raw-123456789012-ap-northeast-2/errors/*",
        Condition: {
          ArnNotEquals: {
            "aws:PrincipalArn": ["pseudonymiser", "redriver"].map(
              (role) => `arn:aws:iam::123456789012:role/naru-test-${role}`,
            ),
          },
        },
      });
    });

    it("let nobody but deliveries and the redriver write delivery's errors", () => {
      const { Statement } = stack.one("aws:s3/bucketPolicy:BucketPolicy", "lake-raw").inputs.policy;
      const sid = "ErrorsAreWrittenByDelivery";
      expect(Statement.find(({ Sid }: { Sid: string }) => Sid === sid)).to.deep.include({
        ...{ Effect: "Deny", Principal: "*", Action: ["s3:PutObject", "s3:ReplicateObject"] },
        Resource: "arn:aws:s3:::naru-test-raw-123456789012-ap-northeast-2/errors/*",
        Condition: {
          ArnNotEquals: {
            "aws:PrincipalArn": ["delivery-*", "redriver"].map(
              (role) => `arn:aws:iam::123456789012:role/naru-test-${role}`,
            ),
          },
        },
      });
    });

    it("have URIs that end in a slash", async () => {
      expect(await valueOf(lake.uri("curated"))).to.equal(
        "s3://naru-test-curated-123456789012-ap-northeast-2/",
      );
    });
  });

  describe("catalogue", () => {
    it("has a curated table for each data set, and a raw one for streams, named as the contract", () => {
      const expected = CONTRACTS.flatMap(({ domain, name, ingestion }) => [
        `naru_test_curated_${domain}.${name}`,
        ...(ingestion === "stream" ? [`naru_test_raw_${domain}.${name}`] : []),
      ]);
      expect(stack.of(TABLE).map(({ inputs }) => `${inputs.databaseName}.${inputs.name}`)).to.have.members(
        expected,
      );
    });

    it("says Parquet and Snappy of every table, with the contract it comes from", () => {
      for (const { inputs } of stack.of(TABLE)) {
        expect(inputs.parameters).to.include({ classification: "parquet", "parquet.compression": "SNAPPY" });
        expect(inputs.parameters).to.include.keys("naru.contract", "naru.contract.version", "naru.owner");
        expect(inputs.storageDescriptor.serDeInfo.serializationLibrary).to.match(/ParquetHiveSerDe$/);
        expect(inputs.storageDescriptor.location).to.match(
          /^s3:\/\/naru-test-(raw|curated)-.+\/[a-z]+\/[a-z_]+\/$/,
        );
      }
    });

    it("has no column that a contract drops, and pseudonyms as strings", () => {
      const { columns } = stack.one(TABLE, "lake-raw-lms.requests").inputs.storageDescriptor;
      const types = new Map(columns.map(({ name, type }: { name: string; type: string }) => [name, type]));
      expect(types).to.have.any.keys("course_id").and.not.have.any.keys("user_name", "remote_ip");
      expect(types.get("user_id")).to.equal("string");
      expect(types.get("pseudonym_epoch")).to.equal("int");
    });
  });

  describe("workgroups", () => {
    it("enforce analysts' results, key and scan limit", () => {
      const { configuration } = stack.one(WORKGROUP, "lake-analysts").inputs;
      expect(configuration).to.include({
        enforceWorkgroupConfiguration: true,
        bytesScannedCutoffPerQuery: 100_000_000_000,
      });
      expect(configuration.resultConfiguration.outputLocation).to.equal(
        "s3://naru-test-query-results-123456789012-ap-northeast-2/analysts/",
      );
      expect(configuration.resultConfiguration.encryptionConfiguration.encryptionOption).to.equal("SSE_KMS");
    });

    it("leave transform unenforced, since CTAS names its own location", () => {
      const { configuration } = stack.one(WORKGROUP, "lake-transform").inputs;
      expect(configuration.enforceWorkgroupConfiguration).to.equal(false);
      expect(configuration.resultConfiguration.encryptionConfiguration.encryptionOption).to.equal("SSE_KMS");
    });
  });

  describe("roles", () => {
    it("have no right that is wider than their purpose", () => {
      expect(stack.of("aws:iam/rolePolicy:RolePolicy").map(({ name }) => name)).to.have.members([
        ...["lake-loader-policy", "lake-analyst-policy", "lake-transform-policy"],
      ]);
      expect(wideRights(stack)).to.deep.equal([]);
    });

    it("let the loader write landing and read nothing", () => {
      expect(allowedActions(stack, "lake-loader")).to.include("s3:PutObject").and.not.include("s3:GetObject");
      const buckets = stack.statements("lake-loader").map(({ Resource }) => String(Resource));
      expect(
        buckets.filter((arn) => arn.startsWith("arn:aws:s3") && !arn.includes("-landing-")),
      ).to.deep.equal([]);
    });

    it("let the named people, single sign-on's roles among them, be analysts, and nobody else", async () => {
      const analysts = [
        "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/ap-northeast-2/AWSReservedSSO_Analyst_0a1b2c3d4e5f6a7b",
        "arn:aws:iam::123456789012:user/kim",
      ];
      const named = await mocked(() => make({ analysts }));
      const trusted = (role: string) =>
        named
          .one("aws:iam/role:Role", role)
          .inputs.assumeRolePolicy.Statement.map(({ Principal }: { Principal: object }) => Principal);
      expect(trusted("lake-analyst")).to.deep.equal([{ AWS: analysts }]);
      expect(trusted("lake-transform")).to.deep.equal([{ AWS: "arn:aws:iam::123456789012:root" }]);
    });

    it("let analysts read the open zone only, and change no table", () => {
      const resources = stack.statements("lake-analyst").flatMap(({ Resource }) => Resource);
      expect(
        resources.filter((arn) => /-landing-|errors\/|keys-landing|keys-pseudonym/.test(arn)),
      ).to.deep.equal([]);
      expect(resources).to.include("arn:aws:s3:::naru-test-raw-123456789012-ap-northeast-2/lms/requests/*");
      expect(resources).not.to.include("arn:aws:s3:::naru-test-raw-123456789012-ap-northeast-2/*");
      const changes = allowedActions(stack, "lake-analyst").filter((action) =>
        /glue:(Create|Update|Delete)/.test(action),
      );
      expect(changes).to.deep.equal([]);
    });

    it("list no names of raw but in a table's folder", () => {
      for (const role of ["lake-analyst", "lake-transform"]) {
        const listing = stack
          .statements(role)
          .filter(
            ({ Action, Resource }) =>
              [Action].flat().includes("s3:ListBucket") && /-raw-/.test(String(Resource)),
          );
        expect(
          listing.map(({ Condition }) => Condition),
          role,
        ).to.deep.equal([{ StringLike: { "s3:prefix": ["lms/requests/*"] } }]);
      }
    });

    it("let transform write curated and its own results, and no other bucket", () => {
      const written = stack
        .statements("lake-transform")
        .filter(({ Action }) => Action.includes("s3:PutObject"))
        .map(({ Resource }) => Resource);
      expect(written).to.have.members([
        "arn:aws:s3:::naru-test-curated-123456789012-ap-northeast-2/*",
        "arn:aws:s3:::naru-test-query-results-123456789012-ap-northeast-2/transform/*",
      ]);
    });
  });

  describe("with arguments of its own", () => {
    let own: MockedStack;

    before(async () => {
      own = await mocked(() =>
        make(
          {
            contracts: CONTRACTS.filter(({ id }) => id === "lms.courses"),
            analystScanLimitGb: 5,
            landingDays: 7,
            landingVersionDays: 1,
            resultDays: 3,
            infrequentAccessAfterDays: 45,
            archiveAfterDays: 100,
          },
          contextWith({ protectData: true }),
        ),
      );
    });

    it("takes days and limit", () => {
      const rule = (zone: string) => own.one(LIFECYCLE, `lake-${zone}`).inputs.rules[1];
      expect(rule("landing").expiration).to.deep.equal({ days: 7 });
      expect(own.one(LIFECYCLE, "lake-landing").inputs.rules[0].noncurrentVersionExpiration).to.deep.equal({
        noncurrentDays: 1,
      });
      expect(rule("query-results").expiration).to.deep.equal({ days: 3 });
      expect(rule("curated").transitions.map(({ days }: { days: number }) => days)).to.deep.equal([45, 100]);
      expect(own.one(WORKGROUP, "lake-analysts").inputs.configuration.bytesScannedCutoffPerQuery).to.equal(
        5e9,
      );
    });

    it("makes tables of its contracts only, and no errors to close without personal streams", () => {
      expect(own.of(TABLE).map(({ name }) => name)).to.deep.equal(["lake-curated-lms.courses"]);
      expect(own.one("aws:s3/bucketPolicy:BucketPolicy", "lake-raw").inputs.policy.Statement).to.have.length(
        1,
      );
    });

    it("guards every bucket and empties no workgroup", () => {
      for (const bucket of own.of("aws:s3/bucket:Bucket")) {
        expect(bucket).to.include({ protect: true, retainOnDelete: true });
      }
      const { Statement } = own.one("aws:s3/bucketPolicy:BucketPolicy", "lake-logs").inputs.policy;
      expect(Statement.at(-1)).to.deep.include({
        Sid: "LogsAreKept",
        Effect: "Deny",
        Action: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
      });
      for (const { inputs } of own.of(WORKGROUP)) expect(inputs.forceDestroy).to.equal(false);
    });
  });

  it("stands beside a second lake, without a name in common", async () => {
    const context = contextWith();
    const two = await mocked(() => {
      for (const section of ["teaching", "research"]) {
        const own = { ...context, names: context.names.within(section) };
        const keys = new EncryptionKeys(`keys-${section}`, own, { contracts: TWO_CONTRACTS });
        new DataLake(`lake-${section}`, own, { contracts: TWO_CONTRACTS, keys });
      }
    });
    const made = two.resources.filter(({ custom }) => custom);
    const logical = made.map(({ type, name }) => `${type} ${name}`);
    expect(logical.filter((each, at) => logical.indexOf(each) !== at)).to.deep.equal([]);
    const physical = made
      .filter(({ type }) => /:(Bucket|Role|Workgroup|CatalogDatabase|Alias|Registry)$/.test(type))
      .map(({ type, inputs }) => `${type} ${inputs.bucket ?? inputs.name ?? inputs.registryName}`);
    expect(physical.length).to.be.greaterThan(20);
    expect(physical.filter((each, at) => physical.indexOf(each) !== at)).to.deep.equal([]);
    for (const name of physical.filter((each) => each.includes(":Bucket "))) {
      expect(name).to.match(/-123456789012-ap-northeast-2$/);
    }
  });

  it("refuses all wrong arguments at once", async () => {
    const twice = [...TWO_CONTRACTS, ...TWO_CONTRACTS.slice(0, 1)];
    const wrong = {
      contracts: twice,
      analystScanLimitGb: 0,
      landingDays: 1.5,
      resultDays: -1,
      infrequentAccessAfterDays: 29,
    };
    expect(await refusal(() => make(wrong))).to.equal(
      'DataLake "lake" has 5 wrong argument(s):\n' +
        `  - contracts: holds ${TWO_CONTRACTS[0]!.id} more than once; give each data set once\n` +
        "  - analystScanLimitGb: is 0; write a whole number from 1 to 100000 GB\n" +
        "  - landingDays: is 1.5; write a whole number from 1 to 36500 days\n" +
        "  - resultDays: is -1; write a whole number from 1 to 36500 days\n" +
        "  - infrequentAccessAfterDays: is 29; write a whole number from 30 to 36500 days",
    );
  });
});
