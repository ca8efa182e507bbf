import { expect } from "chai";
import { ROOT } from "../../local/paths";
import { EMULATED_TYPES } from "../../local/provider";
import { recordProgram, type RecordedResource } from "../../local/recorder";
import { page, sections, tableRows } from "./pages";

const SOURCES = JSON.stringify([
  {
    ...{ name: "registry", engine: "postgresql", host: "registry.example.com", database: "registry" },
    secretArn: "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:registry-a1B2c3",
    ...{ reaches: ["10.1.0.0/24"], personalData: "none" },
  },
]);

/** A bucket comes with all that guards it: one row for them. */
const isSideCar = (type: string) =>
  type.startsWith("aws:s3/bucket") &&
  type !== "aws:s3/bucket:Bucket" &&
  type !== "aws:s3/inventory:Inventory";

describe("docs/athena.md", () => {
  it("lists what its settings make, each type with the setting", async () => {
    const network = { "naru:network": "own" };
    const made = async (config: Record<string, string>): Promise<readonly RecordedResource[]> => {
      const { resources } = await recordProgram({
        root: ROOT,
        stack: "dev",
        config: { ...network, ...config },
      });
      return resources.filter(
        ({ custom, urn }) => custom && /naru:aws:(FederatedQueries|AthenaSpark)\$/.test(urn),
      );
    };
    const typesOf = (resources: readonly RecordedResource[]) =>
      [...new Set(resources.map(({ type }) => type))].filter((type) => !isSideCar(type));
    const federated = typesOf(await made({ "naru:federatedSources": SOURCES }));
    const spark = typesOf(await made({ "naru:athenaSpark": "true" }));
    const rows = tableRows(sections(page("docs/athena.md"), "##").get("What the two settings make")!).slice();
    const documented = (setting: string) =>
      rows
        .filter(([, , of]) => of === setting || of === "both")
        .flatMap(([types]) => [...types!.matchAll(/aws:[\w/]+:\w+/g)].map(([type]) => type));
    expect(documented("naru:federatedSources")).to.have.members(federated);
    expect(documented("naru:athenaSpark")).to.have.members(spark);
    expect(EMULATED_TYPES).not.to.include("aws:athena/dataCatalog:DataCatalog");
  });
});
