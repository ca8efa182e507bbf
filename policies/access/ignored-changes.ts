import { covers } from "../model/policy-document";
import { naru } from "../model/references";
import { EVERY_TYPE, violation, type ResourceRule } from "../model/rule";
import { names, settingIn } from "../model/setting";

/** Sizes that a service or its scaling changes by itself, and versions that AWS raises: no rule goes by them. */
const ALLOWED = names(
  "changes",
  "Changes that a program may ignore, as type#property; * is any run of characters.",
  [
    "aws:appautoscaling/target:Target#minCapacity",
    "aws:appautoscaling/target:Target#maxCapacity",
    "aws:kinesis/stream:Stream#shardCount",
    "aws:lambda/alias:Alias#routingConfig",
    "aws:msk/cluster:Cluster#brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize",
    "aws:rds/cluster:Cluster#engineVersion",
    "aws:rds/instance:Instance#allocatedStorage",
    "aws:rds/instance:Instance#engineVersion",
  ],
);

const FIX =
  "Take the property out of `ignoreChanges`, so that what a review agreed to is what stands; or name it as `type#property` under " +
  "`changes` in the rule's settings, when a service changes it by itself and no rule goes by it.";

/** What is ignored keeps what somebody made of it by hand, whatever the rules say of the program. */
export const ignoredChanges: ResourceRule = {
  name: "ignored-changes",
  group: "access",
  scope: "resource",
  severity: "high",
  description: "No change of a property is ignored, but of those that a service changes by itself.",
  framework: naru("no way round", "A change is judged by what it makes, whatever it is called"),
  remediation: FIX,
  url: "https://www.pulumi.com/docs/iac/concepts/options/ignorechanges/",
  types: EVERY_TYPE,
  settings: [ALLOWED],
  check(resource, configuration) {
    if (!resource.type.startsWith("aws:")) return [];
    const allowed = settingIn(configuration, ALLOWED);
    const refused = resource.opts.ignoreChanges.filter(
      (property) => !allowed.some((each) => covers(each, `${resource.type}#${property}`)),
    );
    // Property paths are the program's own words, and no values.
    return refused.length === 0
      ? []
      : [
          violation(
            resource,
            `Its ignoreChanges names what the rules may go by: ${refused.join(", ")}.`,
            FIX,
          ),
        ];
  },
};
