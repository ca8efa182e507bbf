import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { eventSchema } from "../../contract/event-schema";
import { majorOf } from "../../contract/evolution";
import type { DataSet } from "../../contract/model";
import type { AwsContext } from "../context";

/** Glue API, `CreateRegistry` and `CreateSchema`: a description has at most 2048 bytes. */
const DESCRIPTION_BYTES = 2048;

/**
 * A Glue schema registry with the events of every stream set as JSON schema (draft 07), for producers and consumers of
 * Kinesis and Kafka that validate or decode by it. Nothing when there is no stream set.
 *
 * Compatibility is BACKWARD: Glue itself refuses a version under which events of the version before would no longer
 * be valid, which is what a minor step promises (`naru contract diff`). A new major version of a contract is a schema
 * of its own beside the older one; the older one stays in the registry, since its events may still lie in a stream,
 * and goes with the registry.
 *
 * Idle cost: none; the registry is free of charge.
 */
export function createSchemaRegistry(
  name: string,
  { names, tags }: AwsContext,
  contracts: readonly DataSet[],
  parent: pulumi.Resource,
): aws.glue.Registry | undefined {
  const streams = contracts.filter(({ ingestion }) => ingestion === "stream");
  if (streams.length === 0) return undefined;
  const registry = new aws.glue.Registry(
    `${name}-events`,
    {
      registryName: names.of("schemaRegistry", "events"),
      description: "Events of the stream data sets, from their contracts",
      tags: { ...tags },
    },
    { parent },
  );
  for (const dataSet of streams) {
    const version = `v${majorOf(dataSet.version)}`;
    new aws.glue.Schema(
      `${name}-events-${dataSet.id}-${version}`,
      {
        registryArn: registry.arn,
        schemaName: names.of("schema", dataSet.domain, dataSet.name, version),
        description: cut(dataSet.description),
        dataFormat: "JSON",
        compatibility: "BACKWARD",
        schemaDefinition: JSON.stringify(eventSchema(dataSet)),
        tags: { ...tags },
      },
      // Deleting a registry deletes its schemas, so nothing is left behind by a stack that goes.
      { parent, retainOnDelete: true },
    );
  }
  return registry;
}

/** Whole characters only: one may have four bytes. */
function cut(text: string): string {
  return Buffer.byteLength(text) <= DESCRIPTION_BYTES ? text : text.slice(0, DESCRIPTION_BYTES / 4);
}
