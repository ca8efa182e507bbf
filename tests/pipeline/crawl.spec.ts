/** Files without a contract, on the local cloud: the program's crawler makes their table, and an analyst queries it. */
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { crawl } from "../../cli/crawl";
import { Crawlers, DataLake, EncryptionKeys, type AwsContext } from "../../components/aws";
import { loadContracts } from "../../components/contract";
import { Names } from "../../components/naming";
import { CloudClients } from "../../local/endpoints";
import { LOCAL_ACCOUNT, startLocalCloud, type LocalCloud } from "../../local/local-cloud";
import { ROOT } from "../../local/paths";
import { AthenaWorkgroup } from "../../local/pipeline/athena";
import { localProvider } from "../../local/provider";
import { recordProgram } from "../../local/recorder";

const REGION = "ap-northeast-2";
const IDENTITY = { project: "naru", stack: "local", accountId: LOCAL_ACCOUNT, region: REGION };
const NAMES = new Names(IDENTITY);
const CURATED = NAMES.of("bucket", "curated");
const RATINGS = "course;stars\n국어;5\n수학;3\n";

const roleArn = (role: string) => `arn:aws:iam::${LOCAL_ACCOUNT}:role/${NAMES.of("role", role)}`;

async function lakeWithCrawler(): Promise<Record<string, unknown>> {
  const context: AwsContext = {
    names: NAMES,
    identity: IDENTITY,
    tags: { "naru:owner": "data-team@example.com" },
    protectData: false,
    logRetentionDays: 30,
  };
  const contracts = loadContracts(["contracts"]).filter(({ id }) => id === "lms.courses");
  const keys = new EncryptionKeys("keys", context, { contracts });
  const lake = new DataLake("lake", context, { contracts, keys });
  const { databases } = new Crawlers("crawlers", context, {
    lake,
    keys,
    crawlers: [
      {
        name: "ratings",
        target: { zone: "curated", folder: "partner/ratings/" },
        classifiers: [{ format: "csv", delimiter: ";" }],
        mode: "events",
      },
    ],
  });
  return { databases, analysts: lake.workgroups.analysts.name };
}

describe("a crawler of the program", function () {
  this.timeout(60_000);
  let cloud: LocalCloud;
  let clients: CloudClients;

  const run = async (): Promise<{ code: number; said: string[] }> => {
    const said: string[] = [];
    const output = { out: (text: string) => said.push(text), err: (text: string) => said.push(text) };
    const code = await crawl({ name: "ratings", stack: "local", json: true, output });
    return { code, said };
  };
  const drop = (day: string, body: string) =>
    clients.s3.send(
      new PutObjectCommand({ Bucket: CURATED, Key: `partner/ratings/dt=${day}/a.csv`, Body: body }),
    );

  before(async () => {
    cloud = await startLocalCloud(REGION);
    clients = new CloudClients(cloud.endpoints);
    await recordProgram({
      root: ROOT,
      stack: "local",
      accountId: LOCAL_ACCOUNT,
      program: lakeWithCrawler,
      create: localProvider(clients),
    });
  });

  after(() => cloud.stop());

  it("makes a table of what a partner left, and says so without a value of it", async () => {
    await drop("2026-03-01", RATINGS);
    const { code, said } = await run();
    expect(said.join()).to.not.include("국어");
    expect(code, said.join()).to.equal(0);
    expect(JSON.parse(said[0]!)).to.deep.equal({
      database: "naru_local_crawled_ratings",
      tables: [
        {
          name: "ratings",
          format: "csv",
          columns: ["course string", "stars bigint"],
          partitions: 1,
          change: "new",
        },
      ],
    });
  });

  it("reads S3's own events from its queue: nothing new, then a new day", async () => {
    await run();
    const idle = await run();
    expect(JSON.parse(idle.said[0]!).tables[0].change).to.equal("as before");
    await drop("2026-03-02", RATINGS);
    const told = await run();
    expect(JSON.parse(told.said[0]!).tables[0]).to.include({ change: "changed", partitions: 2 });
  });

  it("leaves the table to the analyst, who sees rows, and the role nothing beside its folder", async () => {
    const analyst = await clients.assume(roleArn("analyst"), "test");
    const athena = new AthenaWorkgroup(analyst.athena, NAMES.of("workgroup", "analysts"));
    const { rows } = await athena.query(
      "SELECT course, sum(stars) AS stars FROM naru_local_crawled_ratings.ratings GROUP BY course ORDER BY 2",
    );
    expect(rows.map((row) => Object.values(row).map(String))).to.deep.equal([
      ["수학", "6"],
      ["국어", "10"],
    ]);
    await clients.s3.send(new PutObjectCommand({ Bucket: CURATED, Key: "lms/courses/x.csv", Body: RATINGS }));
    const crawler = await clients.assume(roleArn("crawler-ratings"), "test");
    const read = (Key: string) => crawler.s3.send(new GetObjectCommand({ Bucket: CURATED, Key }));
    await read("partner/ratings/dt=2026-03-01/a.csv");
    const refused = await read("lms/courses/x.csv").catch((error: Error) => error.name);
    expect(refused).to.equal("AccessDenied");
  });

  it("fails with the reason where a file is CP949, which Glue would read wrongly", async () => {
    await drop("2026-03-03", RATINGS);
    const cp949 = Buffer.from([
      0xb0, 0xfa, 0xb8, 0xf1, 0x3b, 0x31, 0x0a, 0xb1, 0xb9, 0xbe, 0xee, 0x3b, 0x32, 0x0a,
    ]);
    await clients.s3.send(
      new PutObjectCommand({ Bucket: CURATED, Key: "partner/ratings/dt=2026-03-03/b.csv", Body: cp949 }),
    );
    const { code, said } = await run();
    expect(code).to.equal(1);
    expect(said.join()).to.include("a file is not UTF-8");
  });
});
