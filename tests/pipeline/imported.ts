/** What is left to do when a resource that stands is imported, and the program then asks for it as it always did. */
import { isDeepStrictEqual } from "node:util";
import type { CloudClients } from "../../local/endpoints";
import { LocalProvider } from "../../local/provider";
import { TYPES } from "../../local/provider/types";
import type { MadeResource } from "./made-resources";

/** By type, the id that `pulumi import` takes, where it is another than the resource's own. */
const IDS: Readonly<Record<string, (made: MadeResource) => string>> = {
  "aws:apigateway/deployment:Deployment": ({ id, inputs }) => `${inputs.restApi}/${id}`,
  "aws:apigateway/integration:Integration": ({ inputs }) =>
    partOf(inputs.restApi, inputs.resourceId, inputs.httpMethod),
  "aws:apigateway/method:Method": ({ inputs }) =>
    partOf(inputs.restApi, inputs.resourceId, inputs.httpMethod),
  "aws:apigateway/resource:Resource": ({ id, inputs }) => partOf(inputs.restApi, id),
  "aws:apigateway/stage:Stage": ({ inputs }) => partOf(inputs.restApi, inputs.stageName),
  "aws:apigateway/usagePlanKey:UsagePlanKey": ({ id, inputs }) => partOf(inputs.usagePlanId, id),
  "aws:cloudwatch/eventTarget:EventTarget": ({ inputs }) => partOf(inputs.rule, inputs.targetId),
  "aws:kinesis/stream:Stream": ({ inputs }) => inputs.name as string,
  "aws:lambda/permission:Permission": ({ id, inputs }) => partOf(inputs.function, id),
  "aws:s3/bucketObjectv2:BucketObjectv2": ({ id }) => `s3://${id}`,
};

/**
 * By type, what is changed all the same, and why: AWS's provider reads none of these either, and its own tests of imports
 * leave them out (`ImportStateVerifyIgnore`).
 */
export const LEFT_BY_IMPORTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "aws:kms/key:Key": { deletionWindowInDays: "says how long the key is kept when it is deleted" },
  "aws:s3/bucket:Bucket": { forceDestroy: "says how the bucket is deleted" },
  "aws:athena/workgroup:Workgroup": { forceDestroy: "says how the workgroup is deleted" },
  "aws:s3/bucketObjectv2:BucketObjectv2": { source: "a file of the program's: the object is put again" },
  "aws:lambda/function:Function": { code: "a file of the program's: the code is uploaded again" },
  "aws:apigateway/deployment:Deployment": {
    triggers: "what the program redeploys for: the registry says it cannot be imported",
  },
};

function partOf(...parts: readonly string[]): string {
  return parts.join("/");
}

/** Paths that would be changed, and inputs that a refresh would find changed, after the import. */
export interface AfterImport {
  readonly changed: readonly string[];
  readonly drifted: readonly string[];
}

/** @throws Error for a resource that can't be imported, or gets another id by it. */
export async function afterImport(made: MadeResource, cloud: CloudClients): Promise<AfterImport> {
  const { region, accountId } = cloud.endpoints;
  const provider = new LocalProvider({
    place: { region, accountId, partition: "aws" },
    emulation: () => ({ cloud, types: TYPES }),
  });
  const urn = `urn:pulumi:local::naru::${made.type}::${made.name}`;
  const given = IDS[made.type]?.(made) ?? made.id;
  const { id, inputs, props } = await provider.read(given, urn, {}, {});
  if (id !== made.id) throw new Error(`${given} is imported as ${id}, and was made as ${made.id}`);
  const { detailed } = await provider.diff(id, urn, props!, made.inputs, inputs);
  const later = await provider.read(id, urn, props, inputs);
  const drifted = Object.keys(later.inputs!).filter(
    (name) => !isDeepStrictEqual(later.inputs![name], inputs![name]),
  );
  return { changed: detailed.map(({ path }) => path), drifted };
}
