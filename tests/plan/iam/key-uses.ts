/** Which right on which key each role and service of a stack needs for what it does. */
import { matches, type Facts } from "./conditions";
import { through, type KeyUse } from "./key-use";
import { ask, type Platform, type Role } from "./platform";
import { SERVICE_USES } from "./service-uses";

/** Every use of a key in the stack. */
export function keyUses(platform: Platform): KeyUse[] {
  return [
    ...platform.roles.flatMap((role) => objects(platform, role)),
    ...platform.resources.flatMap((resource) => SERVICE_USES[resource.type]?.(resource, platform) ?? []),
    ...pseudonyms(platform),
  ];
}

/**
 * S3 User Guide, "Using server-side encryption with AWS KMS keys": an upload generates a data key, a read decrypts it, and an
 * upload in parts reads them to join them. With a bucket key the context is the bucket.
 */
function objects(platform: Platform, role: Role): KeyUse[] {
  return platform.buckets.flatMap(({ arn, keyArn }) => {
    if (keyArn === undefined) return [];
    const may = (action: string) => allowedObject(platform, role, action, arn);
    const use = (action: string, why: string) => ({
      ...{ caller: { role: role.arn }, action, keyArn, why },
      facts: through("s3", { "aws:s3:arn": arn }),
    });
    const [read, written, parts] = ["s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts"].map(may);
    return [
      ...(read === undefined ? [] : [use("kms:Decrypt", `s3:GetObject ${read}`)]),
      ...(written === undefined ? [] : [use("kms:GenerateDataKey", `s3:PutObject ${written}`)]),
      ...(parts === undefined ? [] : [use("kms:Decrypt", `s3:PutObject in parts ${parts}`)]),
    ];
  });
}

/** An object of the bucket with which the role may do so, both sides asked; undefined: none. */
function allowedObject(platform: Platform, role: Role, action: string, bucket: string): string | undefined {
  const patterns = role.statements
    .filter((statement) => [statement.Action].flat().some((each) => matches(each, action)))
    .flatMap(({ Resource = [] }) => Resource);
  return patterns
    .filter((pattern) => matches(pattern, `${bucket}/x`) || pattern.startsWith(`${bucket}/`))
    .map((pattern) => (pattern.startsWith(`${bucket}/`) ? pattern.replaceAll("*", "x") : `${bucket}/x`))
    .find(
      (resource) =>
        ask(platform, { caller: { role: role.arn }, action, resource, facts: inside(platform) }).allowed,
    );
}

/** A request from the stack's network, where it has one. */
export function inside({ vpcId }: Platform): Facts {
  return vpcId === undefined ? {} : { "aws:SourceVpc": vpcId };
}

/** Crosses from clear events to counts, and leaves personal columns out instead of replacing them. */
const COUNTS_ONLY = "glue-course-events";

/** Roles that make pseudonyms are told by their tag; what else they do has no part in it. */
function pseudonyms({ roles, keys }: Platform): KeyUse[] {
  const key = keys.find(({ name }) => name === "pseudonym");
  return roles
    .filter(({ purpose, name }) => purpose === "pseudonymiser" && name !== COUNTS_ONLY && key !== undefined)
    .map(({ arn }) => ({
      ...{ caller: { role: arn }, action: "kms:GenerateMac", keyArn: key!.arn, facts: {} },
      why: "makes pseudonyms",
    }));
}
