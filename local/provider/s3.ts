import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { bucketArn } from "../../components/aws/context";
import type { CloudClients } from "../endpoints";
import { assetBytes } from "./archive";
import { asAsked } from "./as-asked";
import { bucketSettings } from "./bucket-settings";
import { completed } from "./partly-made";
import { isGone, tagList, type Inputs, type ResourceTypes } from "./resource-type";
import { tagMap } from "./told";

const NO_CONTENT = { source: undefined, content: undefined, contentBase64: undefined };

export const s3Types: ResourceTypes = {
  "aws:s3/bucket:Bucket": {
    create: async (inputs, cloud) => {
      const { bucket, tags, objectLockEnabled } = inputs;
      await cloud.s3.send(
        new CreateBucketCommand({
          Bucket: bucket,
          ObjectLockEnabledForBucket: objectLockEnabled,
          CreateBucketConfiguration: { LocationConstraint: cloud.endpoints.region as "ap-northeast-2" },
        }),
      );
      return completed({ id: bucket, outputs: outputsOf(bucket, cloud) }, () => putTags(bucket, tags, cloud));
    },
    read: async (Bucket, { bucket: asked, tags }, cloud) => {
      await cloud.s3.send(new HeadBucketCommand({ Bucket }));
      const held = await tagsOfBucket(Bucket, cloud);
      // It never changes: where an import missed it, the program's would replace the bucket.
      const locks = asked === undefined && (await hasLocks(Bucket, cloud));
      return {
        inputs: {
          bucket: Bucket,
          tags: asAsked(tags, tags, held),
          ...(locks && { objectLockEnabled: true }),
        },
        outputs: outputsOf(Bucket, cloud),
      };
    },
    update: async (bucket, _state, { tags }, cloud) => putTags(bucket, tags, cloud),
    delete: async (Bucket, { forceDestroy }, { s3 }) => {
      if (forceDestroy === true) await empty(s3, Bucket);
      await s3.send(new DeleteBucketCommand({ Bucket }));
    },
  },
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    create: async (inputs, cloud) => ({
      id: `${inputs.bucket}/${inputs.key}`,
      outputs: await put(inputs, cloud),
    }),
    read: async (id, { kmsKeyId, etag }, { s3 }) => {
      const { Bucket, Key } = placeOf(id);
      const held = await s3.send(new HeadObjectCommand({ Bucket, Key }));
      return {
        inputs: {
          bucket: Bucket,
          key: Key,
          serverSideEncryption: held.ServerSideEncryption,
          kmsKeyId: asAsked(kmsKeyId, kmsKeyId, held.SSEKMSKeyId),
          // Other content than was put is none of the program's: it is told as missing, and comes with the next change.
          ...(etag !== undefined && etag !== held.ETag && NO_CONTENT),
        },
        outputs: { etag: held.ETag },
      };
    },
    update: async (_id, _state, inputs, cloud) => put(inputs, cloud),
    delete: async (id, _state, { s3 }) => {
      const { Bucket, Key } = placeOf(id);
      await empty(s3, Bucket, Key);
    },
  },
  ...bucketSettings,
};

function outputsOf(
  bucket: string,
  { endpoints: { region, accountId } }: CloudClients,
): Record<string, unknown> {
  const arn = bucketArn({ region, accountId, project: "", stack: "" }, bucket);
  return { arn, bucketDomainName: `${bucket}.s3.amazonaws.com`, region };
}

async function putTags(
  Bucket: string,
  tags: Record<string, string> | undefined,
  { s3 }: CloudClients,
): Promise<void> {
  const none = Object.keys(tags ?? {}).length === 0;
  await (none
    ? s3.send(new DeleteBucketTaggingCommand({ Bucket }))
    : s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: tagList(tags) } })));
}

/** A bucket without tags has no set of them. */
async function tagsOfBucket(Bucket: string, { s3 }: CloudClients): Promise<Readonly<Record<string, string>>> {
  try {
    return tagMap((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet);
  } catch (error) {
    if (isGone(error)) return {};
    throw error;
  }
}

async function hasLocks(Bucket: string, { s3 }: CloudClients): Promise<boolean> {
  try {
    const { ObjectLockConfiguration: lock } = await s3.send(
      new GetObjectLockConfigurationCommand({ Bucket }),
    );
    return lock?.ObjectLockEnabled === "Enabled";
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

async function put(inputs: Inputs, { s3 }: CloudClients): Promise<{ etag: string | undefined }> {
  const { ETag } = await s3.send(
    new PutObjectCommand({
      Bucket: inputs.bucket,
      Key: inputs.key,
      Body: await bodyOf(inputs),
      ServerSideEncryption: inputs.serverSideEncryption,
      SSEKMSKeyId: inputs.kmsKeyId,
    }),
  );
  return { etag: ETag };
}

/** An object's `source`, `content` or `contentBase64`; without any it is empty. */
async function bodyOf({ source, content, contentBase64 }: Inputs): Promise<Uint8Array> {
  if (source !== undefined) return assetBytes(source);
  if (contentBase64 !== undefined) return Buffer.from(String(contentBase64), "base64");
  return Buffer.from(String(content ?? ""));
}

/**
 * Every version and delete marker, locked ones that governance lets go included; a policy of the bucket's may refuse
 * that, and goes first as its own resource does.
 * @param key only this object's. @default the whole bucket's
 */
async function empty(s3: S3Client, Bucket: string, key?: string): Promise<void> {
  if (key === undefined) await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(
      new ListObjectVersionsCommand({ Bucket, Prefix: key }),
    );
    const all = [...Versions, ...DeleteMarkers].filter(({ Key }) => key === undefined || Key === key);
    if (all.length === 0) return;
    const Objects = all.map(({ Key, VersionId }) => ({ Key: Key!, VersionId }));
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true }, BypassGovernanceRetention: true }),
    );
    // The same would be listed again, for ever.
    if (Errors.length > 0) throw new Error(`${Errors[0]!.Code}: ${Errors.length} objects stay in ${Bucket}`);
  }
}

/** `bucket/key`; a bucket's name holds no slash. */
function placeOf(id: string): { Bucket: string; Key: string } {
  const at = id.indexOf("/");
  return { Bucket: id.slice(0, at), Key: id.slice(at + 1) };
}
