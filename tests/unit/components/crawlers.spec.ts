import { expect } from "chai";
import {
  Connection,
  Crawlers,
  DataLake,
  EncryptionKeys,
  type CrawlerDefinition,
} from "../../../components/aws";
import { contextWith, mocked, refusal, TWO_CONTRACTS, type MockedStack } from "./mocks";
import { wideRights } from "./privileges";

const CRAWLER = "aws:glue/crawler:Crawler";
const CLASSIFIER = "aws:glue/classifier:Classifier";
const RATINGS: CrawlerDefinition = {
  name: "ratings",
  target: { zone: "curated", folder: "partner/ratings/" },
};

function make(crawlers: readonly CrawlerDefinition[]): {
  crawlers: Crawlers;
  lake: DataLake;
  keys: EncryptionKeys;
} {
  const context = contextWith();
  const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
  const lake = new DataLake("lake", context, { contracts: TWO_CONTRACTS, keys });
  return { crawlers: new Crawlers("crawl", context, { lake, keys, crawlers }), lake, keys };
}

const actions = (stack: MockedStack, role: string): string[] =>
  stack.statements(role).flatMap(({ Action }) => Action as string | string[]);

describe("Crawlers", () => {
  let stack: MockedStack;

  before(async () => {
    stack = await mocked(() => void make([RATINGS]));
  });

  describe("a crawler with nothing but a folder", () => {
    it("looks at all of its folder, changes columns, and only logs what is gone", () => {
      const { inputs } = stack.one(CRAWLER, "crawl-ratings");
      expect(inputs.s3Targets).to.deep.equal([
        { path: "s3://naru-test-curated-123456789012-ap-northeast-2/partner/ratings/", exclusions: [] },
      ]);
      expect(inputs.recrawlPolicy).to.deep.equal({ recrawlBehavior: "CRAWL_EVERYTHING" });
      expect(inputs.schemaChangePolicy).to.deep.equal({
        updateBehavior: "UPDATE_IN_DATABASE",
        deleteBehavior: "LOG",
      });
      expect(JSON.parse(inputs.configuration)).to.deep.equal({
        Version: 1,
        CrawlerOutput: { Partitions: { AddOrUpdateBehavior: "InheritFromTable" } },
      });
      expect(inputs).to.not.have.property("schedule");
      expect(inputs.classifiers).to.deep.equal([]);
    });

    it("has a name and a database of its own, which carry the stack", () => {
      const { inputs } = stack.one(CRAWLER, "crawl-ratings");
      expect(inputs).to.include({ name: "naru-test-ratings", databaseName: "naru_test_crawled_ratings" });
      expect(stack.one("aws:glue/catalogDatabase:CatalogDatabase", "crawl-ratings").parent).to.equal("crawl");
    });

    it("writes its logs under the platform's keys", () => {
      const { encryptionConfiguration: has } = stack.one(
        "aws:glue/securityConfiguration:SecurityConfiguration",
        "crawl",
      ).inputs;
      expect(has.cloudwatchEncryption.cloudwatchEncryptionMode).to.equal("SSE-KMS");
      expect(has.cloudwatchEncryption.kmsKeyArn).to.match(/:keys-logs$/);
      expect(has.s3Encryption.kmsKeyArn).to.match(/:keys-lake$/);
      expect(has.jobBookmarksEncryption.jobBookmarksEncryptionMode).to.equal("CSE-KMS");
      expect(stack.one(CRAWLER, "crawl-ratings").inputs.securityConfiguration).to.equal("naru-test-crawlers");
    });
  });

  describe("its role", () => {
    it("reads its folder and no other", () => {
      const read = stack.statements("crawl-ratings").filter(({ Action }) => Action === "s3:GetObject");
      expect(read.map(({ Resource }) => Resource)).to.deep.equal([
        "arn:aws:s3:::naru-test-curated-123456789012-ap-northeast-2/partner/ratings/*",
      ]);
      expect(
        actions(stack, "crawl-ratings").filter((action) => /Put(Object)|Delete/.test(action)),
      ).to.deep.equal([]);
    });

    it("writes its own database only, and removes tables only where it is told to", async () => {
      const write = stack
        .statements("crawl-ratings")
        .find(({ Action }) => Action.includes("glue:CreateTable"))!;
      expect(write.Resource.join()).to.match(
        /catalog,.*database\/naru_test_crawled_ratings,.*table\/naru_test_crawled_ratings\/\*$/,
      );
      const removing = await mocked(() => void make([{ ...RATINGS, onDelete: "delete" }]));
      expect(actions(removing, "crawl-ratings")).to.include("glue:DeleteTable");
    });

    it("is Glue's, and has no wide right but to look at its security configuration, which is no resource of IAM's", () => {
      const [statement] = stack.one("aws:iam/role:Role", "crawl-ratings").inputs.assumeRolePolicy.Statement;
      expect(statement.Principal).to.deep.equal({ Service: "glue.amazonaws.com" });
      expect(wideRights(stack)).to.deep.equal([
        "crawl-ratings-policy: any resource for glue:GetSecurityConfiguration",
      ]);
    });

    it("is beside analysts' right to see what was found, and in raw to read it", async () => {
      const policy = (of: MockedStack) =>
        of.one("aws:iam/rolePolicy:RolePolicy", "crawl-ratings-analyst").inputs.policy.Statement as {
          Action: string | string[];
        }[];
      expect(policy(stack)).to.have.length(1);
      const raw = await mocked(
        () => void make([{ ...RATINGS, target: { zone: "raw", folder: "partner/" } }]),
      );
      expect(policy(raw).flatMap(({ Action }) => Action)).to.include.members([
        "glue:GetTable",
        "s3:GetObject",
      ]);
    });
  });

  it("asks custom classifiers in their order, each in Glue's own words", async () => {
    const own = await mocked(
      () =>
        void make([
          {
            ...RATINGS,
            classifiers: [
              { format: "csv", delimiter: ";", columns: ["id", "stars"], header: "absent" },
              { format: "json", jsonPath: "$.rows[*]" },
              { format: "xml", rowTag: "row" },
              {
                format: "grok",
                classification: "access-log",
                pattern: "%{WORD:level} %{REST:message}",
                customPatterns: { REST: ".*" },
              },
            ],
          },
        ]),
    );
    expect(own.one(CRAWLER, "crawl-ratings").inputs.classifiers).to.deep.equal([
      "naru-test-ratings-1-csv",
      "naru-test-ratings-2-json",
      "naru-test-ratings-3-xml",
      "naru-test-ratings-4-grok",
    ]);
    expect(own.of(CLASSIFIER).map(({ inputs: { name: _, ...rest } }) => rest)).to.have.deep.members([
      {
        csvClassifier: {
          delimiter: ";",
          quoteSymbol: '"',
          containsHeader: "ABSENT",
          headers: ["id", "stars"],
          serde: "OpenCSVSerDe",
        },
      },
      { jsonClassifier: { jsonPath: "$.rows[*]" } },
      { xmlClassifier: { classification: "xml", rowTag: "row" } },
      {
        grokClassifier: {
          classification: "access-log",
          grokPattern: "%{WORD:level} %{REST:message}",
          customPatterns: "REST .*",
        },
      },
    ]);
  });

  it("takes schedule, policy, prefix, exclusions and grouping of the caller's", async () => {
    const own = await mocked(
      () =>
        void make([
          {
            ...RATINGS,
            schedule: "cron(0 18 * * ? *)",
            onChange: "add",
            onDelete: "deprecate",
            tablePrefix: "partner_",
            exclusions: ["**.tmp"],
            oneTable: true,
          },
        ]),
    );
    const { inputs } = own.one(CRAWLER, "crawl-ratings");
    expect(inputs).to.include({ schedule: "cron(0 18 * * ? *)", tablePrefix: "partner_" });
    expect(inputs.s3Targets[0].exclusions).to.deep.equal(["**.tmp"]);
    expect(inputs.schemaChangePolicy).to.deep.equal({
      updateBehavior: "UPDATE_IN_DATABASE",
      deleteBehavior: "DEPRECATE_IN_DATABASE",
    });
    expect(JSON.parse(inputs.configuration)).to.deep.include({
      Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas" },
      CrawlerOutput: {
        Partitions: { AddOrUpdateBehavior: "InheritFromTable" },
        Tables: { AddOrUpdateBehavior: "MergeNewColumns" },
      },
    });
  });

  it("only logs changes where it looks at new folders, as Glue allows nothing else", async () => {
    const own = await mocked(() => void make([{ ...RATINGS, mode: "new-folders" }]));
    const { recrawlPolicy, schemaChangePolicy } = own.one(CRAWLER, "crawl-ratings").inputs;
    expect(recrawlPolicy).to.deep.equal({ recrawlBehavior: "CRAWL_NEW_FOLDERS_ONLY" });
    expect(schemaChangePolicy).to.deep.equal({ updateBehavior: "LOG", deleteBehavior: "LOG" });
  });

  describe("by events", () => {
    const EVENTS: CrawlerDefinition[] = [
      { ...RATINGS, mode: "events", schedule: "cron(0/15 * * * ? *)" },
      { name: "plays", target: { zone: "curated", folder: "partner/plays/" }, mode: "events" },
    ];
    let told: MockedStack;

    before(async () => {
      told = await mocked(() => void make(EVENTS));
    });

    it("has a queue for each crawler, and the bucket one notification for all", () => {
      const { queues } = told.one("aws:s3/bucketNotification:BucketNotification", "crawl-curated").inputs;
      expect(
        queues.map(({ filterPrefix, queueArn }: Record<string, string>) => [filterPrefix, queueArn]),
      ).to.deep.equal([
        ["partner/ratings/", "arn:aws:sqs:ap-northeast-2:123456789012:crawl-ratings"],
        ["partner/plays/", "arn:aws:sqs:ap-northeast-2:123456789012:crawl-plays"],
      ]);
      const { s3Targets, recrawlPolicy } = told.one(CRAWLER, "crawl-plays").inputs;
      expect(s3Targets[0].eventQueueArn).to.equal("arn:aws:sqs:ap-northeast-2:123456789012:crawl-plays");
      expect(recrawlPolicy).to.deep.equal({ recrawlBehavior: "CRAWL_EVENT_MODE" });
    });

    it("lets the lake's bucket write the queue, under the lake's key, and the crawler read its own", () => {
      const [{ Principal, Condition }] = JSON.parse(
        told.one("aws:sqs/queuePolicy:QueuePolicy", "crawl-ratings").inputs.policy,
      ).Statement;
      expect(Principal).to.deep.equal({ Service: "s3.amazonaws.com" });
      expect(Condition.ArnEquals["aws:SourceArn"]).to.equal(
        "arn:aws:s3:::naru-test-curated-123456789012-ap-northeast-2",
      );
      expect(told.one("aws:sqs/queue:Queue", "crawl-ratings").inputs.kmsMasterKeyId).to.match(/:keys-lake$/);
      const queue = told
        .statements("crawl-ratings")
        .find(({ Action }) => Action.includes("sqs:ReceiveMessage"))!;
      expect(queue.Resource).to.equal("arn:aws:sqs:ap-northeast-2:123456789012:naru-test-crawl-ratings");
    });

    it("lets S3 use the lake's key for such queues, and for no other", () => {
      const { Statement } = JSON.parse(told.one("aws:kms/key:Key", "keys-lake").inputs.policy);
      const arrivals = Statement.find(({ Sid }: { Sid: string }) => Sid === "ArrivalsForCrawlers");
      expect(arrivals.Condition).to.deep.equal({
        StringEquals: { "aws:SourceAccount": "123456789012" },
        ArnLike: {
          "kms:EncryptionContext:aws:sqs:arn": "arn:aws:sqs:ap-northeast-2:123456789012:naru-test-crawl-*",
        },
      });
    });

    it("is refused a second time for a zone, as the second notification would replace the first", async () => {
      const message = await refusal(() => {
        const { lake, keys } = make(EVENTS);
        new Crawlers("more", contextWith(), {
          lake,
          keys,
          crawlers: [{ ...EVENTS[0]!, name: "other", target: { zone: "curated", folder: "other/" } }],
        });
      });
      expect(message).to.include("another component has event crawlers in curated");
    });
  });

  it("crawls tables behind a connection, with the right to its secret", async () => {
    const secretArn = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:music-a1B2c3";
    const own = await mocked(() => {
      const context = contextWith();
      const connection = new Connection("music", context, {
        source: { kind: "JDBC", url: "jdbc:postgresql://db.example.com:5432/music", secretArn },
      });
      make([{ name: "music", target: { connection, path: "music/public/%" } }]);
    });
    const { inputs } = own.one(CRAWLER, "crawl-music");
    expect(inputs.jdbcTargets).to.deep.equal([
      { connectionName: "naru-test-music", path: "music/public/%", exclusions: [] },
    ]);
    expect(inputs).to.not.have.property("s3Targets");
    const secret = own
      .statements("crawl-music")
      .find(({ Action }) => Action === "secretsmanager:GetSecretValue");
    expect(secret!.Resource).to.equal(secretArn);
    expect(own.of("aws:iam/rolePolicy:RolePolicy").map(({ name }) => name)).to.not.include(
      "crawl-music-analyst",
    );
  });

  describe("refuses", () => {
    const wrong: [string, Partial<CrawlerDefinition>, string][] = [
      [
        "landing",
        { target: { zone: "landing" as "raw", folder: "sis/students/" } },
        'target.zone: is "landing", which is closed',
      ],
      [
        "results",
        { target: { zone: "queryResults" as "raw", folder: "x/" } },
        "which holds no tables; write raw or curated",
      ],
      ["a whole zone", { target: { zone: "raw", folder: "" } }, 'target.folder: is ""; write a folder below'],
      [
        "what delivery could not pseudonymise",
        { target: { zone: "raw", folder: "errors/lms/" } },
        "could not pseudonymise",
      ],
      [
        "a folder above a contract's",
        { target: { zone: "curated", folder: "lms/" } },
        "where lms.courses, lms.requests has its table",
      ],
      [
        "a folder within a contract's",
        { target: { zone: "curated", folder: "lms/courses/dt=2026-03-02/" } },
        "where lms.courses has its table",
      ],
      [
        "a name that Glue's database can't have",
        { name: "Ratings!" },
        'name: is "Ratings!"; write lower case letters',
      ],
      ["a rate", { schedule: "rate(1 hour)" }, 'schedule: is "rate(1 hour)"; write cron('],
      ["every minute", { schedule: "cron(* * * * ? *)" }, "at most every five minutes"],
      [
        "changes in new folders",
        { mode: "new-folders", onChange: "update" },
        'onChange: is "update"; leave it out',
      ],
      [
        "deletions in new folders",
        { mode: "new-folders", onDelete: "delete" },
        'onDelete: is "delete"; leave it out',
      ],
      ["a prefix with capitals", { tablePrefix: "Partner-" }, 'tablePrefix: is "Partner-"; write lower case'],
      [
        "a long delimiter",
        { classifiers: [{ format: "csv", delimiter: "||" }] },
        'classifiers[0].delimiter: is "||"; write one character',
      ],
      [
        "a quote that is the delimiter",
        { classifiers: [{ format: "csv", quote: "," }] },
        "as the delimiter; write another character",
      ],
      ["a column twice", { classifiers: [{ format: "csv", columns: ["a", "a"] }] }, "has a name twice"],
      [
        "a path without root",
        { classifiers: [{ format: "json", jsonPath: "rows" }] },
        'jsonPath: is "rows"; write a path from the root',
      ],
      [
        "a tag in brackets",
        { classifiers: [{ format: "xml", rowTag: "<row>" }] },
        'rowTag: is "<row>"; write the element\'s name',
      ],
      [
        "grok without a pattern",
        { classifiers: [{ format: "grok", classification: "log", pattern: "INFO" }] },
        "write a grok pattern",
      ],
    ];
    for (const [what, changes, message] of wrong) {
      it(what, async () => {
        expect(await refusal(() => make([{ ...RATINGS, ...changes }]))).to.include(message);
      });
    }

    it("a connection that Glue doesn't crawl, and a path that is none", async () => {
      const message = await refusal(() => {
        const connection = new Connection("kafka", contextWith(), {
          source: { kind: "KAFKA", bootstrapServers: ["b1:9098"] },
        });
        make([{ name: "topics", target: { connection, path: "topic" }, mode: "events" }]);
      });
      expect(message).to.include("3 wrong argument(s)");
      expect(message).to.include("target.connection: is of kind KAFKA, which Glue does not crawl");
      expect(message).to.include('target.path: is "topic"; write <database>/<schema>/<table>');
      expect(message).to.include('mode: is "events"; leave it out');
    });

    it("no crawler at all, and two of one name", async () => {
      expect(await refusal(() => make([]))).to.include("crawlers: is empty; leave the component out");
      expect(await refusal(() => make([RATINGS, RATINGS]))).to.include(
        'crawlers[1].name: is "ratings" again',
      );
    });
  });
});
