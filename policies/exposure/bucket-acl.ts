import { examine, oneOf } from "../model/expectation";
import { read } from "../model/reading";
import { fsbp } from "../model/references";
import { undecided, violation, type Finding, type Resource, type ResourceRule } from "../model/rule";
import { BUCKET, BUCKET_ACL } from "../model/types";

const FIX =
  "Take ACLs away (`acl`, `grants`, `BucketAcl`): the bucket's owner owns every object, and policies say who reads.";

/** Lists that let in nobody but the account itself, or S3's own log delivery. */
const CLOSED = oneOf("private", "log-delivery-write", "bucket-owner-read", "bucket-owner-full-control");

/** Access lists are older than policies, and let in everybody by one word. */
export const bucketAcl: ResourceRule = {
  name: "bucket-acl",
  group: "exposure",
  scope: "resource",
  severity: "critical",
  description: "No access list opens a bucket.",
  framework: fsbp("S3.2", "S3 general purpose buckets block public read access"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",
  types: [BUCKET, BUCKET_ACL],
  check: (resource) => [
    ...examine(resource, {
      path: ["acl"],
      accepts: CLOSED,
      absentIsRight: true,
      must: "must not open the bucket",
      fix: FIX,
    }),
    ...absent(resource, resource.type === BUCKET ? "grants" : "accessControlPolicy"),
  ],
};

function absent(resource: Resource, property: string): Finding[] {
  const reading = read(resource.props, [property]);
  if (reading.state === "absent") return [];
  if (reading.state === "unknown") return [undecided(resource, property, FIX)];
  const empty = reading.state === "known" && Array.isArray(reading.value) && reading.value.length === 0;
  return empty ? [] : [violation(resource, `${property} grants by a list instead of a policy.`, FIX)];
}
