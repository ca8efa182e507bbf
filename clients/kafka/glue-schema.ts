/** Values by a schema of the Glue registry that the lake makes of its contracts. */
import {
  GetSchemaVersionCommand,
  type GetSchemaVersionCommandInput,
  GlueClient,
  type GetSchemaVersionCommandOutput,
} from "@aws-sdk/client-glue";
import Ajv, { type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { decodeGlue, encodeGlue } from "./glue-wire-format";
import { type Deserializer, jsonDeserializer, type Serializer } from "./serializers";

export interface GlueSchemaSettings {
  /** Name of the registry, as the stack's plan has it. */
  readonly registry: string;
  /** Name of the schema: of one major version of a contract. */
  readonly schema: string;
  /** @default by the SDK: AWS_REGION */
  readonly client?: Pick<GlueClient, "send">;
}

interface SchemaVersion {
  readonly id: string;
  readonly schema: string;
  readonly validate: ValidateFunction;
}

/**
 * Checks each value against the newest version of the schema, which is asked for once, and writes it with the version's
 * id. The role needs `glue:GetSchemaVersion`.
 * @throws Error naming the fields that do not fit, never their values.
 */
export function glueSerializer(
  settings: GlueSchemaSettings & { readonly compress?: boolean },
): Serializer<unknown> {
  const { registry, schema, client = new GlueClient(), compress = false } = settings;
  const newest = once(() =>
    versionOf(client, {
      SchemaId: { RegistryName: registry, SchemaName: schema },
      SchemaVersionNumber: { LatestVersion: true },
    }),
  );
  return async (value) => {
    const { id, validate } = await newest();
    requireValid(validate, value, schema);
    return encodeGlue({ versionId: id, payload: Buffer.from(JSON.stringify(value), "utf8") }, compress);
  };
}

/**
 * Reads what any version of the schema wrote; each version is asked for once. The role needs `glue:GetSchemaVersion`.
 * @throws Error for a value of another schema, or one that does not fit its own.
 */
export function glueDeserializer({
  schema,
  client = new GlueClient(),
}: GlueSchemaSettings): Deserializer<unknown> {
  const versions = new Map<string, () => Promise<SchemaVersion>>();
  return async (bytes, topic) => {
    const { versionId, payload } = decodeGlue(bytes);
    const known = versions.get(versionId) ?? once(() => versionOf(client, { SchemaVersionId: versionId }));
    versions.set(versionId, known);
    const version = await known();
    if (version.schema !== schema)
      throw new Error(`the value is of the schema ${version.schema}, not ${schema}`);
    const value = await jsonDeserializer(payload, topic);
    requireValid(version.validate, value, schema);
    return value;
  };
}

async function versionOf(
  client: Pick<GlueClient, "send">,
  which: GetSchemaVersionCommandInput,
): Promise<SchemaVersion> {
  const answer = (await client.send(new GetSchemaVersionCommand(which))) as GetSchemaVersionCommandOutput;
  const { SchemaVersionId: id, SchemaDefinition: definition, SchemaArn: arn, DataFormat: format } = answer;
  if (id === undefined || definition === undefined || arn === undefined || format !== "JSON") {
    throw new Error(
      `The schema registry gave no JSON schema (${format ?? "no format"}); contracts make JSON ones`,
    );
  }
  const ajv = addFormats(new Ajv({ strict: false }));
  // arn:aws:glue:REGION:ACCOUNT:schema/REGISTRY/SCHEMA
  return { id, schema: arn.split("/").at(-1)!, validate: ajv.compile(JSON.parse(definition) as object) };
}

function requireValid(validate: ValidateFunction, value: unknown, schema: string): void {
  if (validate(value)) return;
  const where = (validate.errors ?? []).map(
    ({ instancePath, keyword }) => `${instancePath || "/"} (${keyword})`,
  );
  throw new Error(`the value does not fit the schema ${schema}: ${where.join(", ")}`);
}

/** Asks once; what failed is asked for again. */
function once<Result>(ask: () => Promise<Result>): () => Promise<Result> {
  let answer: Promise<Result> | undefined;
  return () =>
    (answer ??= ask().catch((error: Error) => {
      answer = undefined;
      throw error;
    }));
}
