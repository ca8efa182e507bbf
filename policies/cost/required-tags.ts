import { naru } from "../model/references";
import { undecided, violation, type ResourceRule } from "../model/rule";
import { names, settingIn } from "../model/setting";
import { tag } from "../model/stack";
import * as type from "../model/types";

/** What costs or holds data, and takes tags. */
export const TAGGED: readonly string[] = [
  type.BUCKET,
  type.DATABASE,
  type.DATABASE_CLUSTER,
  type.DATABASE_CLUSTER_INSTANCE,
  type.DELIVERY_STREAM,
  type.EMR_SERVERLESS_APPLICATION,
  type.FUNCTION,
  type.GLUE_JOB,
  type.KAFKA_CLUSTER,
  type.KAFKA_CONNECTOR,
  type.KAFKA_SERVERLESS_CLUSTER,
  type.KEY,
  type.LOG_GROUP,
  type.QUEUE,
  type.ROLE,
  type.SECRET,
  type.STATE_MACHINE,
  type.STREAM,
  type.TOPIC,
  type.TRAIL,
  type.WORKGROUP,
  "aws:apigateway/restApi:RestApi",
  type.DYNAMO_TABLE,
  "aws:ec2/natGateway:NatGateway",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:emr/cluster:Cluster",
  "aws:redshift/cluster:Cluster",
  "aws:redshiftserverless/namespace:Namespace",
  "aws:redshiftserverless/workgroup:Workgroup",
];

const TAGS = names(
  "tags",
  "Tags that everything carries that costs or holds data.",
  ["naru:stack", "naru:owner"],
  1,
);

const FIX =
  "Tag it `naru:stack` (project and stack) and `naru:owner` (who answers for it), or what `tags` in the rule's settings asks for; " +
  "the provider's `defaultTags` do as well.";

/**
 * Costs and findings have an owner. What data a bucket or stream holds, `data-class-tags` asks; how long it is kept stands in
 * its lifecycle, not in a tag, which could say something else.
 */
export const requiredTags: ResourceRule = {
  name: "required-tags",
  group: "cost",
  scope: "resource",
  severity: "low",
  description: "What costs or holds data is tagged with its stack and owner.",
  framework: naru("tags", "Costs and findings have somebody who answers for them"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/cost-alloc-tags.html",
  types: TAGGED,
  settings: [TAGS],
  check(resource, configuration) {
    return settingIn(configuration, TAGS).flatMap((key) => {
      const found = tag(resource, key);
      if (found.state === "unknown") return [undecided(resource, `The tag ${key}`, FIX)];
      return found.state === "known" && found.value.trim() !== ""
        ? []
        : [violation(resource, `The tag ${key} is missing or empty.`, FIX)];
    });
  },
};
