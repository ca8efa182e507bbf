/** LF-tags: what a contract says of domains, tables and columns, for Lake Formation to grant by. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { CLASSIFICATIONS } from "../../contract/column";
import { storedColumns, type Classification, type DataSet, type StoredColumn } from "../../contract/model";
import type { TableZone } from "../../platform";
import type { AwsContext } from "../context";
import type { DataLake } from "../data-lake";

/** What is said of a resource, by the tag's own name; physical keys carry the stack. */
export type LakeTag = "zone" | "domain" | "classification" | "personal";

type TagValues = Readonly<Partial<Record<LakeTag, string>>>;

export interface LakeTags {
  /** Physical key of a tag. */
  readonly key: (tag: LakeTag) => string;
  readonly values: Readonly<Record<LakeTag, readonly string[]>>;
  /** Tags and what they are on: grants by tag wait for them. */
  readonly resources: readonly pulumi.Resource[];
}

/**
 * Creates the tags and puts them on databases, tables and columns.
 *
 * A database has the strictest class of its columns, and what is built there inherits it: a derived table is no more open
 * than what it was built from until a steward says so. A table has the most open class of its columns, its partition
 * column's among them, and stricter columns their own.
 */
export function createLakeTags(
  name: string,
  context: AwsContext,
  lake: DataLake,
  settings: pulumi.Resource,
  parent: pulumi.Resource,
): LakeTags {
  const key = (tag: LakeTag) => context.names.of("lakeTag", tag);
  const values: Record<LakeTag, readonly string[]> = {
    zone: ["curated", "raw"],
    domain: [...new Set(lake.contracts.map(({ domain }) => domain))].sort(),
    classification: CLASSIFICATIONS,
    personal: ["no", "treated"],
  };
  const tags = (Object.keys(values) as LakeTag[]).map(
    (tag) =>
      new aws.lakeformation.LfTag(
        `${name}-tag-${tag}`,
        { key: key(tag), values: [...values[tag]] },
        { parent, dependsOn: settings },
      ),
  );
  const put = (label: string, on: Partial<aws.lakeformation.ResourceLfTagsArgs>, given: TagValues) =>
    new aws.lakeformation.ResourceLfTags(
      `${name}-tagged-${label}`,
      {
        ...on,
        lfTags: (Object.keys(given).sort() as LakeTag[]).map((tag) => ({
          key: key(tag),
          value: given[tag]!,
        })),
      },
      { parent, dependsOn: [...tags, ...lake.nodes.tables.values()] },
    );
  return {
    key,
    values,
    resources: [...tags, ...assignments(lake).map(({ label, on, tags: given }) => put(label, on, given))],
  };
}

interface Assignment {
  readonly label: string;
  readonly on: Partial<aws.lakeformation.ResourceLfTagsArgs>;
  readonly tags: TagValues;
}

function assignments(lake: DataLake): Assignment[] {
  const places = lake.contracts.flatMap((dataSet) => {
    const zones: TableZone[] = dataSet.ingestion === "stream" ? ["raw", "curated"] : ["curated"];
    return zones.map((zone) => ({ dataSet, zone, ...lake.table(dataSet, zone) }));
  });
  const databases = new Map(places.map((place) => [place.database, place]));
  return [
    ...[...databases].map(([database, { zone, dataSet }]): Assignment => {
      const { domain } = dataSet;
      const sets = places.filter((place) => place.database === database);
      const classification = strictest(sets.flatMap((place) => classesOf(place.dataSet)));
      return {
        label: `${zone}-${domain}`,
        on: { database: { name: database } },
        tags: { zone, domain, classification, personal: "no" },
      };
    }),
    ...places.flatMap(({ dataSet, zone, database, table }) =>
      tableTags(`${zone}-${dataSet.id}`, { databaseName: database, name: table }, dataSet),
    ),
  ];
}

function tableTags(
  label: string,
  table: { databaseName: string; name: string },
  dataSet: DataSet,
): Assignment[] {
  const groups = new Map<string, { tags: TagValues; columns: readonly string[] }>();
  const base = { classification: mostOpen(dataSet), personal: "no" };
  for (const column of storedColumns(dataSet)) {
    const tags = {
      classification: column.classification,
      personal: treated(dataSet, column) ? "treated" : "no",
    };
    if (tags.classification === base.classification && tags.personal === base.personal) continue;
    const id = `${tags.classification}-${tags.personal}`;
    groups.set(id, { tags, columns: [...(groups.get(id)?.columns ?? []), column.name] });
  }
  return [
    { label, on: { table }, tags: base },
    ...[...groups].map(([id, { tags, columns }]) => ({
      label: `${label}-${id}`,
      on: { tableWithColumns: { ...table, columnNames: [...columns].sort() } },
      tags,
    })),
  ];
}

function treated(dataSet: DataSet, { name }: StoredColumn): boolean {
  const column = dataSet.columns.find((each) => each.name === name);
  return column !== undefined && column.treatment !== "keep";
}

function classesOf(dataSet: DataSet): Classification[] {
  return storedColumns(dataSet).map(({ classification }) => classification);
}

function mostOpen(dataSet: DataSet): Classification {
  const classes = classesOf(dataSet);
  return CLASSIFICATIONS.find((each) => classes.includes(each)) ?? "internal";
}

function strictest(classes: readonly Classification[]): Classification {
  return [...CLASSIFICATIONS].reverse().find((each) => classes.includes(each)) ?? "restricted";
}
