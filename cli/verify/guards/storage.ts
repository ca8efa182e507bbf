/** What keeps data: buckets, objects, streams, keys. */
import {
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyStatusCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
} from "@aws-sdk/client-s3";
import { DescribeStreamSummaryCommand } from "@aws-sdk/client-kinesis";
import { GetKeyRotationStatusCommand } from "@aws-sdk/client-kms";
import { listKeys } from "../../../local/pipeline/objects";
import { parseS3Uri } from "../../../local/pipeline/outputs";
import { each, ofType, textOf, type Guard } from "./guard";

/** Objects of each zone that are looked at. */
const OBJECTS = 20;

export const STORAGE: readonly Guard[] = [
  {
    title: "buckets that block public access in all four ways",
    ask: (asked) =>
      each(buckets(asked), async (Bucket) => {
        const { PublicAccessBlockConfiguration: blocks = {} } = await asked.clients.s3.send(
          new GetPublicAccessBlockCommand({ Bucket }),
        );
        const { BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets } = blocks;
        const all = [BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets];
        return all.every((one) => one === true) ? undefined : `${Bucket} says ${JSON.stringify(blocks)}`;
      }),
  },
  {
    title: "buckets whose policy AWS judges not public",
    onlyAws: "the emulator does not judge policies",
    ask: (asked) =>
      each(buckets(asked), async (Bucket) => {
        const { PolicyStatus } = await asked.clients.s3.send(new GetBucketPolicyStatusCommand({ Bucket }));
        return PolicyStatus?.IsPublic === false ? undefined : `${Bucket} is public`;
      }),
  },
  {
    title: "buckets whose objects belong to the account, without ACLs",
    ask: (asked) =>
      each(buckets(asked), async (Bucket) => {
        const { OwnershipControls } = await asked.clients.s3.send(
          new GetBucketOwnershipControlsCommand({ Bucket }),
        );
        const owner = OwnershipControls?.Rules?.[0]?.ObjectOwnership;
        return owner === "BucketOwnerEnforced" ? undefined : `${Bucket} says ${owner}`;
      }),
  },
  {
    title: "buckets that keep old versions",
    ask: (asked) =>
      each(ofType(asked, "aws:s3/bucketVersioning:BucketVersioning"), async (resource) => {
        const Bucket = textOf(resource, "bucket");
        const { Status } = await asked.clients.s3.send(new GetBucketVersioningCommand({ Bucket }));
        return Status === "Enabled" ? undefined : `${Bucket} says ${Status}`;
      }),
  },
  {
    title: "objects of the open zone under a key of the stack",
    ask: async (asked) => {
      const keys = new Set(ofType(asked, "aws:kms/key:Key").map((key) => textOf(key, "arn")));
      const { curated, queryResults } = asked.outputs.zones;
      const found = await Promise.all(
        [curated, queryResults].map(async (zone) => {
          const { bucket } = parseS3Uri(zone);
          return (await listKeys(asked.clients.s3, bucket))
            .slice(0, OBJECTS)
            .map((Key) => ({ Bucket: bucket, Key }));
        }),
      );
      return each(found.flat(), async (object) => {
        const { ServerSideEncryption, SSEKMSKeyId = "" } = await asked.clients.s3.send(
          new HeadObjectCommand(object),
        );
        return ServerSideEncryption === "aws:kms" && keys.has(SSEKMSKeyId)
          ? undefined
          : `s3://${object.Bucket}/${object.Key} says ${ServerSideEncryption} ${SSEKMSKeyId}`;
      });
    },
  },
  {
    title: "streams encrypted by a key",
    ask: (asked) =>
      each(Object.values(asked.outputs.streams), async (StreamName) => {
        const { StreamDescriptionSummary: summary } = await asked.clients.kinesis.send(
          new DescribeStreamSummaryCommand({ StreamName }),
        );
        return summary?.EncryptionType === "KMS"
          ? undefined
          : `${StreamName} says ${summary?.EncryptionType}`;
      }),
  },
  {
    title: "keys that rotate",
    ask: (asked) =>
      each(
        ofType(asked, "aws:kms/key:Key").filter(({ inputs }) => inputs?.enableKeyRotation === true),
        async (key) => {
          const KeyId = textOf(key, "keyId");
          const { KeyRotationEnabled } = await asked.clients.kms.send(
            new GetKeyRotationStatusCommand({ KeyId }),
          );
          return KeyRotationEnabled === true ? undefined : `${KeyId} does not`;
        },
      ),
  },
];

function buckets(asked: Parameters<Guard["ask"]>[0]): readonly string[] {
  return ofType(asked, "aws:s3/bucket:Bucket").map((bucket) => textOf(bucket, "bucket"));
}
