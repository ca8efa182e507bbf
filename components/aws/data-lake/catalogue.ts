import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { glueColumns, gluePartitionKeys, projectionParameters } from "../../contract/glue";
import type { DataSet } from "../../contract/model";
import type { TableReference, TableZone } from "../../platform";
import type { AwsContext } from "../context";
import { createSchemaRegistry } from "./schema-registry";

/** Glue's classes for Parquet, as Athena, Spark and Firehose expect them. */
const PARQUET = {
  inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
  outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
  serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
} as const;

/** One data set's table in one zone. */
export interface TablePlace {
  readonly dataSet: DataSet;
  readonly zone: TableZone;
  readonly reference: TableReference;
  /** `s3://bucket/domain/name/` */
  readonly location: string;
}

/**
 * Glue databases and tables, one table for each place, all Parquet/Snappy, partitions by projection on `dt` (no
 * crawler, no MSCK), and the schema registry of the events.
 */
export function createCatalogue(
  name: string,
  context: AwsContext,
  places: readonly TablePlace[],
  parent: pulumi.Resource,
): Map<string, aws.glue.CatalogTable> {
  const names = [...new Set(places.map((place) => place.reference.database))];
  const databases = new Map(
    names.map((database) => [
      database,
      new aws.glue.CatalogDatabase(
        `${name}-${database}`,
        { name: database, tags: { ...context.tags } },
        { parent },
      ),
    ]),
  );
  const contracts = [...new Set(places.map(({ dataSet }) => dataSet))];
  createSchemaRegistry(name, context, contracts, parent);
  return new Map(
    places.map((place) => {
      const key = `${place.zone}.${place.dataSet.id}`;
      const database = databases.get(place.reference.database)!;
      return [key, createTable(`${name}-${place.zone}-${place.dataSet.id}`, database, place, parent)];
    }),
  );
}

function createTable(
  name: string,
  database: aws.glue.CatalogDatabase,
  { dataSet, reference, location }: TablePlace,
  parent: pulumi.Resource,
): aws.glue.CatalogTable {
  return new aws.glue.CatalogTable(
    name,
    {
      databaseName: database.name,
      name: reference.table,
      description: dataSet.description,
      tableType: "EXTERNAL_TABLE",
      parameters: {
        EXTERNAL: "TRUE",
        classification: "parquet",
        "parquet.compression": "SNAPPY",
        "naru.contract": dataSet.id,
        "naru.contract.version": dataSet.version,
        "naru.owner": dataSet.owner,
        ...projectionParameters(dataSet, location),
      },
      partitionKeys: gluePartitionKeys(dataSet),
      storageDescriptor: {
        location,
        inputFormat: PARQUET.inputFormat,
        outputFormat: PARQUET.outputFormat,
        compressed: true,
        serDeInfo: {
          serializationLibrary: PARQUET.serializationLibrary,
          parameters: { "serialization.format": "1" },
        },
        columns: glueColumns(dataSet),
      },
    },
    { parent },
  );
}
