import { expect } from "chai";
import { recordProgram, type ProgramRecord } from "../../local/recorder";
import { ROOT } from "../../local/paths";
import { RULES } from "../../policies/rules";
import { changed, findingsOf, outcomeOf, ruleNamed } from "../unit/policies/evaluation";
import { UNKNOWN } from "../policy/plan";

const CRAWLERS = JSON.stringify([
  { name: "ratings", zone: "curated", folder: "partner/ratings/", delimiter: ";", mode: "events" },
  { name: "plays", zone: "raw", folder: "partner/plays/", schedule: "cron(0 18 * * ? *)" },
]);
const SECURITY = "aws:glue/securityConfiguration:SecurityConfiguration";

describe("a stack with crawlers", () => {
  const plans: Record<string, ProgramRecord> = {};
  const named = ({ resources }: ProgramRecord, type: string) =>
    resources.filter((resource) => resource.type === type).map(({ inputs }) => inputs.name);

  before(async () => {
    for (const stack of ["dev", "prod"]) {
      plans[stack] = await recordProgram({ root: ROOT, stack, config: { "naru:crawlers": CRAWLERS } });
    }
  });

  for (const stack of ["dev", "prod"]) {
    it(`passes the policies in ${stack}`, () => {
      const found = RULES.flatMap((rule) => findingsOf(rule, plans[stack]!.resources));
      expect(found).to.deep.equal([]);
    });
  }

  it("has the crawlers that its setting names, each with a database of its own", () => {
    expect(named(plans.dev!, "aws:glue/crawler:Crawler")).to.have.members([
      "naru-dev-ratings",
      "naru-dev-plays",
    ]);
    expect(named(plans.dev!, "aws:glue/catalogDatabase:CatalogDatabase")).to.include.members([
      "naru_dev_crawled_ratings",
      "naru_dev_crawled_plays",
    ]);
    expect(named(plans.dev!, "aws:glue/classifier:Classifier")).to.deep.equal(["naru-dev-ratings-1-csv"]);
  });

  it("is refused where nobody is told that a scheduled crawler failed, and undecided where nobody can tell", () => {
    const told = "crawlers-plays-failed";
    const judged = (name: string, path: readonly string[], value: unknown) =>
      outcomeOf(
        findingsOf(ruleNamed("failure-alarm"), changed(plans.dev!.resources, name, path, value)).filter(
          ({ resource }) => resource.name === "crawlers-plays",
        ),
      );
    expect(judged(told, ["eventPattern"], '{"source":["aws.s3"]}')).to.equal("violation");
    expect(judged(told, ["eventPattern"], UNKNOWN)).to.equal("undecided");
    const policy = plans.dev!.resources.find(({ type }) => type === "aws:sns/topicPolicy:TopicPolicy")!;
    expect(policy.inputs.policy).to.include(":rule/naru-dev-crawler-*");
    const rule = plans.dev!.resources.find(({ name }) => name === told)!;
    expect(rule.inputs.name).to.equal("naru-dev-crawler-plays");
  });

  it("is refused where crawlers' logs are not under a key, and undecided where nobody can tell", () => {
    const security = plans.dev!.resources.filter(({ type }) => type === SECURITY);
    const path = ["encryptionConfiguration", "cloudwatchEncryption", "cloudwatchEncryptionMode"];
    const judged = (value: string) =>
      findingsOf(ruleNamed("kms-encryption"), changed(security, "crawlers", path, value));
    expect(outcomeOf(judged("SSE-KMS"))).to.equal("pass");
    expect(outcomeOf(judged("DISABLED"))).to.equal("violation");
    expect(outcomeOf(judged(UNKNOWN))).to.equal("undecided");
  });
});
