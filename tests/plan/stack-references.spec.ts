/** A split over two programs: the second reads what the first exports. */
import { join } from "node:path";
import resourcePb from "@pulumi/pulumi/proto/resource_pb";
import { expect } from "chai";
import { checkOutputs } from "../../components/stack-outputs";
import { ROOT } from "../../local/paths";
import { recordProgram } from "../../local/recorder";
import { referenced } from "../../local/recorder/stack-references";

const SPLIT = join(ROOT, "docs", "examples", "split");
const LAKE = "organization/campus-lake/dev";
const REPORTS = { root: join(SPLIT, "reports"), stack: "dev" };

/** What the first program's stack would hold once it is up. */
const OUTPUTS: Record<keyof typeof import("../../docs/examples/split/lake"), unknown> = {
  vpcId: "vpc-0123456789abcdef0",
  closedSubnetIds: ["subnet-0123456789abcdef0"],
  databases: { "curated.lms": "campus-lake_dev_curated_lms" },
  analystsWorkgroup: "campus-lake-dev-analysts",
  analystRole: "arn:aws:iam::123456789012:role/campus-lake-dev-analyst",
};

const EXPORTS: readonly (keyof typeof import("../../docs/examples/split/reports"))[] = [
  "query",
  "reportsRole",
  "securityGroup",
];

describe("a platform split over two stacks", function () {
  this.timeout(60_000);

  it("has network, keys and lake in the first", async () => {
    const { project, resources } = await recordProgram({ root: join(SPLIT, "lake"), stack: "dev" });
    expect(project).to.equal("campus-lake");
    const types = resources.map(({ type }) => type);
    expect(types).to.include.members(["naru:aws:DataLake", "naru:aws:Network", "naru:aws:EncryptionKeys"]);
    const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    expect(Object.keys(stack?.outputs ?? {})).to.have.members(Object.keys(OUTPUTS));
  });

  it("hands the first's outputs to the second", async () => {
    const { project, resources } = await recordProgram({ ...REPORTS, stackOutputs: { [LAKE]: OUTPUTS } });
    expect(project).to.equal("campus-reports");
    const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    expect(Object.keys(stack?.outputs ?? {})).to.have.members([...EXPORTS]);
    const query = resources.find(({ type }) => type === "aws:athena/namedQuery:NamedQuery");
    expect(query?.inputs).to.include({
      database: "campus-lake_dev_curated_lms",
      workgroup: "campus-lake-dev-analysts",
    });
    const rights = resources.find(({ type }) => type === "aws:iam/rolePolicy:RolePolicy");
    expect(JSON.stringify(rights?.inputs.policy)).to.contain(OUTPUTS.analystRole);
    expect(resources.map(({ type }) => type)).not.to.include("aws:s3/bucket:Bucket");
  });

  it("names every output that the first lacks, those that it has, and what to do", () => {
    const { vpcId: _, analystRole: __, ...some } = OUTPUTS;
    expect(() => checkOutputs(LAKE, ["vpcId", "databases", "analystRole"], some)).to.throw(
      `The stack ${LAKE} has no output vpcId, analystRole. It has analystsWorkgroup, closedSubnetIds, databases. ` +
        "Export what is missing there, and update it first: pulumi up",
    );
    expect(() => checkOutputs(LAKE, ["vpcId"], OUTPUTS)).not.to.throw();
  });

  it("says which stack was read where nobody gave its outputs", () => {
    const request = new resourcePb.ReadResourceRequest();
    request.setId(LAKE);
    expect(() => referenced(request, { "organization/other/dev": {} })).to.throw(
      `The program reads the stack ${LAKE}, whose outputs were not given; there are those of organization/other/dev`,
    );
    expect(referenced(request, { [LAKE]: OUTPUTS })).to.deep.include({ name: LAKE, outputs: OUTPUTS });
  });
});
