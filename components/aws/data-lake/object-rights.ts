/** Rights of a role on the objects of one bucket, with those on the key that the objects are under. */
import type * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../foundation/service-role";

export interface ObjectPlace {
  readonly bucketArn: string;
  readonly keyArn: pulumi.Input<string>;
  /** Of the bucket: the key is used through S3 there, and in no other way. */
  readonly region: string;
}

export interface ReadOptions {
  /**
   * Lists nothing that names no folder, so that names elsewhere in the bucket stay unknown. Not for engines that ask whether
   * a bucket is there: HeadBucket takes the right to list, and names none.
   * @default false
   */
  readonly foldersOnly?: boolean;
}

export interface WriteOptions extends ReadOptions {
  /** Also lets the role delete. @default false */
  readonly replace?: boolean;
}

/** @param prefixes folders with a slash behind, `""` for all objects; none: no rights. */
export function readObjects(
  place: ObjectPlace,
  prefixes: readonly string[],
  { foldersOnly = false }: ReadOptions = {},
): Statement[] {
  if (prefixes.length === 0) return [];
  return [
    ...(foldersOnly ? listFolders(place, prefixes) : [list(place, prefixes, LIST)]),
    { Effect: "Allow", Action: "s3:GetObject", Resource: objects(place, prefixes) },
    useKey(place, "kms:Decrypt"),
  ];
}

/** @param prefixes folders with a slash behind, `""` for all objects; none: no rights. */
export function writeObjects(
  place: ObjectPlace,
  prefixes: readonly string[],
  { replace = false, foldersOnly = false }: WriteOptions = {},
): Statement[] {
  if (prefixes.length === 0) return [];
  const actions = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"];
  return [
    ...(foldersOnly
      ? listFolders(place, prefixes)
      : [list(place, prefixes, [...LIST, "s3:ListBucketMultipartUploads"])]),
    {
      Effect: "Allow",
      Action: replace ? [...actions, "s3:DeleteObject"] : actions,
      Resource: objects(place, prefixes),
    },
    // Multipart uploads decrypt the parts that they join.
    useKey(place, ["kms:GenerateDataKey", "kms:Decrypt"]),
  ];
}

function objects({ bucketArn }: ObjectPlace, prefixes: readonly string[]): string | string[] {
  const arns = prefixes.map((prefix) => `${bucketArn}/${prefix}*`);
  return arns.length === 1 ? arns[0]! : arns;
}

const LIST = ["s3:ListBucket", "s3:GetBucketLocation"];

function list({ bucketArn }: ObjectPlace, prefixes: readonly string[], Action: string[]): Statement {
  return {
    Effect: "Allow",
    Action,
    Resource: bucketArn,
    ...(!prefixes.includes("") && {
      Condition: { StringLikeIfExists: { "s3:prefix": prefixes.map((prefix) => `${prefix}*`) } },
    }),
  };
}

function listFolders({ bucketArn: Resource }: ObjectPlace, prefixes: readonly string[]): Statement[] {
  return [
    { Effect: "Allow", Action: "s3:GetBucketLocation", Resource },
    {
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource,
      Condition: { StringLike: { "s3:prefix": prefixes.map((prefix) => `${prefix}*`) } },
    },
  ];
}

function useKey({ keyArn, region }: ObjectPlace, action: string | string[]): Statement {
  return {
    Effect: "Allow",
    Action: action,
    Resource: keyArn,
    Condition: { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } },
  };
}
