import { expect } from "chai";
import { BI, DataLake, EncryptionKeys, Warehouse } from "../../../components/aws";
import type { Contracts } from "../../../components/contract/model";
import { loadDashboards } from "../../../dashboards";
import { CONTRACTS, contextWith, mocked, TWO_CONTRACTS, valueOf, type MockedStack } from "./mocks";

const QUERY = "aws:athena/namedQuery:NamedQuery";
const MUSIC = ["music.artists", "music.top_tracks", "music.audio_features"];

interface Made {
  readonly lake: DataLake;
  readonly warehouse: Warehouse;
  readonly bi: BI;
}

function make(contracts: Contracts = CONTRACTS): Made {
  const context = contextWith();
  const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
  const lake = new DataLake("lake", context, { contracts, keys });
  const warehouse = new Warehouse("warehouse", context, { lake });
  return { lake, warehouse, bi: new BI("bi", context, { lake, dashboards: loadDashboards() }) };
}

/** The saved statements that build derived tables. */
const builders = (stack: MockedStack) =>
  queriesOf(stack, "warehouse").filter(({ inputs }) => inputs.name in BUILT);
const BUILT = { agg_pageview_count_by_user_course: "lms", track_master: "music" };

const queriesOf = (stack: MockedStack, parent: string) =>
  stack.of(QUERY).filter((resource) => resource.parent === parent);

describe("over one lake:", () => {
  let stack: MockedStack;
  let made: Made;

  before(async () => {
    stack = await mocked(() => {
      made = make();
    });
  });

  describe("Warehouse", () => {
    it("saves a statement for each derived table, in the transform workgroup, once the tables stand", async () => {
      const saved = builders(stack);
      expect(Object.keys(made.warehouse.statements)).to.have.members([
        "agg_pageview_count_by_user_course",
        "track_master",
      ]);
      expect(saved).to.have.length(2);
      for (const { inputs, dependencies } of saved) {
        expect(inputs.workgroup).to.equal("naru-test-transform");
        expect(dependencies).to.include("CatalogTable lake-raw-lms.requests");
      }
      expect(await valueOf(made.warehouse.statements.track_master!)).to.equal("warehouse-track_master-id");
    });

    it("writes Parquet with Snappy into the lake's own curated zone, each table into its folder", () => {
      for (const { inputs } of builders(stack)) {
        const folder = made.warehouse.locations[inputs.name]!;
        expect(folder).to.match(/^s3:\/\/naru-test-curated-123456789012-ap-northeast-2\/[a-z]+\//);
        expect(inputs.query).to.include(`external_location = '${folder}'`);
        expect(inputs.query).to.include("format = 'PARQUET'").and.include("parquet_compression = 'SNAPPY'");
      }
    });

    it("counts an event once, though a stream may deliver it twice, by the school's hour", () => {
      const { query } = stack.one(QUERY, "warehouse-agg_pageview_count_by_user_course").inputs;
      expect(query).to.include("count(DISTINCT id)").and.include("AT TIME ZONE 'Asia/Seoul'");
      expect(query).to.include('FROM "naru_test_raw_lms"."requests"');
    });

    it("has no statement over data sets that the lake lacks", async () => {
      let warehouse!: Warehouse;
      await mocked(() => {
        warehouse = make(
          CONTRACTS.filter(({ id }) => MUSIC.slice(1).includes(id) || id === "lms.courses"),
        ).warehouse;
      });
      expect(warehouse.statements).to.deep.equal({});
      expect(warehouse.locations).to.deep.equal({});
    });

    it("writes into the lake that it was given, not into one of its own context's name", async () => {
      let locations: Readonly<Record<string, string>> = {};
      await mocked(() => {
        const context = contextWith();
        const second = { ...context, names: context.names.within("archive") };
        const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
        const lake = new DataLake("lake", second, { contracts: TWO_CONTRACTS, keys });
        ({ locations } = new Warehouse("warehouse", context, { lake }));
      });
      for (const location of Object.values(locations))
        expect(location).to.include("naru-test-archive-curated-");
      expect(locations).to.have.keys("agg_pageview_count_by_user_course");
    });
  });

  describe("BI", () => {
    it("saves each chart as a query that analysts run, under the workgroup's limits", () => {
      const charts = loadDashboards().flatMap(({ id, charts: own }) =>
        own.map((chart) => `${id} / ${chart.id}`),
      );
      const saved = queriesOf(stack, "bi");
      expect(saved.map(({ inputs }) => inputs.name)).to.have.members(charts);
      for (const { inputs } of saved) expect(inputs.workgroup).to.equal("naru-test-analysts");
    });

    it("asks only databases that the lake has", () => {
      const databases = Object.values(made.lake.databases());
      for (const { inputs } of queriesOf(stack, "bi")) {
        const asked = [...inputs.query.matchAll(/naru_test_[a-z_]+/g)].map(([name]) => name);
        expect(asked).not.to.be.empty;
        expect(databases).to.include.members(asked);
        expect(databases).to.include(inputs.database);
      }
    });

    it("names the saved queries of each dashboard", async () => {
      const [first] = loadDashboards();
      const ids = await valueOf(made.bi.dashboards[first!.id]!);
      expect(ids.split(",")).to.deep.equal(first!.charts.map(({ id }) => `bi-${first!.id}-${id}-id`));
    });

    it("leaves out dashboards over domains that the lake lacks", async () => {
      let bi!: BI;
      const musicOnly = await mocked(() => {
        bi = make(CONTRACTS.filter(({ domain }) => domain === "music")).bi;
      });
      expect(Object.keys(bi.dashboards)).to.include("music").and.not.include("learning");
      expect(queriesOf(musicOnly, "bi")).not.to.be.empty;
    });
  });

  describe("DataLake.databases", () => {
    it("names raw databases for domains with streams only", () => {
      const databases = made.lake.databases();
      expect(databases).to.include({
        "raw.lms": "naru_test_raw_lms",
        "curated.sis": "naru_test_curated_sis",
      });
      expect(databases).not.to.have.property("raw.sis");
    });
  });
});
