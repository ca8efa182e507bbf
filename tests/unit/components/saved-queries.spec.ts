import { readdirSync } from "node:fs";
import { expect } from "chai";
import { DataLake, EncryptionKeys, Warehouse } from "../../../components/aws";
import { savedQueries, type SavedQuery } from "../../../components/aws/warehouse/saved-queries";
import type { Contracts } from "../../../components/contract/model";
import { CONTRACTS, contextWith, mocked, type MockedStack, TWO_CONTRACTS } from "./mocks";

const NAMED = "aws:athena/namedQuery:NamedQuery";
const PREPARED = "aws:athena/preparedStatement:PreparedStatement";
const FOLDER = "components/aws/warehouse/queries";
const FILES = ["analysts", "transform"].flatMap((group) => readdirSync(`${FOLDER}/${group}`));
/** Athena's quota for a query string, in bytes. */
const LONGEST = 262_144;

describe("saved queries", () => {
  let stack: MockedStack;
  let warehouse: Warehouse;
  let saved: SavedQuery[];

  async function make(contracts: Contracts): Promise<SavedQuery[]> {
    let queries: SavedQuery[] = [];
    stack = await mocked(() => {
      const context = contextWith();
      const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
      const lake = new DataLake("lake", context, { contracts, keys });
      warehouse = new Warehouse("warehouse", context, { lake });
      queries = savedQueries(lake);
    });
    return queries;
  }

  before(async () => {
    saved = await make(CONTRACTS);
  });

  it("are all there in a lake with the example's contracts, with the names of its own databases", () => {
    expect(saved.map(({ name }) => `${name}.sql`)).to.have.members(FILES);
    for (const { name, database, sql } of saved) {
      expect(sql, name).to.include(database).and.not.include("${");
      expect(Buffer.byteLength(sql), name).to.be.lessThan(LONGEST);
    }
  });

  it("are named queries in the workgroup of their folder, once the tables stand", () => {
    for (const name of Object.keys(warehouse.queries)) {
      const { inputs, dependencies } = stack.one(NAMED, `warehouse-${name}`);
      const { workgroup, description, sql, database } = saved.find((query) => query.name === name)!;
      expect(inputs).to.deep.include({ name, description, database, query: sql });
      expect(inputs.workgroup).to.equal(`naru-test-${workgroup}`);
      expect(dependencies).to.include("CatalogTable lake-raw-lms.requests");
    }
    expect(Object.keys(warehouse.queries)).to.include("top_10_courses").and.include("repair_hive_folders");
  });

  it("are prepared statements where they take values, and tell what for", () => {
    expect(warehouse.prepared).to.deep.equal({
      course_statistics: ["dt", "course_id"],
      page_views_by_hour: ["first dt", "last dt", "course_id"],
      add_page_views_day: ["dt"],
    });
    for (const [name, parameters] of Object.entries(warehouse.prepared)) {
      const { inputs } = stack.one(PREPARED, `warehouse-${name}`);
      expect(inputs.name).to.match(/^[a-zA-Z_][a-zA-Z0-9_@:]{1,256}$/);
      expect(inputs.description).to.include(parameters.join(", "));
      expect(inputs.queryStatement.split("?")).to.have.length(parameters.length + 1);
    }
  });

  it("of the analysts only read; those of transform write Snappy into curated, and nowhere else", () => {
    for (const { name, workgroup, sql } of saved) {
      const first = sql.split(/\s/)[0];
      expect(first, name).to.match(workgroup === "analysts" ? /^SELECT$/ : /^(CREATE|INSERT|MSCK)$/);
      for (const [, bucket] of sql.matchAll(/'s3:\/\/([^/']+)/g)) {
        expect(bucket, name).to.equal("naru-test-curated-123456789012-ap-northeast-2");
      }
      if (/^CREATE TABLE/.test(sql)) expect(sql, name).to.include("parquet_compression = 'SNAPPY'");
    }
  });

  it("read each format that the lake may be handed, nested types, and folders that MSCK finds", () => {
    const text = saved.map(({ sql }) => sql).join("\n");
    for (const mark of ["STORED AS PARQUET", "STORED AS ORC", "OpenCSVSerde", "JsonSerDe"]) {
      expect(text).to.include(mark);
    }
    for (const mark of [
      "struct<",
      "array<",
      "UNNEST",
      "MSCK REPAIR TABLE",
      "PARTITIONED BY",
      "partitioned_by",
    ]) {
      expect(text).to.include(mark);
    }
    for (const statistic of ["avg(", "stddev(", "approx_percentile(", "LIMIT 10", "max(dt)"]) {
      expect(text).to.include(statistic);
    }
  });

  it("are left out where the lake lacks a data set", async () => {
    const of = async (contracts: Contracts) => (await make(contracts)).map(({ name }) => name);
    expect(await of(CONTRACTS.filter(({ domain }) => domain === "music"))).to.deep.equal([
      "audio_feature_statistics",
    ]);
    const coursesOnly = CONTRACTS.filter(({ id }) => id === "lms.courses");
    expect(await of(coursesOnly)).to.have.members([
      "calendar_csv_table",
      "calendar_orc_table",
      "hive_folders_table",
      "repair_hive_folders",
    ]);
    expect(warehouse.prepared).to.deep.equal({});
  });
});
