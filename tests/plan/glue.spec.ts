import { expect } from "chai";
import { recordProgram, type ProgramRecord, type RecordedResource } from "../../local/recorder";
import { ROOT } from "../../local/paths";
import { RULES } from "../../policies/rules";
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
