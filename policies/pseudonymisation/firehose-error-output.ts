import { isClosedBelow } from "../model/closed-prefix";
import { readString } from "../model/reading";
import { pipa } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import type { Stack, StackResource } from "../model/stack";
import { deliveries, fixedPart } from "./delivery";

const FIX =
  "Write to a closed bucket, or set `errorOutputPrefix` and deny `s3:GetObject` below it in the bucket's policy to " +
  'everyone (`Principal: "*"`) but named roles (`ArnNotLike` or `ArnNotEquals` on `aws:PrincipalArn`).';

/**
 * Records whose transform failed land as they came, in clear, below the error prefix of the destination bucket, or of the bucket
 * beside another destination. For personal data that bucket is closed, or its error prefix is.
 */
export const firehoseErrorOutput: StackRule = {
  name: "firehose-error-output",
  group: "pseudonymisation",
  scope: "stack",
  severity: "critical",
  description: "Failed personal records of Firehose are readable by named roles only.",
  framework: pipa("28-4", "Clear data is kept apart from pseudonyms, with safety measures (안전조치의무 등)"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html",
  check(stack) {
    return deliveries(stack).flatMap(
      ({ resource, personal, failures: { path, bucket: destination, open } }) => {
        if (personal === "no" || open === "no" || destination.state === "absent") return [];
        if (personal === "unknown" || open === "unknown") {
          return [undecided(resource, "The data class of the source, or the zone of the destination,", FIX)];
        }
        const prefix = readString(resource.props, [...path, "errorOutputPrefix"]);
        if (prefix.state === "unknown") return [undecided(resource, "errorOutputPrefix", FIX)];
        if (prefix.state !== "known") {
          return [
            violation(resource, "It has no errorOutputPrefix: failures land among the open data.", FIX),
          ];
        }
        const fixed = fixedPart(prefix.value);
        return destination.resources.flatMap((bucket) => checkBucket(stack, resource, bucket, fixed));
      },
    );
  },
};

function checkBucket(
  stack: Stack,
  delivery: StackResource,
  bucket: StackResource,
  prefix: string,
): Finding[] {
  switch (isClosedBelow(stack, bucket, prefix)) {
    case "yes":
      return [];
    case "unknown":
      return [undecided(delivery, "What the policy of the destination bucket denies", FIX)];
    case "no":
      return [
        violation(
          delivery,
          "Its failed records land in an open bucket whose policy lets everyone in it read them.",
          FIX,
        ),
      ];
  }
}
