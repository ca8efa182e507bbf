import { expect } from "chai";
import { recordProgram, type ProgramRecord, type RecordedResource } from "../../local/recorder";
import { ROOT } from "../../local/paths";
import { RULES } from "../../policies/rules";
import { keyFindings, unjudgedKeys } from "./iam/key-findings";
import { recordPlatform } from "./iam/platform";
import { changed, findingsOf, outcomeOf, ruleNamed } from "../unit/policies/evaluation";
import { UNKNOWN } from "../policy/plan";

const of = ({ resources }: ProgramRecord, type: string): RecordedResource[] =>
  resources.filter((resource) => resource.type === type);

describe("the prod stack on Glue", () => {
  let prod: ProgramRecord;

  before(async function () {
    this.timeout(60_000);
    prod = await recordProgram({ root: ROOT, stack: "prod", config: { "naru:etl": "glue" } });
  });

  it("passes the policies", () => {
    expect(RULES.flatMap((rule) => findingsOf(rule, prod.resources))).to.deep.equal([]);
  });

  it("has every job in the network where landing is read, over a connection in each closed subnet", () => {
    const connections = of(prod, "aws:glue/connection:Connection");
    const subnets = connections.map(({ propertyDependencies }) =>
      (propertyDependencies.physicalConnectionRequirements ?? [])
        .filter((urn) => urn.includes("aws:ec2/subnet:Subnet"))
        .map((urn) => urn.split("::").at(-1)),
    );
    for (const [at, named] of subnets.entries()) expect(named).to.include(`network-closed-${at + 1}`);
    const jobs = of(prod, "aws:glue/job:Job");
    expect(jobs.map(({ inputs }) => inputs.connections)).to.deep.equal(
      jobs.map(() => ["naru-prod-etl-zone-1", "naru-prod-etl-zone-2"]),
    );
    expect(of(prod, "aws:ec2/vpcEndpoint:VpcEndpoint").map(({ name }) => name)).to.include.members([
      "network-glue",
      "network-logs",
    ]);
  });

  it("loses no drop: events are tried and kept, runs wait for their turn, and whoever runs looks again", () => {
    // To be tried for hours, and then kept with an alarm.
    const drops = of(prod, "aws:cloudwatch/eventTarget:EventTarget").filter(
      ({ inputs }) => inputs.targetId === "glue",
    );
    const sets = of(prod, "aws:cloudwatch/eventRule:EventRule").filter(({ inputs }) =>
      String(inputs.eventPattern).includes("Object Created"),
    );
    expect(drops).to.have.length(sets.length).and.not.have.length(0);
    for (const { inputs } of drops) {
      expect(inputs.retryPolicy).to.deep.equal({
        maximumEventAgeInSeconds: 4 * 3600,
        maximumRetryAttempts: 100,
      });
      expect(inputs.deadLetterConfig).to.have.property("arn");
    }
    // A workflow is never refused for another run of it: only its job waits.
    for (const { inputs } of of(prod, "aws:glue/workflow:Workflow")) {
      expect(inputs).not.to.have.property("maxConcurrentRuns");
    }
    const { inputs } = of(prod, "aws:glue/job:Job").find(({ name }) => name === "etl-curate")!;
    expect(inputs).to.deep.include({ maxRetries: 0, jobRunQueuingEnabled: true });
    expect(inputs.executionProperty).to.deep.equal({ maxConcurrentRuns: 1 });
    // What comes while a run has the job, in whichever workflow, it curates itself before it ends.
    expect(inputs.nonOverridableArguments).to.include({ "--looks": "10" });
    const starts = of(prod, "aws:glue/trigger:Trigger").filter(({ name }) => name.endsWith("-start"));
    const begun = starts.map(({ inputs: { actions } }) => (actions as { arguments: object }[])[0]!.arguments);
    expect(begun.map((given) => Object.entries(given)[0])).to.have.deep.members([
      ["--data-sets", "all"],
      ["--data-sets", "changed"],
    ]);
  });

  it("is refused where jobs' logs are not under a key, and undecided where nobody can tell", () => {
    const security = of(prod, "aws:glue/securityConfiguration:SecurityConfiguration");
    const path = ["encryptionConfiguration", "cloudwatchEncryption", "cloudwatchEncryptionMode"];
    const judged = (value: string) =>
      findingsOf(ruleNamed("kms-encryption"), changed(security, "etl", path, value));
    expect(outcomeOf(judged("SSE-KMS"))).to.equal("pass");
    expect(outcomeOf(judged("DISABLED"))).to.equal("violation");
    expect(outcomeOf(judged(UNKNOWN))).to.equal("undecided");
  });
});

describe("crawlers of a stack on Glue", () => {
  it("run in the workflows before curation, unless a schedule of their own starts them", async () => {
    const crawlers = JSON.stringify([
      { name: "ratings", zone: "curated", folder: "partner/ratings/" },
      { name: "plays", zone: "raw", folder: "partner/plays/", schedule: "cron(0 18 * * ? *)" },
    ]);
    const dev = await recordProgram({
      root: ROOT,
      stack: "dev",
      config: { "naru:etl": "glue", "naru:crawlers": crawlers },
    });
    const triggers = of(dev, "aws:glue/trigger:Trigger");
    const names = (step: string) =>
      triggers.filter(({ name }) => name.endsWith(step)).map(({ inputs }) => inputs);
    for (const start of names("-start"))
      expect(start.actions).to.deep.equal([{ crawlerName: "naru-dev-ratings" }]);
    for (const crawled of names("-crawled")) {
      expect(crawled.actions).to.have.nested.property("[0].jobName", "naru-dev-curate");
    }
    for (const after of names("-after-1"))
      expect(after.actions).to.deep.equal([{ jobName: "naru-dev-quality" }]);
    expect(names("-crawled")).to.have.length(2);
    const rule = of(dev, "aws:cloudwatch/eventRule:EventRule").find(({ name }) => name === "etl-crawlers")!;
    expect(JSON.parse(String(rule.inputs.eventPattern)).detail).to.deep.equal({
      crawlerName: ["naru-dev-ratings"],
      state: ["Failed"],
    });
  });
});

describe("a stack on Glue with connections and jobs of its own", () => {
  it("gives each role the rights on keys that it uses, and no other", async function () {
    this.timeout(60_000);
    const secretArn = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:music-a1B2c3";
    const music = {
      name: "music",
      kind: "JDBC",
      url: "jdbc:postgresql://music.example.com/music",
      secretArn,
    };
    const script = "spark-jobs/live_page_views.py";
    const live = {
      ...{ name: "live", script, kind: "streaming", reads: ["raw/lms/requests/"] },
      writes: "lms/live_page_views/",
    };
    const tracks = { name: "tracks", script, kind: "spark", connections: ["music"], personalData: "none" };
    const platform = await recordPlatform("prod", {
      "naru:etl": "glue",
      "naru:connections": JSON.stringify([music]),
      "naru:crawlers": JSON.stringify([{ name: "music", connection: "music", path: "music/public/%" }]),
      "naru:glueJobs": JSON.stringify([live, tracks]),
    });
    expect(keyFindings(platform)).to.deep.equal([]);
    expect(unjudgedKeys(platform)).to.deep.equal([]);
  });
});
