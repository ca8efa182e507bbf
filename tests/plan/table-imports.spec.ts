import { expect } from "chai";
import { recordProgram } from "../../local/recorder";
import { ROOT } from "../../local/paths";
import { RULES } from "../../policies/rules";
import { findingsOf } from "../unit/policies/evaluation";
import { keyFindings, unjudgedKeys } from "./iam/key-findings";
import { ACCOUNT, ADMINISTRATOR, ask, recordPlatform, REGION, type Platform } from "./iam/platform";

const BUCKET = `arn:aws:s3:::naru-prod-landing-${ACCOUNT}-${REGION}`;
const REGISTRAR = {
  ...{ name: "registrar", kind: "JDBC", url: "jdbc:mysql://registrar.example.com/registrar" },
  secretArn: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:registrar-a1B2c3`,
};
const CONFIG = {
  "naru:etl": "glue",
  "naru:connections": JSON.stringify([REGISTRAR]),
  "naru:tables": JSON.stringify([
    {
      ...{ dataSet: "sis.students", connection: "registrar", table: "students" },
      ...{ partitionColumn: "no", partitions: 4 },
    },
    {
      ...{ dataSet: "music.artists", connection: "registrar", table: "artists" },
      schedule: "cron(0 16 * * ? *)",
    },
  ]),
};

describe("a prod stack that imports tables", function () {
  this.timeout(90_000);
  let platform: Platform;

  before(async () => {
    platform = await recordPlatform("prod", CONFIG);
  });

  it("passes the policies", async () => {
    const { resources } = await recordProgram({ root: ROOT, stack: "prod", config: CONFIG });
    expect(resources.filter(({ name }) => name.startsWith("etl-import-")).length).to.be.greaterThan(10);
    expect(RULES.flatMap((rule) => findingsOf(rule, resources))).to.deep.equal([]);
  });

  it("gives the jobs' roles the rights on keys that they use, and no other", () => {
    expect(keyFindings(platform)).to.deep.equal([]);
    expect(unjudgedKeys(platform)).to.deep.equal([]);
  });

  it("lets each job write its set's drops and read its own rows, from the network only", () => {
    const who = (action: string, path: string, facts = { "aws:SourceVpc": platform.vpcId! }) =>
      [...platform.roles, ADMINISTRATOR]
        .filter(
          ({ arn }) =>
            ask(platform, { caller: { role: arn }, action, resource: `${BUCKET}/${path}`, facts }).allowed,
        )
        .map(({ name }) => name);
    const drop = "sis/students/dt=2026-11-20/students.table.csv";
    const rows = "_imports/sis/students/rows/part-00000.txt";
    expect(who("s3:PutObject", drop)).to.have.members(["loader", "import-sis-students"]);
    expect(who("s3:GetObject", drop)).to.deep.equal(["pseudonymiser"]);
    expect(who("s3:DeleteObject", drop)).not.to.include("import-sis-students");
    expect(who("s3:GetObject", rows)).to.deep.equal(["import-sis-students"]);
    expect(who("s3:PutObject", rows))
      .to.include("import-sis-students")
      .and.not.include("import-music-artists");
    // What was left of a set that is imported no more.
    expect(who("s3:GetObject", "_imports/sis/enrolments/rows/x")).to.deep.equal(["pseudonymiser"]);
    const outside = { "aws:SourceVpc": "vpc-0bbbbbbbbbbbbbbbb" };
    expect(who("s3:PutObject", drop, outside)).to.deep.equal([]);
    expect(who("s3:GetObject", rows, outside)).to.deep.equal([]);
  });
});
